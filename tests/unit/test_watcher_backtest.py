"""``watcher backtest``: files in, honest figures out; nothing known later leaks into an earlier origin."""

import gzip
import json
import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from indicators.assessments import Assessment
from indicators.bands import WarningLevel
from indicators.items import Item
from indicators.moves import MoveReason
from indicators.scoring.bare_moves import BareMove
from tests.builders import a_small_assessment, an_item, small
from watcher.cli import app
from watcher.scoring.archives import read_archive
from watcher.scoring.backtest_report.page import _move
from watcher.scoring.backtesting import Plan, SaidOverSpan, SpanError, ask, score, shuffled_figures
from watcher.scoring.outcome_files import read_outcomes
from watcher.scoring.pace import Pace

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
HEAD = "scenario,occurred_on,status,source,note\n"
KNOWN = '[{match: ["*"], family: wire, grade: B}]'
HOSTILE = "Officers arrested in Bamako <script>x</script> {{ 7*7 }}"


def a_report(day: float, title: str = "Officers arrested in Bamako", **more: object) -> Item:
    moment = START + day * DAY
    return replace(an_item(f"{title}", id=f"{title} {day}", published=moment, fetched=moment), **more)  # type: ignore[arg-type] # fields by name


def said(items: list[Item], assessment: Assessment | None = None, **plan: object) -> SaidOverSpan:
    ordered = tuple(sorted(items, key=lambda i: (i.fetched, i.id)))
    return ask(assessment or a_small_assessment(publishers=KNOWN), ordered, Plan(**plan))  # type: ignore[arg-type] # fields by name


def outcomes(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "outcomes.csv"
    path.write_text(HEAD + "".join(f"{line}\n" for line in lines), "utf-8")
    return path


def archive(tmp_path: Path, items: list[Item], *, packed: bool = False) -> Path:
    text = "".join(
        json.dumps(
            {
                "id": i.id,
                "source": i.source,
                "title": i.title,
                "published": str(i.published),
                "fetched": str(i.fetched),
            }
        )
        + "\n"
        for i in items
    )
    path = tmp_path / ("archive.jsonl.gz" if packed else "archive.jsonl")
    if packed:
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, "utf-8")
    return path


# --- outcomes.csv -------------------------------------------------------------------------------------------------


def test_outcomes_are_read_and_bad_lines_named(tmp_path: Path) -> None:
    """The fault, its line and what to write instead; the other lines go on."""
    path = outcomes(
        tmp_path,
        "coup,2026-02-01,occurred,Powell & Thyne,",
        "cup,2026-02-01,occurred,x,",
        "coup,1 Feb,occurred,x,",
        "coup,2026-02-30,occurred,x,",
        "coup,2026-02-02,maybe,x,",
        "coup,2026-03-01,void,x,two records differ",
    )
    read = read_outcomes(path, a_small_assessment())
    assert [(o.key, o.day, o.void) for o in read.outcomes] == [
        ("coup", date(2026, 2, 1), False),
        ("coup", date(2026, 3, 1), True),
    ]
    told = [str(p) for p in read.problems]
    assert [t.split(":")[1] for t in told] == ["3", "4", "5", "6"]
    assert "did you mean coup" in told[0]
    assert "year-month-day" in told[1]
    assert "year-month-day" in told[2]
    assert "occurred, or void" in told[3]


def test_one_happening_twice_counts_once(tmp_path: Path) -> None:
    """And one that names nobody as its source is warned of."""
    read = read_outcomes(
        outcomes(tmp_path, "coup,2026-02-01,occurred,x,", "coup,2026-02-01,occurred,y,", "coup,2026-04-01,void,,"),
        a_small_assessment(),
    )
    assert len(read.outcomes) == 2
    assert "stands on line 2 too" in str(read.problems[0])
    assert "nobody is named as the source" in str(read.problems[1])


@pytest.mark.parametrize("text", ["", "a,b,c\n", "scenario,when\ncoup,2026-01-01\n", "\x00\n"])
def test_a_file_that_is_no_list_of_outcomes_shows_one(tmp_path: Path, text: str) -> None:
    """The first lines of a sound file stand in the message."""
    path = tmp_path / "outcomes.csv"
    path.write_text(text, "utf-8")
    read = read_outcomes(path, a_small_assessment())
    assert read.outcomes == ()
    assert "scenario,occurred_on,status,source,note" in str(read.problems[0])


def test_a_missing_file_is_one_problem(tmp_path: Path) -> None:
    """No traceback."""
    assert "cannot be read" in str(read_outcomes(tmp_path / "no.csv", a_small_assessment()).problems[0])


# --- archives -----------------------------------------------------------------------------------------------------


def test_an_archive_is_read_packed_or_not(tmp_path: Path) -> None:
    """By what it is: the name does not matter."""
    items = [a_report(1), a_report(2)]
    plain = read_archive(archive(tmp_path, items), delay=timedelta())
    packed = archive(tmp_path, items, packed=True).rename(tmp_path / "no-ending")
    assert read_archive(packed, delay=timedelta()).items == plain.items
    assert len(plain.items) == 2


def test_a_hole_in_the_archive_is_told_before_any_figure(rules: Path, tmp_path: Path) -> None:
    """What was not kept is read as calm, and nobody could see from the figures that it was not."""
    holed = [i for i in items_of_a_year() if not START + 40 * DAY < i.fetched < START + 70 * DAY]
    csv = outcomes(tmp_path, "coup,2026-01-31,occurred,P&T,")
    arguments = ["backtest", "-a", str(rules), "--outcomes", str(csv), "--judged", "origins", "-i"]
    whole, lacking = (
        CliRunner().invoke(app, [*arguments, str(archive(tmp_path, items))]).stdout.partition("Rules:")[0]
        for items in (items_of_a_year(), holed)
    )
    told = "no report at all over more than 7 days, 1 time(s), the longest from 2026-02-06 to 2026-03-13"
    assert told in " ".join(lacking.split())
    assert "no report at all" not in whole


def test_what_has_no_time_of_receipt_was_known_later(tmp_path: Path) -> None:
    """By the stated delay; what has one keeps it."""
    late = a_report(1, fetched=START + 3 * DAY)
    read = read_archive(archive(tmp_path, [late, a_report(2)]), delay=timedelta(hours=6))
    assert [i.fetched for i in read.items] == [START + 2 * DAY + timedelta(hours=6), START + 3 * DAY]
    assert read.unfetched == 1


def test_a_damaged_archive_says_so_and_gives_what_it_can(tmp_path: Path) -> None:
    """Cut off in the middle, and a line that is no JSON."""
    whole = archive(tmp_path, [a_report(n) for n in range(2000)], packed=True).read_bytes()
    cut = tmp_path / "cut.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    read = read_archive(cut, delay=timedelta())
    assert "cannot be read to its end" in str(read.problems[-1])
    bad = tmp_path / "bad.jsonl"
    bad.write_text("no json\n" * 60, "utf-8")
    assert len(read_archive(bad, delay=timedelta()).problems) == 51
    assert "cannot be read" in str(read_archive(tmp_path / "none", delay=timedelta()).problems[0])


# --- point in time ------------------------------------------------------------------------------------------------


def test_what_became_known_later_changes_nothing_before() -> None:
    """The leak test: reports *dated* early and *received* half an hour after an origin do not move it."""
    calm = [a_report(n, "Market news") for n in (1, 60)]
    leak = [a_report(5 + n, fetched=START + 28.02 * DAY, source=f"s{n}") for n in range(4)]
    before, after = said(calm), said([*calm, *leak])
    known = {s.at: s.p["coup"] for s in before.snapshots}
    for shot in after.snapshots:
        if shot.at < START + 28.02 * DAY:
            assert shot.p["coup"] == known[shot.at]
    moved = [s.at for s in after.snapshots if s.p["coup"] > known[s.at] + 0.01]
    assert moved[0] == START + 35 * DAY  # and it does move the first one after: the test can fail


TITLES = ("Officers arrested in Bamako", "Convoy ambushed near Kolokani", "Market news")
A_REPORT = st.tuples(st.floats(-3, 40), st.floats(0, 12), st.sampled_from(TITLES), st.sampled_from(["s0", "s1", "s2"]))


@given(
    drawn=st.lists(A_REPORT, min_size=1, max_size=30),
    every=st.sampled_from([1, 7]),
    pace=st.sampled_from([Pace.DAILY, Pace.ORIGINS]),
    first=st.sampled_from([None, (START - 2 * DAY).date(), (START + 9 * DAY).date()]),
)
@settings(max_examples=200, deadline=None)
def test_judged_seldom_every_figure_is_the_same(
    drawn: list[tuple[float, float, str, str]], every: int, pace: Pace, first: date | None
) -> None:
    """Readings too; and a line's moves come no earlier than where it is judged at each arrival."""
    items = [
        replace(a_report(day, title, source=source, fetched=START + (day + late) * DAY), id=f"i{n}")
        for n, (day, late, title, source) in enumerate(drawn)
    ]
    items.append(a_report(41, "Market news"))
    each, seldom = said(items, every=every, first=first), said(items, every=every, first=first, pace=pace)
    assert seldom.snapshots == each.snapshots
    assert (seldom.asked, seldom.end) == (each.asked, each.end)
    for key in {move.key for move in seldom.moves}:
        earliest = min(n.at for n in each.moves if n.key == key)
        assert min(n.at for n in seldom.moves if n.key == key) >= earliest


@pytest.mark.parametrize(("pace", "at"), [(Pace.DAILY, 8), (Pace.ORIGINS, 14)])
def test_judged_seldom_a_warning_comes_when_it_is_next_judged(pace: Pace, at: int) -> None:
    """What came in the morning is told at midnight, or at the week's end."""
    items = [*(a_report(5.3 + n, source=f"s{n}") for n in range(4)), a_report(20, "Market news")]
    each, seldom = said(items).moves[0], said(items, pace=pace).moves[0]
    assert each.at == START + 7.3 * DAY
    assert (seldom.at, seldom.key, seldom.level_after) == (START + at * DAY, each.key, each.level_after)


def test_every_origin_of_the_span_has_its_say() -> None:
    """Weekly from the assessment's date to the archive's last day."""
    found = said([a_report(1), a_report(60)])
    assert [s.at for s in found.snapshots] == [START + 7 * n * DAY for n in range(1, 9)]
    assert found.asked == 9  # on the very first nothing was known yet


def test_a_test_before_the_assessments_date_puts_its_date_back() -> None:
    """Otherwise its rules would see nothing."""
    found = said([a_report(-90), a_report(-20)], first=date(2025, 10, 1))
    assert found.assessment.as_of == date(2025, 10, 1)
    assert max(s.p["coup"] for s in found.snapshots) > 0.12


def test_a_span_outside_the_archive_says_what_to_write() -> None:
    """The archive's own days are told."""
    with pytest.raises(SpanError, match="give --from 2025-10-03"):
        said([a_report(-90), a_report(-20)])
    with pytest.raises(SpanError, match="no items"):
        said([])


def test_shuffles_are_the_same_for_a_seed() -> None:
    """And one of them says something else than ours."""
    found = said([a_report(3), a_report(4, "Convoy ambushed near Kolokani"), a_report(60)])
    one, again = shuffled_figures(found, 1), shuffled_figures(found, 1)
    assert one == again
    assert any(dict(figures) != dict(shot.p) for run in one for figures, shot in zip(run, found.snapshots, strict=True))


def test_outcomes_of_the_span_are_scored() -> None:
    """A warning before the coup is a hit with its lead; the windows with it in them are positive."""
    from indicators.backtest.outcomes import Outcome
    from indicators.bands import WarningLevel

    items = [a_report(10 + n, source=f"s{n}") for n in range(4)] + [a_report(200, "Market news")]
    result = score(said(items), [Outcome(key="coup", day=(START + 40 * DAY).date(), source="x")], Plan())
    coup = next(q for q in result.questions if q.asked.id == "coup")
    assert coup.positive == 5
    (line,) = coup.lines
    assert line.alarms[WarningLevel.WATCH].hit_rate == 1
    assert line.alarms[WarningLevel.WATCH].lead.median == pytest.approx(29, abs=1)
    assert line.alarms[WarningLevel.CRITICAL].missed == line.episodes


# --- the command --------------------------------------------------------------------------------------------------


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The small assessment as a file that was last changed before its date."""
    path = tmp_path / "small.yaml"
    path.write_text(small(publishers=KNOWN), "utf-8")
    os.utime(path, (0, 0))
    return path


def items_of_a_year() -> list[Item]:
    arrests = [a_report(n + k, HOSTILE, source=f"s{k}") for n in (20, 150) for k in range(4)]
    return [*arrests, *(a_report(n, "Market news") for n in range(1, 365, 7))]


def table_of(printed: str, title: str) -> str:
    return printed.partition(title)[2].partition("Skill")[0]


@pytest.mark.parametrize(
    ("coups", "blockades", "told"),
    [
        (3, 3, "Few cases: 6 separate happening(s) of all questions together"),
        (6, 5, "Few cases of each question: no more than 6 separate happening(s) of one"),
        (10, 2, "Few cases of blockade: no more than 2 separate happening(s) of one"),
        (10, 10, ""),
    ],
)
def test_few_cases_of_one_question_are_told_though_all_together_are_many(
    coups: int, blockades: int, told: str, rules: Path, tmp_path: Path
) -> None:
    """Eleven questions with one case each are not eleven cases of anything."""
    many = {"coup": coups, "blockade": blockades}
    lines = [
        f"{key},{START + n * 120 * DAY:%Y-%m-%d},occurred,x," for key, last in many.items() for n in range(1, last + 1)
    ]
    items = [a_report(n, "Market news") for n in (1, 1300)]
    arguments = ["backtest", "-a", rules, "-i", archive(tmp_path, items), "--outcomes", outcomes(tmp_path, *lines)]
    done = CliRunner().invoke(app, [*map(str, arguments), "--origins", "28d"])
    assert done.exit_code == 0, done.output
    first = " ".join(done.stdout.partition("Rules:")[0].split())
    assert ("Few cases" in first) == bool(told)
    assert told in first


def test_the_command_gives_tables_json_and_a_page(rules: Path, tmp_path: Path) -> None:
    """What to doubt comes first, then where to go on; the JSON is whole and the same for the same seed."""
    csv = outcomes(tmp_path, "coup,2026-01-31,occurred,P&T,", "blockade,2026-06-01,occurred,x,")
    arguments = [
        "backtest",
        "-a",
        str(rules),
        "-i",
        str(archive(tmp_path, items_of_a_year(), packed=True)),
        "--outcomes",
        str(csv),
    ]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("! Few cases: 2 separate happening(s)")
    assert "Brier score" in done.stdout
    assert "never" not in done.stdout.partition("Rules:")[0]  # nothing else to doubt
    told = [json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout) for _ in range(2)]
    assert told[0] == told[1]
    assert told[0]["frozen"]["proven"] is True
    assert "Judged: whenever something arrived, as the daemon does." in done.stdout
    for pace, words in ((Pace.DAILY, "Judged: once a day, at its end"), (Pace.ORIGINS, "Judged: at the origins only")):
        seldom = CliRunner().invoke(app, [*arguments, "--judged", pace])
        assert words in seldom.stdout
        assert table_of(seldom.stdout, "Brier score") == table_of(done.stdout, "Brier score")
    (coup,) = (q for q in told[0]["questions"] if q["scenario"] == "coup")
    assert coup["windows"]["open"] > 0
    assert set(coup["scores"]) == {
        "watcher",
        "base rate",
        "static prior",
        "persistence",
        "level count",
        "event count",
        "shuffled ratings",
    }


def test_the_page_needs_nothing_and_believes_nothing(rules: Path, tmp_path: Path) -> None:
    """No address to load from, no script; a hostile headline stands there as text."""
    csv = outcomes(tmp_path, "coup,2026-01-31,occurred,<img src=x onerror=alert(2)>,")
    out = tmp_path / "out"
    arguments = ["-a", str(rules), "-i", str(archive(tmp_path, items_of_a_year())), "--outcomes", str(csv)]
    done = CliRunner().invoke(app, ["backtest", *arguments, "--only", "coup", "--out", str(out)])
    assert done.exit_code == 0, done.output
    page = (out / "backtest.html").read_text("utf-8")
    tags = "".join(re.findall(r"<[^>]*>", page)) + page.partition("<style>")[2].partition("</style>")[0]
    assert not re.findall(r"(?i)(?:src|href|url)\s*[=(]\s*[\"']?\s*(?:https?:|//|data:)", tags)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script" in page
    assert "&lt;img" in page
    assert "{{ 7*7 }}" in page
    assert page.count("<svg") == 5
    assert "taken as known 1 h after publication" in page
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    assert json.loads((out / "backtest.json").read_text("utf-8"))["origins"] == 51
    assert "Few cases" in (out / "backtest.txt").read_text("utf-8")


def test_a_change_of_term_is_called_one() -> None:
    """A band is ours; whoever reads a report, or `watcher moves`, reads terms."""
    assert [reason.told for reason in (MoveReason.BAND_UP, MoveReason.BAND_DOWN, MoveReason.RULED)] == [
        *("term up", "term down", "ruled by a person")
    ]
    move = BareMove(
        key="coup",
        at=START,
        before=0.1,
        after=0.3,
        level_before=WarningLevel.BASELINE,
        level_after=WarningLevel.BASELINE,
        band_before=1,
        band_after=2,
        reasons=("band up",),
    )
    assert "term up" in _move(move)["cells"]


def test_a_file_changed_after_the_test_begins_proves_nothing(rules: Path, tmp_path: Path) -> None:
    """Nor does one that is dated after it: both are said before any figure."""
    os.utime(rules, None)
    csv = outcomes(tmp_path, "coup,2026-01-31,occurred,x,")
    items = [a_report(n, "Market news") for n in range(-400, 100, 7)]
    arguments = ["-a", str(rules), "-i", str(archive(tmp_path, items)), "--outcomes", str(csv), "--from", "2025-02-01"]
    done = CliRunner().invoke(app, ["backtest", *arguments])
    assert done.exit_code == 0, done.output
    first = " ".join(done.stdout.partition("Rules:")[0].split())
    assert "nothing here proves that it was frozen" in first
    assert "dated 2026-01-01, after the test begins" in first
    assert "No outcome is on record for blockade" in first


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        (["--origins", "monthly"], "weekly, daily, or a number of days"),
        (["--only", "cuop"], "did you mean coup"),
        (["--base-rate", "coup"], "write a share"),
        (["--delay", "soon"], "1h or 2d"),
        (["--from", "2030-01-01"], "no origin lies between"),
    ],
)
def test_wrong_usage_says_what_to_write(rules: Path, tmp_path: Path, extra: list[str], told: str) -> None:
    """And ends with exit code 2."""
    csv = outcomes(tmp_path, "coup,2026-01-31,occurred,x,")
    arguments = ["-a", str(rules), "-i", str(archive(tmp_path, [a_report(1), a_report(60)])), "--outcomes", str(csv)]
    done = CliRunner().invoke(app, ["backtest", *arguments, *extra])
    assert done.exit_code == 2, done.output
    assert told in done.stderr


def test_a_bad_line_is_a_finding(rules: Path, tmp_path: Path) -> None:
    """The figures are printed all the same, and the exit code is 1."""
    csv = outcomes(tmp_path, "cup,2026-01-31,occurred,x,")
    arguments = ["-a", str(rules), "-i", str(archive(tmp_path, [a_report(1), a_report(200)])), "--outcomes", str(csv)]
    done = CliRunner().invoke(app, ["backtest", *arguments])
    assert done.exit_code == 1
    assert "outcomes.csv:2" in done.stderr
    assert "Brier score" in done.stdout

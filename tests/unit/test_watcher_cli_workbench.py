"""The workbench of an analyst: check, describe, try. What they print, and that they change nothing."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.builders import an_item, small
from watcher.assessments import digest_of
from watcher.cli import app
from watcher.cli.marks import marked
from watcher.cli.trial_page import bar_line
from watcher.gazetteers.compact import HEADER
from watcher.store import Database, assessments, items
from watcher.workbench.excerpts import Excerpt
from watcher.workbench.trial import Day

DAY = timedelta(days=1)
BEGIN = datetime(2026, 1, 1, 9, tzinfo=UTC)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def text() -> str:
    return small(publishers="[{match: [afp, rfi], family: afp, grade: B}]")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(text(), "utf-8")
    return path


def line(day: int, title: str = "Convoy ambushed near Kolokani", **changes: Any) -> dict[str, Any]:
    at = (BEGIN + day * DAY).isoformat()
    return {"id": f"{day} {title}", "source": "afp", "title": title, "published": at, "lang": "en"} | changes


def items_file(folder: Path, *lines: object) -> Path:
    path = folder / "items.jsonl"
    path.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines), "utf-8")
    return path


PAST = (
    line(0, "Rain in Kolokani"),
    line(3),
    line(4, "Un convoi attaqué près de Kolokani", lang="fr", source="rfi"),
    line(5, "Convoy ambushed near Gao"),
    line(6, "Film: a convoy ambushed near Kolokani"),
    line(9, "Sun in Kolokani"),
)


def trial(file: Path, *more: str | Path, past: tuple[object, ...] = PAST) -> Result:
    return run("try", "convoy_attack", "-a", file, "-i", items_file(file.parent, *past), *more)


def trial_json(file: Path, *more: str | Path, past: tuple[object, ...] = PAST) -> dict[str, Any]:
    done = trial(file, "--json", *more, past=past)
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def configured(folder: Path, file: Path, *, ago: tuple[int, ...] = (), in_force: str = "") -> Path:
    """Write a configuration whose database has attacks so many days *ago*, and a version *in_force*."""
    now = datetime.now(UTC)
    database = Database(f"sqlite:///{folder / 'watcher.db'}")
    database.migrate()
    times = [now - n * DAY for n in ago]
    with database.write() as connection:
        stored = [
            an_item(
                "Convoy ambushed by night near Kolokani", id=str(n), source="afp", lang="en", published=at, fetched=at
            )
            for n, at in enumerate(times)
        ]
        items.add(connection, stored)
        if in_force:
            good = assessments.GoodAssessment(
                file=str(file), id="small", version="1", sha=digest_of(in_force), text=in_force, loaded_at=now
            )
            assessments.keep_good(connection, good)
    database.close()
    return configuration(folder, file)


def dump(folder: Path) -> list[str]:
    """Return everything that stands in the database of *folder*."""
    with closing(sqlite3.connect(folder / "watcher.db")) as connection:
        return list(connection.iterdump())


def configuration(folder: Path, file: Path) -> Path:
    path = folder / "watcher.yaml"
    path.write_text(
        f"assessments: [{file.name}]\n"
        'sources: [{id: afp, url: "https://news.example/feed"}]\n'
        'recipients: [{id: desk, lang: en, channels: {console: ""}}]\n'
        "routes: [{to: [desk], min_level: baseline}]\n"
        "last_resort: desk\n",
        "utf-8",
    )
    return path


# ------------------------------------------------------------------------------------------------------ describe


def test_describe_reads_a_rule_back(file: Path) -> None:
    """In one paragraph, in either language; without a rule all of them."""
    english = run("describe", "officer_unrest", "-a", file)
    assert english.exit_code == 0
    assert (
        "A report counts if the report mentions “officer” and “arrest” with at most 8 words between." in english.stdout
    )
    assert "Un article compte si" in run("describe", "officer_unrest", "-a", file, "--lang", "fr").stdout
    every = run("describe", "-a", file).stdout
    assert "Convoy attack" in every
    assert "Officer unrest" in every
    assert "officier*" in run("describe", "officer_unrest", "-a", file, "--terms").stdout


def test_describe_reads_a_bare_query_back() -> None:
    """No assessment is needed; a fault is shown under the query."""
    assert run("describe", "--query", "@raid AND NOT b").stdout.startswith(
        "the report mentions “raid”, and the report does not"
    )
    told = json.loads(run("describe", "--query", "@raid", "--lang", "fr", "--json").stdout)
    assert told["text"] == "l'article mentionne « raid »"
    broken = run("describe", "--query", "@raid AND )")
    assert broken.exit_code == 2
    assert broken.stderr.splitlines()[1].index("^") == len("@raid AND ")


def test_describe_as_json_has_each_sentence_by_name(file: Path) -> None:
    """Programs take what they need."""
    (told,) = json.loads(run("describe", "convoy_attack", "-a", file, "--json").stdout)
    assert set(told["parts"]) == {"why", "reads", "not", "where", "counts"}
    assert told["parts"]["where"].startswith("It must name a place within 150 km of Bamako.")
    assert told["terms"]["@convoy"]["fr"] == ["convoi*", "citerne*"]


def test_describe_says_what_can_be_described(file: Path) -> None:
    """The nearest name, the languages, what to give."""
    assert "did you mean convoy_attack?" in run("describe", "convoy_atack", "-a", file).stderr
    assert "en, fr" in run("describe", "-a", file, "--lang", "ar").stderr
    assert {run("describe", *a).exit_code for a in (("x",), ("x", "-a", file), ("--query", "("))} == {2}


# ----------------------------------------------------------------------------------------------------------- try


def test_try_prints_what_the_rule_found_and_moved(file: Path) -> None:
    """Bars, totals, refusals by reason, marked examples by language and source, levels, outlook, one event more."""
    done = trial(file)
    assert done.exit_code == 0, done.output
    told = done.stdout
    for words in (
        "6 item(s) read, dated 2026-01-01 to 2026-01-10 UTC (10 day(s)).",
        "·??██··??·",
        "2 item(s) counted",
        "where: names no place in near",
        "not: film",
        "en, afp (1)",
        "[Convoy] [ambushed] near Kolokani",
        "fr, rfi (1)",
        "Un [convoi] [attaqué] près de Kolokani",
        "2026-01-04  level 1",
        "blockade",
        "likely (55-80 %)",
        "One more event at the end",
        "Nothing was stored or sent.",
    ):
        assert words in told
    assert "On 4 of 10 day(s) no item is dated" in told


def test_a_rule_without_history_is_allowed_and_marked_so(file: Path) -> None:
    """It also says what one event would do."""
    done = trial(file, past=(line(0, "Rain"), line(9, "Sun")))
    assert done.exit_code == 0
    assert "Nothing matched in 2 item(s); that is what a warning rule looks like on a calm day" in " ".join(
        done.stdout.split()
    )
    assert "It would read level 1 (1.00 counted)." in done.stdout


def test_another_match_is_tried_without_editing_the_file(file: Path) -> None:
    """The difference from the file's own is printed, with the reason."""
    done = trial(file, "--match", "@convoy", "--not", "title:nothing")
    assert done.exit_code == 0, done.output
    assert "Only this version counts: 1 item(s)." in done.stdout
    assert "not: Film" in done.stdout
    told = trial_json(file, "--not", "title:(film OR ambushed)")
    assert [m["id"] for m in told["difference"]["lost"]] == ["3 Convoy ambushed near Kolokani"]
    assert told["difference"]["against"] == "today"


def test_a_broken_example_is_told_and_the_trial_goes_on(file: Path) -> None:
    """A query that cannot be read is refused with its column, or the nearest name."""
    done = trial(file, "--match", "@officer")
    assert done.exit_code == 0
    assert "warning: convoy_attack must match “" in done.stderr
    broken = trial(file, "--match", "@convoy AND )")
    assert (broken.exit_code, "column 13" in broken.stderr) == (2, True)
    assert "did you mean convoy?" in trial(file, "--match", "@convoi").stderr


def test_a_changed_file_is_compared_with_another(file: Path, tmp_path: Path) -> None:
    """What only one of them counts, and that the same file is the same."""
    other = tmp_path / "other.yaml"
    other.write_text(text().replace("[convoy*, tanker*]", "[convoy*]"), "utf-8")
    told = trial_json(file, "--against", other, past=(*PAST, line(8, "Tanker ambushed near Kolokani")))
    assert [m["title"] for m in told["difference"]["gained"]] == ["Tanker ambushed near Kolokani"]
    assert told["difference"]["lost"] == []
    assert "there is no difference to show" in trial(file, "--against", file).stdout


def test_json_has_everything(file: Path) -> None:
    """Each day with what was read, every match, every level, the whole outlook with and without."""
    told = trial_json(file)
    assert [d["counted"] for d in told["days"]] == [0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    assert [d["items"] for d in told["days"]] == [1, 0, 0, 1, 1, 1, 1, 0, 0, 1]
    assert len(told["changed"]["matches"]) == 4
    assert told["changed"]["refused"] == {"where: names no place in near": 1, "not: Film": 1}
    assert len(told["changed"]["levels"]) == 10
    (blockade,) = [x for x in told["changed"]["end"]["outlook"] if x["scenario"] == "blockade"]
    assert blockade["before"] < blockade["after"]
    assert {"term", "range", "low", "high", "deadline"} <= set(blockade)
    assert told["changed"]["one_more_event"]["outlook"][0]["scenario"] == "blockade"


def test_what_lies_before_the_first_item_is_unknown_and_not_calm(file: Path) -> None:
    """Asked for more than there is, it says so."""
    done = trial(file, "--since", "30d")
    assert "Nothing is known before 2026-01-01: the first 21 day(s) are unknown, not calm." in done.stdout


def test_try_reads_the_store_and_compares_with_what_is_in_force(file: Path, tmp_path: Path) -> None:
    """The file on disk is the changed one; the database is left as it is."""
    config = configured(tmp_path, file, ago=(1, 2, 3, 40), in_force=text())
    file.write_text(text().replace('not: "title:film"', 'not: "title:night"'), "utf-8")
    before = dump(tmp_path)
    done = run("try", "convoy_attack", "-c", config, "--since", "60d")
    assert done.exit_code == 0, done.output
    assert "Only today's version counts: 4 item(s)." in done.stdout
    assert "Nothing is known before" in done.stdout
    told = json.loads(run("try", "convoy_attack", "-c", config, "--since", "7d", "--json").stdout)
    assert (told["items"], told["changed"]["counted"], told["today"]["counted"]) == (3, 0, 3)
    assert dump(tmp_path) == before


def test_a_time_without_any_item_is_not_called_calm(file: Path, tmp_path: Path) -> None:
    """The store has older items only."""
    done = run("try", "convoy_attack", "-c", configured(tmp_path, file, ago=(40,)), "--since", "7d")
    assert done.exit_code == 0, done.output
    assert "nothing is known of it, which is not the same as calm" in done.stdout
    assert "calm day" not in done.stdout


def test_try_says_what_is_missing(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No items, no database, no such rule: each in a sentence, and no file is made."""
    monkeypatch.chdir(tmp_path)
    past = items_file(tmp_path, *PAST)
    assert "give --items" in run("try", "convoy_attack", "-a", file).stderr
    assert "no indicator 'convoy_attack' in mali-2025-12" in run("try", "convoy_attack", "-i", past).stderr
    assert "did you mean convoy_attack?" in run("try", "convoy_atack", "-a", file, "-i", past).stderr
    config = configuration(tmp_path, file)
    assert "there is no database yet" in run("try", "convoy_attack", "-c", config).stderr
    assert not (tmp_path / "watcher.db").exists()
    assert "write 90d" in trial(file, "--since", "soon").stderr


def test_a_bad_line_is_named_and_the_trial_goes_on(file: Path) -> None:
    """Exit code 1, as for every bad input, after everything else was printed."""
    done = trial(file, past=(*PAST, "{broken"))
    assert done.exit_code == 1
    assert "items.jsonl:7: error" in done.stderr
    assert "2 item(s) counted" in done.stdout


def test_a_duration_names_what_to_try_instead() -> None:
    """It reads no items itself."""
    done = run("try", "blockade_duration", "-a", "mali-2025-12", "-i", "items.jsonl")
    assert done.exit_code == 2
    assert "Try convoy_attack_corridor." in done.stderr


def unsure(text: str) -> str:
    """Return the assessment *text* with reports that name no place kept for a person to look at."""
    return text.replace("where: {region: near}", "where: {region: near, unlocated: watch}")


def test_what_only_one_version_keeps_to_look_at_is_in_the_difference(file: Path, tmp_path: Path) -> None:
    """Kept and dropped, in both directions, with the reason; what the other counts stands in its own list."""
    other = tmp_path / "other.yaml"
    other.write_text(unsure(text()), "utf-8")
    past = (*PAST, line(7, "Convoy ambushed by night"))
    lost = trial(file, "--against", other, past=past)
    assert "Only today's version keeps for a person to look at (they do not count): 1 item(s)." in lost.stdout
    assert "[Convoy] [ambushed] by night: where: names no place in near" in lost.stdout
    told = json.loads(run("try", "convoy_attack", "-a", other, "--against", file, "-i", file.parent / "items.jsonl",
                          "--json").stdout)["difference"]  # fmt: skip
    assert [m["title"] for m in told["watch_gained"]] == ["Convoy ambushed by night"]
    assert (told["watch_lost"], told["gained"], told["lost"]) == ([], [], [])
    assert "to look at" not in trial(file, "--against", file, past=past).stdout


# ------------------------------------------------------------------------------------- which assessment, what share


def test_sources_that_nobody_stands_for_are_told_once(file: Path) -> None:
    """By try, match, measure and replay, in one line beside the output, and by name for programs."""
    reports = [line(n, source=source, expected=[]) for n, source in enumerate(("blog", "afp", "forum", "blog"))]
    past = items_file(file.parent, *reports)
    note = (
        "note: 2 sources are not in the assessment and are graded F6 (an event of theirs counts 0.40): "
        "blog, forum; add them under publishers:\n"
    )
    for command in (("try", "convoy_attack", "-i", past), ("match", "-i", past), ("replay", "-i", past),
                    ("measure", past)):  # fmt: skip
        assert run(*command, "-a", file).stderr == note
        told = run(*command, "-a", file, "--json")
        assert told.stderr == note
        if command[0] == "match":
            listed = [json.loads(row)["source_listed"] for row in told.stdout.splitlines()]
            assert listed == [False, True, False, False]
        else:
            assert json.loads(told.stdout)["unlisted_sources"] == ["blog", "forum"]


def test_a_source_that_somebody_stands_for_is_not_told(file: Path, tmp_path: Path) -> None:
    """The assessment's own F is a grade that was given, and so is the operator's word in watcher.yaml."""
    file.write_text(small(publishers="[{match: [afp], family: afp, grade: F}]"), "utf-8")
    assert "graded F6" not in trial(file, past=(line(0),)).stderr
    file.write_text(small(), "utf-8")
    assert "1 source is not in the assessment and is graded F6" in trial(file, past=(line(0),)).stderr
    config = configuration(tmp_path, file)
    config.write_text(config.read_text("utf-8").replace("{id: afp,", "{id: afp, grade: B,"), "utf-8")
    assert "graded F6" not in trial(file, "-c", config, past=(line(0),)).stderr


def test_without_a_name_the_configured_assessment_is_meant(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is used in silence; of several the one that has the rule, and which is said."""
    monkeypatch.chdir(tmp_path)
    past = items_file(tmp_path, *(line(n, expected=[]) for n in range(2)))
    commands = (("describe", "convoy_attack"), ("try", "convoy_attack", "-i", past), ("match", "-i", past),
                ("replay", "-i", past), ("measure", past), ("explain-match", "Convoy hit", "convoy_attack"),
                ("amend", "convoy_attack", "--not", "title:movie", "--dry-run"))  # fmt: skip
    config = configuration(tmp_path, file)
    for command in commands:
        done = run(*command)
        assert (done.exit_code, "ships with Watcher" in done.stderr) == (0, False), done.output
    second = file.with_name("second.yaml")
    second.write_text(text().replace("id: small", "id: second").replace("convoy_attack", "convoy_raid"), "utf-8")
    config.write_text(config.read_text("utf-8").replace("[small.yaml]", "[small.yaml, second.yaml]"), "utf-8")
    said = "note: assessment second (named in watcher.yaml) of several; -a names another: small\n"
    assert run("describe", "convoy_raid").stderr == said
    assert "note: assessment small (named in watcher.yaml)" in run("match", "-i", past).stderr
    assert "did you mean convoy_raid?" in run("try", "convoy_rai", "-i", past).stderr
    assert "second.yaml" in run("amend", "convoy_raid", "--not", "title:movie", "--dry-run").stderr
    assert "which file? Name one with -a" in run("amend", "--undo").stderr


def test_without_a_configuration_the_one_that_ships_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so; what ships is never amended, and a configuration that was asked for must be there."""
    monkeypatch.chdir(tmp_path)
    done = run("describe", "fuel_shortage")
    assert (done.exit_code, done.stderr) == (
        0,
        "note: assessment mali-2025-12 (it ships with Watcher); -a names another\n",
    )
    amend = run("amend", "fuel_shortage", "--not", "title:film")
    assert (amend.exit_code, "what ships with Watcher is copied first" in amend.stderr) == (2, True)
    assert run("describe", "fuel_shortage", "-c", "nothing.yaml").exit_code == 1


@pytest.mark.parametrize("written", ["5%", "0.05", "5", " 5 % "])
def test_a_share_is_written_in_one_way_everywhere(file: Path, written: str) -> None:
    """With a per cent sign, as a share, and as per cent above 1; it is printed as it was understood."""
    past = items_file(file.parent, *(line(n, id=str(n), expected=[]) for n in range(9)))
    told = json.loads(run("check", file, "-i", past, "--most", written, "--json").stdout)
    assert told["notes"][0] == f"--most {written}: a rule is too wide above 5% of all items"
    assert [p["what"] for p in told["problems"] if "(100.0%, more than 5.0%)" in p["what"]]
    measured = run("measure", past, "-a", file, "--floor", written)
    assert (measured.exit_code, "below 5%: convoy_attack" in measured.stdout) == (1, True)
    assert json.loads(run("measure", past, "-a", file, "--floor", written, "--json").stdout)["floor"] == 0.05


def test_the_number_one_says_what_it_always_said(file: Path) -> None:
    """One per cent to --most, all of them to --floor; what is no share is refused with what to write."""
    past = items_file(file.parent, line(0, expected=["convoy_attack"]))
    assert "above 1% of all items" in run("check", file, "-i", past, "--most", "1").stdout
    assert "No rule is below 100%." in run("measure", past, "-a", file, "--floor", "1").stdout
    for wrong in ("half", "101", "-1", "nan", "120%"):
        done = run("check", file, "--most", wrong)
        assert (done.exit_code, "write a share, 95% or 0.95" in done.stderr) == (2, True), wrong


def test_check_and_amend_read_places_as_the_other_commands_do(file: Path, tmp_path: Path) -> None:
    """Items are located with them, examples that turn out otherwise are warned of, an unreadable file is an error."""
    far = text().replace(
        "must_not_match: [Convoy ambushed near Gao]", 'must_not_match: ["Mali: convoy hit in Dlabadugu"]'
    )
    file.write_text(far.replace("ambush*]", "ambush*, hit]"), "utf-8")
    places = tmp_path / "places.tsv"
    places.write_text(HEADER + "1\t13.0\t-7.9\tML\t100\tDlabadugu\n", "utf-8")
    past = items_file(tmp_path, *(line(n, f"Mali: convoy attacked in Dlabadugu {n}") for n in range(9)))
    assert not [p for p in problems(file, "-i", past) if "matches 9 of 9" in p]
    told = problems(file, "-i", past, "--places", places)
    assert [p for p in told if "convoy_attack matches 9 of 9 items" in p]
    assert [p for p in told if "with these places convoy_attack counts “Mali: convoy hit in Dlabadugu”" in p]
    amend = run("amend", "convoy_attack", "--not", "title:movie", "-a", file, "--dry-run", "--places", places)
    assert amend.exit_code == 0, amend.output
    assert "with these places convoy_attack counts “Mali: convoy hit in Dlabadugu”" in amend.stderr
    for command in (("check", file), ("amend", "convoy_attack", "--not", "title:movie", "-a", file, "--dry-run")):
        done = run(*command, "--places", tmp_path / "none.tsv")
        assert (done.exit_code, "none.tsv" in done.output) == (1, True)


def days(*counted: int | None, first: date = date(2026, 1, 5)) -> list[Day]:
    """Return days from a Monday on; ``None`` is a day of which nothing is known."""
    return [Day(day=first + n * DAY, items=0 if c is None else 9, counted=c or 0) for n, c in enumerate(counted)]


def test_bars_show_calm_unknown_and_height() -> None:
    """The highest is full, one is never invisible, and each Monday stands below."""
    bars, labels, each = bar_line(days(0, None, 1, 8, 4, 16, 0, 0, 0), width=100)
    assert bars == "·?▁▄▂█···"
    assert labels == "05 Jan 12 Jan"
    assert each == 1


def test_a_long_time_is_put_together() -> None:
    """A line is never longer than the screen, and a stretch is unknown only if all its days are."""
    year = days(*([None] * 5 + [None] * 4 + [3] + [0] * 355))
    bars, labels, each = bar_line(year, width=80)
    assert each == 5
    assert bars.startswith("?█·")
    assert len(bars) == 73
    assert labels.startswith("05 Jan 09 Feb")
    assert max(len(bars), len(labels)) <= 80
    assert bar_line(days(1), width=3) == ("█", "", 1)


def test_found_words_are_marked_with_and_without_colours() -> None:
    """Brackets where there is no colour; a style, and nothing in between the words, where there is."""
    excerpt = Excerpt(field="summary", text="a convoy was burned", marks=((2, 8), (13, 19)), cut=(True, True))
    assert marked(excerpt, colours=False).plain == "… a [convoy] was [burned] …"
    coloured = marked(excerpt, colours=True)
    assert coloured.plain == "… a convoy was burned …"
    assert [coloured.plain[s.start : s.end] for s in coloured.spans] == ["convoy", "burned"]


# --------------------------------------------------------------------------------------------------------- check


def problems(*arguments: str | Path) -> list[str]:
    done = run("check", *arguments, "--json")
    assert done.exit_code == 0, done.output
    return [f"{p['where'].rpartition(':')[2]} {p['what']}" for p in json.loads(done.stdout)["problems"]]


def test_check_gives_advice_at_its_line(file: Path) -> None:
    """A warning refuses nothing; without it the same file is read in silence elsewhere."""
    file.write_text(text().replace("fr: [convoi*, citerne*]", "fr: [convoi*, citerne*, car]"), "utf-8")
    (car,) = [p for p in problems(file) if "'car'" in p]
    number = next(n for n, row in enumerate(file.read_text("utf-8").splitlines(), 1) if ", car]" in row)
    assert car.startswith(f"{number} ")
    assert not run("match", "-a", file, "-i", items_file(file.parent, *PAST)).stderr.count("car")


def test_check_runs_the_rules_over_a_file_of_items(file: Path) -> None:
    """Too wide is a warning, without history is a note."""
    many = [line(n % 9, id=str(n)) for n in range(6)] + [line(1, f"Rain {n}") for n in range(94)]
    past = items_file(file.parent, *many)
    assert any("convoy_attack matches 6 of 100 items (6.0%, more than 5.0%)" in p for p in problems(file, "-i", past))
    assert not any("matches 6" in p for p in problems(file, "-i", past, "--most", "7"))
    assert not any("matches 6" in p for p in problems(file, "-i", past, "--no-history"))
    told = run("check", file, "-i", past).stdout
    assert "note: small: its rules were run over 100 item(s) of the file" in told
    assert "no history, which is no fault of a warning rule: officer_unrest" in told


def test_check_names_rules_that_find_the_same(file: Path) -> None:
    """Whatever their queries look like."""
    second = text()[text().index("  - id: officer_unrest") :].replace("@officer NEAR/8 @arrest", "@attack AND kolokani")
    second = second.replace("Officers arrested in Bamako", "Ambush at Kolokani")
    file.write_text(text()[: text().index("  - id: officer_unrest")] + second, "utf-8")
    past = items_file(file.parent, *[line(n, id=str(n)) for n in range(5)])
    (alike,) = [p for p in problems(file, "-i", past, "--most", "100") if "match the same items" in p]
    assert "officer_unrest and convoy_attack match the same items (5 of 5)" in alike


def test_check_of_a_configuration_runs_over_what_is_stored(file: Path, tmp_path: Path) -> None:
    """Of the last 90 days, if there is a database; looking makes none."""
    config = configuration(tmp_path, file)
    assert json.loads(run("check", config, "--json").stdout)["notes"] == []
    assert not (tmp_path / "watcher.db").exists()
    configured(tmp_path, file, ago=(1, 2, 3, 4, 5, 100))
    told = json.loads(run("check", config, "--json").stdout)
    assert any("its rules were run over 5 item(s) stored since" in note for note in told["notes"])
    assert any("matches 5 of 5 items" in p["what"] for p in told["problems"])


def test_check_goes_on_where_the_database_cannot_be_read(file: Path, tmp_path: Path) -> None:
    """The files are still checked; a note says why the rules were not run."""
    config = configuration(tmp_path, file)
    (tmp_path / "watcher.db").write_text("this is no database, and long enough to be read as one" * 30, "utf-8")
    told = json.loads(run("check", config, "--json").stdout)
    assert any("the rules were not run over stored items" in note for note in told["notes"])


def test_describe_prints_the_words_behind_a_shared_concept() -> None:
    """An analyst reads what a concept of the library holds before calling it."""
    done = CliRunner().invoke(app, ["describe", "--query", "@raid", "--terms"])
    assert done.exit_code == 0, done.output
    assert "@raid (en): raid, raids" in done.stdout
    assert "@raid (fr): " in done.stdout

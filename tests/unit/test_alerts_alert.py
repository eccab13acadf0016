"""Alert: complete, carried by evidence, and safe to print whatever a feed wrote."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from alerts.alert import Alert, alert_for
from alerts.errors import NoEvidenceError
from alerts.messages import render
from indicators.assessments import Assessment
from indicators.bands import WarningLevel
from indicators.evaluation import Evaluation, State, judge
from indicators.levels import Level, Reading
from indicators.moves import MoveReason, OutlookMove
from indicators.outlooks import Row, RowKind, logit
from tests.builders import DAILY, START, WIRE, a_match, a_small_assessment, an_alert, an_event, an_item, days


def a_row(source: str, nats: float, kind: RowKind = RowKind.INDICATOR) -> Row:
    return Row(kind=kind, source=source, nats=nats)


def a_move(**changes: Any) -> OutlookMove:
    """Return a move of the coup question from 12 to 24 %, carried by one row and one event."""
    row = a_row("officer_unrest", logit(0.24) - logit(0.12))
    values: dict[str, Any] = {
        "id": "m1",
        "assessment": "small",
        "version": "1",
        "key": "coup",
        "at": START + days(3),
        "before": 0.12,
        "after": 0.24,
        "low": 0.17,
        "high": 0.36,
        "band_before": 1,
        "band_after": 2,
        "level_before": WarningLevel.BASELINE,
        "level_after": WarningLevel.ADVISORY,
        "reasons": (MoveReason.BAND_UP,),
        "differences": (row,),
        "rows": (row,),
        "events": (an_event("officer_unrest", START + days(2)),),
        "families": ("wire",),
        "coverage": 0.9,
        "degraded": False,
    }
    return OutlookMove(**(values | changes))


def a_reading(indicator: str, level: Level) -> Reading:
    return Reading(indicator=indicator, at=START, level=level, count=0, activation=0, baseline=0)


def alert_of(readings: Mapping[str, Reading] | None = None, **changes: Any) -> Alert:
    return alert_for(a_move(**changes), a_small_assessment(), readings or {})


def officers(*titles: str, **item: Any) -> tuple[Assessment, Evaluation]:
    """Judge a report of each title, two days apart, each confirmed by a second family."""
    assessment = a_small_assessment()
    matches = [
        a_match(
            "officer_unrest",
            item=an_item(title, id=f"{who.family} {n}", source=who.family, published=START + days(2 * n + 0.5), **item),
            publisher=who,
            places=("bamako",),
        )
        for n, title in enumerate(titles)
        for who in (WIRE, DAILY)
    ]
    return assessment, judge(assessment, State(), tuple(matches), now=START + days(7))


def alerted(assessment: Assessment, evaluation: Evaluation) -> Alert:
    (move,) = evaluation.moves
    return alert_for(move, assessment, {r.indicator: r for r in evaluation.readings})


def test_an_alert_holds_everything_its_reader_needs() -> None:
    """From four confirmed arrests to one value: question, change, causes, evidence, limits."""
    alert = alerted(*officers("One", "Two", "Three", "Four", url="https://news.example/a"))
    assert (alert.assessment, alert.scenario, alert.marking) == ("small", "coup", "TLP:GREEN")
    assert alert.title == {"en": "Small", "fr": "Petite"}
    assert (alert.level_before, alert.level_after, alert.rising) == (0, 2, True)
    assert alert.line.before == 0.12
    assert alert.line.after == pytest.approx(0.2686, abs=1e-4)
    assert alert.line.deadline == START + days(97)
    (cause,) = alert.causes
    assert (cause.name["fr"], cause.level) == ("Agitation des officiers", "level 3")
    assert cause.odds_factor == pytest.approx(0.875 / 0.325)
    assert [(e.title, e.grade, e.place, e.day, e.reports) for e in alert.evidence][:2] == [
        ("Four", "B2", "Bamako", "2026-01-07", 2),
        ("Three", "B2", "Bamako", "2026-01-05", 2),
    ]
    assert {e.url for e in alert.evidence} == {"https://news.example/a"}
    assert (alert.families, alert.coverage, alert.review_by) == (("daily", "wire"), 1.0, "2026-04-01")


@pytest.mark.parametrize(
    ("level", "to", "reasons", "named"),
    [
        (Level.LEVEL_2, WarningLevel.WATCH, (MoveReason.LEVEL_UP,), ["officer_unrest"]),
        (Level.LEVEL_1, WarningLevel.WATCH, (MoveReason.LEVEL_UP, MoveReason.ODDS_UP), []),
        (Level.LEVEL_2, WarningLevel.ADVISORY, (MoveReason.LEVEL_UP,), []),
        (Level.LEVEL_2, WarningLevel.WATCH, (MoveReason.ODDS_UP,), []),
    ],
)
def test_a_watch_names_the_indicators_that_raised_it(
    level: Level, to: WarningLevel, reasons: tuple[MoveReason, ...], named: list[str]
) -> None:
    """From 12 to 13 %: whoever is woken reads at once for what, in the message and its language."""
    reading = replace(a_reading("officer_unrest", level), activation=0.4)
    alert = alert_of({"officer_unrest": reading}, reasons=reasons, level_after=to)
    assert [cause.source for cause in alert.raised_watch] == named
    told = "niveau d'alerte relevé (Agitation des officiers, niveau 2)"
    assert (told in render(alert, lang="fr").text) == bool(named)


@pytest.mark.parametrize(
    ("activation", "nats", "less"), [(0.4, -0.1, True), (0.4, 0.1, True), (0.9, 0.1, False), (0.75, 0.1, False)]
)
def test_what_moved_a_figure_by_being_seen_less_says_so(activation: float, nats: float, less: bool) -> None:
    """Convoys that still arrive, but fewer than on the assessment's day, speak against what they speak for."""
    reading = replace(a_reading("officer_unrest", Level.LEVEL_1), activation=activation, baseline=0.75)
    row = a_row("officer_unrest", nats)
    alert = alert_of({"officer_unrest": reading}, rows=(row,), differences=(row,))
    assert [cause.less for cause in alert.causes] == [less]


def test_less_since_the_last_notice_is_seen_though_there_is_more_than_on_the_day_of_the_assessment() -> None:
    """The ledger says which way seeing it points; what moved last may point the other way."""
    reading = replace(a_reading("officer_unrest", Level.LEVEL_1), activation=0.4)
    rows, differences = (a_row("officer_unrest", 0.4),), (a_row("officer_unrest", -0.3),)
    alert = alert_of({"officer_unrest": reading}, rows=rows, differences=differences)
    assert [cause.less for cause in alert.causes] == [True]


def test_a_question_by_a_date_is_told_with_the_figure_for_that_date() -> None:
    """Beside the rolling horizon's, which asks about another span; none once the day is over, or a person has ruled."""
    coup, *others = a_small_assessment().scenarios
    coup = coup.model_copy(update={"deadline": date(2026, 1, 20)})
    assessment = a_small_assessment().model_copy(update={"scenarios": (coup, *others)})
    line = alert_for(a_move(), assessment, {}).line
    assert line.last_day == date(2026, 1, 20)
    assert line.by_last_day == pytest.approx(1 - (1 - 0.24) ** (17 / 90))
    over = alert_for(a_move(at=START + days(20)), assessment, {}).line
    assert (over.last_day, over.by_last_day) == (date(2026, 1, 20), None)
    ruled = alert_for(a_move(happened=True), assessment, {}).line
    assert (ruled.last_day, ruled.by_last_day) == (None, None)
    assert alert_of().line.last_day is None


def test_factors_multiply_to_the_change_of_the_odds() -> None:
    """What is named and what is summed up as the rest give the whole move, for a reader with a calculator."""
    rows = tuple(a_row(f"i{n}", nats) for n, nats in enumerate((0.9, 0.5, 0.4, 0.3, -0.2)))
    after = 1 / (1 + math.exp(-(logit(0.12) + 1.9)))
    alert = alert_of(rows=rows, differences=rows, after=after)
    odds = math.prod(c.odds_factor for c in alert.causes) * math.exp(alert.other_nats)
    assert odds == pytest.approx(math.exp(logit(after) - logit(0.12)))


@pytest.mark.parametrize("after", [0.3, 0.05], ids=["a rise", "a fall"])
def test_the_four_largest_rows_are_named_whichever_way_they_went(after: float) -> None:
    """Largest first; a large row the other way is not hidden in the rest."""
    named = ["a", "b", "c", "d"]
    rows = tuple(a_row(s, n) for s, n in (("a", 0.9), ("b", 0.7), ("c", -0.6), ("d", 0.4), ("e", -0.3), ("f", 0.1)))
    alert = alert_of(rows=rows, differences=rows, after=after)
    assert [c.source for c in alert.causes] == named
    rest = math.fsum(n for s, n in ((r.source, r.nats) for r in rows) if s not in named)
    assert alert.other_nats == pytest.approx(rest)


A_FALL: dict[str, Any] = {"after": 0.05, "level_before": WarningLevel.ADVISORY, "level_after": WarningLevel.WATCH}


def test_what_argues_against_comes_from_the_whole_ledger() -> None:
    """The two strongest rows that point the other way, moved or not."""
    rows = tuple(a_row(s, n) for s, n in (("up", 0.9), ("weak", -0.1), ("strong", -0.6), ("middle", -0.3)))
    assert [c.source for c in alert_of(rows=rows).against] == ["strong", "middle"]
    assert [c.source for c in alert_of(rows=rows, **A_FALL).against] == ["up"]


@pytest.mark.parametrize(
    ("level", "changes", "missing"),
    [
        pytest.param(Level.QUIET, {}, [{"en": "Officer unrest", "fr": "Agitation des officiers"}], id="quiet"),
        pytest.param(Level.LEVEL_1, {}, [], id="seen"),
        pytest.param(Level.NOT_OBSERVABLE, {}, [], id="not observable is not missing"),
        pytest.param(Level.QUIET, A_FALL, [], id="a fall misses nothing"),
    ],
)
def test_a_strong_sign_that_is_quiet_is_said_to_be_missing(
    level: Level, changes: dict[str, Any], missing: list[dict[str, str]]
) -> None:
    """What should be seen if it were coming, and is not, belongs into a warning."""
    alert = alert_of({"officer_unrest": a_reading("officer_unrest", level)}, **changes)
    assert list(alert.missing) == missing


def test_five_events_are_shown_and_the_rest_is_counted() -> None:
    """Newest first as the move gives them; nobody reads forty headlines on a telephone."""
    events = tuple(an_event("officer_unrest", START + days(n), place="bamako") for n in range(8, 0, -1))
    alert = alert_of(events=events)
    assert [e.event for e in alert.evidence] == [e.id for e in events[:5]]
    assert alert.more_events == 3
    assert alert_of(events=events[:5]).more_events == 0


@pytest.mark.parametrize(
    "behind",
    [{"events": (an_event("officer_unrest", START),)}, {"rows": (a_row("officer_unrest", 0.5),)}, {"happened": True}],
    ids=["an event", "a row of the ledger", "a ruling"],
)
def test_an_alert_without_evidence_cannot_be_made(behind: dict[str, Any]) -> None:
    """With neither row, event nor ruling it is refused and named; each of the three is enough."""
    nothing: dict[str, Any] = {"rows": (), "differences": (), "events": ()}
    with pytest.raises(NoEvidenceError, match="move m1 of coup has neither a ledger row nor an event"):
        alert_of(**nothing)
    assert alert_of(**(nothing | behind)).id == "m1"


def test_the_best_source_speaks_for_an_event() -> None:
    """Title and link are those of the most reliable report, not of the first."""
    first = a_match("officer_unrest", item=an_item("Rumour", source="daily"), publisher=DAILY)
    best = a_match("officer_unrest", item=an_item("Report", source="wire"), publisher=WIRE)
    alert = alert_of(events=(an_event("officer_unrest", START, reports=(first, best)),))
    assert [(e.title, e.source, e.reports) for e in alert.evidence] == [("Report", "wire", 2)]


HOSTILE = {
    "markup": "<script>alert(1)</script>",
    "mention": "<!channel> read this",
    "template": "{{ 7*7 }} {% raw %} {# gone #}",
    "format": "{0} %s %(name)s $HOME",
}


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_title_is_kept_as_the_text_it_is(title: str) -> None:
    """Nothing in it is run, resolved or taken away: each channel escapes for itself."""
    assert {e.title for e in alerted(*officers(*[title] * 4)).evidence} == {title}


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Coup\r\nBcc: all@example.org", "Coup Bcc: all@example.org"),
        ("Coup\u2028of\tcolonels", "Coup of colonels"),
        ("Coup \u202efo\u202c of \u2066x\u2069", "Coup fo of x"),
        ("x" * 5000, "x" * 200 + " [cut]"),
    ],
    ids=["new header", "exotic line breaks", "direction overrides", "five thousand characters"],
)
def test_a_title_is_one_short_line_in_reading_direction(title: str, shown: str) -> None:
    """A headline cannot forge a second line, a header or another reading order."""
    assert {e.title for e in alerted(*officers(*[title] * 4)).evidence} == {shown}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//news.example", ""])
def test_only_web_links_are_passed_on(url: str) -> None:
    """A reader may click what we send."""
    assert {e.url for e in alerted(*officers(*"abcd", url=url)).evidence} == {""}


def test_a_report_behind_two_events_is_shown_once() -> None:
    """One headline that speaks to two indicators is one piece of evidence to a reader."""
    report = a_match("officer_unrest", item=an_item("Officers stop a convoy"))
    twice = tuple(an_event(name, START, reports=(report,)) for name in ("officer_unrest", "convoy_attack"))
    alert = alert_of(events=twice)
    assert [e.title for e in alert.evidence] == ["Officers stop a convoy"]
    assert alert.more_events == 0


def test_a_cause_that_rests_on_what_was_seen_before_is_fading() -> None:
    """A reader must not take a hold for fresh sightings."""
    reading = a_reading("officer_unrest", Level.QUIET)
    for held in (True, False):
        (cause,) = alert_of({"officer_unrest": replace(reading, held=held)}).causes
        assert cause.fading is held


def test_a_cause_that_is_no_indicator_has_the_name_of_its_scenario() -> None:
    """A link names the parent's question; a source the file does not know keeps its id."""
    rows = (a_row("blockade", 0.5, RowKind.LINK), a_row("unheard", 0.4, RowKind.COHERENCE))
    causes = alert_of(rows=rows, differences=rows).causes
    assert [(c.kind, c.name["en"], c.level) for c in causes] == [
        ("link", "Blockade goes on", ""),
        ("coherence", "unheard", ""),
    ]


def test_a_country_or_unknown_place_is_shown_as_it_is() -> None:
    """A place of the file has its name, anything else its own words."""
    events = tuple(an_event("officer_unrest", START, place=p) for p in ("kolokani", "ML", ""))
    assert [e.place for e in alert_of(events=events).evidence] == ["Kolokani", "ML", ""]


@pytest.mark.parametrize(
    ("levels", "after", "rising"),
    [((0, 2), 0.24, True), ((2, 1), 0.24, False), ((1, 2), 0.05, True), ((1, 1), 0.24, True), ((1, 1), 0.05, False)],
)
def test_the_warning_level_decides_whether_an_alert_rises(levels: tuple[int, int], after: float, rising: bool) -> None:
    """At the same level, the probability does."""
    assert an_alert(after=after, level_before=levels[0], level_after=levels[1]).rising is rising


def test_a_term_that_settled_decides_before_the_figure() -> None:
    """It was held for a time in which the figure had begun to fade; the arrow tells of the term."""
    settled = alert_of(before=0.24, after=0.239, band_before=1, band_after=2, level_before=WarningLevel.ADVISORY)
    assert settled.rising
    sunk = alert_of(before=0.17, after=0.171, band_before=2, band_after=1, level_before=WarningLevel.ADVISORY)
    assert not sunk.rising


def test_an_alert_can_be_stored_and_read_again() -> None:
    """What was said can be sent again after a crash, word by word."""
    alert = alerted(*officers(*HOSTILE.values()))
    assert Alert.model_validate_json(alert.model_dump_json()) == alert


def test_an_alert_is_called_as_its_move_is() -> None:
    """A move that is replayed makes the same alert again, so nobody is sent a second one."""
    assert alert_of(id="m7").id == "m7"

"""Each kind of count by example: what it counts, when it may speak, since when it stands and who knew it when."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.events import Event
from indicators.levels import Clock, Level, Reading, ReadingError, Span, read_indicator, tracks_of
from indicators.levels.chance import surprise
from indicators.publishers import Grade, Publisher, Reliability
from indicators.rules import Count, Indicator
from tests.builders import START, a_match, an_event, an_indicator, an_item, days

REFUTED = Grade(reliability=Reliability.B, credibility=5)


def counting(name: str = "own", **count: Any) -> Indicator:
    """Return an indicator that counts so, by default with thresholds 1, 3 and 6 and a half-life of 14 days."""
    values = {"thresholds": (1, 3, 6), "half_life_days": 14} | count
    if values.get("of") == "rise":
        del values["thresholds"]
    return an_indicator(name).model_copy(update={"count": Count.model_validate(values)})


def told(
    name: str, at: float, *, by: Sequence[str] = ("wire",), late: float = 0, party: bool = False, **changes: Any
) -> Event:
    """Return an event of *name* at day *at*, reported *by* these families and known *late* days later."""
    when = START + days(at)
    actors = changes.pop("actors", ())
    reports = tuple(
        a_match(
            name,
            item=an_item(f"{name} {at} {family}", published=when, actors=actors),
            publisher=Publisher(family=family, reliability=Reliability.B, party=party),
            known=when + days(late),
        )
        for family in by
    )
    place = changes.pop("place", "kolokani")
    return an_event(name, when, place=place, reports=reports, id=f"{name} {at} {place} {by}", **changes)


def read(
    at: float, indicators: Sequence[Indicator], events: Sequence[Event], *, unseen: Sequence[str] = (), **clocks: Clock
) -> Reading:
    """Return the reading of the last of *indicators* at day *at*."""
    found = tracks_of(
        indicators,
        {i.id: [e for e in events if e.indicator == i.id] for i in indicators},
        clocks={i.id: clocks.get(i.id, Clock(START)) for i in indicators},
    )
    sees = {i.id: i.id not in unseen for i in indicators}
    return found.read(now=START + days(at), observable=sees)[-1]


def blind(*spans: tuple[float, float | None]) -> Clock:
    return Clock(
        START, tuple(Span(start=START + days(a), end=None if b is None else START + days(b)) for a, b in spans)
    )


def day(moment: datetime | None) -> float | None:
    return None if moment is None else (moment - START) / days(1)


# --- publishers --------------------------------------------------------------------------------------

ECHO = counting(of="publishers", window_days=7)


@pytest.mark.parametrize(
    ("events", "count"),
    [
        ([told("own", 1, by=("a", "b"))], 2),
        ([told("own", 1, by=("a", "b")), told("own", 2, by=("b",))], 2),
        ([told("own", 1, by=("a",)), told("own", 2, by=("b",)), told("own", 3, by=("c",))], 3),
        ([told("own", 1, by=("army",), party=True)], 0),
        ([told("own", 1, announcement=True)], 0.5),
        ([told("own", 1, announcement=True), told("own", 2)], 1),
        ([told("own", 1, by=("a", "b"), grade=REFUTED)], 0),
    ],
    ids=["two", "one twice", "three", "a party", "at its value", "at its best", "refuted"],
)
def test_publishers_count_each_family_once_at_its_best_event(events: list[Event], count: float) -> None:
    """Ten reports of one family are one voice, and a party to the conflict is none."""
    assert read(5, [ECHO], events).count == count


# --- rise --------------------------------------------------------------------------------------------

SURGE = counting(of="rise", window_days=7, against_days=84, at_least_days=28, alpha=0.01)
WEEKLY = [told("own", 3 + 7 * k) for k in range(20)]


def burst(at: float, n: int) -> list[Event]:
    return [told("own", at + k / 100, place=f"p{k}") for k in range(n)]


@pytest.mark.parametrize(("n", "before"), [(1, 0), (3, 2), (8, 5), (2, 40), (60, 3)])
def test_the_surprise_is_the_tail_of_a_negative_binomial(n: int, before: int) -> None:
    """Against the plain sum of its terms, for a rate that is only known from what came before."""
    r, p = before + 0.5, 7 / (7 + 84)
    terms = [
        math.exp(math.lgamma(k + r) - math.lgamma(r) - math.lgamma(k + 1) + r * math.log1p(-p) + k * math.log(p))
        for k in range(n, n + 4000)
    ]
    expected = -math.log10(math.fsum(terms))
    assert surprise(n, days=7, before=before, before_days=84) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(
    n=st.floats(0, 2000), more=st.floats(0, 50), before=st.floats(0, 2000), w=st.floats(0.1, 60), r=st.floats(1, 3000)
)
@settings(max_examples=400, deadline=None)
def test_a_surprise_grows_with_what_came_and_shrinks_with_what_used_to_come(
    n: float, more: float, before: float, w: float, r: float
) -> None:
    """It is finite and never below 0, whatever the numbers."""
    base = surprise(n, days=w, before=before, before_days=r)
    assert 0 <= base <= 300
    assert surprise(n + more, days=w, before=before, before_days=r) >= base - 1e-6
    assert surprise(n, days=w, before=before + more, before_days=r) <= base + 1e-6


@pytest.mark.parametrize(
    ("at", "extra", "level"),
    [
        (20, burst(18, 9), Level.NOT_YET_DUE),
        (34.9, burst(30, 9), Level.NOT_YET_DUE),
        (60, [], Level.QUIET),
        (60, burst(58, 2), Level.QUIET),
        (60, burst(58, 5), Level.LEVEL_1),
        (60, burst(58, 9), Level.LEVEL_3),
    ],
    ids=["too early", "just too early", "its own pace", "a little more", "a rise", "a leap"],
)
def test_a_rise_is_judged_by_the_indicators_own_pace(at: float, extra: list[Event], level: Level) -> None:
    """One a week is quiet for one that has one a week, and nothing is said before there is a pace to compare with."""
    reading = read(at, [SURGE], [*WEEKLY, *extra])
    assert reading.level is level
    if level.rank == 0:
        assert reading.signal == 0


def test_a_smaller_alpha_asks_for_a_larger_rise() -> None:
    """One number sets how sensitive it is."""
    events = [*WEEKLY, *burst(58, 5)]
    strict = counting(of="rise", window_days=7, against_days=84, at_least_days=28, alpha=0.0001)
    assert (read(60, [SURGE], events).level.rank, read(60, [strict], events).level.rank) == (1, 0)


def test_blind_time_is_no_part_of_a_rises_reference() -> None:
    """Forty days of which thirty were blind are ten days of reference: not enough to speak."""
    assert read(60, [SURGE], WEEKLY, own=blind((10, 40))).level is Level.NOT_YET_DUE
    assert read(66, [SURGE], WEEKLY, own=blind((10, 40))).level is Level.QUIET


# --- silence -----------------------------------------------------------------------------------------

HUSH = counting(of="silence", thresholds=(10, 20, 40))
OTHER = counting("other", window_days=7)
HUSH_OF = counting(of="silence", since="other", thresholds=(10, 20, 40))


@pytest.mark.parametrize(
    ("at", "times", "clock", "count", "level"),
    [
        (9.9, [], Clock(START), 9.9, Level.NOT_YET_DUE),
        (10, [], Clock(START), 10, Level.LEVEL_1),
        (30, [22], Clock(START), 8, Level.QUIET),
        (32, [22], Clock(START), 10, Level.LEVEL_1),
        (62, [5, 22], Clock(START), 40, Level.LEVEL_3),
        (32, [22], blind((23, 31)), 2, Level.QUIET),
        (32, [], blind((0, None)), 0, Level.NOT_YET_DUE),
        (32, [-4], Clock(START), 32, Level.LEVEL_2),
    ],
    ids=["not due", "due", "heard", "silent", "long", "blind", "always blind", "before the paper"],
)
@pytest.mark.parametrize("own", [True, False])
def test_a_silence_counts_the_observed_days_since_the_last_event(
    at: float, times: list[float], clock: Clock, count: float, level: Level, *, own: bool
) -> None:
    """Its own, or that of the indicator it listens to; what could not be seen was not silent."""
    indicators = [HUSH] if own else [OTHER, HUSH_OF]
    name = "own" if own else "other"
    reading = read(at, indicators, [told(name, t) for t in times], own=clock, other=clock)
    assert reading.count == pytest.approx(count)
    assert reading.level is level


def test_a_refuted_event_does_not_break_a_silence() -> None:
    """What did not happen was not heard."""
    assert read(30, [HUSH], [told("own", 25, grade=REFUTED)]).count == 30


def test_less_than_a_silence_is_no_part_of_one() -> None:
    """A gap of nine days between events is no evidence, and leaves nothing to fade."""
    events = [told("own", 9 * k) for k in range(10)]
    assert [read(t, [HUSH], events).activation for t in (15, 40, 80)] == [0, 0, 0]


# --- novelty -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "events", "count"),
    [
        ("place", [("a", 20, "x"), ("a", 22, "x")], 1),
        ("place", [("a", 20, "x"), ("b", 22, "x")], 2),
        ("place", [("a", 0, "x"), ("a", 22, "x")], 0),
        ("place", [("a", 0, "x"), ("a", 31, "x")], 1),
        ("place", [("a", -5, "x"), ("a", 22, "x")], 0),
        ("place", [("", 22, "x"), ("ML", 22, "x")], 0),
        ("family", [("a", 20, "x"), ("b", 22, "x")], 1),
        ("family", [("a", 20, "x"), ("a", 22, "y")], 2),
        ("actor", [("a", 20, "x"), ("b", 22, "y")], 1),
    ],
)
def test_a_novelty_counts_what_was_not_seen_before(by: str, events: list[tuple[str, float, str]], count: float) -> None:
    """A place, a publisher or an actor that 30 days have not named; a country is no place that could be new."""
    novelty = counting(of="novelty", by=by, unseen_days=30, window_days=14)
    found = [told("own", t, place=place, by=(family,), actors=("JNIM",)) for place, t, family in events]
    assert read(32, [novelty], found).count == count


# --- combination -------------------------------------------------------------------------------------

A, B, C = (counting(name, window_days=7) for name in "abc")


def combined(**combine: Any) -> Indicator:
    return counting(of="combination", combine={"among": ["a", "b"]} | combine, thresholds=(2, 3, 4))


@pytest.mark.parametrize(
    ("combine", "events", "level"),
    [
        ({}, [("a", 10), ("b", 12)], Level.LEVEL_1),
        ({}, [("a", 10)], Level.QUIET),
        ({}, [("a", 3), ("b", 12)], Level.QUIET),
        ({"within_days": 5}, [("a", 3), ("b", 12)], Level.LEVEL_1),
        ({"within_days": 4}, [("a", 3), ("b", 12)], Level.QUIET),
        ({"in_order": True}, [("a", 10), ("b", 12)], Level.LEVEL_1),
        ({"in_order": True}, [("b", 10), ("a", 12)], Level.QUIET),
        ({"in_order": True}, [("b", 12), ("a", 12)], Level.LEVEL_1),
        ({"none_of": ["c"]}, [("a", 10), ("b", 12), ("c", 13)], Level.QUIET),
        ({"none_of": ["c"]}, [("a", 10), ("b", 12), ("c", 6)], Level.LEVEL_1),
        ({"among": ["a", "b", "c"]}, [("a", 10), ("b", 12), ("c", 13)], Level.LEVEL_2),
        ({"min_level": 2}, [("a", 10), ("b", 12)], Level.QUIET),
    ],
)
def test_a_combination_counts_others_at_a_level(
    combine: dict[str, Any], events: list[tuple[str, float]], level: Level
) -> None:
    """So many of them, near enough in time, in the order asked for, and not while one of the others stands."""
    indicators = [A, B, C, combined(**combine)]
    assert read(14, indicators, [told(name, t) for name, t in events]).level is level


def test_a_combination_is_not_observable_while_what_must_not_stand_cannot_be_seen() -> None:
    """Not seeing it is not knowing that it is away."""
    indicators = [A, B, C, combined(none_of=["c"])]
    events = [told("a", 10), told("b", 12)]
    assert read(14, indicators, events).level is Level.LEVEL_1
    reading = read(14, indicators, events, unseen=["c"])
    assert (reading.level, reading.met) == (Level.NOT_OBSERVABLE, None)


def test_a_quiet_combination_of_what_cannot_be_seen_is_not_observable() -> None:
    """Nothing could be found, so nothing is said."""
    assert read(14, [A, B, combined()], [], unseen=["a"]).level is Level.NOT_OBSERVABLE


def test_members_keep_their_own_clocks_in_a_combination() -> None:
    """While nobody could see a, its event stays in its window; b, which was seen, has left its own."""
    events = [told("a", 10), told("b", 11)]
    indicators = [A, B, combined()]
    assert read(20, indicators, events).level is Level.QUIET
    assert read(20, indicators, events, a=blind((12, 19)), b=blind((12, 19))).level is Level.LEVEL_1
    assert read(20, indicators, events, a=blind((12, 19))).level is Level.QUIET


def test_a_combination_shows_the_events_of_all_it_combines() -> None:
    """Newest first."""
    reading = read(14, [A, B, combined()], [told("a", 10), told("b", 12)])
    assert [e.indicator for e in reading.events] == ["b", "a"]


def test_a_duration_may_count_a_combination() -> None:
    """Both stand from day 12; four days later that has lasted four days."""
    lasting = counting("lasting", of="duration", thresholds=(2, 5, 9), **{"while": {"indicator": "own"}})
    reading = read(16, [A, B, combined(), lasting], [told("a", 10), told("b", 12, late=1)])
    assert (reading.count, reading.level) == (4, Level.LEVEL_1)
    assert (day(reading.met), day(reading.known)) == (14, 14)


# --- states ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("refuted", "true", "level"),
    [(1, 0, Level.REFUTED), (0, 0, Level.QUIET), (1, 1, Level.LEVEL_1)],
)
def test_what_would_be_a_level_had_it_not_been_refuted_reads_refuted(refuted: int, true: int, level: Level) -> None:
    """It counts nothing, and is neither a level nor calm."""
    events = [told("own", 3, grade=REFUTED, place=f"r{i}") for i in range(refuted)]
    reading = read(5, [counting()], [*events, *(told("own", 4, place=f"t{i}") for i in range(true))])
    assert reading.level is level
    assert reading.count == true
    assert all(e.refuted == (level is Level.REFUTED) for e in reading.events)
    assert len(reading.events) == (refuted if level is Level.REFUTED else true)


def test_a_refutation_is_over_when_its_window_is() -> None:
    """Two weeks later nobody would have counted it anyway."""
    assert read(18, [counting(window_days=14)], [told("own", 3, grade=REFUTED)]).level is Level.QUIET


@pytest.mark.parametrize("at", [0, 5, 29.9])
def test_before_its_day_an_indicator_is_not_due_and_moves_nothing(at: float) -> None:
    """Neither what was seen nor what was not counts until then, not even of its baseline."""
    late = counting(baseline=0.4).model_copy(update={"due_from": date(2026, 1, 31)})
    reading = read(at, [late], [told("own", 1), told("own", 2)])
    assert (reading.level, reading.signal, reading.met) == (Level.NOT_YET_DUE, 0, None)


def test_from_its_day_on_an_indicator_is_read_as_any_other() -> None:
    """What stands in the window then counts, and silence lowers a baseline from then on only."""
    late = counting(baseline=0.4).model_copy(update={"due_from": date(2026, 1, 31)})
    assert read(30, [late], [told("own", 29), told("own", 28)]).count == 2
    assert read(43.9, [late], []).signal == 0
    assert read(58, [late], []).signal == pytest.approx(-0.2)


def test_a_silence_begins_on_the_day_it_is_due() -> None:
    """Nobody listened before."""
    late = HUSH.model_copy(update={"due_from": date(2026, 1, 31)})
    assert [read(t, [late], []).level for t in (29, 39, 41)] == [Level.NOT_YET_DUE, Level.NOT_YET_DUE, Level.LEVEL_1]


# --- met and known -----------------------------------------------------------------------------------


def test_a_threshold_met_on_one_day_and_known_on_another_says_both() -> None:
    """Met on day 12 by an event of which we heard on day 19."""
    reading = read(20, [counting(window_days=14)], [told("own", 12, late=7)])
    assert (day(reading.met), day(reading.known)) == (12, 19)


def test_each_level_has_its_own_moment() -> None:
    """Level 1 since day 3, level 2 since the third event on day 5, level 1 again as before once that is over."""
    events = [told("own", t) for t in (3, 4, 5, 9, 15)]
    readings = [read(t, [counting(window_days=7)], events) for t in (4, 6, 11.5, 13)]
    assert [(r.level.rank, day(r.met)) for r in readings] == [(1, 3), (2, 5), (1, 3), (1, 3)]


def test_a_level_that_was_interrupted_begins_anew() -> None:
    """Between day 10 and day 20 nothing stood in the window."""
    assert day(read(21, [counting(window_days=7)], [told("own", 3), told("own", 20)]).met) == 20


def test_days_are_met_when_their_clock_reaches_them() -> None:
    """A silence of ten days that was blind for five was met on day fifteen."""
    reading = read(16, [HUSH], [], own=blind((2, 7)))
    assert (day(reading.met), day(reading.known)) == (15, 15)


def test_a_combination_is_met_when_the_last_came_and_known_when_enough_were() -> None:
    """The second came on day 12; of the first we heard on day 13."""
    reading = read(14, [A, B, combined()], [told("a", 10, late=3), told("b", 12)])
    assert (day(reading.met), day(reading.known)) == (12, 13)


EVENTS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), min_size=1, max_size=10, unique=True)


@given(events=EVENTS, at=st.integers(0, 25))
@settings(max_examples=400, deadline=None)
def test_a_level_was_known_as_soon_as_what_was_known_was_enough(events: list[tuple[int, int]], at: int) -> None:
    """The first moment of hearing at which the events heard of by then reach the level while it stood."""
    own = counting(window_days=5, thresholds=(1, 2, 4))
    found = [told("own", t, late=late, place=f"p{i}") for i, (t, late) in enumerate(events)]
    reading = read(at, [own], found)
    if not reading.level.rank:
        return
    assert reading.met is not None
    stood = [t for t in range(at + 1) if START + days(t) >= reading.met]
    heard = sorted(e.known for e in found)
    enough = (
        tau
        for tau in heard
        if any(read(t, [own], [e for e in found if e.known <= tau]).level.rank >= reading.level.rank for t in stood)
    )
    assert reading.known == next(enough)


# --- what cannot be counted ---------------------------------------------------------------------------


def odd(**changes: Any) -> Event:
    """Return what looks like an event and has values that no event should have."""
    values = {
        "id": "odd",
        "indicator": "own",
        "place": "",
        "when": START + days(1),
        "known": START + days(1),
        "value": 1.0,
        "refuted": False,
        "families": frozenset({"wire"}),
        "reports": (),
    }
    return cast("Event", SimpleNamespace(**(values | changes)))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"value": math.nan}, "not a number"),
        ({"value": math.inf}, "not between 0 and 1"),
        ({"value": -0.1}, "not between 0 and 1"),
        ({"value": 2.0}, "not between 0 and 1"),
        ({"when": datetime(2026, 1, 2)}, "without a zone"),  # noqa: DTZ001 - the fault
        ({"known": datetime(2026, 1, 2)}, "without a zone"),  # noqa: DTZ001 - the fault
    ],
)
def test_an_event_that_cannot_be_counted_is_refused_by_name(changes: dict[str, Any], told: str) -> None:
    """Not a number, more than one event, a time of no zone: the error says which event and why."""
    with pytest.raises(ReadingError, match=f"event odd of own .*{told}"):
        read_indicator(counting(), [odd(**changes)], clock=Clock(START), now=START + days(2))


def test_a_moment_without_a_zone_is_refused() -> None:
    """The same question would have two answers."""
    with pytest.raises(ReadingError, match="time zone"):
        read_indicator(counting(), [], clock=Clock(START), now=datetime(2026, 1, 2))  # noqa: DTZ001 - the fault


@pytest.mark.parametrize(
    "when", [datetime(1, 1, 1, tzinfo=UTC), datetime(1969, 12, 31, tzinfo=UTC), START + days(50 * 365.25)]
)
@pytest.mark.parametrize("count", [{}, {"of": "novelty"}, {"of": "rise"}, {"of": "silence"}, {"of": "publishers"}])
def test_an_event_of_another_age_changes_nothing_today(when: datetime, count: dict[str, Any]) -> None:
    """Fifty years ahead or before the epoch: not in any window, and no error."""
    now = START + days(20)
    far = replace(told("own", 1), when=when, id="far")
    near = told("own", 15, place="near")
    one, other = (read_indicator(counting(**count), e, clock=Clock(START), now=now) for e in ([near], [near, far]))
    assert one == other

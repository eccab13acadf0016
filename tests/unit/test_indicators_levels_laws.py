"""The laws that every kind of count keeps, whatever happened, was late, was refuted or could not be seen."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from indicators.events import Event
from indicators.levels import Clock, Level, Reading, Readings, Span, Tracks, tracks_of
from indicators.publishers import Grade, Publisher, Reliability
from indicators.rules import Count, Indicator
from tests.builders import START, a_match, an_event, an_indicator, an_item, days

THOROUGH = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])

COUNTS: dict[str, dict[str, Any]] = {
    "attack": {"window_days": 7, "thresholds": (1, 3, 6), "half_life_days": 14, "baseline": 0.4},
    "shortage": {"of": "place_day", "window_days": 5, "thresholds": (1, 2, 4), "half_life_days": 6},
    "echo": {"of": "publishers", "window_days": 6, "thresholds": (1, 2, 3), "half_life_days": 9},
    "surge": {
        "of": "rise",
        "window_days": 4,
        "against_days": 16,
        "at_least_days": 6,
        "alpha": 0.2,
        "half_life_days": 5,
    },
    "spread": {"of": "novelty", "unseen_days": 15, "window_days": 7, "thresholds": (1, 2, 3), "half_life_days": 8},
    "hush": {"of": "silence", "thresholds": (5, 10, 20), "half_life_days": 4},
    "lasting": {
        "of": "duration",
        "while": {"indicator": "attack", "min_level": 1},
        "thresholds": (5, 15, 30),
        "half_life_days": 10,
        "baseline": 0.2,
    },
    "unheard": {"of": "silence", "since": "shortage", "thresholds": (4, 9, 20), "half_life_days": 4},
    "storm": {
        "of": "combination",
        "combine": {"among": ["attack", "echo", "surge", "spread"], "none_of": ["hush"], "within_days": 3},
        "thresholds": (2, 3, 4),
        "half_life_days": 7,
    },
    "sequence": {
        "of": "combination",
        "combine": {"among": ["spread", "shortage", "lasting"], "within_days": 6, "in_order": True},
        "thresholds": (2, 3, 4),
        "half_life_days": 7,
    },
    "siege": {
        "of": "duration",
        "while": {"indicator": "storm", "min_level": 1},
        "thresholds": (1, 4, 9),
        "half_life_days": 10,
    },
}
"""One indicator of each kind, and some that read those that read others."""

OWN = ("attack", "shortage", "echo", "surge", "spread", "hush")
GROWING = ("attack", "shortage", "echo", "lasting")
"""Kinds in which one more event can only add: more past lowers a rise, breaks a silence, makes a place known."""
GRADES = (("B", 3), ("C", 3), ("F", 6), ("B", 5))
PLACES = ("kolokani", "kati", "segou", "ML", "")


def indicators(**due: Any) -> list[Indicator]:
    counted = {name: Count.model_validate(count) for name, count in COUNTS.items()}
    return [an_indicator(n).model_copy(update={"count": c, "due_from": due.get(n)}) for n, c in counted.items()]


def event(
    name: str, at: float, number: int, *, late: float = 0.0, grade: int = 0, place: int = 0, family: int = 0
) -> Event:
    """Return an event of *name* at day *at* of which we knew *late* days later."""
    when, (reliability, credibility) = START + days(at), GRADES[grade]
    publisher = Publisher(family=f"family {family}", reliability=Reliability(reliability), party=family == 3)
    item = an_item(f"{name} {number}", published=when, actors=(f"actor {family}",))
    match = a_match(name, item=item, publisher=publisher, known=when + days(late))
    found = Grade(reliability=Reliability(reliability), credibility=credibility)
    return an_event(name, when, place=PLACES[place], id=f"{name}/{number}", reports=(match,), grade=found)


MOMENTS = st.one_of(st.integers(-3, 30), st.floats(-3, 30).map(lambda t: round(t, 3))).map(float)
HAPPENING: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    name=st.sampled_from(OWN),
    at=MOMENTS,
    late=st.sampled_from([0.0, 0.5, 9.0]),
    grade=st.sampled_from([0, 0, 0, 1, 2, 3]),
    place=st.integers(0, 4),
    family=st.integers(0, 3),
)
"""Each by itself: hypothesis then gives two events one moment or one name more often than chance would."""
WORLD = st.one_of(st.lists(HAPPENING, max_size=5), st.lists(HAPPENING, min_size=8, max_size=20)).map(
    lambda found: [event(number=i, **values) for i, values in enumerate(found)]
)
BLIND = st.lists(st.tuples(st.integers(-2, 35), st.integers(1, 12)), max_size=2).map(
    lambda spans: tuple(Span(start=START + days(a), end=START + days(a + n)) for a, n in spans)
)
LOOKS = st.one_of(st.integers(0, 45), st.floats(0, 45)).map(float)


def by_name(events: Sequence[Event]) -> Mapping[str, list[Event]]:
    return {name: [e for e in events if e.indicator == name] for name in COUNTS}


def at(day: float) -> datetime:
    return START + days(day)


def happened(*what: tuple[str, float, float]) -> list[Event]:
    """Return events by indicator, day, and days until we knew."""
    return [event(name, when, n, late=late) for n, (name, when, late) in enumerate(what)]


def blinded(*spans: tuple[float, float]) -> tuple[Span, ...]:
    return tuple(Span(start=at(a), end=at(b)) for a, b in spans)


def tracks(events: Sequence[Event], blind: tuple[Span, ...] = (), clocks: Mapping[str, Clock] | None = None) -> Tracks:
    return tracks_of(indicators(), by_name(events), clocks=clocks or Clock(START, blind))


def read(events: Sequence[Event], day: float, *, blind: tuple[Span, ...] = ()) -> dict[str, Reading]:
    found = tracks(events, blind).read(now=at(day), observable=not any(span.has(at(day)) for span in blind))
    return {reading.indicator: reading for reading in found}


@given(data=st.data(), events=WORLD, blind=BLIND, day=LOOKS)
@THOROUGH
def test_the_order_of_arrival_is_irrelevant(
    data: st.DataObject, events: list[Event], blind: tuple[Span, ...], day: float
) -> None:
    """The same events in any order give equal readings of every kind, to the last bit."""
    assert read(data.draw(st.permutations(events)), day, blind=blind) == read(events, day, blind=blind)


@given(events=WORLD, more=MOMENTS, name=st.sampled_from(GROWING[:3]), day=LOOKS, blind=BLIND)
@THOROUGH
def test_one_more_event_never_lowers_what_only_grows(
    events: list[Event], more: float, name: str, day: float, blind: tuple[Span, ...]
) -> None:
    """What happens is no evidence that it stopped: true of events, place-days, publishers and durations."""
    before = read(events, day, blind=blind)
    after = read([*events, event(name, more, 99)], day, blind=blind)
    for kind in GROWING:
        assert after[kind].activation >= before[kind].activation - 1e-12
        if before[kind].level is not Level.NOT_YET_DUE:
            assert after[kind].level.rank >= before[kind].level.rank


@given(events=WORLD, index=st.integers(0, 13), day=LOOKS)
@THOROUGH
def test_an_event_that_is_given_twice_counts_once(events: list[Event], index: int, day: float) -> None:
    """One id is one event, however often it comes."""
    assume(events)
    again = events[index % len(events)]
    assert read([*events, replace(again)], day) == read(events, day)


@given(events=WORLD, day=st.floats(0, 60), later=st.floats(0, 60))
@THOROUGH
def test_between_two_changes_an_activation_that_nothing_supports_only_halves(
    events: list[Event], day: float, later: float
) -> None:
    """a(t + d) = a(t) x 2^(-d/h) while the level stands, for every kind that holds on to earlier events."""
    known, at_end = tracks(events), read(events, day + later)
    for name, before in read(events, day).items():
        course = known.by_name[name].course
        if course.at(day) is not course.at(day + later) or not before.held or not at_end[name].held:
            continue
        faded = before.activation * 0.5 ** (later / COUNTS[name]["half_life_days"])
        assert at_end[name].activation == pytest.approx(faded, abs=1e-12)


@given(events=WORLD, day=LOOKS, blind=BLIND)
@THOROUGH
def test_readings_stay_in_their_ranges(events: list[Event], day: float, blind: tuple[Span, ...]) -> None:
    """0 <= a <= 1, u = a - b, a level has met <= known <= now or known late, and any other state has neither."""
    for reading in read(events, day, blind=blind).values():
        assert 0 <= reading.activation <= 1
        assert reading.count >= 0
        assert reading.signal == reading.activation - reading.baseline
        if reading.level.rank:
            assert reading.met is not None
            assert reading.known is not None
            assert reading.met <= reading.known
            assert reading.met <= reading.at + days(1e-9)
        else:
            assert (reading.met, reading.known) == (None, None)


@given(events=WORLD, day=LOOKS, blind=BLIND)
@THOROUGH
def test_what_is_not_yet_due_moves_nothing(events: list[Event], day: float, blind: tuple[Span, ...]) -> None:
    """Its signal is exactly 0, whatever happened."""
    for reading in read(events, day, blind=blind).values():
        if reading.level is Level.NOT_YET_DUE:
            assert reading.signal == 0


@given(events=WORLD, start=st.integers(0, 40), length=st.floats(0.1, 40))
@THOROUGH
def test_a_blind_time_lowers_nothing(events: list[Event], start: int, length: float) -> None:
    """While nobody can look and nothing new is told, every reading stays as it was, and quiet is never said."""
    known = [e for e in events if e.when < at(start)]
    span = (Span(start=at(start)),)
    before, during = (read(known, day, blind=span) for day in (start, start + length))
    for name, reading in during.items():
        assert reading.level is not Level.QUIET
        assert replace(reading, at=before[name].at) == before[name]


@given(events=WORLD, looks=st.lists(LOOKS, min_size=1, max_size=5), blind=BLIND)
@THOROUGH
def test_a_replay_at_a_growing_now_equals_looking_directly(
    events: list[Event], looks: list[float], blind: tuple[Span, ...]
) -> None:
    """Tracks of everything, read at each moment, say what tracks of what had happened by then would have said."""
    whole, clock = tracks(events, blind), Clock(START, blind)
    for day in sorted(looks):
        happened = [e for e in events if e.when <= at(day)]
        direct = tracks_of(indicators(), by_name(happened), clocks=clock).read(now=at(day))
        assert whole.read(now=at(day)) == direct


@given(
    events=WORLD,
    blind=BLIND,
    day=LOOKS,
    due=st.dictionaries(st.sampled_from(list(COUNTS)), st.integers(0, 40), max_size=3),
    unseen=st.sets(st.sampled_from(list(COUNTS))),
)
@THOROUGH
def test_what_the_outlook_asks_for_is_what_the_readings_say(
    events: list[Event], blind: tuple[Span, ...], day: float, due: dict[str, int], unseen: set[str]
) -> None:
    """Signals and loud indicators, worked out without any reading: the readings' own, to the last bit."""
    awaited = indicators(**{name: at(later).date() for name, later in due.items()})
    found = tracks_of(awaited, by_name(events), clocks=Clock(START, blind))
    for observable in (not unseen, {name: name not in unseen for name in COUNTS}):
        quick = found.at(now=at(day), observable=observable)
        ranks = [dict.fromkeys(COUNTS, rank) for rank in (1, 2, 3)] + [{n: 1 + i % 3 for i, n in enumerate(COUNTS)}]
        signals, loud = quick.signals, [quick.loud(each) for each in ranks]
        readings = found.read(now=at(day), observable=observable)
        assert signals == {r.indicator: r.signal for r in readings}
        assert loud == [Readings(readings).loud(each) for each in ranks]


@given(events=WORLD, late=st.lists(MOMENTS, max_size=3), day=st.floats(31, 60), blind=BLIND)
@THOROUGH
def test_a_late_event_counts_as_one_that_came_in_time(
    events: list[Event], late: list[float], day: float, blind: tuple[Span, ...]
) -> None:
    """At the same later moment only ``known`` tells them apart."""
    in_time = [event("attack", t, 90 + i) for i, t in enumerate(late)]
    belated = [event("attack", t, 90 + i, late=30) for i, t in enumerate(late)]
    early, after = (read([*events, *more], day, blind=blind) for more in (in_time, belated))
    for name, reading in early.items():
        other = after[name]
        assert replace(reading, known=None, events=()) == replace(other, known=None, events=())
        assert [e.id for e in reading.events] == [e.id for e in other.events]
        assert reading.known is None or (other.known is not None and other.known >= reading.known)


@given(events=WORLD, blind=BLIND, day=LOOKS, data=st.data())
@THOROUGH
def test_tracks_that_grew_equal_tracks_made_at_once(
    events: list[Event], blind: tuple[Span, ...], day: float, data: st.DataObject
) -> None:
    """Whatever came in which order and in how many portions: the same readings, to the last bit."""
    grown = tracks((), blind)
    so_far: list[Event] = []
    for one in data.draw(st.permutations(events)):
        so_far.append(one)
        grown = grown.with_events(one.indicator, by_name(so_far)[one.indicator])
        grown.read(now=at(day))
    assert grown.read(now=at(day)) == tracks(events, blind).read(now=at(day))


EDITS = st.lists(
    st.tuples(st.sampled_from(["more", "join", "regrade", "remove", "renew", "prune"]), HAPPENING, st.integers(0, 30)),
    min_size=1,
    max_size=7,
)


def edited(events: list[Event], how: str, what: dict[str, Any], number: int, oldest: datetime) -> list[Event]:
    """Return *events* with one more, one told by one more or graded anew (maybe refuted), one less, or all made anew.

    Only what happened from *oldest* on is touched. Every second time they are in order, as a docket gives them.
    """
    one = event(number=1000 + len(events) + number, **what)
    if how == "more":
        return [*events, one] if one.when >= oldest else events
    if how == "renew":
        return [replace(e) for e in events]
    open_ = [e for e in events if e.when >= oldest]
    if not open_:
        return events
    chosen = open_[number % len(open_)]
    told: dict[str, dict[str, Any]] = {
        "regrade": {"grade": one.grade},
        "join": {"reports": (*chosen.reports, *one.reports)},
    }
    fresh = [replace(chosen, **told[how])] if how in told else []
    found = [*fresh, *(e for e in events if e is not chosen)]
    return sorted(found, key=lambda e: (e.when, e.id)) if number % 2 else found


@given(events=WORLD, blind=BLIND, edits=EDITS, day=LOOKS, repeated=st.booleans())
@THOROUGH
def test_tracks_that_were_changed_equal_tracks_made_at_once(
    events: list[Event],
    blind: tuple[Span, ...],
    edits: list[tuple[str, dict[str, Any], int]],
    day: float,
    repeated: bool,
) -> None:
    """Put in the middle, regraded, refuted, removed or given anew, pruned between or not: to the last bit the same.

    Not pruned, every track is the same in full; pruned, every later reading is. What was pruned may be repeated.
    """
    grown, oldest = tracks(events, blind), at(-99)
    for how, what, number in edits:
        if how == "prune":
            grown = grown.pruned(at(what["at"]))
            oldest = max(oldest, at(what["at"]))
            continue
        before, events = by_name(events), edited(events, how, what, number, oldest)
        for name, own in by_name(events).items():
            if any(a is not b for a, b in zip(own, before[name], strict=False)) or len(own) != len(before[name]):
                kept = {e.id for e in grown.events(name)}
                grown = grown.with_events(name, [e for e in own if repeated or e.when >= oldest or e.id in kept])
        direct = tracks(events, blind)
        if grown.oldest is None:
            assert grown.by_name == direct.by_name
        for look in (day, day + 2.5, day + 40):
            now = max(oldest, at(look))
            assert grown.read(now=now) == direct.read(now=now)


def same_when_pruned(events: list[Event], cuts: list[float], day: float, clocks: Mapping[str, Clock]) -> None:
    so_far = [e for e in events if e.when < at(min(cuts))]
    pruned = whole = tracks(so_far, clocks=clocks)
    for before, until in zip(sorted(cuts), [*sorted(cuts)[1:], math.inf], strict=True):
        pruned = pruned.pruned(at(before))
        for one in events:
            if before <= (one.when - START) / days(1) < until:
                so_far.append(one)
                whole = whole.with_events(one.indicator, by_name(so_far)[one.indicator])
                pruned = pruned.with_events(one.indicator, [*pruned.events(one.indicator), one])
        for look in (before, max(before, day), before + 2.5, before + 40):
            assert pruned.read(now=at(look)) == whole.read(now=at(look))


LONG_AGO = happened(*[("attack", 0, 0)] * 16)
"""A siege that lasts to the end of any of these looks."""


@given(events=WORLD, blind=BLIND, cuts=st.lists(LOOKS, min_size=1, max_size=3), day=LOOKS)
@example(  # what the sequence reads is pruned to days later than its own: none of them came only then
    events=[
        *LONG_AGO,
        *happened(("shortage", 1, 0), ("shortage", 3, 0), ("spread", 1, 0)),
    ],
    blind=blinded((3, 12)),
    cuts=[17],
    day=19.5,
)
@example(  # the new shortage is known before the old one, and so the sequence is
    events=[*LONG_AGO, *happened(("shortage", 1, 9), ("shortage", 9, 0))], blind=blinded((1, 4)), cuts=[9], day=0
)
@THOROUGH
def test_pruning_changes_no_later_reading(
    events: list[Event], blind: tuple[Span, ...], cuts: list[float], day: float
) -> None:
    """What is older is collapsed into one value; from then on everything reads the same, also of what comes then."""
    same_when_pruned(events, cuts, day, dict.fromkeys(COUNTS, Clock(START, blind)))


@given(
    events=WORLD,
    spans=st.tuples(BLIND, BLIND),
    second=st.sets(st.sampled_from([*OWN, "storm", "sequence"])),
    cuts=st.lists(LOOKS, min_size=1, max_size=3),
    day=LOOKS,
)
@example(  # the sequence's own clock has not begun when what it still counts is over elsewhere
    events=happened(("spread", 1, 0), ("shortage", 1, 0), ("spread", 9.5, 0)),
    spans=((), blinded((0, 10))),
    second={"sequence"},
    cuts=[9],
    day=10.5,
)
@example(  # while the attack's clock stands, the storm's goes on: it is cut where the other stopped
    events=happened(*[("attack", 0, 0)] * 19, ("attack", 21, 0)),
    spans=(blinded((0, 17)), blinded((9, 21))),
    second={"attack"},
    cuts=[21],
    day=0,
)
@THOROUGH
def test_pruning_changes_nothing_where_each_is_blind_at_its_own_times(
    events: list[Event], spans: tuple[tuple[Span, ...], ...], second: set[str], cuts: list[float], day: float
) -> None:
    """Neither of a combination of some that can be seen while others, or it itself, cannot."""
    one, other = (Clock(START, blind) for blind in spans)
    same_when_pruned(events, cuts, day, {name: other if name in second else one for name in COUNTS})


@given(events=WORLD, first=BLIND, second=BLIND, day=LOOKS)
@THOROUGH
def test_tracks_on_another_clock_equal_tracks_made_on_it(
    events: list[Event], first: tuple[Span, ...], second: tuple[Span, ...], day: float
) -> None:
    """A time that turns out to have been blind later on counts as blind from the start."""
    moved = tracks(events, first).with_clocks(Clock(START, second))
    assert moved.read(now=at(day)) == tracks(events, second).read(now=at(day))

"""Facts: an indicator's events as its count reads them, once each, in order, on the indicator's clock."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import chain, pairwise, takewhile
from operator import attrgetter, is_
from typing import NamedTuple

from indicators.events import Event
from indicators.levels.clock import Clock
from indicators.levels.reading import ReadingError

_DAY = timedelta(days=1)
_event, _id, _refuted = attrgetter("event"), attrgetter("id"), attrgetter("refuted")


class Fact(NamedTuple):
    """One event: observed days since the assessment (less than 0 before it), and what counts of it.

    ``told`` is from when on it could be spoken of: when we knew of it, but not before it happened.
    """

    at: float
    when: datetime
    told: datetime
    value: float
    refuted: bool
    event: Event

    @property
    def figures(self) -> tuple[object, ...]:
        """All but the event: one more report of it changes them only if it makes it surer or known earlier."""
        return self[:5]


def facts_of(indicator: str, events: Iterable[Event], clock: Clock, *, was: tuple[Fact, ...] = ()) -> tuple[Fact, ...]:
    """Return the events of *indicator* among *events*, each id once, by time and id; in whatever order they come.

    Of two with one id the one that counts more stands. *was* are facts on the same clock, which are taken over
    where their event is still the same object. Raises :class:`ReadingError` for a value outside 0 to 1 (or not
    a number) and for a time without a zone.
    """
    given = tuple(events)
    few = _few_changed(indicator, given, clock, was) if was else None
    if few is not None:
        return few
    own = {id(e): e for e in given if e.indicator == indicator}
    known = {id(fact.event): fact for fact in was}
    found = sorted((known.get(name) or _fact(e, clock) for name, e in own.items()), key=_order)
    if len({f.event.id for f in found}) == len(found):
        return tuple(found)
    best: dict[str, Fact] = {}
    for fact in sorted(found, key=lambda f: (f.refuted, -f.value, f.told, f.when)):
        best.setdefault(fact.event.id, fact)
    return tuple(sorted(best.values(), key=_order))


def _few_changed(
    indicator: str, events: tuple[Event, ...], clock: Clock, was: tuple[Fact, ...]
) -> tuple[Fact, ...] | None:
    """Return *was* with what lies between its first and its last change made anew; ``None`` if that is not in order.

    One report changes one event or adds one, and the others need not even be looked at.
    """
    stood = tuple(map(_event, was))
    first = _alike(stood, events)
    left = min(len(stood), len(events)) - first
    last = min(_alike(stood[::-1], events[::-1]), left) if left else 0
    new = [_fact(e, clock) for e in events[first : len(events) - last] if e.indicator == indicator]
    before, after = was[:first], was[len(was) - last :]
    ordered = (*before[-1:], *new, *after[:1])
    if any(_order(one) >= _order(other) for one, other in pairwise(ordered)):
        return None
    others = chain(stood[:first], stood[len(stood) - last :])
    if not {f.event.id for f in new}.isdisjoint(map(_id, others)):
        return None
    return (*before, *new, *after)


def _alike(one: tuple[object, ...], other: tuple[object, ...]) -> int:
    """Return how many objects both begin with."""
    shorter = min(len(one), len(other))
    if one[:shorter] == other[:shorter]:
        return shorter
    same = list(map(is_, one, other))
    return same.index(False) if False in same else shorter


def shared(one: tuple[Fact, ...], other: tuple[Fact, ...], *, by_figures: bool) -> int:
    """Return how many facts both begin with, or how many with the same figures."""
    same = _alike(one, other)
    if by_figures:
        rest = zip(one[same:], other[same:], strict=False)
        same += sum(1 for _ in takewhile(lambda pair: pair[0].figures == pair[1].figures, rest))
    return same


def _order(fact: Fact) -> tuple[datetime, str]:
    return fact.when, fact.event.id


def _fact(event: Event, clock: Clock) -> Fact:
    when, known, value = event.when, event.known, event.value
    if when.tzinfo is None or known.tzinfo is None:
        raise ReadingError(f"event {event.id} of {event.indicator} has a time without a zone: give it one, e.g. UTC")
    if not 0 <= value <= 1:  # NaN is not either
        told = "is not a number" if math.isnan(value) else "is not between 0 and 1"
        raise ReadingError(f"event {event.id} of {event.indicator} has the value {value}, which {told}")
    at = clock.days(when) if when >= clock.start else (when - clock.start) / _DAY
    refuted = event.refuted
    return Fact(at, when, max(when, known), 0.0 if refuted else value, refuted, event)


def as_if_true(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return *facts* as they would stand had nothing been refuted; what was refuted then counts in full."""
    return tuple(f._replace(refuted=False, value=1.0) if f.refuted else f for f in facts)


def standing(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Return those of *facts* that are not refuted."""
    return tuple([f for f in facts if not f.refuted]) if True in map(_refuted, facts) else facts

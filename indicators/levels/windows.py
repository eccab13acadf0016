"""Counts over a window of event time: events, place-days, publishers, rises, new places."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from indicators.levels.basis import Basis
from indicators.levels.chance import surprise
from indicators.levels.clock import Clock
from indicators.levels.course import Cut
from indicators.levels.facts import Fact
from indicators.rules import Count, Newness

Weigh = Callable[[Sequence[Fact], float], float]
"""Facts inside the window and the observed day of the look: what they count."""

_COUNTRY_CODE = 2


class Window(NamedTuple):
    """What a window held when its content changed; ``fresh`` of its last facts came in at that moment."""

    at: float
    facts: Sequence[Fact]
    fresh: int
    weigh: Weigh
    clock: Clock

    @property
    def news(self) -> datetime | None:
        """When the first of the fresh facts could be told."""
        return min(f.told for f in self.facts[-self.fresh :]) if self.fresh else None

    def met(self, threshold: float) -> datetime:
        """Return the time of the event that brought the count to *threshold*, or of the change that did."""
        whole = len(self.facts)
        for end in range(whole - self.fresh + 1, whole + 1):
            if self.weigh(self.facts[:end], self.at) >= threshold:
                return self.facts[end - 1].when
        return self.clock.moment(self.at)

    def known(self, threshold: float) -> datetime:
        """Return the first moment at which those told by then reached *threshold*."""
        told = sorted(self.facts, key=lambda f: f.told)
        enough = bisect_left(range(len(told)), True, key=lambda n: self.weigh(told[: n + 1], self.at) >= threshold)
        return told[min(enough, len(told) - 1)].told


def events(basis: Basis) -> Iterator[Cut]:
    """Count the events in the window, each at its value; for place-days an event is one place on one day."""
    return _windowed(basis, _inside(basis.facts), _values)


def publishers(basis: Basis) -> Iterator[Cut]:
    """Count the publisher families behind the events in the window, each once, at the best event it reported.

    Parties to the conflict are not independent and are left out.
    """
    return _windowed(basis, _inside(basis.facts), _families)


def rise(basis: Basis) -> Iterator[Cut]:
    """Count how far the window lies above the indicator's own pace before it, in powers of ten against chance.

    The reference is the observed time just before the window, at most ``against_days`` of it, and none
    before the assessment. While it still grows, its length is brought up to date at every change and
    once for each window that passes.
    """
    count = basis.count
    whole = count.window_days + count.against_days
    ready = due_after(count)
    ticks = []
    tick = ready
    while tick < whole:
        ticks.append(tick)
        tick += count.window_days
    inside = _inside(basis.facts)
    leaving = [f.at + whole for f in inside]
    ends = [f.at + count.window_days for f in inside]
    values = [f.value for f in inside]

    def weigh(facts: Sequence[Fact], at: float) -> float:
        if at < ready:
            return 0.0
        before = math.fsum(values[bisect_right(leaving, at) : bisect_right(ends, at)])
        length = min(count.against_days, at - count.window_days)
        return surprise(_values(facts, at), days=count.window_days, before=before, before_days=length)

    return _windowed(basis, inside, weigh, extra=[*ticks, whole, *leaving])


def due_after(count: Count) -> float:
    """Return the observed days a rise needs before it can speak: a window, and enough reference before it."""
    return count.window_days + (count.at_least_days or count.against_days / 3)


def novelty(basis: Basis) -> Iterator[Cut]:
    """Count the events in the window that name something not seen in the ``unseen_days`` before them."""
    names = NAMES[basis.count.by]
    seen: dict[str, float] = {}
    new: list[Fact] = []
    for fact in basis.facts:
        own = names(fact)
        if fact.at >= 0 and any(fact.at - seen.get(name, -math.inf) > basis.count.unseen_days for name in own):
            new.append(fact)
        seen |= dict.fromkeys(own, fact.at)
    return _windowed(basis, new, _values)


def _values(facts: Sequence[Fact], at: float) -> float:
    del at
    return math.fsum([f.value for f in facts])


def _families(facts: Sequence[Fact], at: float) -> float:
    del at
    best: dict[str, float] = {}
    for fact in facts:
        for family in fact.event.families - _parties(fact):
            best[family] = max(best.get(family, 0.0), fact.value)
    return math.fsum(best.values())


def _parties(fact: Fact) -> set[str]:
    return {r.publisher.family for r in fact.event.reports if r.publisher.party}


def _places(fact: Fact) -> Iterable[str]:
    """A country's code says that the place is not known: it cannot be a new one."""
    place = fact.event.place
    return () if not place or (len(place) == _COUNTRY_CODE and place.isupper()) else (place,)


def _actors(fact: Fact) -> Iterable[str]:
    return {actor.casefold() for r in fact.event.reports for actor in r.item.actors}


NAMES: dict[Newness, Callable[[Fact], Iterable[str]]] = {
    Newness.PLACE: _places,
    Newness.FAMILY: lambda fact: fact.event.families,
    Newness.ACTOR: _actors,
}
"""What an event can name for the first time."""


def _inside(facts: Sequence[Fact]) -> Sequence[Fact]:
    """Leave out what happened before the assessment: it is known to it already."""
    return facts if not facts or facts[0].at >= 0 else [f for f in facts if f.at >= 0]


def _windowed(basis: Basis, facts: Sequence[Fact], weigh: Weigh, *, extra: Iterable[float] = ()) -> Iterator[Cut]:
    """Cut time at every moment the window's content changes: [t, t + window) holds an event of t."""
    length, after, clock = basis.count.window_days, basis.after, basis.clock
    times = [f.at for f in facts]
    ends = [t + length for t in times]
    for cut in sorted({0.0, *times, *ends, *extra}):
        if cut <= after:
            continue
        # Both lists rise, so the window's content is a slice: those begun by now and not yet ended.
        end = bisect_right(times, cut)
        inside = facts[bisect_right(ends, cut) : end]
        cause = Window(cut, inside, end - bisect_left(times, cut), weigh, clock)
        yield Cut(cut, weigh(inside, cut) if inside else 0.0, cause)

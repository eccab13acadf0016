"""Combinations: some of several other indicators at a level, near in time, maybe in order, and not others."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from indicators.levels.basis import Basis, Other
from indicators.levels.clock import NEVER, Clock
from indicators.levels.course import Cut, Stretch, stretches


class Together(NamedTuple):
    """Those that count from a moment on: when each was known, in that order, and when the last came to it."""

    came: datetime
    told: Sequence[datetime]

    @property
    def news(self) -> datetime:
        """When the first of them was known: each may have come, or be known earlier than was thought."""
        return self.told[0]

    def met(self, threshold: float) -> datetime:
        """Return when the last of them came to it."""
        del threshold
        return self.came

    def known(self, threshold: float) -> datetime:
        """Return when enough of them were known."""
        return self.told[min(math.ceil(threshold), len(self.told)) - 1]


def combination(basis: Basis) -> Iterator[Cut]:
    """Count how many of the indicators in ``among`` stand at the level, or did within ``within_days``.

    Nothing counts while one of ``none_of`` stands at it. With ``in_order`` the count is the most of
    them that came to their level in the order of the list (at the same moment is in order).
    """
    asked = basis.count.combine
    assert asked is not None, "checked when the file was read"
    members = [_reaching(_stood(basis, name, asked.min_level), asked.within_days) for name in asked.among]
    against = [s for name in asked.none_of for s in _stood(basis, name, asked.min_level)]
    changes = {x for s in (*against, *(s for own in members for s in own)) for x in (s.begin, s.end)}
    begin = _begin(basis)
    for at in sorted({begin, *changes}):
        if at <= basis.after or not begin <= at < math.inf:
            continue
        if any(_covers(s, at) for s in against):
            yield Cut(at)
            continue
        standing = [[s for s in own if _covers(s, at)] for own in members]
        count = _in_order(standing) if asked.in_order else sum(map(bool, standing))
        yield Cut(at, float(count), _together(basis.clock, at, standing, ordered=asked.in_order))


def _begin(basis: Basis) -> float:
    """Return the day from which all that *basis* reads are known; each was pruned to a day of its own.

    Before it one that stood all along would look as if it came only with the piece that is left of it.
    """
    if basis.first is None:
        return 0.0
    return max(_as_of(other, basis.clock, other.course.starts[0]) for other in basis.others.values())


def ended(basis: Basis, before: datetime, after: float) -> Mapping[str, tuple[Stretch, ...]]:
    """Return what had ended by *before* of those that *basis* combines and still counts after its day *after*."""
    asked = basis.count.combine
    if asked is None:
        return {}
    kept: dict[str, tuple[Stretch, ...]] = {}
    for name in asked.among:
        other = basis.others[name]
        gone = [s for s in stretches(other.course, asked.min_level) if s.end < other.clock.days(before)]
        own = (*basis.kept.get(name, ()), *_on_clock(basis, other, gone))
        kept[name] = tuple(s for s in own if s.end + asked.within_days > after)
    return kept


def _stood(basis: Basis, name: str, level: int) -> list[Stretch]:
    """Return when *name* stood at *level*, on the clock of the combination."""
    other = basis.others[name]
    return [*basis.kept.get(name, ()), *_on_clock(basis, other, stretches(other.course, level))]


def _on_clock(basis: Basis, other: Other, found: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield *found* in days of the combination's clock, from the day on which the other is due."""
    for s in found:
        begin, end = max(s.begin, other.due), s.end
        if begin >= end:
            continue
        if other.clock != basis.clock:
            # What comes while the other's clock stands still came only then, not when it stopped.
            came = max(_as_of(other, basis.clock, begin), basis.clock.days(s.since[0]))
            yield Stretch(came, _as_of(other, basis.clock, end), s.since)
        else:
            yield Stretch(begin, end, s.since)


def _as_of(other: Other, clock: Clock, day: float) -> float:
    """Return *day* of the other's clock in days of *clock*."""
    if other.clock == clock:
        return day
    moment = NEVER if day == math.inf else other.clock.moment(day)
    return math.inf if moment == NEVER else clock.days(moment)


def _reaching(own: Iterable[Stretch], days: float) -> list[Stretch]:
    return [s._replace(end=s.end + days) for s in own]


def _covers(stretch: Stretch, at: float) -> bool:
    return stretch.begin <= at < stretch.end


def _in_order(standing: Sequence[Sequence[Stretch]]) -> int:
    """Return the most of them whose beginnings do not go back in time along the list."""
    earliest: list[datetime] = []  # by how many are in order: when the last of them came, as early as can be
    for own in standing:
        if not own:
            continue
        comings = sorted(s.since[0] for s in own)
        for length in range(len(earliest), -1, -1):
            last = earliest[length - 1] if length else None
            came = next((c for c in comings if last is None or c >= last), None)
            if came is not None and length == len(earliest):
                earliest.append(came)
            elif came is not None:
                earliest[length] = min(earliest[length], came)
    return len(earliest)


def _together(clock: Clock, at: float, standing: Sequence[Sequence[Stretch]], *, ordered: bool) -> Together | None:
    if not any(standing):
        return None
    came = max([clock.moment(at), *(s.since[0] for own in standing for s in own if s.begin == at)])
    told = sorted(max(came, min(s.since[1] for s in own)) for own in standing if own)
    return Together(came, [told[-1]] * len(told) if ordered else told)

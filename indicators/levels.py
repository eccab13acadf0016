"""Levels: how active an indicator is, and why. Not being able to look is not the same as quiet.

The curve, in the words of the method: events in a window give a count; a piecewise-linear curve
turns it into an activation between 0 and 1; the activation is held at its peak and fades with a
half-life once the window no longer supports it. The signal is the activation less the baseline of
the assessment's date, because the prior already knows the world of that day.

Time runs in days since ``as_of``, on a clock that stops while we are blind: what could not be
seen neither fades nor leaves a window.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from indicators.events import Event
from indicators.rules import Count, Indicator

_DAY = timedelta(days=1)


class Level(StrEnum):
    """The state of an indicator. There is no number in it: nobody can add up a missing observation."""

    NOT_OBSERVABLE = "not observable"
    NOT_YET_DUE = "not yet due"
    REFUTED = "refuted"
    QUIET = "quiet"
    LEVEL_1 = "level 1"
    LEVEL_2 = "level 2"
    LEVEL_3 = "level 3"

    @property
    def rank(self) -> int:
        """Thresholds reached, 0 to 3; every state that is not a level is 0."""
        return _RANK.get(self, 0)


_RANK = {Level.LEVEL_1: 1, Level.LEVEL_2: 2, Level.LEVEL_3: 3}
_BY_RANK = (Level.QUIET, Level.LEVEL_1, Level.LEVEL_2, Level.LEVEL_3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time [start, end); an open end is ``None``."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An indicator at one moment: what was counted, how active it is, and what carries it.

    ``count`` is the value of the events in the window (days, for a duration); ``activation`` and
    ``baseline`` lie in 0 to 1; ``signal`` is their difference. ``events`` are those in the window (of the
    watched indicator, for a duration), newest first; ``held`` says that the activation rests on earlier
    events and is fading.
    """

    indicator: str
    at: datetime
    level: Level
    count: float
    activation: float
    baseline: float
    events: tuple[Event, ...] = ()
    held: bool = False

    @property
    def signal(self) -> float:
        """Change against the day of the assessment, -1 to 1."""
        return self.activation - self.baseline


@dataclass(frozen=True, slots=True)
class Clock:
    """Days since the assessment's date on a clock that stops while we are blind."""

    start: datetime
    blind: tuple[Span, ...] = ()

    def days(self, moment: datetime) -> float:
        """Return the observed days from the start to *moment*; never negative."""
        lost = sum((_overlap(span, self.start, moment) for span in merged(self.blind)), timedelta())
        return max(0.0, (moment - self.start - lost) / _DAY)

    def is_blind(self, moment: datetime) -> bool:
        """Whether *moment* lies in a blind span."""
        return any(s.start <= moment and (s.end is None or moment < s.end) for s in self.blind)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same time as *spans*, in order and without overlap."""
    whole: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start):
        last = whole[-1] if whole else None
        if last is None or (last.end is not None and last.end < span.start):
            whole.append(span)
        elif last.end is not None and (span.end is None or span.end > last.end):
            whole[-1] = Span(start=last.start, end=span.end)
    return tuple(whole)


def _overlap(span: Span, start: datetime, moment: datetime) -> timedelta:
    end = moment if span.end is None else min(span.end, moment)
    return max(timedelta(), end - max(span.start, start))


@dataclass(frozen=True, slots=True)
class _Step:
    """The activation from ``at`` on: a plateau the window supports, over a hold that fades."""

    at: float
    plateau: float
    hold: float


def read_indicator(
    indicator: Indicator, events: Iterable[Event], *, clock: Clock, now: datetime, observable: bool = True
) -> Reading:
    """Return the reading of *indicator* at *now*; *events* before the assessment are known to it already.

    *observable* says whether any source that could report it is up. A reading that finds nothing
    while nothing could be found is ``NOT_OBSERVABLE``, and its activation rests where it was.
    """
    own = sorted(
        (e for e in events if e.indicator == indicator.id and clock.start <= e.when <= now),
        key=lambda e: (e.when, e.id),
    )
    today = clock.days(now)
    times = [clock.days(e.when) for e in own]
    window = indicator.count.window_days
    inside = [e for e, t in zip(own, times, strict=True) if t <= today < t + window]
    steps = _steps(indicator.count, times, [e.value for e in own], today)
    activation = _value(steps, today, indicator.count.half_life_days)
    count = math.fsum(e.value for e in inside)
    level = _BY_RANK[sum(count >= t for t in indicator.count.thresholds)]
    if level is Level.QUIET and not observable:
        level = Level.NOT_OBSERVABLE
    held = activation > steps[-1].plateau + 1e-12
    return Reading(
        indicator=indicator.id,
        at=now,
        level=level,
        count=count,
        activation=activation,
        baseline=indicator.count.baseline,
        events=tuple(reversed(inside)),
        held=held,
    )


def read_duration(
    indicator: Indicator,
    watched: Indicator,
    events: Iterable[Event],
    *,
    clock: Clock,
    now: datetime,
    observable: bool = True,
) -> Reading:
    """Return how long *watched* has held, in observed days since the assessment, as a reading of *indicator*.

    It holds from the moment its activation reaches the level asked for until one half-life after
    the last window that supported it, so that a quiet week does not restart the count. What a
    persistence has built up fades like any activation once it has ended.
    """
    own = [e for e in events if e.indicator == watched.id and clock.start <= e.when <= now]
    own.sort(key=lambda e: (e.when, e.id))
    today = clock.days(now)
    steps = _steps(watched.count, [clock.days(e.when) for e in own], [e.value for e in own], today)
    wanted = watched.count.weights[(indicator.count.while_.min_level if indicator.count.while_ else 1) - 1]
    spans = _holding(steps, wanted, watched.count.half_life_days, today)
    running = spans[-1][1] is None if spans else False
    count = today - spans[-1][0] if running else 0.0
    built = [
        _curve(indicator.count, (end if end is not None else today) - begin)
        * _fade(today - (end if end is not None else today), indicator.count.half_life_days)
        for begin, end in spans
    ]
    level = _BY_RANK[sum(count >= t for t in indicator.count.thresholds)]
    return Reading(
        indicator=indicator.id,
        at=now,
        level=Level.NOT_OBSERVABLE if level is Level.QUIET and not observable else level,
        count=count,
        activation=max(built, default=0.0),
        baseline=indicator.count.baseline,
        events=tuple(e for e in reversed(own) if clock.days(e.when) > today - watched.count.window_days),
        held=not running and bool(built),
    )


def _curve(count: Count, n: float) -> float:
    """Piecewise linear through (0, 0) and the thresholds with their weights; flat after the last."""
    points = [(0.0, 0.0), *zip(count.thresholds, count.weights, strict=True)]
    for (x0, y0), (x1, y1) in pairwise(points):
        if n <= x1:
            return y0 + (y1 - y0) * (n - x0) / (x1 - x0)
    return count.weights[-1]


def _fade(days: float, half_life: float) -> float:
    return float(0.5 ** (days / half_life))


def _steps(count: Count, times: Sequence[float], values: Sequence[float], today: float) -> list[_Step]:
    """Cut the past at every moment the window's content changes and carry the fading peak along.

    The baseline stands as evidence that the window of the assessment's date supported.
    """
    ends = [t + count.window_days for t in times]
    cuts = sorted({0.0, count.window_days, *times, *ends})
    steps: list[_Step] = []
    hold = 0.0
    for cut in (c for c in cuts if c <= today):
        if steps:
            hold = max(steps[-1].plateau, steps[-1].hold * _fade(cut - steps[-1].at, count.half_life_days))
        # Both lists rise, so the window's content is a slice: those begun by now and not yet ended.
        n = math.fsum(values[bisect_right(ends, cut) : bisect_right(times, cut)])
        steps.append(_Step(cut, max(_curve(count, n), count.baseline if cut < count.window_days else 0.0), hold))
    return steps


def _value(steps: list[_Step], today: float, half_life: float) -> float:
    last = steps[-1]
    return max(last.plateau, last.hold * _fade(today - last.at, half_life))


def _holding(steps: list[_Step], wanted: float, half_life: float, today: float) -> list[tuple[float, float | None]]:
    """Return the spans in which the activation held: from *wanted* reached until half of it is lost."""
    floor = wanted / 2
    spans: list[tuple[float, float | None]] = []
    begin: float | None = None
    for step, until in zip(steps, [*(s.at for s in steps[1:]), today], strict=True):
        value = max(step.plateau, step.hold)
        if begin is None and value >= wanted - 1e-12:
            begin = step.at
        if begin is None or step.plateau >= floor:
            continue
        lost = step.at + half_life * math.log2(step.hold / floor) if step.hold > floor else step.at
        if lost < until:
            spans.append((begin, lost))
            begin = None
    return [*spans, (begin, None)] if begin is not None else spans

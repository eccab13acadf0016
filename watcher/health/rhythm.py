"""Rhythm: what a source usually does at each hour of the week, and from when its silence is unusual.

Gaps are measured on the source's own time: an hour in which it usually brings something counts for as much
as it usually brings, an hour of the night for next to nothing. On that time the gaps of a day and of a night
are alike, and one quantile of them serves the whole week.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from watcher.health.diary import WEEK, Diary, hour_of

FEWEST_GAPS = 8
SHORTEST_WATCH = WEEK
"""Hours that must have been watched before a rhythm is believed: one whole week."""

LONGEST_SILENCE = timedelta(days=28)
"""No source may be silent for longer without somebody being told."""

_DAY = 24
_PRIOR = 2.0
"""Weeks of watching that the habit of the hour of day counts for, against the habit of the hour of week."""

_LEAST = 0.02
"""Share of its mean that every hour counts for: a silence ends up unusual whenever it began."""

MARGIN = 1.5
"""How much longer than usual a gap must be before it is unusual."""

_QUANTILE = 0.9
_FALSE_ALARMS = 0.2
"""Gaps a month that may be longer than what counts as usual, were they as random as can be (exponential)."""

_MONTH = 30 * _DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What one source usually does. ``hazards`` holds, by hour of week (UTC), how much of an hour with news it has."""

    hazards: tuple[float, ...]
    longest: float
    """The longest usual gap, on the source's own time."""

    def late_at(self, since: datetime, *, quiet_after: timedelta) -> datetime:
        """Return from when silence *since* then is unusual: never before *quiet_after*, never after four weeks."""
        hour, left = hour_of(since), self.longest
        last = hour + int(LONGEST_SILENCE / timedelta(hours=1))
        while left > 0 and hour < last:
            hour += 1
            left -= self.hazards[hour % WEEK]
        return max(datetime.fromtimestamp((hour + 1) * 3600, UTC), since + quiet_after)

    def gap_at(self, since: datetime) -> timedelta:
        """Return about how long the next report is usually waited for after one at *since*."""
        hour, left = hour_of(since), 1.0
        while left > 0 and hour - hour_of(since) < WEEK:
            hour += 1
            left -= self.hazards[hour % WEEK]
        return timedelta(hours=hour - hour_of(since))


def learned(diary: Diary) -> Rhythm | None:
    """Return the rhythm that *diary* shows, or ``None`` while there is too little to learn from."""
    hours = diary.hours()
    heard = sum(new for _, new in hours)
    if len(hours) < SHORTEST_WATCH or heard <= FEWEST_GAPS:
        return None
    hazards = _hazards(hours)
    gaps = _gaps(hours, hazards)
    return Rhythm(hazards=hazards, longest=_longest(gaps, watched=len(hours)))


def _longest(gaps: Sequence[float], *, watched: int) -> float:
    """Return the longest gap that is still usual, of all *gaps* (in order) in so many *watched* hours.

    A source that keeps its times has no spread, and half as much again is late. Where gaps spread, the tail beyond
    the 90th percentile is drawn out as an exponential one would be, further where there are few gaps to tell by;
    half as much again as the 98th percentile is the least. The largest gap of all is left out: it may have been a
    silence of the kind that is looked for.
    """
    count = len(gaps)
    half, high, top = (gaps[min(count - 2, int(share * count))] for share in (0.5, _QUANTILE, 0.98))
    beyond = math.log(max(count * _MONTH / watched / _FALSE_ALARMS * (1 - _QUANTILE), 1.0)) / math.log(5)
    return max(MARGIN * top, MARGIN * high + (high - half) * beyond * (1 + FEWEST_GAPS / count))


def _hazards(hours: Sequence[tuple[int, bool]]) -> tuple[float, ...]:
    seen, new = [0.0] * WEEK, [0.0] * WEEK
    for hour, heard in hours:
        seen[hour % WEEK] += 1
        new[hour % WEEK] += heard
    mean = sum(new) / sum(seen)
    daily_seen = [sum(seen[h::_DAY]) for h in range(_DAY)]
    daily_new = [sum(new[h::_DAY]) for h in range(_DAY)]
    by_day = _shrunk(_smooth(daily_new), _smooth(daily_seen), [mean] * _DAY, weight=_PRIOR)
    by_week = _shrunk(_smooth(new), _smooth(seen), [by_day[h % _DAY] for h in range(WEEK)], weight=_PRIOR)
    return tuple(max(one, _LEAST * mean) for one in by_week)


def _shrunk(new: Sequence[float], seen: Sequence[float], towards: Sequence[float], *, weight: float) -> list[float]:
    return [(n + weight * t) / (s + weight) for n, s, t in zip(new, seen, towards, strict=True)]


def _smooth(around: Sequence[float]) -> list[float]:
    """Return each value with a quarter of either neighbour's, round the clock."""
    size = len(around)
    return [(around[i - 1] + 2 * one + around[(i + 1) % size]) / 4 for i, one in enumerate(around)]


def _gaps(hours: Sequence[tuple[int, bool]], hazards: Sequence[float]) -> list[float]:
    gaps: list[float] = []
    gone: float | None = None  # what came before the first report is no gap between two
    for hour, heard in hours:
        if gone is not None:
            gone += hazards[hour % WEEK]
        if heard:
            if gone is not None:
                gaps.append(gone)
            gone = 0.0
    return sorted(gaps)

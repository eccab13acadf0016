"""Alarms: which warnings were followed by what they warned of, which were not, and what came unwarned.

A warning is a time in which a line stood at a level or above. It speaks of the horizon from its first move on, and
for as long as it stands. It is

- *open* if that time goes beyond what is known, and as long as its horizon does, whatever has come of it so far,
- *right* if what it warns of happened in that time,
- *late* if it came only on the day itself or up to three days after (the news of it raised it), and
- *false* otherwise.

Were a warning right at once and false only when its time is over, the newest ones would flatter whoever warns always.

Hits and false alarms are told together: either alone can be had for nothing, by warning always or never.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from indicators.scoring.bare_moves import WarnedTime
from indicators.scoring.episodes import Episode
from indicators.scoring.lead_time import LeadTimes, lead_times

LATE = timedelta(days=3)
_MONTH_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDays:
    """What is known of one line: the days on which it happened, the disputed ones, and the first day not known."""

    days: tuple[date, ...]
    void: tuple[date, ...] = ()
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """The warnings of one line at one level: counts, the lead of each episode in days, and the missed ones.

    ``days`` are those of the watch on which a warning could begin whose horizon is over by now.
    """

    right: int
    false: int
    late: int
    open: int
    void: int
    leads: tuple[tuple[Episode, float | None], ...]
    days: float
    lead: LeadTimes = field(default_factory=LeadTimes)

    @property
    def missed(self) -> tuple[Episode, ...]:
        """The episodes that no warning came before."""
        return tuple(e for e, lead in self.leads if lead is None)

    @property
    def hit_rate(self) -> float | None:
        """The share of episodes that a warning came before; ``None`` if nothing happened."""
        return 1 - len(self.missed) / len(self.leads) if self.leads else None

    @property
    def false_alarm_ratio(self) -> float | None:
        """The share of settled warnings that were false; ``None`` if none was given."""
        return self.false / (self.right + self.false) if self.right + self.false else None

    @property
    def false_a_month(self) -> float | None:
        """False alarms per 30 of the days on which one could begin; ``None`` if there was no such day."""
        return self.false / (self.days / _MONTH_DAYS) if self.days > 0 else None


def alarms(
    warnings: Sequence[WarnedTime],
    happened: Sequence[Episode],
    known: KnownDays,
    *,
    horizon_days: int,
    since: datetime,
    until: datetime,
) -> Alarms:
    """Judge *warnings*, given while one watched from *since* to *until*, by what *happened* and by all that is *known*.

    A warning that began before *since* can still come before an episode, and is not counted itself. An episode that
    began after *until* is left out: nobody was there to warn of it.
    """
    counts = dict.fromkeys(("right", "false", "late", "open", "void"), 0)
    for warning in warnings:
        if warning.start >= since:
            counts[_verdict(warning, known, horizon_days)] += 1
    leads = tuple((e, _lead(e, warnings, horizon_days)) for e in happened if _midnight(e.first) <= until)
    judged_until = min(until, _midnight(known.until) - timedelta(days=horizon_days))
    days = (judged_until - since).total_seconds() / 86_400
    lead = lead_times(lead for _, lead in leads)
    return Alarms(**counts, leads=leads, days=max(days, 0.0), lead=lead)


def _verdict(warning: WarnedTime, known: KnownDays, horizon_days: int) -> str:
    end, unknown = _spoken_until(warning, horizon_days), _midnight(known.until)
    if warning.start + timedelta(days=horizon_days) > unknown:
        return "open"
    if _any_inside(known.days, warning.start, end):
        return "right"
    if any(timedelta() <= warning.start - _midnight(day) < LATE + timedelta(days=1) for day in known.days):
        return "late"
    if end is None or end > unknown:
        return "open"
    return "void" if _any_inside(known.void, warning.start, end) else "false"


def _spoken_until(warning: WarnedTime, horizon_days: int) -> datetime | None:
    if warning.end is None:
        return None
    return max(warning.end, warning.start + timedelta(days=horizon_days))


def _any_inside(days: Iterable[date], start: datetime, end: datetime | None) -> bool:
    """Whether any of *days* begins after *start*: of the day itself nobody knows which came first."""
    return any(start < _midnight(day) and (end is None or _midnight(day) < end) for day in days)


def _lead(episode: Episode, warnings: Sequence[WarnedTime], horizon_days: int) -> float | None:
    """Return the days from the first move of a warning that still spoke to the episode's first day.

    At most one horizon: a warning that has stood for two years did not see this coming two years ahead.
    """
    at = _midnight(episode.first)
    leads = [
        (at - w.start).total_seconds() / 86_400
        for w in warnings
        if w.start < at and ((end := _spoken_until(w, horizon_days)) is None or at < end)
    ]
    return min(max(leads), float(horizon_days)) if leads else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)

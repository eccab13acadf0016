"""Alarm record: how often an indicator was right, in all and over time, as people and later reports had it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from indicators.events import DecisionKind, Event

WEEKS = 20
"""So many are told week by week; a longer time is told by months, as more columns could not be told apart."""

MONTHS = 24
"""The newest that are told."""

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRecord:
    """How often it was right: events that a person confirmed, that one rejected, that reports refuted; and the rest."""

    confirmed: int
    rejected: int
    refuted: int
    open: int

    @property
    def events(self) -> int:
        """How many there are."""
        return self.confirmed + self.rejected + self.refuted + self.open

    @property
    def false_share(self) -> float | None:
        """The share of the settled ones that were false alarms; ``None`` where nothing was settled."""
        settled = self.confirmed + self.rejected + self.refuted
        return (self.rejected + self.refuted) / settled if settled else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRecord:
    """What became of the events of one week (from its Monday) or one month, UTC; ``end`` is the day after."""

    start: date
    end: date
    record: AlarmRecord


def record_of(events: Iterable[Event]) -> AlarmRecord:
    """Count what became of *events*: a person's word goes before that of the reports."""
    counts = dict.fromkeys(("confirmed", "rejected", "refuted", "open"), 0)
    for event in events:
        kind = event.decision.kind if event.decision is not None else None
        if kind is DecisionKind.CONFIRM:
            counts["confirmed"] += 1
        elif kind is DecisionKind.REJECT:
            counts["rejected"] += 1
        else:
            counts["refuted" if event.refuted else "open"] += 1
    return AlarmRecord(**counts)


def record_over_time(events: Iterable[Event], *, since: datetime, until: datetime) -> tuple[PeriodRecord, ...]:
    """Return what became of *events* by week, or by month where *since* is long ago, up to that of *until* (UTC).

    An event stands at the day on which it happened, whenever a person spoke of it. A period without any is there too:
    that nothing was shown is part of the record. Oldest first; no more than the newest :data:`MONTHS` months.
    """
    first, last = since.date(), until.date()
    by_week = (last - first) < WEEKS * _WEEK
    starts = list(_weeks(first, last) if by_week else _months(first, last))[-max(WEEKS + 1, MONTHS) :]
    found: dict[date, list[Event]] = defaultdict(list)
    for event in events:
        found[_monday(event.day) if by_week else event.day.replace(day=1)].append(event)
    return tuple(PeriodRecord(start=s, end=_after(s, by_week=by_week), record=record_of(found[s])) for s in starts)


def _weeks(first: date, last: date) -> Iterator[date]:
    at = _monday(first)
    while at <= last:
        yield at
        at += _WEEK


def _months(first: date, last: date) -> Iterator[date]:
    at = first.replace(day=1)
    while at <= last:
        yield at
        at = _after(at, by_week=False)


def _after(start: date, *, by_week: bool) -> date:
    return start + _WEEK if by_week else (start.replace(day=1) + timedelta(days=31)).replace(day=1)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())

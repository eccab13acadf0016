"""Fatigue: how much each person had to read, how much of it was true, and which rule to tune. Pure.

A warning that nobody reads any more is as lost as one that was never sent.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from alerts.alert import Alert
from indicators.decisions import MoveDecision, MoveDecisionKind
from indicators.events import DecisionKind, EventDecision
from indicators.events.decisions import standing
from watcher.store.loads import Load

_ACTED = frozenset({MoveDecisionKind.ACCEPT, MoveDecisionKind.AMEND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """What one person was told. ``messages`` is by day on the person's own clock, every day of the time among them.

    ``acknowledged`` counts the alerts that somebody took; ``acted`` and ``false``, of those ``about_moves``, the ones
    whose move somebody accepted or amended, and rejected.
    """

    recipient: str
    messages: Mapping[date, int]
    alerts: int
    digests: int
    held: int
    acknowledged: int
    about_moves: int
    acted: int
    false: int

    @property
    def total(self) -> int:
        """All messages."""
        return sum(self.messages.values())

    @property
    def per_day(self) -> float:
        """Messages on an average day."""
        return self.total / len(self.messages)

    @property
    def per_week(self) -> float:
        """Messages in an average week."""
        return 7 * self.per_day

    @property
    def busiest(self) -> int:
        """Messages on the busiest day."""
        return max(self.messages.values())

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "recipient": self.recipient,
            "messages": self.total,
            "per_day": round(self.per_day, 2),
            "per_week": round(self.per_week, 2),
            "busiest_day": self.busiest,
            "by_day": {day.isoformat(): count for day, count in self.messages.items()},
            "alerts": self.alerts,
            "digests": self.digests,
            "held": self.held,
            "acknowledged": self.acknowledged,
            "about_moves": self.about_moves,
            "acted_on": self.acted,
            "false": self.false,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """What one indicator or scenario caused: alerts, how many of them a person called false, events rejected."""

    kind: str
    assessment: str
    name: str
    alerts: int
    false: int
    rejected: int = 0

    @property
    def next_step(self) -> str:
        """The command to type next."""
        if self.kind == "indicator":
            return f"watcher try {self.name} -a {self.assessment}"
        return f"watcher outlook {self.name}"

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "kind": self.kind,
            "assessment": self.assessment,
            "name": self.name,
            "alerts": self.alerts,
            "false": self.false,
            "rejected_events": self.rejected,
            "next": self.next_step,
        }


def verdicts(decisions: Iterable[MoveDecision]) -> dict[str, MoveDecisionKind]:
    """Return what stands decided about each move; *decisions* are in the order in which they were made.

    A withdrawal takes back the last decision about its move.
    """
    made: dict[str, list[MoveDecisionKind]] = {}
    for decision in decisions:
        kinds = made.setdefault(decision.move, [])
        if decision.kind is not MoveDecisionKind.WITHDRAW:
            kinds.append(decision.kind)
        elif kinds:
            kinds.pop()
    return {move: kinds[-1] for move, kinds in made.items() if kinds}


def burdens(
    loads: Iterable[Load],
    decided: Mapping[str, MoveDecisionKind],
    *,
    taken: frozenset[str] = frozenset(),
    zones: Mapping[str, ZoneInfo],
    since: datetime,
    now: datetime,
) -> tuple[Burden, ...]:
    """Return what each person was told between *since* and *now*, the most told first; *taken* were acknowledged."""
    by_person: dict[str, list[Load]] = {}
    for load in loads:
        by_person.setdefault(load.recipient, []).append(load)
    utc = ZoneInfo("UTC")
    found = (
        _burden(who, told, decided, taken, days_of(since, now, zones.get(who, utc))) for who, told in by_person.items()
    )
    return tuple(sorted(found, key=lambda b: (-b.total, b.recipient)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Some days in a row on the clocks of one zone."""

    zone: ZoneInfo
    days: tuple[date, ...]

    def count(self, moments: Iterable[datetime]) -> dict[date, int]:
        """Return how many of *moments* fall on each day."""
        on = Counter(moment.astimezone(self.zone).date() for moment in moments)
        return {day: on[day] for day in self.days}


def days_of(since: datetime, now: datetime, zone: ZoneInfo) -> Days:
    """Return the days from *since* to *now* on the clocks of *zone*, both ends among them."""
    first, last = since.astimezone(zone).date(), now.astimezone(zone).date()
    return Days(zone=zone, days=tuple(first + timedelta(days=n) for n in range((last - first).days + 1)))


_NO_ALERTS = frozenset({"digest", "acknowledged"})
"""Kinds of messages that ask nobody to look at anything new."""


def _burden(
    who: str, told: list[Load], decided: Mapping[str, MoveDecisionKind], taken: frozenset[str], days: Days
) -> Burden:
    about = [load for load in told if load.kind == "move"]
    return Burden(
        recipient=who,
        messages=days.count(load.at for load in told if not load.bundled),
        alerts=sum(load.kind not in _NO_ALERTS for load in told),
        digests=sum(load.kind == "digest" for load in told),
        held=sum(load.held for load in told),
        acknowledged=sum(load.alert in taken for load in told),
        about_moves=len(about),
        acted=sum(decided.get(load.alert) in _ACTED for load in about),
        false=sum(decided.get(load.alert) is MoveDecisionKind.REJECT for load in about),
    )


def noises(
    alerts: Iterable[Alert], decided: Mapping[str, MoveDecisionKind], rejected: Mapping[tuple[str, str], int]
) -> tuple[Noise, ...]:
    """Return what each indicator and scenario caused, the noisiest first: what was called false, then sheer number.

    *rejected* counts the events that stand rejected, by assessment and indicator.
    """
    caused: Counter[tuple[str, str, str]] = Counter()
    false: Counter[tuple[str, str, str]] = Counter()
    for alert in alerts:
        names = {("indicator", alert.assessment, sighting.indicator) for sighting in alert.evidence}
        for name in (*names, ("scenario", alert.assessment, alert.scenario)):
            caused[name] += 1
            false[name] += decided.get(alert.id) is MoveDecisionKind.REJECT
    known = {*caused, *(("indicator", *name) for name in rejected)}
    found = (
        Noise(
            kind=kind,
            assessment=assessment,
            name=name,
            alerts=caused[kind, assessment, name],
            false=false[kind, assessment, name],
            rejected=rejected.get((assessment, name), 0) if kind == "indicator" else 0,
        )
        for kind, assessment, name in known
    )
    return tuple(sorted(found, key=lambda n: (-(n.false + n.rejected), -n.alerts, n.kind, n.assessment, n.name)))


def rejections(assessment: str, decisions: Iterable[EventDecision], *, since: datetime) -> dict[tuple[str, str], int]:
    """Count the events of *assessment* that were rejected from *since* on and not taken back, by indicator."""
    rejected = (d.indicator for d in standing(decisions) if d.kind is DecisionKind.REJECT and d.at >= since)
    return {(assessment, indicator): count for indicator, count in Counter(rejected).items()}

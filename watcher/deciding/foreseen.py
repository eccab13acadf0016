"""Foreseen: what a decision would make of events, levels and outlook, before the daemon applies it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from indicators.evaluation import Evaluation
from indicators.events import Event
from indicators.levels import Level

MOVED = 5e-4
"""Probabilities nearer than this are one and the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One event before and after; ``None`` where there is none."""

    before: Event | None
    after: Event | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What changes, as of the last judgement at ``at``. ``warned`` are the lines that an alert would go out about."""

    at: datetime
    events: tuple[Changed, ...]
    levels: tuple[tuple[str, Level, Level], ...]
    lines: tuple[tuple[str, float, float], ...]
    ruled: tuple[tuple[str, bool | None], ...]
    warned: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether neither a level nor a figure nor a ruling changes."""
        return not (self.levels or self.lines or self.ruled)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "at": self.at,
            "events": [{"before": event_json(c.before), "after": event_json(c.after)} for c in self.events],
            "levels": [{"indicator": name, "before": old, "after": new} for name, old, new in self.levels],
            "outlook": [{"scenario": key, "before": old, "after": new} for key, old, new in self.lines],
            "ruled": [{"scenario": key, "happened": happened} for key, happened in self.ruled],
            "alerts": list(self.warned),
        }


def foreseen(before: Evaluation, after: Evaluation) -> Foreseen:
    """Return what is different in *after*, a judgement of the same moment as *before*."""
    old, new = {e.id: e for e in before.events}, {e.id: e for e in after.events}
    names = [e.id for e in (*before.events, *after.events)]
    events = [(old.get(name), new.get(name)) for name in dict.fromkeys(names)]
    levels = {r.indicator: r.level for r in before.readings}
    already = {(move.key, move.level_after, move.reasons) for move in before.moves}
    estimates = before.outlook.estimates
    return Foreseen(
        at=after.at,
        events=tuple(Changed(before=one, after=other) for one, other in events if _told(one) != _told(other)),
        levels=tuple(
            (r.indicator, levels[r.indicator], r.level) for r in after.readings if levels[r.indicator] is not r.level
        ),
        lines=tuple(
            (key, estimates[key].p, e.p)
            for key, e in after.outlook.estimates.items()
            if abs(e.p - estimates[key].p) >= MOVED
        ),
        ruled=tuple(
            (key, e.happened) for key, e in after.outlook.estimates.items() if e.happened is not estimates[key].happened
        ),
        warned=tuple(m.key for m in after.moves if (m.key, m.level_after, m.reasons) not in already),
    )


def _told(event: Event | None) -> object:
    if event is None:
        return None
    return event.grade, event.value, event.decision, frozenset(r.item.id for r in event.reports)


def event_json(event: Event | None) -> dict[str, Any] | None:
    """Return *event* as plain values, with the ids of its reports."""
    if event is None:
        return None
    return {
        "id": event.id,
        "indicator": event.indicator,
        "day": event.day.isoformat(),
        "when": event.when,
        "place": event.place,
        "grade": str(event.grade),
        "value": event.value,
        "refuted": event.refuted,
        "announcement": event.announcement,
        "families": sorted(event.families),
        "reports": [r.item.id for r in event.reports],
        "against": [r.item.id for r in event.against],
        "decision": event.decision.number if event.decision else None,
    }

"""History: the machine's line and the analyst's line of one scenario, with what happened to them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from indicators.assessments import Forecast, forecasts
from indicators.bands import Scale
from indicators.decisions import MoveDecision, Point
from indicators.events import Event
from indicators.moves import OutlookMove
from watcher.asking.naming import line_named
from watcher.asking.opening import opened
from watcher.assessments import in_force
from watcher.deciding.desk import Desk, judged_desk
from watcher.deciding.moves import decision_json
from watcher.deciding.resolving import verdict_of
from watcher.settings import Settings
from watcher.store import Connection, outlooks, rulings
from watcher.store.line_record import line_record
from watcher.store.rulings import Ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The machine's figure from ``at`` on."""

    at: datetime
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Both lines of one scenario between two moments; a line stands at a point until the next one.

    The first point of each line may be older than ``since``: it is what stood then. After ``judged``, the last
    judgement, the machine has said nothing.
    """

    key: str
    name: str
    assessment: str
    moves_are: str
    since: datetime
    until: datetime
    judged: datetime
    scale: Scale
    machine: tuple[Figure, ...]
    analyst: tuple[Point, ...]
    moves: tuple[OutlookMove, ...]
    decisions: tuple[MoveDecision, ...]
    rulings: tuple[Ruling, ...]
    events: tuple[Event, ...]

    def with_machine(self, machine: tuple[Figure, ...]) -> "History":
        """Return the same with another line of the machine: one with fewer points, say."""
        return replace(self, machine=machine)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "scenario": self.key,
            "assessment": self.assessment,
            "mode": self.moves_are,
            "since": self.since,
            "until": self.until,
            "judged": self.judged,
            "machine": [{"at": f.at, "p": f.p} for f in self.machine],
            "analyst": [{"at": p.at, "p": p.p, "move": p.move or None, "decision": p.decision} for p in self.analyst],
            "moves": [
                {
                    "id": m.id,
                    "at": m.at,
                    "p": m.after,
                    "level": m.level_after.name.lower(),
                    "reasons": list(m.reasons),
                }
                for m in self.moves
            ],
            "decisions": [decision_json(d) for d in self.decisions],
            "rulings": [{"at": r.at, "verdict": verdict_of(r), "who": r.who, "why": r.why} for r in self.rulings],
            "events": [
                {"id": e.id, "indicator": e.indicator, "when": e.when, "grade": str(e.grade)} for e in self.events
            ],
        }


def history(settings: Settings, wanted: str, *, since: datetime | None, now: datetime) -> History:
    """Return both lines of *wanted* from *since* (the assessment's date if ``None``) to *now*."""
    with opened(settings) as database, database.read() as connection:
        assessment, key = line_named(in_force(connection, settings.assessments), wanted)
        desk = judged_desk(connection, assessment)
        forecast = next(f for f in forecasts(assessment) if f.key == key)
        return line_history(connection, desk, forecast, since=since or assessment.start, now=now)


def line_history(connection: Connection, desk: Desk, forecast: Forecast, *, since: datetime, now: datetime) -> History:
    """Return both lines of *forecast*, one of *desk*'s, from *since* to *now*."""
    assessment = desk.assessment
    record = line_record(connection, assessment, forecast)
    kept = outlooks.figures(connection, assessment.id, forecast.key, since=min(since, assessment.start))
    machine = tuple(Figure(at=past.at, p=past.p) for past in kept if past.at <= now)
    bearing = {i.id for i in assessment.indicators if forecast.scenario in i.effects}
    made = [r for r in rulings.rulings(connection, assessment.id) if r.key == forecast.key]
    return History(
        key=forecast.key,
        name=forecast.name.get("en") or next(iter(forecast.name.values())),
        assessment=assessment.id,
        moves_are=assessment.moves,
        since=since,
        until=max(now, since),
        judged=desk.at,
        scale=assessment.scale,
        machine=tuple(m for n, m in enumerate(machine) if m.at >= since or _stood(machine, n, since)),
        analyst=tuple(p for n, p in enumerate(record.points) if p.at >= since or _stood(record.points, n, since)),
        moves=tuple(m for m in record.moves if m.at >= since),
        decisions=tuple(d for d in record.decisions if d.at >= since),
        rulings=tuple(r for r in made if r.at >= since),
        events=tuple(e for e in desk.events if e.indicator in bearing and e.when >= since and not e.refuted),
    )


def _stood(line: tuple[Figure, ...] | tuple[Point, ...], number: int, since: datetime) -> bool:
    """Whether the point of that number is the last one before *since*."""
    return number + 1 == len(line) or line[number + 1].at > since

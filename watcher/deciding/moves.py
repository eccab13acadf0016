"""Moves: listed with what was decided about each, and decided on by a person. The machine's line never changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from indicators.assessments import Assessment, Forecast, forecasts
from indicators.decisions import (
    MoveDecision,
    MoveDecisionKind,
    standing_decisions,
    steps_of,
    waiting,
)
from indicators.moves import OutlookMove
from indicators.outlooks import Sureness
from watcher.asking.naming import line_named, named
from watcher.asking.opening import opened
from watcher.asking.persons import by_whom
from watcher.asking.refusal import DecisionError
from watcher.assessments import in_force
from watcher.settings import Settings
from watcher.store import Connection, audit, move_decisions
from watcher.store.line_record import line_record


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveReport:
    """One move, whether it was to be reviewed, what stands decided about it, and whether it waits for a person.

    ``number`` is its place in the record of all moves.
    """

    number: int
    move: OutlookMove
    reviewed: bool
    decision: MoveDecision | None
    waits: bool

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        move = self.move
        return {
            "id": move.id,
            "assessment": move.assessment,
            "scenario": move.key,
            "at": move.at,
            "before": move.before,
            "after": move.after,
            "level_before": move.level_before.name.lower(),
            "level_after": move.level_after.name.lower(),
            "reasons": list(move.reasons),
            "reviewed": self.reviewed,
            "waits": self.waits,
            "decision": decision_json(self.decision) if self.decision else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveDecided:
    """What was put on record about a move, and where the analyst's line stood before and stands now."""

    decision: MoveDecision
    move: OutlookMove
    before: float
    after: float


def decision_json(decision: MoveDecision) -> dict[str, Any]:
    """Return *decision* as plain values."""
    return {
        "number": decision.number,
        "move": decision.move,
        "kind": decision.kind,
        "p": decision.p,
        "confidence": decision.confidence,
        "who": decision.who,
        "why": decision.why,
        "at": decision.at,
    }


def moves_listed(settings: Settings, *, since: datetime, scenario: str = "") -> tuple[MoveReport, ...]:
    """Return the moves from *since* on, oldest first; those of the line *scenario* alone if it is named.

    In the order of the record: one that a clock which was ahead has dated is not the newest for that.
    """
    with opened(settings) as database, database.read() as connection:
        assessments = in_force(connection, settings.assessments)
        if scenario:
            assessment, key = line_named(assessments, scenario)
            found = [*_reports(connection, assessment, key=key)]
        else:
            found = [report for a in assessments for report in _reports(connection, a)]
    return tuple(sorted((r for r in found if r.move.at >= since), key=attrgetter("number")))


def waiting_moves(connection: Connection, assessment: Assessment) -> tuple[MoveReport, ...]:
    """Return the moves of *assessment* that a person has yet to decide about, oldest first."""
    return tuple(report for report in _reports(connection, assessment) if report.waits)


def decide_move(
    settings: Settings,
    wanted: str,
    kind: MoveDecisionKind,
    *,
    who: str,
    why: str,
    now: datetime,
    p: float | None = None,
    confidence: Sureness | None = None,
) -> MoveDecided:
    """Put on record what was decided about the move *wanted*; the beginning of its id is enough."""
    who, why = by_whom(who, why)
    with opened(settings) as database, database.write() as connection:
        among = in_force(connection, settings.assessments)
        return decide_on(connection, among, wanted, kind, who=who, why=why, now=now, p=p, confidence=confidence)


def decide_on(
    connection: Connection,
    among: Iterable[Assessment],
    wanted: str,
    kind: MoveDecisionKind,
    *,
    who: str,
    why: str,
    now: datetime,
    p: float | None = None,
    confidence: Sureness | None = None,
    key: str | None = None,
) -> MoveDecided:
    """Do the same in a transaction that is open, with a move of one of the assessments *among*, of its line *key*."""
    who, why = by_whom(who, why)
    kept = {k.move.id: (a, k) for a in among for k in move_decisions.kept_moves(connection, a.id, key=key)}
    assessment, chosen = kept[named(wanted, kept, what="move", elsewhere="`watcher moves` lists them")]
    move = chosen.move
    made = move_decisions.decisions(connection, assessment.id, key=move.key)
    _sensible(kind, p, standing_decisions(made).get(move.id))
    forecast = next((f for f in forecasts(assessment) if f.key == move.key), None)
    before = _stands(connection, assessment, move, forecast)
    decision = move_decisions.add(
        connection,
        assessment.id,
        key=move.key,
        move=move.id,
        kind=kind,
        p=p,
        confidence=confidence,
        who=who,
        why=why,
        at=now,
    )
    after = _stands(connection, assessment, move, forecast)
    detail = {"assessment": assessment.id, "scenario": move.key} | decision_json(decision) | {"at": now.isoformat()}
    detail |= {"before": {"p": before}, "after": {"p": after}}
    audit.write(connection, at=now, who=who, what="move decided", detail=detail)
    return MoveDecided(decision=decision, move=move, before=before, after=after)


def moves_of_line(connection: Connection, assessment: Assessment, key: str) -> tuple[MoveReport, ...]:
    """Return the moves of the line *key*, oldest first."""
    return tuple(_reports(connection, assessment, key=key))


def _reports(connection: Connection, assessment: Assessment, *, key: str | None = None) -> list[MoveReport]:
    kept = move_decisions.kept_moves(connection, assessment.id, key=key)
    made = move_decisions.decisions(connection, assessment.id, key=key)
    stands = standing_decisions(made)
    waits: set[str] = set()
    for line in {k.move.key for k in kept}:
        steps = steps_of((k.move, k.to_review(assessment)) for k in kept if k.move.key == line)
        waits |= {step.move for step in waiting(steps, [d for d in made if d.key == line])}
    return [
        MoveReport(
            number=k.number,
            move=k.move,
            reviewed=k.to_review(assessment),
            decision=stands.get(k.move.id),
            waits=k.move.id in waits,
        )
        for k in kept
    ]


def _stands(connection: Connection, assessment: Assessment, move: OutlookMove, forecast: Forecast | None) -> float:
    """Return the figure of the analyst's line of *move* after all that is on record."""
    if forecast is None:
        raise DecisionError(f"{move.key} is no longer a scenario of {assessment.id}: nothing is left to decide")
    return line_record(connection, assessment, forecast).points[-1].p


def _sensible(kind: MoveDecisionKind, p: float | None, last: MoveDecision | None) -> None:
    if kind is MoveDecisionKind.AMEND and p is None:
        raise DecisionError("amend needs the figure that is yours: --p 20% or --p 0.2")
    if kind is not MoveDecisionKind.AMEND and p is not None:
        raise DecisionError(f"--p goes with amend: leave it out, or write amend instead of {kind}")
    if p is not None and not 0 < p < 1:
        raise DecisionError("--p: nothing is impossible or certain; write more than 0 % and less than 100 %")
    if kind is MoveDecisionKind.WITHDRAW and last is None:
        raise DecisionError("nothing stands about this move that could be withdrawn")
    if last is not None and (last.kind, last.p) == (kind, p):
        told = f"{last.who} decided exactly that already (decision {last.number})"
        raise DecisionError(f"{told}; `watcher decide {last.move} withdraw` undoes it")

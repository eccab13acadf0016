"""What people decided about moves, and the moves they can decide about. Rows are added and never changed."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select

from alerts.alert import Alert
from indicators.assessments import Assessment
from indicators.decisions import MoveDecision, MoveDecisionKind
from indicators.moves import OutlookMove
from indicators.outlooks import Sureness
from watcher.store import tables

_DECISIONS = tables.move_decisions
_MOVES = tables.moves
_ALERTS = tables.alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMove:
    """A move as it was made, and whether its alert told of it as proposed and not yet reviewed.

    ``reviewed`` is ``None`` where no alert is kept. ``number`` is its place in the record of all moves.
    """

    move: OutlookMove
    reviewed: bool | None
    number: int

    def to_review(self, assessment: Assessment) -> bool:
        """Whether the move was to be reviewed; one of which no alert tells goes by today's rule of *assessment*."""
        return assessment.moves == "reviewed" if self.reviewed is None else self.reviewed


def add(
    connection: Connection,
    assessment: str,
    *,
    key: str,
    move: str,
    kind: MoveDecisionKind,
    who: str,
    why: str,
    at: datetime,
    p: float | None = None,
    confidence: Sureness | None = None,
) -> MoveDecision:
    """Put a decision on record and return it with its number. ``ValueError`` says what it lacks."""
    decision = MoveDecision(
        number=0,
        assessment=assessment,
        key=key,
        move=move,
        kind=kind,
        who=who,
        why=why,
        at=at,
        p=p,
        confidence=confidence,
    )
    row = {
        "assessment": assessment,
        "key": key,
        "move": move,
        "kind": kind,
        "p": p,
        "confidence": confidence,
        "who": who,
        "why": why,
        "at": at,
    }
    number = connection.execute(insert(_DECISIONS).values(row).returning(_DECISIONS.c.number)).scalar_one()
    return replace(decision, number=number)


def decisions(connection: Connection, assessment: str, *, key: str | None = None) -> tuple[MoveDecision, ...]:
    """Return every decision about moves of *assessment*, or of its line *key* alone, oldest first."""
    found = select(_DECISIONS).where(_DECISIONS.c.assessment == assessment).order_by(_DECISIONS.c.number)
    if key is not None:
        found = found.where(_DECISIONS.c.key == key)
    rows = connection.execute(found).mappings()
    return tuple(_decision(row) for row in rows)


def _decision(row: RowMapping) -> MoveDecision:
    told = row["confidence"]
    confidence = Sureness(told) if told else None
    return MoveDecision(**{**row, "kind": MoveDecisionKind(row["kind"]), "confidence": confidence})


def kept_moves(connection: Connection, assessment: str, *, key: str | None = None) -> tuple[KeptMove, ...]:
    """Return the moves of *assessment*, or of its line *key* alone, in the order of the record.

    Each has with it what its alert said.
    """
    found = (
        select(_MOVES.c.data, _MOVES.c.sequence, _MOVES.c.number, _ALERTS.c.body)
        .outerjoin(_ALERTS, _ALERTS.c.id == _MOVES.c.id)
        .where(_MOVES.c.assessment == assessment)
        .order_by(_MOVES.c.number)
    )
    if key is not None:
        found = found.where(_MOVES.c.key == key)
    return tuple(
        KeptMove(
            move=replace(row.data, sequence=row.sequence),
            reviewed=Alert.model_validate_json(row.body).moves == "reviewed" if row.body else None,
            number=row.number,
        )
        for row in connection.execute(found)
    )

"""What people decided about events. Rows are added and never changed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select

from indicators.events import DecisionKind, EventDecision
from indicators.publishers import Grade, Reliability
from watcher.store import tables

_DECISIONS = tables.event_decisions


def add(
    connection: Connection,
    assessment: str,
    *,
    kind: DecisionKind,
    indicator: str,
    reports: Sequence[str],
    who: str,
    why: str,
    at: datetime,
    grade: Grade | None = None,
    withdraws: int | None = None,
) -> EventDecision:
    """Put a decision on record and return it with its number. ``ValueError`` says what it lacks."""
    decision = EventDecision(
        number=0,
        kind=kind,
        indicator=indicator,
        reports=tuple(reports),
        who=who,
        why=why,
        at=at,
        grade=grade,
        withdraws=withdraws,
    )
    row = {
        "assessment": assessment,
        "kind": kind,
        "indicator": indicator,
        "reports": decision.reports,
        "grade": str(grade) if grade else None,
        "withdraws": withdraws,
        "who": who,
        "why": why,
        "at": at,
    }
    number = connection.execute(insert(_DECISIONS).values(row).returning(_DECISIONS.c.number)).scalar_one()
    return replace(decision, number=number)


def decisions(connection: Connection, assessment: str, *, up_to: int | None = None) -> tuple[EventDecision, ...]:
    """Return every decision about events of *assessment*, oldest first; with *up_to*, those with a number so high."""
    found = select(_DECISIONS).where(_DECISIONS.c.assessment == assessment).order_by(_DECISIONS.c.number)
    if up_to is not None:
        found = found.where(_DECISIONS.c.number <= up_to)
    return tuple(_decision(row) for row in connection.execute(found).mappings())


def _decision(row: RowMapping) -> EventDecision:
    told = row["grade"]
    return EventDecision(
        number=row["number"],
        kind=DecisionKind(row["kind"]),
        indicator=row["indicator"],
        reports=row["reports"],
        who=row["who"],
        why=row["why"],
        at=row["at"],
        grade=Grade(reliability=Reliability(told[0]), credibility=int(told[1:])) if told else None,
        withdraws=row["withdraws"],
    )

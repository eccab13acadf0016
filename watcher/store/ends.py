"""Ends of assessments, kept in the record of who did what: by whom, when, and after which judgement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from watcher.store import audit

ENDED = "assessment ended"
"""Under this an end goes on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of an assessment. It came after the *judgement* of that number, whatever the clock said; 0: of none."""

    assessment: str
    who: str
    why: str
    at: datetime
    judgement: int


def add(connection: Connection, end: End, *, detail: Mapping[str, Any]) -> None:
    """Put *end* on record, with what it did as *detail*."""
    own = {"assessment": end.assessment, "why": end.why, "judgement": end.judgement}
    audit.write(connection, at=end.at, who=end.who, what=ENDED, detail=own | dict(detail))


def ends(connection: Connection, assessment: str) -> tuple[End, ...]:
    """Return every end of *assessment*, the first one first."""
    return tuple(
        End(
            assessment=assessment,
            who=entry.who,
            why=entry.detail["why"],
            at=entry.at,
            judgement=entry.detail["judgement"],
        )
        for entry in audit.entries(connection, ENDED)
        if entry.detail["assessment"] == assessment
    )

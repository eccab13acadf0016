"""The last judgement's inputs, without its items: what a dry judgement of the same moment starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from indicators.sight import Sight
from watcher.store import tables

_EVALUATIONS = tables.evaluations


@dataclass(frozen=True, slots=True, kw_only=True)
class LastEvaluation:
    """When an assessment was last judged, and what could be seen then."""

    at: datetime
    sight: Mapping[str, Sight]


def last_evaluation(connection: Connection, assessment: str) -> LastEvaluation | None:
    """Return the last judgement of *assessment*, or ``None`` if there was none."""
    newest = select(_EVALUATIONS.c.at, _EVALUATIONS.c.sight).where(_EVALUATIONS.c.assessment == assessment)
    row = connection.execute(newest.order_by(_EVALUATIONS.c.number.desc()).limit(1)).mappings().first()
    return LastEvaluation(**row) if row is not None else None

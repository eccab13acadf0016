"""The last judgement's inputs, without its items: what a dry judgement of the same moment starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from indicators.sight import Sight
from watcher.store import tables

_EVALUATIONS = tables.evaluations
_JUDGED = tables.evaluated_items


@dataclass(frozen=True, slots=True, kw_only=True)
class LastEvaluation:
    """When an assessment was last judged, with which rules, and what could be seen then."""

    number: int
    judged_with: str
    at: datetime
    sight: Mapping[str, Sight]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSince:
    """What was judged after a judgement: the digests of the rules that did it, and the ids of the items."""

    rules: frozenset[str]
    items: tuple[str, ...]


def last_evaluation(connection: Connection, assessment: str) -> LastEvaluation | None:
    """Return the last judgement of *assessment*, or ``None`` if there was none."""
    columns = (_EVALUATIONS.c.number, _EVALUATIONS.c.judged_with, _EVALUATIONS.c.at, _EVALUATIONS.c.sight)
    newest = select(*columns).where(_EVALUATIONS.c.assessment == assessment)
    row = connection.execute(newest.order_by(_EVALUATIONS.c.number.desc()).limit(1)).mappings().first()
    return LastEvaluation(**row) if row is not None else None


def judged_since(connection: Connection, assessment: str, number: int) -> JudgedSince:
    """Return what was judged of *assessment* after the judgement *number*."""
    later = (_EVALUATIONS.c.assessment == assessment, _EVALUATIONS.c.number > number)
    rules = connection.execute(select(_EVALUATIONS.c.judged_with).where(*later).distinct()).scalars()
    items = select(_JUDGED.c.item_id).join(_EVALUATIONS, _EVALUATIONS.c.number == _JUDGED.c.evaluation).where(*later)
    return JudgedSince(
        rules=frozenset(rules),
        items=tuple(connection.execute(items.distinct().order_by(_JUDGED.c.item_id)).scalars()),
    )

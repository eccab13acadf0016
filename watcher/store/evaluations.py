"""The inputs of every judgement, in order: what a replay needs to say again what was said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, and_, insert, select

from indicators.items import Item
from indicators.sight import Sight
from watcher.store import tables
from watcher.store.items import REVISED, item_of
from watcher.store.statements import in_batches

_EVALUATIONS = tables.evaluations
_JUDGED = tables.evaluated_items
_ITEMS = tables.items
_REVISIONS = tables.item_revisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One judgement's inputs: when, with which version, what could be seen, what was ruled, which items.

    ``decisions`` is the number of the last decision about events that stood then (0: none), ``footing`` the digest
    of what else it rested on; ``None`` for what was judged before that was kept.
    """

    number: int
    assessment: str
    at: datetime
    judged_with: str
    sight: Mapping[str, Sight]
    happened: Mapping[str, bool]
    decisions: int
    footing: str | None = None
    items: tuple[Item, ...] = ()


def add(connection: Connection, judged: Judged) -> int:
    """Put the inputs of a judgement on record and return its number. Items go by id and revision."""
    values = {
        "assessment": judged.assessment,
        "at": judged.at,
        "judged_with": judged.judged_with,
        "sight": judged.sight,
        "happened": judged.happened,
        "decisions": judged.decisions,
        "footing": judged.footing,
    }
    number = int(connection.execute(insert(_EVALUATIONS).values(values).returning(_EVALUATIONS.c.number)).scalar_one())
    revisions = _revisions(connection, [item.id for item in judged.items])
    rows = [{"evaluation": number, "item_id": i.id, "revision": revisions[i.id]} for i in judged.items]
    if rows:
        connection.execute(insert(_JUDGED), rows)
    return number


def past(connection: Connection, assessment: str, *, until: datetime) -> Iterator[Judged]:
    """Yield every judgement made up to *until*, in order, with its items as they read then."""
    found = select(_EVALUATIONS).where(_EVALUATIONS.c.assessment == assessment, _EVALUATIONS.c.at <= until)
    for row in connection.execute(found.order_by(_EVALUATIONS.c.number)).mappings().all():
        yield Judged(**row, items=_items(connection, row["number"]))


def _items(connection: Connection, number: int) -> tuple[Item, ...]:
    """Return the items of one judgement, in the order in which they were judged, each in the text of that day."""
    earlier = _REVISIONS.alias("earlier")
    then = and_(earlier.c.item_id == _ITEMS.c.id, earlier.c.revision == _JUDGED.c.revision)
    found = (
        select(_ITEMS, *(earlier.c[name].label(f"then_{name}") for name in REVISED))
        .join(_JUDGED, _JUDGED.c.item_id == _ITEMS.c.id)
        .outerjoin(earlier, then)
        .where(_JUDGED.c.evaluation == number)
        .order_by(_ITEMS.c.fetched, _ITEMS.c.id)
    )
    items: list[Item] = []
    for row in connection.execute(found).mappings():
        item = item_of(row)
        if row["then_title"] is not None:
            item = replace(item, **{name: row[f"then_{name}"] for name in REVISED})
        items.append(item)
    return tuple(items)


def _revisions(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for batch in in_batches(ids):
        rows = connection.execute(select(_ITEMS.c.id, _ITEMS.c.revision).where(_ITEMS.c.id.in_(batch)))
        found |= {row.id: row.revision for row in rows}
    return found

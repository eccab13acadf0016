"""Items as we keep them, their earlier texts, and which assessment has judged them."""

import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, exists, func, literal, select, update

from indicators.items import Item
from watcher.store import tables
from watcher.store.columns import Utc, storable
from watcher.store.statements import in_batches, insert, upsert

_ITEMS = tables.items
_NAMES = tuple(f.name for f in fields(Item))
REVISED = tuple(name for name in _NAMES if name not in {"id", "source", "fetched"})
"""What a revision can change, and what is kept of an item's earlier texts."""


def add(connection: Connection, items: Iterable[Item]) -> tuple[Item, ...]:
    """Keep *items* and return those that are new or whose text has changed, as they are now kept.

    A changed text keeps the one before as a revision and is judged again. The first ``fetched``
    stays, and so does the first date: an edited report must not become today's event. Of two
    items with one id in the same batch, the first counts.
    """
    offered: dict[str, Item] = {}
    for item in items:
        offered.setdefault(item.id, _as_kept(item))
    known = _known(connection, offered)
    new = [item for item in offered.values() if item.id not in known]
    if new:
        rows = [_row(item) for item in new]
        connection.execute(insert(connection, _ITEMS).on_conflict_do_nothing(), rows)
    changed = {
        name: _revise(connection, offered[name], old)
        for name, old in known.items()
        if old["content_hash"] != _text_hash(offered[name])
    }
    return tuple(changed.get(i.id, i) for i in offered.values() if i.id in changed or i.id not in known)


def known(connection: Connection, ids: Iterable[str]) -> frozenset[str]:
    """Return those of *ids* that are kept already."""
    found: set[str] = set()
    for batch in in_batches(ids):
        found.update(connection.execute(select(_ITEMS.c.id).where(_ITEMS.c.id.in_(batch))).scalars())
    return frozenset(found)


def unjudged(
    connection: Connection, assessment: str, *, limit: int, judged_with: str | None = None
) -> tuple[Item, ...]:
    """Return the items that *assessment* has not judged yet, those we have had longest first.

    With *judged_with*, items that another version of it judged count as not judged: a corrected rule
    is applied to what was kept before.

    Inside ``db.write()`` nobody can revise them until that transaction ends, so that a text is
    never marked as judged which was not: SQLite has one writer, PostgreSQL locks these rows.
    """
    judged = exists().where(tables.judgements.c.item_id == _ITEMS.c.id, tables.judgements.c.assessment == assessment)
    if judged_with is not None:
        judged = judged.where(tables.judgements.c.judged_with == judged_with)
    found = select(_ITEMS).where(~judged).order_by(_ITEMS.c.fetched, _ITEMS.c.id).limit(limit)
    if connection.get_execution_options().get("mode") == "write":
        found = found.with_for_update(read=True, of=_ITEMS)
    return tuple(item_of(row) for row in connection.execute(found).mappings())


def mark_judged(connection: Connection, ids: Iterable[str], *, assessment: str, judged_with: str, at: datetime) -> None:
    """Note that *assessment*, in the version *judged_with*, has judged these items.

    Call it in the transaction in which :func:`unjudged` gave them.
    """
    common = {"assessment": assessment, "judged_with": judged_with, "at": at}
    upsert(connection, tables.judgements, [{"item_id": item_id, **common} for item_id in ids])


def find(connection: Connection, item_id: str) -> Item | None:
    """Return the item *item_id*, if we have it."""
    row = connection.execute(select(_ITEMS).where(_ITEMS.c.id == item_id)).mappings().first()
    return item_of(row) if row is not None else None


def recent(connection: Connection, *, limit: int) -> tuple[Item, ...]:
    """Return the items we saw last, newest first."""
    found = select(_ITEMS).order_by(_ITEMS.c.fetched.desc(), _ITEMS.c.id.desc()).limit(limit)
    return tuple(item_of(row) for row in connection.execute(found).mappings())


def count(connection: Connection) -> int:
    """Return how many items there are."""
    return connection.execute(select(func.count()).select_from(_ITEMS)).scalar_one()


def item_of(row: RowMapping) -> Item:
    """Return the item in *row*; a column that was not read is empty."""
    return Item(**{name: row[name] for name in _NAMES if name in row})


def columns_without_content() -> list[ColumnElement[Any]]:
    """Return the columns that make an item, but for its long text."""
    return [_ITEMS.c[name] for name in _NAMES if name != "content"]


def _known(connection: Connection, ids: Iterable[str]) -> dict[str, RowMapping]:
    columns = (_ITEMS.c.id, _ITEMS.c.content_hash, _ITEMS.c.fetched, _ITEMS.c.published)
    found: dict[str, RowMapping] = {}
    for batch in in_batches(ids):
        # The order is that of unjudged(): two transactions that lock several rows must not cross.
        rows = select(*columns).where(_ITEMS.c.id.in_(batch)).order_by(_ITEMS.c.fetched, _ITEMS.c.id)
        found |= {row["id"]: row for row in connection.execute(rows).mappings()}
    return found


def _revise(connection: Connection, item: Item, old: RowMapping) -> Item:
    here = _ITEMS.c.id == item.id
    kept = ("revision", *REVISED)
    before = select(_ITEMS.c.id, *(_ITEMS.c[name] for name in kept), literal(item.fetched, Utc)).where(here)
    into = ["item_id", *kept, "replaced_at"]
    connection.execute(insert(connection, tables.item_revisions).from_select(into, before))
    item = replace(item, fetched=old["fetched"], published=old["published"] or item.published)
    connection.execute(update(_ITEMS).where(here).values(_row(item) | {"revision": _ITEMS.c.revision + 1}))
    connection.execute(delete(tables.judgements).where(tables.judgements.c.item_id == item.id))
    return item


def _as_kept(item: Item) -> Item:
    """Return *item* as reading it back would give it, so that it is judged the same before and after."""
    return replace(
        item,
        title=storable(item.title),
        url=storable(item.url),
        summary=storable(item.summary),
        content=storable(item.content),
        place=storable(item.place),
        codes=tuple(map(storable, item.codes)),
        actors=tuple(map(storable, item.actors)),
        fetched=item.fetched.astimezone(UTC),
        published=item.published.astimezone(UTC) if item.published else None,
        occurred=item.occurred.astimezone(UTC) if item.occurred else None,
        lat=_finite(item.lat),
        lon=_finite(item.lon),
    )


def _finite(degrees: float | None) -> float | None:
    return degrees if degrees is not None and math.isfinite(degrees) else None


def _row(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in _NAMES} | {"content_hash": _text_hash(item), "revision": 1}


def _text_hash(item: Item) -> str:
    told: list[object] = [item.title, item.summary, item.content]
    if item.codes:  # of a record the codes are the text
        told += [item.codes, item.actors]
    if item.occurred:
        told.append(item.occurred.isoformat())
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()

"""The canary's record: which is still inside, and when the last one came out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from indicators.items import Item
from watcher.store import tables
from watcher.store.statements import upsert

SOURCE = "watcher-canary"
PREFIX = "watcher-canary:"
"""What the ids of its items begin with: no source of an operator can make such an id."""

_AFTER = "watcher-canary;"  # the next character after the colon: a range of the key, not a walk over all items
_CANARY = tables.canary


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """``put_in`` and ``out`` are of the last that came out; ``waiting`` is since when the oldest is inside."""

    put_in: datetime | None = None
    out: datetime | None = None
    waiting: datetime | None = None


def state(connection: Connection) -> Canary:
    """Return how the canary is."""
    row = connection.execute(select(_CANARY.c.put_in_at, _CANARY.c.out_at)).first()
    inside = select(func.min(tables.items.c.fetched)).where(tables.items.c.id > PREFIX, tables.items.c.id < _AFTER)
    put_in, out = (row.put_in_at, row.out_at) if row is not None else (None, None)
    return Canary(put_in=put_in, out=out, waiting=connection.execute(inside).scalar())


def came_out(connection: Connection, item: Item, *, at: datetime) -> None:
    """Put on record that *item* came out at *at*, and take it out of what was kept."""
    upsert(connection, _CANARY, [{"name": SOURCE, "put_in_at": item.fetched, "out_at": at}])
    for table, column in ((tables.judgements, "item_id"), (tables.item_revisions, "item_id"), (tables.items, "id")):
        connection.execute(delete(table).where(table.c[column] == item.id))

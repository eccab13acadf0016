"""Items as a stream, the newest received first, from any place in it on: reading on costs the same everywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from indicators.editions import Edition
from indicators.items import Item
from watcher.store import evaluations, tables
from watcher.store.items import columns_without_content, item_of

_ITEMS = tables.items
_ROWS = 200
"""Rows fetched at a time: whoever looks for something may stop early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in the stream: behind the item that was received then and has that id."""

    fetched: datetime
    id: str

    @classmethod
    def of(cls, item: Item) -> "Spot":
        """Return the place behind *item*."""
        return cls(fetched=item.fetched, id=item.id)


def stream(
    connection: Connection, *, behind: Spot | None = None, source: str = "", with_content: bool = False
) -> Iterator[Item]:
    """Yield the items behind a place (``None``: all), of one *source* or of all; their long text only if asked for."""
    columns = [_ITEMS.c.content] if with_content else []
    found = select(*columns_without_content(), *columns).order_by(_ITEMS.c.fetched.desc(), _ITEMS.c.id.desc())
    if source:
        found = found.where(_ITEMS.c.source == source)
    while True:
        page = found if behind is None else found.where(_behind(behind))
        rows = [item_of(row) for row in connection.execute(page.limit(_ROWS)).mappings()]
        yield from rows
        if len(rows) < _ROWS:
            return
        behind = Spot.of(rows[-1])


def earlier_texts(connection: Connection, item: Item) -> tuple[Edition, ...]:
    """Return the texts that *item* had before, the oldest first."""
    return evaluations.editions(connection, (item,)).get(item.id, ())


def _behind(spot: Spot) -> ColumnElement[bool]:
    """Said so that a database reads one stretch of the index, and does not sort two."""
    return and_(_ITEMS.c.fetched <= spot.fetched, or_(_ITEMS.c.fetched < spot.fetched, _ITEMS.c.id < spot.id))

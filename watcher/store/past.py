"""The past: what was kept in a stretch of time, in the order in which it became known. For trying rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, make_url, select

from indicators.items import Item
from watcher.store import tables
from watcher.store.items import item_of

_ITEMS = tables.items
_ROWS = 1_000
"""Rows fetched at a time: the past may be larger than memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """How many items were received since a moment, and when the first of all was (``None`` if there is none)."""

    items: int
    oldest: datetime | None


def is_there(url: str) -> bool:
    """Say whether the database at *url* exists; opening a file that does not would make it.

    A server is taken to be there: opening it says if it is not.
    """
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()


def stock(connection: Connection, *, since: datetime) -> Stock:
    """Return how much there is to read from *since* on."""
    received = select(func.count()).select_from(_ITEMS).where(_ITEMS.c.fetched >= since)
    oldest = connection.execute(select(func.min(_ITEMS.c.fetched))).scalar()
    return Stock(items=connection.execute(received).scalar_one(), oldest=oldest)


def received(connection: Connection, *, since: datetime) -> Iterator[Item]:
    """Yield the items received from *since* on, oldest first, a thousand at a time."""
    found = select(_ITEMS).where(_ITEMS.c.fetched >= since).order_by(_ITEMS.c.fetched, _ITEMS.c.id)
    rows = connection.execute(found, execution_options={"yield_per": _ROWS})
    return (item_of(row) for row in rows.mappings())

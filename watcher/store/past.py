"""The past: what was kept in a stretch of time, read in the order in which it became known."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, make_url, select

from indicators.items import Item
from watcher.store import tables
from watcher.store.items import item_of
from watcher.store.statements import in_batches

_ITEMS = tables.items
_ROWS = 1_000
"""Rows that are fetched at a time: the past may be larger than memory."""

__all__ = ["Stock", "is_there", "stock", "those_with_ids", "those_since"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """How many items were received since a moment, and when the first of all items was (``None``: there is none)."""

    items: int
    oldest: datetime | None

"""Late pages: the pages of reports that could not be had, and when each is asked for again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, or_, select

from indicators.items import Item
from watcher.store import tables
from watcher.store.items import item_of, without_article
from watcher.store.statements import in_batches, upsert

_LATE, _ITEMS = tables.late_pages, tables.items

LONGEST = timedelta(hours=12)
"""No page is put off for longer: a time beyond that is a wrong clock's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePage:
    """A report whose page is asked for again, and how often it was asked for before.

    ``told`` is the *item* as its source gave it: without the article of an earlier text, which an edit kept.
    """

    item: Item
    told: Item
    tries: int


def put(connection: Connection, due: Mapping[str, datetime], *, tries: int) -> None:
    """Ask for the pages of these items again, each at its time, after so many *tries*."""
    upsert(connection, _LATE, [{"item_id": name, "due": at, "tries": tries} for name, at in due.items()])


def forget(connection: Connection, item_ids: Iterable[str]) -> None:
    """Ask for the pages of these items no more."""
    for some in in_batches(item_ids):
        connection.execute(delete(_LATE).where(_LATE.c.item_id.in_(some)))


def due(connection: Connection, source: str, *, now: datetime, limit: int) -> tuple[LatePage, ...]:
    """Return the pages of *source* whose time has come, those that wait longest first, with the items as they are."""
    come = or_(_LATE.c.due <= now, _LATE.c.due > now + LONGEST)
    found = select(_ITEMS, _LATE.c.tries).join(_LATE, _LATE.c.item_id == _ITEMS.c.id).where(_ITEMS.c.source == source)
    rows = connection.execute(found.where(come).order_by(_LATE.c.due, _LATE.c.item_id).limit(limit)).mappings()
    return tuple(_late_page(row) for row in rows)


def _late_page(row: RowMapping) -> LatePage:
    item = item_of(row)
    return LatePage(item=item, told=without_article(item, row["content_hash"]), tries=row["tries"])

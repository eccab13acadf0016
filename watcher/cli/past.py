"""What commands read of the past: the items of a file, or those that a configuration's database has kept."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.loading import DEFAULT_CONFIG, settings_or_exit
from watcher.cli.printing import USAGE, fail, print_problems

if TYPE_CHECKING:
    from indicators.items import Item
    from watcher.settings import Settings
    from watcher.workbench.period import Period

SINCE = "90d"

PastConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Its database has the items.", envvar="WATCHER_CONFIG"),
]
PastItemsOption = Annotated[Path | None, typer.Option("--items", "-i", help="Read this items.jsonl, not the database.")]
SinceOption = Annotated[str, typer.Option("--since", help="How far back: 90d, 12h, 6w or 2025-11-01.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsRead:
    """The items to read, and the first date of which anything is known (``None``: of nothing)."""

    items: "Iterable[Item]"
    total: int
    period: "Period"
    oldest: datetime | None
    bad_lines: bool = False


def settings_for(config: Path | None, *, needed: bool) -> "Settings | None":
    """Return the configuration that was given, or the one in this folder where the items must come from it."""
    if config is not None:
        return settings_or_exit(config)
    if needed and not DEFAULT_CONFIG.is_file():
        fail("no items to read: give --items items.jsonl, or --config watcher.yaml with a database", code=USAGE)
    return settings_or_exit(DEFAULT_CONFIG) if needed else None


@contextmanager
def items_read(settings: "Settings | None", items: Path | None, since: str) -> "Iterator[ItemsRead]":
    """Open the items of the file *items*, or else those that the database of *settings* received *since* then."""
    if items is not None:
        yield _from_file(items, since)
    elif settings is not None:
        with _from_store(settings, since or SINCE) as past:
            yield past


def _from_file(path: Path, since: str) -> ItemsRead:
    """Return the items of a file; its end is the last arrival in it."""
    from watcher.item_files import by_arrival, read_items
    from watcher.workbench.period import Period

    read = read_items(path)
    bad = print_problems(read.problems)
    if not read.items:
        fail(f"{path} has no items to read")
    until = max(item.fetched for item in read.items)
    oldest = min(item.when for item in read.items)
    period = Period(since=_since(since, until) if since else oldest, until=until)
    return ItemsRead(items=by_arrival(read.items), total=len(read.items), period=period, oldest=oldest, bad_lines=bad)


@contextmanager
def _from_store(settings: "Settings", since: str) -> Iterator[ItemsRead]:
    from watcher.clock import utc_now
    from watcher.store import Database, StoreError, past
    from watcher.workbench.period import Period

    if not past.is_there(settings.database):
        fail("there is no database yet: run `watcher once` to fill it, or give --items items.jsonl")
    now = utc_now()
    begin = _since(since, now)
    try:
        with Database(settings.database) as database, database.read() as connection:
            stock = past.stock(connection, since=begin)
            period = Period(since=begin, until=now)
            received = past.received(connection, since=begin)
            yield ItemsRead(items=received, total=stock.items, period=period, oldest=stock.oldest)
    except StoreError as error:
        fail(str(error))


def _since(told: str, until: datetime) -> datetime:
    from watcher.workbench.period import since_of

    try:
        return since_of(told, until=until)
    except ValueError as error:
        fail(f"--since: {error}", code=USAGE)

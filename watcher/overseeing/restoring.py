"""Restoring: a backup put in the place of the database, by a named person, with nothing thrown away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from watcher.asking.persons import by_whom
from watcher.asking.refusal import DecisionError
from watcher.overseeing.backing_up import database_file, on_server
from watcher.settings import Settings
from watcher.store import Database, backups, restores
from watcher.store.backups import Backup
from watcher.store.restores import Restore


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A database that was put back: where it is, where the one before it lies (``None``: none was), what it holds."""

    place: Path
    aside: Path | None
    holds: Backup
    unknown: int | None


def put_back(
    settings: Settings, source: Path, *, who: str, why: str, now: datetime, wanted: Callable[[Backup, int | None], bool]
) -> Restored | None:
    """Let the database be the one that the backup *source* holds; ``None`` where that is not *wanted* after all.

    A copy is looked through, brought up to this version and told that it was restored; then it takes the database's
    place, which lies aside. *wanted* is asked with what the backup holds, and how many alerts were said since. Raises
    :class:`DecisionError` for what must be asked otherwise, :class:`StoreError` under a daemon and for a bad backup.
    """
    who, why = by_whom(who, why)
    place = database_file(settings)
    if place is None:
        raise DecisionError(f"{on_server(settings, now)}\nWhat it made is put back by pg_restore, the daemon stopped.")
    if not source.is_file():
        raise DecisionError(f"{source} is no file: name a backup that `watcher backup` made")
    if place.exists() and source.samefile(place):
        raise DecisionError(f"{source} is the database itself: name a backup of it")
    if not place.parent.is_dir():
        raise DecisionError(f"{place.parent} does not exist: create it, or correct the database's address")
    aside = place.with_name(f"{place.name}.before-{now:%Y%m%dT%H%M%S%fZ}")
    with backups.alone(place), backups.copied(source, place) as copy:
        holds = backups.examine(copy, named=source)
        unknown = backups.said_since(place, holds.as_of)
        if not wanted(holds, unknown):
            return None
        restore = Restore(
            at=now,
            who=who,
            why=why,
            as_of=holds.as_of,
            source=str(source.absolute()),
            aside=str(aside.absolute()) if place.exists() else "",
            unknown=unknown,
        )
        with Database(backups.address_of(copy)) as database:
            database.migrate()
            with database.write() as connection:
                restores.record(connection, restore)
        if holds.old:
            backups.examine(copy, named=source)
        there = backups.exchange(copy, place, aside)
    return Restored(place=place, aside=aside if there else None, holds=holds, unknown=unknown)

"""Backing up: the database copied while the daemon runs, and no copy called a backup before it was looked through."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shlex import quote

from watcher.asking.opening import must_be_there
from watcher.asking.refusal import DecisionError
from watcher.settings import Settings
from watcher.store import StoreError, backups
from watcher.store.addresses import without_password
from watcher.store.backups import Backup

_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """A backup that was made: where, what it holds, and which older ones went for it."""

    place: Path
    holds: Backup
    removed: tuple[Path, ...] = ()


def back_up(settings: Settings, to: Path, *, keep: int | None = None, now: datetime) -> BackedUp:
    """Copy the database of *settings* to the file *to*, or into the folder *to* under a name with the time.

    *keep* so many of its backups in that folder, the newest: what is older goes once the new one is proven. Raises
    :class:`DecisionError` for what must be asked otherwise, and :class:`StoreError` where no sound copy could be made.
    """
    must_be_there(settings)
    source = database_file(settings)
    if source is None:
        raise DecisionError(on_server(settings, now))
    try:
        place = _place(source, to, keep, now)
    except OSError as error:
        raise DecisionError(f"{to} cannot be used: {error.strerror}; name another file, or a folder") from error
    with backups.copied(source, place) as copy:
        holds = backups.examine(copy, named=source)
        backups.put(copy, place)
    removed = _remove_older(source, place, keep) if keep is not None else ()
    return BackedUp(place=place, holds=holds, removed=removed)


def _place(source: Path, to: Path, keep: int | None, now: datetime) -> Path:
    if keep is not None and not to.is_dir():
        raise DecisionError(f"--keep counts the backups in a folder, and {to} is none")
    place = to / f"{source.stem}-{now:{_TIME}}.db" if to.is_dir() else to
    if not place.parent.is_dir():
        raise DecisionError(f"{place.parent} does not exist: create it, or name another folder")
    if place.exists():
        raise DecisionError(f"{place} is there already, and no backup is written over: name another file, or a folder")
    return place


def database_file(settings: Settings) -> Path | None:
    """Return the file of the SQLite database; ``None`` where it is on a server."""
    return backups.file_of(settings.database)


def _remove_older(source: Path, newest: Path, keep: int) -> tuple[Path, ...]:
    """Remove what is past the newest *keep* backups of this very database; another's, of the same name, stays."""
    name = re.compile(re.escape(source.stem) + r"-\d{8}T\d{6}Z\.db")
    found = sorted((one for one in newest.parent.iterdir() if name.fullmatch(one.name)), reverse=True)
    ours = backups.belongs_to(newest)
    older = [one for one in found if ours is not None and backups.belongs_to(one) == ours][keep:]
    try:
        for one in older:
            one.unlink()
    except OSError as error:
        raise StoreError(f"the backup {newest} is made and sound; an older one cannot be removed: {error}") from error
    return tuple(older)


def on_server(settings: Settings, now: datetime) -> str:
    """Say with which command line PostgreSQL makes a backup, without any password."""
    address, file = without_password(settings.database), f"watcher-{now:{_TIME}}.dump"
    return (
        "the database is PostgreSQL's, which makes backups itself:\n"
        f"  pg_dump --format=custom --file={file} {quote(address)}\n"
        "It asks for the password, or takes it from PGPASSWORD or ~/.pgpass."
    )

"""Backups: a file that holds a SQLite database as of one moment, and whether it can be relied on."""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import URL, Column, Connection, create_engine, func, inspect, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from watcher.store import audit_chain, migrations, soundness, tables
from watcher.store.daemon_locks import FileLock
from watcher.store.errors import StoreError, explain

_PATIENCE = 30
"""Seconds that another's lock on the file is waited for."""
_MOST_FAULTS = 3
_TEMPORARY = ("", "-journal", "-wal", "-shm")
_LATEST = (
    tables.items.c.fetched,
    tables.evaluations.c.at,
    tables.alerts.c.at,
    tables.audit.c.at,
    tables.sources.c.last_poll_at,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a file holds that was looked through and is whole. Times are in UTC; ``size`` in bytes.

    ``as_of`` is the last thing that the database knows of, ``judged`` its newest judgement; ``old`` says that its
    tables are those of an older version, whose record of acts is looked at once they are brought up.
    """

    as_of: datetime | None
    judged: datetime | None
    items: int
    alerts: int
    size: int
    old: bool


def file_of(url: str) -> Path | None:
    """Return the file of the SQLite database at *url*; ``None`` for a server."""
    parsed = make_url(url)
    return Path(str(parsed.database)) if parsed.get_backend_name() == "sqlite" else None


@contextmanager
def copied(source: Path, beside: Path) -> Iterator[Path]:
    """Copy the database *source*, as of one moment, beside the file *beside*; what is there at the end goes away.

    All pages in one step, a reader's: the writer goes on meanwhile. In several steps the copy would begin anew at each
    commit, and never end under a daemon. Raises :class:`StoreError` where the disk is full or cannot be written.
    """
    place = beside.with_name(f".{beside.name}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            _copy(source, place)
            keep_safe(place)
            yield place
        finally:
            for ending in _TEMPORARY:
                Path(f"{place}{ending}").unlink(missing_ok=True)
    except (sqlite3.Error, OSError) as error:
        told = error.strerror if isinstance(error, OSError) else str(error)
        raise StoreError(f"{source} could not be copied to {beside}: {told}; nothing of it was left there") from error


def _copy(source: Path, place: Path) -> None:
    old_one = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)
    with closing(old_one) as old, closing(sqlite3.connect(place)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE").fetchone()  # one file and nothing beside it


def keep_safe(place: Path) -> None:
    """Let a file, or the names in a folder, survive a power cut."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(place: Path, to: Path) -> None:
    """Give the file *place* the name *to*; ``FileExistsError`` where that is taken."""
    try:
        os.link(place, to)
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links
        if to.exists():
            raise FileExistsError(str(to)) from None
        place.rename(to)
    keep_safe(to.parent)


def examine(place: Path, *, named: Path) -> Backup:
    """Read every page of the file *place*, and return what it holds. Raises :class:`StoreError` where it is not whole.

    Looked at are pages and indexes, rows without their owner, the step of the tables, and the chain of the audit.
    Faults are told of *named*, of which it is a copy.
    """
    with _reading(place, named) as connection:
        for fault in soundness.damage(connection, deep=True):
            raise StoreError(f"{named} is damaged: {fault}")
        stands, newest = migrations.standing(connection)
        if not stands:
            raise StoreError(f"{named} is no database of Watcher")
        if stands > newest:
            raise StoreError(f"{named}: its tables are those of a newer version ({stands}); install that version")
        broken = tuple(islice(audit_chain.broken(connection), _MOST_FAULTS)) if stands == newest else ()
        if broken:
            told = "; ".join(f"{row} {fault}" for row, fault in broken)
            raise StoreError(f"{named}: its record of who did what was touched: {told}")
        return Backup(
            as_of=max(filter(None, (_newest(connection, column) for column in _LATEST)), default=None),
            judged=_newest(connection, tables.evaluations.c.at),
            items=connection.execute(select(func.count()).select_from(tables.items)).scalar_one(),
            alerts=connection.execute(select(func.count()).select_from(tables.alerts)).scalar_one(),
            size=place.stat().st_size,
            old=stands != newest,
        )


def belongs_to(place: Path) -> str | None:
    """Return the name of the installation whose database the file *place* holds; ``None`` where it cannot be read."""
    with suppress(StoreError), _reading(place, place) as connection:
        return connection.execute(select(tables.installation.c.name)).scalar()
    return None


def said_since(place: Path, moment: datetime | None) -> int | None:
    """Return how many alerts the database *place* said after *moment*; ``None`` where it cannot be read."""
    if moment is None or not place.exists():
        return None
    with suppress(StoreError), _reading(place, place) as connection:
        later = select(func.count()).select_from(tables.alerts).where(tables.alerts.c.at > moment)
        return int(connection.execute(later).scalar_one())
    return None


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Keep every daemon off the database *place* in this block; refused while one runs on it."""
    lock = FileLock(str(place))
    if not lock.take():
        raise StoreError(f"{place}: a watcher runs on this database; stop it first, and start it again afterwards")
    try:
        _give_to_owner(Path(f"{place}.lock"), of=place)
        yield
    finally:
        lock.drop()


def address_of(place: Path) -> str:
    """Return the address of the SQLite database *place*."""
    return URL.create("sqlite", database=str(place)).render_as_string()


def exchange(copy: Path, place: Path, aside: Path) -> bool:
    """Let *copy* be the database *place*; what was there lies *aside* with all that belongs to it. Whether there was.

    Whoever could read that one can read the new one. What stands in the write-ahead log goes into the file first, if
    it can be read; if not, the log is moved along: one of another database, beside the new one, would be read into it.
    At no moment is there no database: a daemon that was started then would begin an empty one.
    """
    _into_one_file(copy)
    _give_to_owner(copy, of=place)
    keep_safe(copy)
    there = place.exists()
    if there:
        copy.chmod(place.stat().st_mode & 0o777)
        with suppress(sqlite3.Error):
            _into_one_file(place)
        put(place, aside)
    for ending in ("-wal", "-shm", "-journal"):
        if (left := Path(f"{place}{ending}")).exists():
            left.rename(f"{aside}{ending}")
    copy.replace(place)
    keep_safe(place.parent)
    return there


def _give_to_owner(file: Path, *, of: Path) -> None:
    """Let *file* belong to whoever owns the database *of*, or its folder where there is none: root restores, too."""
    if os.geteuid() == 0:
        owner = of.stat() if of.exists() else of.parent.stat()
        os.chown(file, owner.st_uid, owner.st_gid)


def _into_one_file(place: Path) -> None:
    with closing(sqlite3.connect(place, timeout=_PATIENCE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.execute("PRAGMA journal_mode=DELETE").fetchone()


@contextmanager
def _reading(place: Path, named: Path) -> Iterator[Connection]:
    address = f"{place.absolute().as_uri()}?mode=ro"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise explain(error, str(named)) from error
    finally:
        engine.dispose()


def _newest(connection: Connection, column: Column[datetime]) -> datetime | None:
    """Return the newest moment of *column*; ``None`` also where an older version has no such column."""
    tables_there = inspect(connection)
    if not tables_there.has_table(column.table.name):
        return None
    known = {one["name"] for one in tables_there.get_columns(column.table.name)}
    return connection.execute(select(func.max(column))).scalar() if column.name in known else None

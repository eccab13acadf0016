"""Database: one file or one server, opened so that a committed step survives a power cut."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from watcher.store import audit_chain, migrations
from watcher.store.daemon_locks import DaemonLock, FileLock, ServerLock, Stay
from watcher.store.errors import StoreError, explain

_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")
_PATIENCE = timedelta(seconds=30)
_PAUSE = 0.05

_BEGIN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # A transaction that reads first and writes later is refused at once when another has written
        # in between, whatever the timeout says; taking the write lock at the start waits instead.
        "write": ("PRAGMA query_only=OFF", "PRAGMA foreign_keys=ON", "BEGIN IMMEDIATE"),
        "read": ("PRAGMA query_only=ON", "BEGIN"),
        # A table that is rebuilt is dropped for a moment, and would take the rows that refer to it along.
        "migrate": ("PRAGMA query_only=OFF", "PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE"),
    }
)
_READ_ON_SERVER: Final[Mapping[str, Any]] = MappingProxyType(
    {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
)
_MIGRATION_LOCK = 7_287_261_001  # any number, the same in every copy of this program
_MIGRATING = threading.Lock()  # alembic keeps its context in a module


class Database:
    """The store of one service: ``sqlite:///path/watcher.db`` or ``postgresql://user@host/name``.

    Opens and checks it at once; raises :class:`StoreError` with a sentence if it cannot be used.
    ``with db.write() as connection:`` is one transaction, kept whole or not at all; on SQLite there
    is one at a time and the others wait. ``with db.read() as connection:`` sees one moment of the
    database and cannot write. Nothing else in Watcher opens a connection.
    ``with Database(url) as db:`` closes it at the end of the block.
    """

    def __init__(self, url: str, *, patience: timedelta = _PATIENCE) -> None:
        parsed = _parse(url)
        self._is_sqlite = parsed.get_backend_name() == "sqlite"
        self.place = str(parsed.database) if self._is_sqlite else parsed.render_as_string(hide_password=True)
        if self._is_sqlite:
            _check_path(str(parsed.database or ""))
        self._engine = _sqlite_engine(parsed, patience) if self._is_sqlite else _server_engine(parsed)
        self._file = None
        self._lock: DaemonLock = FileLock(self.place) if self._is_sqlite else ServerLock(self._engine)
        try:
            with self.write() as connection:
                if self._is_sqlite:
                    _check_writable(connection)
                else:
                    _check_server(connection, self.place)
        except BaseException:
            self.close()
            raise
        self._file = _inode(self.place) if self._is_sqlite else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self) -> AbstractContextManager[Connection]:
        """Open a transaction that may write; it is committed at the end unless an error leaves the block."""
        return self._transaction("write")

    def read(self) -> AbstractContextManager[Connection]:
        """Open a transaction that only reads, all of it as of one moment."""
        return self._transaction("read")

    def migrate(self) -> None:
        """Bring the tables up to this version in one transaction; a newer or foreign schema is refused.

        May run in several processes at once: one does it, the others wait and find it done. Not under another's
        daemon: one of an older version could from then on put nothing on record of what it has to warn of.
        """
        with _MIGRATING, self._transaction("migrate") as connection:
            if not self._is_sqlite:
                connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            if migrations.are_old(connection) and self._lock.is_anothers(connection):
                raise StoreError(
                    f"{self.place}: its tables are those of an older version, and a watcher runs on it; stop that one "
                    "and start it with this version, which upgrades them (or ask again, if it is just starting)"
                )
            migrations.upgrade(connection, place=self.place)
            if self._is_sqlite and connection.execute(text("PRAGMA foreign_key_check")).first():
                raise StoreError(f"{self.place}: the upgrade would leave rows without their owner; report this")

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Be the one daemon of this database; refused while another process is.

        The lock falls with the process, however it ends: a killed daemon leaves nothing to clean up.
        """
        if not self._lock.take():
            raise StoreError(f"{self.place}: another watcher runs on this database; stop it first")
        try:
            yield
        finally:
            self._lock.drop()

    def stay_exclusive(self) -> bool:
        """Look whether this is still the one daemon, and be it again where the server forgot; return whether it had.

        On a server the lock falls with its connection, and then anybody may take it: where another has it this raises
        a :class:`StoreError`, and one worth a retry as long as nobody can tell. To be asked within :meth:`exclusive`.
        """
        try:
            stay = self._lock.stay()
        except SQLAlchemyError as error:
            raise explain(error, self.place) from error
        if stay is Stay.LOST:
            raise StoreError(f"{self.place}: another watcher took this database when our connection to it fell")
        if stay is Stay.ORPHANED:
            raise StoreError(f"{self.place}: the server still keeps a connection that we have lost", retry=True)
        return stay is Stay.REGAINED

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self, mode: str) -> Iterator[Connection]:
        if self._file is not None and _inode(self.place) != self._file:
            raise StoreError(f"{self.place}: the file was moved or removed under us; put it back and start again")
        options = {"mode": mode} if self._is_sqlite or mode != "read" else {"mode": mode, **_READ_ON_SERVER}
        try:
            with self._engine.execution_options(**options).begin() as connection:
                yield connection
                if mode == "write":
                    audit_chain.link(connection)
        except SQLAlchemyError as error:
            raise explain(error, self.place) from error


def _inode(path: str) -> int | None:
    """Return what names the file itself, however its path is called; ``None`` if it is gone."""
    try:
        return Path(path.removeprefix("file:")).stat().st_ino
    except OSError:
        return None


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or parsed.drivername not in _DRIVERS:
        raise StoreError("the database's address must look like sqlite:///watcher.db or postgresql://user@host/name")
    return parsed


def _check_path(path: str) -> None:
    if path in ("", ":memory:"):
        raise StoreError("a database in memory forgets every warning; write sqlite:///watcher.db")
    if path.startswith("file:"):
        return
    if Path(path).is_dir():
        raise StoreError(f"{path} is a directory; give the database a file name in it")
    if not Path(path).absolute().parent.is_dir():
        raise StoreError(f"{path}: its directory does not exist; create it, or correct the database's address")


def _engine(url: URL, **more: Any) -> Engine:
    dumps = json.JSONEncoder(allow_nan=False).encode  # one for all: json.dumps() would make one for each value
    try:
        return create_engine(url, hide_parameters=True, json_serializer=dumps, **more)
    except ModuleNotFoundError as error:
        raise StoreError(f"PostgreSQL needs one more package ({error.name}): install iw-watcher[postgres]") from None


def _sqlite_engine(url: URL, patience: timedelta) -> Engine:
    engine = _engine(url)

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: object) -> None:
        try:
            _set_up(connection, patience, str(url.database))
        except BaseException:
            connection.close()
            raise

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        for statement in _BEGIN[connection.get_execution_options()["mode"]]:
            connection.exec_driver_sql(statement)

    return engine


def _set_up(connection: sqlite3.Connection, patience: timedelta, place: str) -> None:
    connection.isolation_level = None  # the driver starts no transactions of its own; "begin" above does
    connection.execute(f"PRAGMA busy_timeout={patience // timedelta(milliseconds=1)}")
    _switch_to_wal(connection, patience)
    connection.execute("PRAGMA synchronous=FULL")
    journal = connection.execute("PRAGMA journal_mode").fetchone()[0]
    synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
    if (journal, synchronous) != ("wal", 2):
        raise StoreError(
            f"{place}: this disk does not allow SQLite's safe settings (journal_mode={journal}, "
            f"synchronous={synchronous}, needed are wal and 2); put the file on a local disk"
        )


def _switch_to_wal(connection: sqlite3.Connection, patience: timedelta) -> None:
    """Set the journal once per file, and try again if another process is doing so.

    SQLite does not wait here, whatever its timeout: 4 processes on 300 new files, 90 times "busy".
    """
    for _ in range(max(1, int(patience.total_seconds() / _PAUSE))):
        if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise
            time.sleep(_PAUSE)


def _check_writable(connection: Connection) -> None:
    """Write a number over itself: taking the write lock alone does not find a read-only file."""
    own = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    connection.exec_driver_sql(f"PRAGMA user_version={own}")


def _server_engine(url: URL) -> Engine:
    given = url.query.get("options", "")
    options = f"{given if isinstance(given, str) else ' '.join(given)} -c timezone=UTC".strip()
    return _engine(url, pool_pre_ping=True, connect_args={"options": options})


def _check_server(connection: Connection, place: str) -> None:
    if connection.execute(text("SHOW synchronous_commit")).scalar_one() == "off":
        raise StoreError(f"{place}: synchronous_commit is off and a power cut would lose warnings; set it to on")
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise StoreError(f"{place}: its encoding is {encoding}; create the database with ENCODING 'UTF8'")

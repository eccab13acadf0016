"""Daemon locks: what keeps a second daemon off a database. A lock falls with its process, however that ends."""

import fcntl
from contextlib import suppress
from enum import Enum, auto
from io import TextIOWrapper
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

_NUMBER = 7_287_261_002  # any number, the same in every copy of this program
_HOLDERS = text(  # looked up and not tried: a daemon that starts meanwhile must not be refused for it
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid = :high AND objid = :low"
).bindparams(high=_NUMBER >> 32, low=_NUMBER & 0xFFFF_FFFF)

_LOOK_AFTER_US = ("SET tcp_keepalives_idle = 30", "SET tcp_keepalives_interval = 10", "SET tcp_keepalives_count = 3")
"""Seconds of silence after which the server asks whether we are there: of a machine that lost its power it learns
within a minute, not within the usual two hours, for which no other daemon could start. On a socket it means nothing."""


class Stay(Enum):
    """What became of a lock that was taken."""

    HELD = auto()
    REGAINED = auto()
    """It had fallen and is ours again; another may have had it in between."""
    ORPHANED = auto()
    """The server still holds it for the session that we lost. That one is ended now: to be looked at again soon."""
    LOST = auto()
    """Another has it."""


class DaemonLock(Protocol):
    """The lock of the one daemon of a database, as one process has it or not."""

    def take(self) -> bool:
        """Take the lock, and return whether it is ours now: another process may have it."""

    def stay(self) -> Stay:
        """Look after the lock that was taken, which may have fallen; where it has, take it again."""

    def drop(self) -> None:
        """Give the lock back, if it is ours."""

    def is_anothers(self, connection: Connection) -> bool:
        """Whether another has the lock; *connection* is one to its database."""


class FileLock:
    """The lock of a SQLite database: one on the file ``PLACE.lock`` beside it."""

    def __init__(self, place: str) -> None:
        self._path = Path(f"{place}.lock")
        self._file: TextIOWrapper | None = None

    def take(self) -> bool:
        """See :meth:`DaemonLock.take`."""
        file = self._path.open("w")
        if not _locked(file, fcntl.LOCK_EX):
            file.close()
            return False
        self._file = file
        return True

    def stay(self) -> Stay:
        """See :meth:`DaemonLock.stay`. The lock of a file falls with the process alone."""
        return Stay.HELD

    def drop(self) -> None:
        """See :meth:`DaemonLock.drop`."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def is_anothers(self, connection: Connection) -> bool:  # noqa: ARG002 - the protocol has it
        """See :meth:`DaemonLock.is_anothers`. Where there is no file no daemon ever ran."""
        if self._file is not None or not self._path.exists():
            return False
        with self._path.open("r") as file:
            return not _locked(file, fcntl.LOCK_SH)


class ServerLock:
    """The lock of a PostgreSQL database: one that a session holds, and that falls with its connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._session: Connection | None = None
        self._pid = 0
        """The server's number of our session, also of one that was lost; 0 where the lock was never taken."""

    def take(self) -> bool:
        """See :meth:`DaemonLock.take`."""
        session = self._engine.execution_options(mode="write").connect()
        for statement in _LOOK_AFTER_US:
            session.execute(text(statement))
        taken, pid = session.execute(select(func.pg_try_advisory_lock(_NUMBER), func.pg_backend_pid())).one()
        session.commit()
        session.detach()  # a pooled session would keep the lock after it was dropped
        if not taken:
            session.close()
            return False
        self._session, self._pid = session, pid
        return True

    def stay(self) -> Stay:
        """See :meth:`DaemonLock.stay`. Raises what SQLAlchemy does where there is no connection at all."""
        if not self._pid or (self._session is not None and _answers(self._session)):
            return Stay.HELD
        self._leave()
        if self.take():
            return Stay.REGAINED
        with self._engine.execution_options(mode="write").begin() as connection:
            if self._pid not in connection.execute(_HOLDERS).scalars().all():
                return Stay.LOST
            connection.execute(select(func.pg_terminate_backend(self._pid)))
            return Stay.ORPHANED

    def drop(self) -> None:
        """See :meth:`DaemonLock.drop`."""
        self._leave()
        self._pid = 0

    def _leave(self) -> None:
        if self._session is not None:
            with suppress(SQLAlchemyError):
                self._session.close()
            self._session = None

    def is_anothers(self, connection: Connection) -> bool:
        """See :meth:`DaemonLock.is_anothers`."""
        return self._session is None and connection.execute(_HOLDERS).first() is not None


def _answers(session: Connection) -> bool:
    try:
        session.execute(select(1))
        session.commit()
    except SQLAlchemyError:
        return False
    return True


def _locked(file: TextIOWrapper, way: int) -> bool:
    try:
        fcntl.flock(file, way | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

"""Opening: the database that somebody asks about, or the one that this process has open already."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from watcher.asking.refusal import DecisionError
from watcher.settings import Settings
from watcher.store import Connection, past
from watcher.store.database import Database

_LENT: ContextVar[Database | None] = ContextVar("lent", default=None)


@contextmanager
def lent(database: Database) -> Iterator[None]:
    """Let :func:`opened` give *database* in this block: a process that has it open opens and checks it once."""
    token = _LENT.set(database)
    try:
        yield
    finally:
        _LENT.reset(token)


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Open the database of *settings*, or take the one that was :func:`lent`; refused where there is none yet."""
    lent_one = _LENT.get()
    if lent_one is not None:
        yield lent_one
        return
    must_be_there(settings)
    with Database(settings.database) as database:
        database.migrate()
        yield database


def must_be_there(settings: Settings) -> None:
    """Refuse to go on where *settings* name a database that nothing has filled yet."""
    if not past.is_there(settings.database):
        raise DecisionError("there is no database yet: `watcher once` or `watcher run` fills it")


@contextmanager
def recording(settings: Settings, within: Connection | None) -> Iterator[Connection]:
    """Yield the transaction *within* which something is put on record, or one of our own where none is open."""
    if within is not None:
        yield within
        return
    with opened(settings) as database, database.write() as connection:
        yield connection

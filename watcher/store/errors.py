"""What can go wrong with the database, in sentences that say what to do about it."""

from sqlalchemy.exc import DBAPIError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

_SQLITE = {  # the start of SQLite's own name for the fault: (sentence, would a retry help)
    "SQLITE_CANTOPEN": ("the file cannot be opened; check its directory and who owns it", False),
    "SQLITE_READONLY": (
        "the file or its directory is read-only; let this user write there, or choose another place",
        False,
    ),
    "SQLITE_NOTADB": (
        "the file is not a database; move it away, or correct the database's address",
        False,
    ),
    "SQLITE_CORRUPT": ("the file is damaged; stop the service and restore the last backup", False),
    "SQLITE_FULL": ("the disk is full; free some space, nothing half-written was kept", True),
    "SQLITE_BUSY": (
        "another process holds the write lock for too long; see whether a second copy or a backup is running",
        True,
    ),
    "SQLITE_IOERR": ("the disk does not read or write; look at it before you go on", True),
}

_RETRYABLE_CLASSES = ("08", "40", "53", "55", "57", "58")
"""SQLSTATE classes that pass: connection, rollback, resources, locks, operator's stop, system."""

_NO_TABLE = ("no such table", "no such column")
_UNDEFINED = ("42P01", "42703")
"""The same from PostgreSQL: undefined table, undefined column."""


class StoreError(Exception):
    """The database cannot do what was asked. ``retry`` says whether the same again may succeed."""

    def __init__(self, sentence: str, *, retry: bool = False) -> None:
        super().__init__(sentence)
        self.retry = retry


def as_store_error(error: Exception, place: str) -> StoreError | None:
    """Return *error* as a sentence if it is one of the database; ``None`` for any other. See :func:`explain`."""
    if isinstance(error, StoreError):
        return error
    return explain(error, place) if isinstance(error, SQLAlchemyError) else None


def explain(error: SQLAlchemyError, place: str) -> StoreError:
    """Return what *error* means for a person; *place* names the database without its password."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(cause, "sqlite_errorname", "")
    for start, (sentence, retry) in _SQLITE.items():
        if name.startswith(start):
            return StoreError(f"{place}: {sentence} ({cause})", retry=retry)
    first = (str(cause).splitlines() or [""])[0]
    if first.startswith(_NO_TABLE) or getattr(cause, "sqlstate", None) in _UNDEFINED:
        return StoreError(
            f"{place}: its tables are not those of this version yet; start the service once, it upgrades them ({first})"
        )
    if not name and _is_gone(error):
        return StoreError(
            f"{place}: no connection to the database; check that it runs and that its address, user "
            f"and password are right. What was being kept is there whole or not at all ({first})",
            retry=True,
        )
    return StoreError(f"{place}: {first or type(cause).__name__}", retry=_passes(error))


def _is_gone(error: SQLAlchemyError) -> bool:
    if not isinstance(error, DBAPIError):  # what was asked after the connection fell and somebody went on all the same
        return isinstance(error, PendingRollbackError)
    state = getattr(error.orig, "sqlstate", None) or ""
    unsaid = type(error.orig).__name__ == "OperationalError" and not state
    return error.connection_invalidated or state[:2] == "08" or unsaid


def _passes(error: SQLAlchemyError) -> bool:
    if isinstance(error, PoolTimeoutError):
        return True
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    return state[:2] in _RETRYABLE_CLASSES

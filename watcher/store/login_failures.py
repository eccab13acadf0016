"""Wrong passwords of late, by account and by address: what a delay is worked out from, also after a restart."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from watcher.store.statements import upsert
from watcher.store.tables.people import login_failures as _FAILURES  # noqa: N812 - a constant, as every table here


def get(connection: Connection, key: str) -> tuple[int, datetime | None]:
    """Return how many wrong passwords *key* gave in a row, and when the last one was."""
    row = connection.execute(select(_FAILURES.c.failures, _FAILURES.c.last_at).where(_FAILURES.c.key == key)).first()
    return (row.failures, row.last_at) if row is not None else (0, None)


def note(connection: Connection, key: str, *, failures: int, at: datetime, kept: timedelta) -> None:
    """Keep the count of *key*, and forget every one older than *kept*."""
    connection.execute(delete(_FAILURES).where(_FAILURES.c.last_at < at - kept))
    upsert(connection, _FAILURES, [{"key": key, "failures": failures, "last_at": at}])


def forget(connection: Connection, key: str) -> None:
    """Begin anew with *key*: the right password was given."""
    connection.execute(delete(_FAILURES).where(_FAILURES.c.key == key))

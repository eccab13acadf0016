"""The secrets by which the first account is made: what the log told and what was asked for. Only digests are kept."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from watcher.store.tables.people import setup_tokens as _SETUP  # noqa: N812 - a constant, as every table here


def add(connection: Connection, digest: str, *, now: datetime, until: datetime) -> None:
    """Keep this one beside those that still count."""
    connection.execute(delete(_SETUP).where(_SETUP.c.until <= now))
    connection.execute(insert(_SETUP).values(digest=digest, until=until))


def holds(connection: Connection, digest: str, *, now: datetime) -> bool:
    """Whether that digest is one that counts at *now*."""
    found = select(_SETUP.c.until).where(_SETUP.c.digest == digest, _SETUP.c.until > now)
    return connection.execute(found).first() is not None


def clear(connection: Connection) -> None:
    """Let none count any more: there is an account."""
    connection.execute(delete(_SETUP))

"""The one secret by which the first account is made. Only its digest is kept, and only one at a time."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from watcher.store.tables.people import setup_tokens as _SETUP  # noqa: N812 - a constant, as every table here


def replace(connection: Connection, digest: str, *, until: datetime) -> None:
    """Keep this one in the place of any before."""
    connection.execute(delete(_SETUP))
    connection.execute(insert(_SETUP).values(digest=digest, until=until))


def holds(connection: Connection, digest: str, *, now: datetime) -> bool:
    """Whether that digest is the one that counts at *now*."""
    found = select(_SETUP.c.until).where(_SETUP.c.digest == digest, _SETUP.c.until > now)
    return connection.execute(found).first() is not None


def clear(connection: Connection) -> None:
    """Let none count any more: there is an account."""
    connection.execute(delete(_SETUP))

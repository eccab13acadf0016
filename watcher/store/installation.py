"""Which installation this database belongs to: one random name, made once and never changed.

It sets the ids of two databases over the same assessment apart, so that a receiver which drops
repeats never drops another installation's alert.
"""

import secrets

from sqlalchemy import Connection, insert, select

from watcher.store import tables

_INSTALLATION = tables.installation


def name(connection: Connection) -> str:
    """Return the installation's name; the first transaction that asks makes it."""
    found = connection.execute(select(_INSTALLATION.c.name)).scalar()
    if found is not None:
        return str(found)
    made = secrets.token_hex(8)
    connection.execute(insert(_INSTALLATION).values(name=made))
    return made

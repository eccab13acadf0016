"""Which installation this database belongs to: one random name, made once and never changed.

It sets the ids of two databases over the same assessment apart, so that a receiver which drops
repeats never drops another installation's alert. A database that was restored counts on from an earlier
number: its ids are set apart from those that the replaced one gave out meanwhile, for other contents.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from watcher.store import tables

_INSTALLATION = tables.installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Salts:
    """What goes into ids: the installation's name, and since a restore when that was (UTC, oldest first)."""

    name: str
    restored: tuple[datetime, ...] = ()

    def at(self, moment: datetime) -> str:
        """Return what went into the ids that were made at *moment*."""
        last = max((one for one in self.restored if one <= moment), default=None)
        return self.name if last is None else f"{self.name} {last.isoformat()}"


def name(connection: Connection) -> str:
    """Return the installation's name; the first transaction that asks makes it."""
    found = connection.execute(select(_INSTALLATION.c.name)).scalar()
    if found is not None:
        return str(found)
    made = secrets.token_hex(8)
    connection.execute(insert(_INSTALLATION).values(name=made))
    return made


def salts(connection: Connection) -> Salts:
    """Return what went into the ids of this database, and since when."""
    restored = connection.execute(select(tables.restores.c.at).order_by(tables.restores.c.number)).scalars()
    return Salts(name=name(connection), restored=tuple(restored))


def salt(connection: Connection) -> str:
    """Return what goes into ids that are made now, whatever the clock says."""
    known = salts(connection)
    return known.at(max(known.restored)) if known.restored else known.name

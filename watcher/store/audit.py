"""Who did what, when. Rows are added and never changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from watcher.store import tables

_AUDIT = tables.audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act of a person or of the service."""

    at: datetime
    who: str
    what: str
    detail: Mapping[str, Any] = field(default_factory=dict)


def write(connection: Connection, *, at: datetime, who: str, what: str, detail: Mapping[str, Any]) -> None:
    """Put an act on record. *detail* holds no secret: it is shown."""
    connection.execute(insert(_AUDIT).values(at=at, who=who, what=what, detail=dict(detail)))


def recent(connection: Connection, *, limit: int) -> tuple[Entry, ...]:
    """Return the last entries, newest first."""
    newest = select(_AUDIT.c.at, _AUDIT.c.who, _AUDIT.c.what, _AUDIT.c.detail)
    rows = connection.execute(newest.order_by(_AUDIT.c.id.desc()).limit(limit)).mappings()
    return tuple(Entry(**row) for row in rows)


def entries(connection: Connection, what: str) -> Iterator[Entry]:
    """Yield every act called *what*, oldest first."""
    own = select(_AUDIT.c.at, _AUDIT.c.who, _AUDIT.c.what, _AUDIT.c.detail).where(_AUDIT.c.what == what)
    return (Entry(**row) for row in connection.execute(own.order_by(_AUDIT.c.id)).mappings())

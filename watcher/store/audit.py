"""Who did what, when. Rows are added and never changed; each is a link of a chain (see ``audit_chain``)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from watcher.store import audit_chain, tables

_AUDIT = tables.audit
_OWN = (_AUDIT.c.at, _AUDIT.c.who, _AUDIT.c.what, _AUDIT.c.detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One act of a person or of the service; ``before`` and ``after`` stand in its detail where something changed."""

    at: datetime
    who: str
    what: str
    detail: Mapping[str, Any] = field(default_factory=dict)


def write(connection: Connection, *, at: datetime, who: str, what: str, detail: Mapping[str, Any]) -> None:
    """Put an act on record. *detail* holds no secret: it is shown."""
    row = {"at": at, "who": who, "what": what, "detail": dict(detail), "link": 0, "before": "", "digest": ""}
    audit_chain.add(connection, connection.execute(insert(_AUDIT).values(row).returning(_AUDIT.c.id)).scalar_one())


def recent(
    connection: Connection, *, limit: int, since: datetime | None = None, who: str = "", what: str = ""
) -> tuple[AuditEntry, ...]:
    """Return the last entries, newest first: those *since* a moment, by *who* (in any letters), with *what* in them."""
    return tuple(entry for _, entry in numbered(connection, limit=limit, since=since, who=who, what=what))


def numbered(
    connection: Connection,
    *,
    limit: int,
    before: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    who: str = "",
    what: str = "",
) -> tuple[tuple[int, AuditEntry], ...]:
    """Return the same with their numbers, by which a list goes on: those *before* a number, and *until* a moment."""
    newest = select(_AUDIT.c.id, *_OWN).order_by(_AUDIT.c.id.desc()).limit(limit)
    if before is not None:
        newest = newest.where(_AUDIT.c.id < before)
    if until is not None:
        newest = newest.where(_AUDIT.c.at < until)
    if since is not None:
        newest = newest.where(_AUDIT.c.at >= since)
    if who:
        newest = newest.where(func.lower(_AUDIT.c.who) == func.lower(who))
    if what:
        newest = newest.where(_AUDIT.c.what.icontains(what, autoescape=True))
    rows = connection.execute(newest).all()
    return tuple((row.id, AuditEntry(at=row.at, who=row.who, what=row.what, detail=row.detail)) for row in rows)


def entries(connection: Connection, what: str) -> Iterator[AuditEntry]:
    """Yield every act called *what*, oldest first."""
    yield from _entries(connection, select(*_OWN).where(_AUDIT.c.what == what).order_by(_AUDIT.c.id))


def _entries(connection: Connection, wanted: Select[Any]) -> Iterator[AuditEntry]:
    return (AuditEntry(**row) for row in connection.execute(wanted).mappings())

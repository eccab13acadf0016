"""What is on record: who did what, with what stood before and after, and where the chain through it ends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from watcher.asking.opening import opened
from watcher.settings import Settings
from watcher.store import audit, audit_chain
from watcher.store.audit import AuditEntry
from watcher.store.audit_chain import Head

_APART = ("before", "after")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActsOnRecord:
    """The entries that were asked for, newest first, and the end of the chain."""

    entries: tuple[AuditEntry, ...]
    head: Head


def recorded(
    settings: Settings, *, limit: int, since: datetime | None = None, who: str = "", what: str = ""
) -> ActsOnRecord:
    """Return the last entries: those *since* a moment, by *who*, with *what* in their words."""
    with opened(settings) as database, database.read() as connection:
        found = audit.recent(connection, limit=limit, since=since, who=who, what=what)
        return ActsOnRecord(entries=found, head=audit_chain.head(connection))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """One page of the record: entries with their numbers, newest first; *more* if older ones are there."""

    entries: tuple[tuple[int, AuditEntry], ...]
    head: Head
    more: bool
    faults: tuple[tuple[str, str], ...] | None
    """Where the chain does not hold; ``None`` if nobody asked."""


def record_page(
    settings: Settings,
    *,
    limit: int,
    before: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    who: str = "",
    what: str = "",
    check: bool = False,
) -> RecordPage:
    """Return *limit* entries that fit, those *before* a number; with *check* the whole chain is gone through."""
    with opened(settings) as database, database.read() as connection:
        found = audit.numbered(connection, limit=limit + 1, before=before, since=since, until=until, who=who, what=what)
        faults = tuple(islice(audit_chain.broken(connection), _MOST_FAULTS)) if check else None
        head = audit_chain.head(connection)
    return RecordPage(entries=found[:limit], head=head, more=len(found) > limit, faults=faults)


_MOST_FAULTS = 20


def still_holds(settings: Settings, digest: str) -> bool:
    """Whether the chain still has the row that *digest* was noted down of: else what was before it is not as it was."""
    with opened(settings) as database, database.read() as connection:
        return audit_chain.holds(connection, digest.strip().lower())


def as_json(entry: AuditEntry) -> dict[str, Any]:
    """Return *entry* as plain values."""
    return {"at": entry.at, "who": entry.who, "what": entry.what, **told_of(entry)}


def told_of(entry: AuditEntry) -> dict[str, Any]:
    """Return what stood before and after, where something changed, and the rest of the detail."""
    rest = {name: value for name, value in entry.detail.items() if name not in _APART}
    return {name: entry.detail.get(name) for name in _APART} | {"detail": rest}


def in_words(value: Any) -> str:
    """Return a value of an entry as short words: ``state waiting, due 2026-01-05T12:00``."""
    if isinstance(value, Mapping):
        return ", ".join(part for name, one in value.items() for part in _part(str(name), one))
    return "" if value is None else str(value)


def _part(name: str, value: Any) -> Iterator[str]:
    if value not in (None, "", [], {}):
        yield f"{name} {in_words(value)}"

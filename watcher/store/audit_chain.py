"""The chain through the audit: each row holds the digest of the one before, so that whoever touches one is found.

A row is linked at the end of its transaction, as the last thing that is locked: of two writers one links first, and
neither waits for the other with anything else in hand. The head stands apart and says how long the chain is.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from watcher.store import tables

_AUDIT, _HEAD = tables.audit, tables.audit_head
_UNLINKED = "audit has rows to link"
"""Under this a connection remembers that its transaction wrote some."""

START = "0" * 64
"""What stands in the place of the digest before the first row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of the chain: how many rows it has, and the digest of the last."""

    count: int = 0
    digest: str = START


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """One row as it stands in the chain; ``link`` is its place from 1 on, 0 for one that is in none."""

    id: int
    at: datetime
    who: str
    what: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    link: int = 0
    before: str = ""
    digest: str = ""


def digest_of(before: str, *, at: datetime, who: str, what: str, detail: Mapping[str, Any]) -> str:
    """Return what proves a row and everything before it: SHA-256 over *before* and the row's own words, as JSON."""
    told = [before, at.astimezone(UTC).isoformat(timespec="microseconds"), who, what, detail]
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def add(connection: Connection, number: int) -> None:
    """Note that the transaction of *connection* has the row of that *number* to link."""
    connection.info.setdefault(_UNLINKED, []).append(number)


def link(connection: Connection) -> None:
    """Link what this transaction added, if it added anything; the last thing before it is committed.

    Only that: a row that somebody put in past us stays without a link, and is found by it.
    """
    added = connection.info.pop(_UNLINKED, ())
    if not added:
        return
    head = _locked(connection)
    mine = (_AUDIT.c.link == 0) & _AUDIT.c.id.in_(added)
    rows = connection.execute(select(_AUDIT).where(mine).order_by(_AUDIT.c.id)).mappings()
    for row in rows.all():
        told = {name: row[name] for name in ("at", "who", "what", "detail")}
        head, before = Head(count=head.count + 1, digest=digest_of(head.digest, **told)), head.digest
        linked = {"link": head.count, "before": before, "digest": head.digest}
        connection.execute(update(_AUDIT).where(_AUDIT.c.id == row["id"]).values(linked))
    connection.execute(update(_HEAD).values(count=head.count, digest=head.digest))


def head(connection: Connection) -> Head:
    """Return the end of the chain."""
    row = connection.execute(select(_HEAD.c.count, _HEAD.c.digest)).mappings().first()
    return Head(**row) if row is not None else Head()


def broken(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield each place where the chain does not hold: the row that shows it, and what is wrong, in a clause."""
    links = connection.execute(select(_AUDIT).order_by(_AUDIT.c.link, _AUDIT.c.id)).mappings()
    yield from faults((ChainLink(**row) for row in links), head(connection))


def holds(connection: Connection, digest: str) -> bool:
    """Whether a row of that *digest* (or of a beginning of it, at least 8 letters) is in the chain."""
    enough = 8
    found = select(_AUDIT.c.id).where(_AUDIT.c.digest.startswith(digest, autoescape=True), _AUDIT.c.link > 0)
    return digest == START or (len(digest) >= enough and connection.execute(found).first() is not None)


def faults(links: Iterable[ChainLink], end: Head) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a chain that has these *links*, in order, and this *end*."""
    last = Head()
    for row in links:
        if row.link == 0:
            yield _name(row), "was put in without a link"
            continue
        if row.link != last.count + 1:
            missing = row.link - last.count - 1
            yield _name(row), f"{missing} row(s) before it are gone" if missing > 0 else "stands twice in the chain"
        elif row.before != last.digest:
            yield _name(row), "does not follow the row before it: that one or this was put in its place"
        if row.digest != digest_of(row.before, at=row.at, who=row.who, what=row.what, detail=row.detail):
            yield _name(row), "is not as it was written: who, what, when or its detail was changed"
        last = Head(count=row.link, digest=row.digest)
    if end.count > last.count:
        yield f"link {last.count}", f"{end.count - last.count} row(s) after it are gone"
    elif end != last:
        yield f"link {last.count}", "the end of the chain is another than the one on record"


def _name(row: ChainLink) -> str:
    return f"link {row.link} ({row.at:%Y-%m-%d %H:%M} UTC, {row.who}: {row.what})"


def _locked(connection: Connection) -> Head:
    row = connection.execute(select(_HEAD.c.count, _HEAD.c.digest).with_for_update()).mappings().one()
    return Head(**row)

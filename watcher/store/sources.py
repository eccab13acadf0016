"""What we know of each source: when it is due, what it last said, and every poll of it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, literal, select, update

from watcher.health.observed import Observed
from watcher.health.source_state import SourceState
from watcher.health.vitals import Vitals
from watcher.sources.source import Validators
from watcher.store import canary, tables
from watcher.store.statements import in_batches, upsert

OK = "ok"
"""The outcome of a poll that worked; the others are the words of :class:`watcher.sources.faults.Fault`."""


_COLUMNS = tuple(f.name for f in fields(SourceState) if f.name != "validators")
_TOLD = [tables.sources.c[name] for name in _COLUMNS]
_ASKED_WITH = [tables.sources.c.etag, tables.sources.c.last_modified]
_STATES: Select[Any] = select(*_TOLD, *_ASKED_WITH, literal("")).order_by(tables.sources.c.id)
_STATES_OF: Select[Any] = (
    select(*_TOLD, *_ASKED_WITH, tables.known_entries.c.entries)
    .join_from(tables.sources, tables.known_entries, tables.known_entries.c.source == tables.sources.c.id, isouter=True)
    .where(tables.sources.c.id.in_(bindparam("wanted", expanding=True)))
)


def state(connection: Connection, source_id: str) -> SourceState:
    """Return where polling *source_id* stands; a blank state if it was never polled."""
    return states_of(connection, [source_id])[source_id]


def states_of(connection: Connection, ids: Iterable[str]) -> dict[str, SourceState]:
    """Return where polling the sources *ids* stands, as :func:`state` would for each."""
    wanted = tuple(ids)
    found = {name: SourceState(id=name) for name in wanted}
    for batch in in_batches(wanted):
        found |= {state.id: state for state in map(_state, connection.execute(_STATES_OF, {"wanted": batch}).all())}
    return found


def states(connection: Connection) -> dict[str, SourceState]:
    """Return every source that was ever polled, by id; without what is known of its last document."""
    return {state.id: state for state in map(_state, connection.execute(_STATES).all())}


def first_look(connection: Connection) -> datetime | None:
    """Return when a poll first worked; before that nobody was watching."""
    fetches = tables.fetches.c
    good = (fetches.outcome == OK) & (fetches.source != canary.SOURCE)  # our own item shows us nothing of the world
    found = select(fetches.at).where(good).order_by(fetches.id).limit(1)
    return connection.execute(found).scalar()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One poll as it goes on record: where polling its source stands ``after`` it, and its line in the log.

    ``known`` is what to remember of the document's entries; ``None`` leaves what is remembered. ``seen`` are the facts
    of a whole answer.
    """

    after: SourceState
    outcome: str = OK
    items_new: int = 0
    body_hash: str = ""
    known: str | None = None
    seen: Observed | None = None


def succeeded(
    before: SourceState,
    *,
    url: str,
    validators: Validators | None,
    at: datetime,
    next_due_at: datetime,
    items_new: int,
    body_hash: str,
    note: str,
    vitals: Vitals,
    seen: Observed | None = None,
    known: str | None = None,
    renamed: int | None = None,
    by_link: bool | None = None,
) -> Recorded:
    """Return a good poll of a source that stood at *before*, for :func:`record`.

    ``validators=None`` keeps those we have (a document cut short), unless the address is new; ``known=None`` keeps
    what is known of the entries. *seen* are the facts of a whole answer, *vitals* what is known of the content
    after it. *renamed* and *by_link* stay as they were where they are ``None``.
    """
    after = SourceState(
        renamed=before.renamed if renamed is None else renamed,
        by_link=before.by_link if by_link is None else by_link,
        id=before.id,
        url=url,
        validators=before.validators_for(url) if validators is None else validators,
        next_due_at=next_due_at,
        last_poll_at=at,
        last_ok_at=at,
        last_detail=note,
        vitals=vitals,
    )
    changed = known if known != before.validators.known else None
    return Recorded(after=after, items_new=items_new, body_hash=body_hash, known=changed, seen=seen)


def failed(before: SourceState, *, url: str, fault: str, detail: str, at: datetime, next_due_at: datetime) -> Recorded:
    """Return a poll that saw nothing, for :func:`record`. Validators and the last good time stay where they were."""
    after = replace(
        before,
        url=url,
        validators=before.validators_for(url),
        next_due_at=next_due_at,
        last_poll_at=at,
        last_fault=fault,
        last_detail=detail,
        failures=before.failures + 1,
    )
    return Recorded(after=after, outcome=fault)


def record(connection: Connection, polls: Iterable[Recorded]) -> None:
    """Put *polls* of different sources on record.

    Keep their items in the same transaction: validators must not run ahead of them.
    """
    done = tuple(polls)
    upsert(connection, tables.sources, [_row(poll.after) for poll in done])
    known = [{"source": poll.after.id, "entries": poll.known} for poll in done if poll.known is not None]
    upsert(connection, tables.known_entries, known)
    if done:
        connection.execute(insert(tables.fetches), [_line(poll) for poll in done])


def keep_vitals(connection: Connection, source_id: str, vitals: Vitals) -> None:
    """Put *vitals* in the place of those of a source that was polled."""
    here = tables.sources.c.id == source_id
    connection.execute(update(tables.sources).where(here).values(vitals=vitals))


def _row(state: SourceState) -> dict[str, Any]:
    row = {name: getattr(state, name) for name in _COLUMNS}
    return row | {"etag": state.validators.etag, "last_modified": state.validators.last_modified}


def _line(poll: Recorded) -> dict[str, Any]:
    seen = poll.seen
    return {
        "source": poll.after.id,
        "at": poll.after.last_poll_at,
        "outcome": poll.outcome,
        "detail": poll.after.last_detail,
        "items_new": poll.items_new,
        "items_shown": seen.shown if seen else 0,
        "items_known": seen.known if seen else 0,
        "newest_at": seen.newest if seen else None,
        "garbled": seen.garbled if seen else 0.0,
        "body_hash": poll.body_hash,
    }


def _state(row: Row[Any]) -> SourceState:
    """Return the state in a row of :data:`_STATES`, told by place: that of every source is read at every judgement."""
    *told, etag, last_modified, known = tuple(row)
    validators = Validators(etag=etag, last_modified=last_modified, known=known or "")
    return SourceState(validators=validators, **dict(zip(_COLUMNS, told, strict=True)))

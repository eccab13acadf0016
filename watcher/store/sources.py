"""What we know of each source: when it is due, what it last said, and every poll of it."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from watcher.health.observed import Observed
from watcher.health.vitals import Vitals
from watcher.sources.source import Validators
from watcher.store import canary, tables
from watcher.store.statements import upsert

OK = "ok"
"""The outcome of a poll that worked; the others are the words of :class:`watcher.sources.source.Fault`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """Where polling a source stands. A source that was never polled has nothing but its id.

    ``failures`` counts polls that failed since the last good one. Ask with :meth:`validators_for`,
    not with ``validators``: they belong to the address that gave them.
    """

    id: str
    url: str = ""
    validators: Validators = field(default_factory=Validators)
    next_due_at: datetime | None = None
    last_poll_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_fault: str = ""
    last_detail: str = ""
    failures: int = 0
    renamed: int = 0
    """Polls in a row that gave most of what we have under new guids."""
    by_link: bool = False
    """Its guids are not believed any more: a report is known by its link."""
    vitals: Vitals = field(default_factory=Vitals)

    def validators_for(self, url: str) -> Validators:
        """Return what to ask *url* with: nothing if it is a new address."""
        return self.validators if url == self.url else Validators()


def state(connection: Connection, source_id: str) -> SourceState:
    """Return where polling *source_id* stands; a blank state if it was never polled."""
    found = select(tables.sources).where(tables.sources.c.id == source_id)
    row = connection.execute(found).mappings().first()
    if row is None:
        return SourceState(id=source_id)
    blank = _state(row)
    return replace(blank, validators=replace(blank.validators, known=_known(connection, source_id)))


def states(connection: Connection) -> dict[str, SourceState]:
    """Return every source that was ever polled, by id; without what is known of its last document."""
    rows = connection.execute(select(tables.sources).order_by(tables.sources.c.id)).mappings()
    return {row["id"]: _state(row) for row in rows}


def first_look(connection: Connection) -> datetime | None:
    """Return when a poll first worked; before that nobody was watching."""
    fetches = tables.fetches.c
    good = (fetches.outcome == OK) & (fetches.source != canary.SOURCE)  # our own item shows us nothing of the world
    found = select(fetches.at).where(good).order_by(fetches.id).limit(1)
    return connection.execute(found).scalar()


def record_success(
    connection: Connection,
    source_id: str,
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
) -> None:
    """Note a good poll. Keep its items in the same transaction: validators must not run ahead of them.

    ``validators=None`` keeps those we have (a document cut short), unless the address is new; ``known=None`` keeps
    what is known of the entries. *seen* are the facts of a whole answer, *vitals* what is known of the content
    after it. *renamed* and *by_link* stay as they were where they are ``None``.
    """
    before = state(connection, source_id)
    after = SourceState(
        renamed=before.renamed if renamed is None else renamed,
        by_link=before.by_link if by_link is None else by_link,
        id=source_id,
        url=url,
        validators=before.validators_for(url) if validators is None else validators,
        next_due_at=next_due_at,
        last_poll_at=at,
        last_ok_at=at,
        last_detail=note,
        vitals=vitals,
    )
    _keep(connection, after)
    if known is not None and known != before.validators.known:
        upsert(connection, tables.known_entries, [{"source": source_id, "entries": known}])
    _log(connection, after, outcome=OK, items_new=items_new, body_hash=body_hash, seen=seen)


def keep_vitals(connection: Connection, source_id: str, vitals: Vitals) -> None:
    """Put *vitals* in the place of those of a source that was polled."""
    here = tables.sources.c.id == source_id
    connection.execute(update(tables.sources).where(here).values(vitals=vitals))


def record_failure(
    connection: Connection,
    source_id: str,
    *,
    url: str,
    fault: str,
    detail: str,
    at: datetime,
    next_due_at: datetime,
) -> None:
    """Note a poll that saw nothing. Validators and the last good time stay where they were."""
    before = state(connection, source_id)
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
    _keep(connection, after)
    _log(connection, after, outcome=fault, items_new=0, body_hash="")


def _keep(connection: Connection, after: SourceState) -> None:
    row = {f.name: getattr(after, f.name) for f in fields(after) if f.name != "validators"}
    row |= {"etag": after.validators.etag, "last_modified": after.validators.last_modified}
    upsert(connection, tables.sources, [row])


def _log(
    connection: Connection,
    after: SourceState,
    *,
    outcome: str,
    items_new: int,
    body_hash: str,
    seen: Observed | None = None,
) -> None:
    connection.execute(
        insert(tables.fetches).values(
            source=after.id,
            at=after.last_poll_at,
            outcome=outcome,
            detail=after.last_detail,
            items_new=items_new,
            items_shown=seen.shown if seen else 0,
            items_known=seen.known if seen else 0,
            newest_at=seen.newest if seen else None,
            garbled=seen.garbled if seen else 0.0,
            body_hash=body_hash,
        )
    )


def _known(connection: Connection, source_id: str) -> str:
    known = tables.known_entries.c
    return connection.execute(select(known.entries).where(known.source == source_id)).scalar() or ""


def _state(row: RowMapping) -> SourceState:
    values = dict(row)
    validators = Validators(etag=values.pop("etag"), last_modified=values.pop("last_modified"))
    return SourceState(validators=validators, **values)

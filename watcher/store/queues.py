"""Queues: what each assessment has yet to judge, so that to find it costs what waits and not what is kept.

For each item and each assessment with a queue there is a row of ``judgements``; until it is judged the version stands
empty in it. A row is put in with the item, in one transaction, so that neither is there without the other. Whoever
adds items and whoever makes a queue meet at one row of the table ``queues``: a queue is never made beside an item
that is being added, or it would be in neither's sight.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, Select, delete, exists, insert, literal, select, union_all, update

from watcher.store import statements, tables
from watcher.store.columns import Words
from watcher.store.statements import in_batches

_QUEUES, _JUDGEMENTS, _ITEMS = tables.queues, tables.judgements, tables.items

NOBODY = ""
"""The version that has judged what nobody has judged yet."""

_MEETING = ""
"""The row at which those who add and those who make a queue meet; no assessment's."""


def enlist(connection: Connection, assessments: Collection[str]) -> None:
    """Let these *assessments*, and no others, have a queue, with everything in it that they have not judged.

    Goes through all items, so for a start: whatever is missing, for whatever reason, is put in.
    """
    _meet(connection, alone=True)
    gone = enlisted(connection) - set(assessments)
    connection.execute(delete(_QUEUES).where(_QUEUES.c.assessment.in_(gone)))
    waited = _JUDGEMENTS.c.assessment.in_(gone) & (_JUDGEMENTS.c.judged_with == NOBODY)
    connection.execute(delete(_JUDGEMENTS).where(waited))
    for assessment in sorted(assessments):
        _make(connection, assessment)


def enlisted(connection: Connection) -> frozenset[str]:
    """Return the assessments that have a queue."""
    own = select(_QUEUES.c.assessment).where(_QUEUES.c.assessment != _MEETING)
    return frozenset(connection.execute(own).scalars())


def make_sure(connection: Connection, assessment: str) -> None:
    """Let *assessment* have a queue, if it has none yet."""
    if assessment not in enlisted(connection):
        _meet(connection, alone=True)
        _make(connection, assessment)


def meet(connection: Connection) -> frozenset[str]:
    """Return the assessments that new items are put into the queues of; none is made before this transaction ends.

    Asked before any item is touched: whoever makes a queue locks this first as well.
    """
    _meet(connection, alone=False)
    return enlisted(connection)


def put(connection: Connection, received: Mapping[str, datetime], assessments: Iterable[str]) -> None:
    """Put new items into the queues of *assessments*: ids, and when each was received."""
    adding = statements.insert(connection, _JUDGEMENTS).on_conflict_do_nothing()
    for assessment in assessments:
        for names in in_batches(received):
            rows = [_row(name, assessment, received[name]) for name in names]
            connection.execute(adding, rows)


def put_back(connection: Connection, item_id: str) -> None:
    """Let every assessment judge an item again."""
    connection.execute(update(_JUDGEMENTS).where(_JUDGEMENTS.c.item_id == item_id).values(judged_with=NOBODY))


def put_back_of(connection: Connection, assessment: str, sources: Collection[str]) -> None:
    """Let *assessment* judge the items of these *sources* again."""
    own = (_JUDGEMENTS.c.assessment == assessment) & (_JUDGEMENTS.c.judged_with != NOBODY)
    theirs = _JUDGEMENTS.c.item_id.in_(select(_ITEMS.c.id).where(_ITEMS.c.source.in_(sources)))
    if sources:
        connection.execute(update(_JUDGEMENTS).where(own & theirs).values(judged_with=NOBODY))


def waiting(connection: Connection, assessment: str, judged_with: str | None) -> Select[tuple[str]]:
    """Return how to ask for the ids of what no version of *assessment*, or none but another than *judged_with*, judged.

    Two stretches of an index, before and behind the version that is done. Of an assessment without a queue it goes
    through all items.
    """
    own, version = _JUDGEMENTS.c.assessment == assessment, _JUDGEMENTS.c.judged_with
    if assessment not in enlisted(connection):
        done = (version != NOBODY) if judged_with is None else (version == judged_with)
        judged = exists().where(_JUDGEMENTS.c.item_id == _ITEMS.c.id, own, done)
        return select(_ITEMS.c.id).where(~judged)
    asked = select(_JUDGEMENTS.c.item_id)
    if judged_with is None:
        return asked.where(own, version == NOBODY)
    others = union_all(asked.where(own, version < judged_with), asked.where(own, version > judged_with))
    return select(others.subquery().c.item_id)


def _meet(connection: Connection, *, alone: bool) -> None:
    """Hold the row at which both meet, together with others who add or *alone*. SQLite has one writer anyway."""
    if connection.dialect.name != "sqlite":
        here = select(_QUEUES.c.assessment).where(_QUEUES.c.assessment == _MEETING)
        connection.execute(here.with_for_update(read=not alone))


def _make(connection: Connection, assessment: str) -> None:
    known = exists().where(_JUDGEMENTS.c.item_id == _ITEMS.c.id, _JUDGEMENTS.c.assessment == assessment)
    missing = select(_ITEMS.c.id, literal(assessment, Words), literal(NOBODY, Words), _ITEMS.c.fetched).where(~known)
    into = [column.name for column in _JUDGEMENTS.columns]
    connection.execute(insert(_JUDGEMENTS).from_select(into, missing))
    statements.add_missing(connection, _QUEUES, [{"assessment": assessment}])


def _row(item_id: str, assessment: str, at: datetime) -> dict[str, object]:
    return {"item_id": item_id, "assessment": assessment, "judged_with": NOBODY, "at": at}

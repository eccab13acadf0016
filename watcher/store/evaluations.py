"""The inputs of every judgement, in order: what a replay needs to say again what was said."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, func, insert, or_, select

from indicators.editions import Edition
from indicators.items import Item
from indicators.sight import Sight
from watcher.store import tables
from watcher.store.items import REVISED, item_of
from watcher.store.statements import in_batches

_EVALUATIONS = tables.evaluations
_JUDGED = tables.evaluated_items
_ITEMS = tables.items
_REVISIONS = tables.item_revisions

MOST_EDITIONS = 500
"""Earlier texts of one report that are read, beside the first: a page edited every quarter hour for five days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptJudgement:
    """One judgement's inputs: when, with which version, what could be seen, what was ruled, which items.

    ``decisions`` is the number of the last decision about events that stood then (0: none), ``footing`` the digest
    of what else it rested on; ``None`` for what was judged before that was kept.
    """

    number: int
    assessment: str
    at: datetime
    judged_with: str
    sight: Mapping[str, Sight]
    happened: Mapping[str, bool]
    decisions: int
    footing: str | None = None
    items: tuple[Item, ...] = ()
    editions: Mapping[str, tuple[Edition, ...]] = field(default_factory=dict)
    """The earlier texts of those items that had been edited by then."""


def add(connection: Connection, judged: KeptJudgement) -> int:
    """Put the inputs of a judgement on record and return its number. Items go by id and revision."""
    values = {
        "assessment": judged.assessment,
        "at": judged.at,
        "judged_with": judged.judged_with,
        "sight": judged.sight,
        "happened": judged.happened,
        "decisions": judged.decisions,
        "footing": judged.footing,
    }
    number = int(connection.execute(insert(_EVALUATIONS).values(values).returning(_EVALUATIONS.c.number)).scalar_one())
    revisions = _revisions(connection, [item.id for item in judged.items])
    rows = [{"evaluation": number, "item_id": i.id, "revision": revisions[i.id]} for i in judged.items]
    if rows:
        connection.execute(insert(_JUDGED), rows)
    return number


def past(connection: Connection, assessment: str, *, until: datetime) -> Iterator[KeptJudgement]:
    """Yield every judgement made up to *until*, in order, with its items as they read then."""
    found = select(_EVALUATIONS).where(_EVALUATIONS.c.assessment == assessment, _EVALUATIONS.c.at <= until)
    for row in connection.execute(found.order_by(_EVALUATIONS.c.number)).mappings().all():
        items, revisions = _items(connection, row["number"])
        yield KeptJudgement(**row, items=items, editions=editions(connection, items, revisions))


def editions(
    connection: Connection, items: Iterable[Item], revisions: Mapping[str, int] | None = None
) -> dict[str, tuple[Edition, ...]]:
    """Return the earlier texts of those *items* that have any, the oldest first: of many the first and the newest.

    *revisions* are the numbers up to which they are wanted, where the items are not read as they stand today.
    """
    by_id = {item.id: item for item in items}
    found = {}
    for name, last in _edited(connection, by_id).items():
        until = min(last + 1, (revisions or {}).get(name, last + 1))
        mine = and_(_REVISIONS.c.item_id == name, _REVISIONS.c.revision < until)
        near = or_(_REVISIONS.c.revision == 1, _REVISIONS.c.revision >= until - MOST_EDITIONS)
        rows = connection.execute(select(_REVISIONS).where(mine, near).order_by(_REVISIONS.c.revision)).mappings()
        if kept := tuple(_edition(by_id[name], row) for row in rows):
            found[name] = kept
    return found


def _edited(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    """Return the number of the last earlier text, of each item that has one."""
    found: dict[str, int] = {}
    for batch in in_batches(ids):
        last = select(_REVISIONS.c.item_id, func.max(_REVISIONS.c.revision).label("last"))
        mine = last.where(_REVISIONS.c.item_id.in_(batch)).group_by(_REVISIONS.c.item_id)
        found |= {row.item_id: row.last for row in connection.execute(mine)}
    return found


def _edition(item: Item, row: RowMapping) -> Edition:
    return Edition(item=replace(item, **{name: row[name] for name in REVISED}), until=row["replaced_at"])


def _items(connection: Connection, number: int) -> tuple[tuple[Item, ...], dict[str, int]]:
    """Return the items of one judgement, in the order in which they were judged, each in the text of that day.

    With them goes, by item, the number of that text.
    """
    earlier = _REVISIONS.alias("earlier")
    then = and_(earlier.c.item_id == _ITEMS.c.id, earlier.c.revision == _JUDGED.c.revision)
    found = (
        select(_ITEMS, _JUDGED.c.revision.label("judged"), *(earlier.c[name].label(f"then_{name}") for name in REVISED))
        .join(_JUDGED, _JUDGED.c.item_id == _ITEMS.c.id)
        .outerjoin(earlier, then)
        .where(_JUDGED.c.evaluation == number)
        .order_by(_ITEMS.c.fetched, _ITEMS.c.id)
    )
    items: list[Item] = []
    revisions: dict[str, int] = {}
    for row in connection.execute(found).mappings():
        item = item_of(row)
        if row["then_title"] is not None:
            item = replace(item, **{name: row[f"then_{name}"] for name in REVISED})
        items.append(item)
        revisions[item.id] = row["judged"]
    return tuple(items), revisions


def _revisions(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for batch in in_batches(ids):
        rows = connection.execute(select(_ITEMS.c.id, _ITEMS.c.revision).where(_ITEMS.c.id.in_(batch)))
        found |= {row.id: row.revision for row in rows}
    return found

"""Items as we keep them, their earlier texts, and which assessment has judged them."""

import hashlib
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, func, literal, select, update

from indicators.items import Item, item_id
from indicators.links import canonical
from watcher.store import queues, tables
from watcher.store.columns import Utc, storable
from watcher.store.statements import in_batches, insert, upsert

_ITEMS = tables.items
_NAMES = tuple(f.name for f in fields(Item))
_WHOLE = tuple(_ITEMS.c[name] for name in _NAMES)
REVISED = tuple(name for name in _NAMES if name not in {"id", "source", "fetched"})
"""What a revision can change, and what is kept of an item's earlier texts."""


def unknown(connection: Connection, items: Iterable[Item]) -> tuple[Item, ...]:
    """Return those of *items* that are new or whose text has changed, as they came; nothing is kept."""
    offered = {item.id: item for item in items}
    known = _known(connection, offered)
    same = {name for name, old in known.items() if old["content_hash"] == _text_hash(_as_kept(offered[name]))}
    return tuple(item for item in offered.values() if item.id not in same)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptItems:
    """Items under the ids that we keep them by: how many of them we ``have``, how many came under a new id."""

    items: tuple[Item, ...]
    renamed: int
    held: frozenset[str]
    """Those of their ids that are kept already."""
    ready: Mapping[str, "_Ready"] = field(repr=False)
    """Each as it is to be kept, by its id; of two with one id, the first."""

    @property
    def have(self) -> int:
        """How many of them we have."""
        return len(self.held)


NOTHING_KEPT = KeptItems(items=(), renamed=0, held=frozenset(), ready={})


@dataclass(frozen=True, slots=True)
class _Ready:
    item: Item
    text_hash: str


def _ready(items: Iterable[Item]) -> dict[str, _Ready]:
    made: dict[str, _Ready] = {}
    for item in items:
        if item.id not in made:
            kept = _as_kept(item)
            made[item.id] = _Ready(kept, _text_hash(kept))
    return made


def add(connection: Connection, items: Iterable[Item]) -> tuple[Item, ...]:
    """Keep *items* and return those that are new or whose text has changed, as :func:`add_kept` does."""
    ready = _ready(items)
    kept = KeptItems(items=(), renamed=0, held=known(connection, ready), ready=ready)
    return add_kept(connection, kept)


def add_kept(
    connection: Connection, kept: KeptItems, *, full_texts: Mapping[str, str] | None = None
) -> tuple[Item, ...]:
    """Keep items and return those that are new or whose text or place has changed, as they are now kept.

    Call it in the transaction in which :func:`with_kept_ids` gave *kept*.

    A changed text keeps the one before as a revision and is judged again. The first ``fetched``
    stays, and so does the first date: an edited report must not become today's event. Of two
    items with one id in the same batch, the first counts. *full_texts* are kept as the content of the items of
    those ids; whether a text has changed is told by what the source itself gives, so that they make no revision. A
    full text that we have stays where the edited report comes without one.
    """
    offered = {name: one.item for name, one in kept.ready.items()}
    told = {name: one.text_hash for name, one in kept.ready.items()}
    for name in offered.keys() & (full_texts or {}).keys():
        offered[name] = replace(offered[name], content=storable((full_texts or {})[name]))
    queued = queues.meet(connection)
    known = _known(connection, (name for name in offered if name in kept.held))
    new = [item for item in offered.values() if item.id not in known]
    for names in in_batches(item.id for item in new):  # the rows of a flood would be as much memory again
        rows = [_row(offered[name], told[name]) for name in names]
        connection.execute(insert(connection, _ITEMS).on_conflict_do_nothing(), rows)
    queues.put(connection, {item.id: item.fetched for item in new}, queued)
    changed = {
        name: _revise(connection, offered[name], old, told[name], has_full_text=name in (full_texts or {}))
        for name, old in known.items()
        if old["content_hash"] != told[name] or _elsewhere(offered[name], old) or offered[name].lang != old["lang"]
    }
    return tuple(changed.get(i.id, i) for i in offered.values() if i.id in changed or i.id not in known)


def complete(connection: Connection, item: Item, text: str, *, at: datetime) -> bool:
    """Let *text*, the page of *item* that came late *at* some moment, be its content; return whether it now is.

    The text before stays as a revision, and the item is judged again. It is not taken where the item reads otherwise
    or lies behind another link by now, or where its source says as much. That its feed says the same does not change.
    """
    old = connection.execute(select(_ITEMS).where(_ITEMS.c.id == item.id).with_for_update()).mappings().first()
    if old is None or item_of(old) != item:
        return False
    full, own = storable(text), without_article(item, old["content_hash"])
    if full == item.content or len(full) <= len(own.content or own.summary):
        return False
    _revise(connection, replace(item, content=full, fetched=at), old, old["content_hash"], has_full_text=True)
    return True


def without_article(item: Item, told: str) -> Item:
    """Return *item* without an article that was fetched apart: *told* is the hash of what its source itself gave.

    What the source gave for long text besides is not on record then; its summary is.
    """
    return replace(item, content="") if _has_article(item, told) else item


def _has_article(item: Item, told: str) -> bool:
    """Whether the content of *item* was fetched apart: its text has another hash than *told*, that of its source."""
    return _text_hash(item) != told


def with_kept_ids(connection: Connection, items: Iterable[Item], *, by_link: bool = False) -> KeptItems:
    """Return *items* under the ids that we keep them by.

    Some publishers give a report another guid at every fetch. One that we have with the same text behind the same
    link, told within a day, is that report; *by_link* the link alone is enough, where no other report has it. Others
    give their guids again (*the first of the page*): a later report behind another link is not the one that we have.
    """
    offered = tuple(items)
    ready = _ready(offered)
    had = known(connection, ready)
    reused = _reused(connection, [one.item for one in ready.values() if one.item.id in had and one.item.url])
    had -= reused
    strange = [one.item for one in ready.values() if one.item.id not in had and one.item.url]
    kept = _by_text(connection, strange, ready)
    if by_link:
        shared = Counter(canonical(item.url) for item in offered)
        left = [item for item in strange if item.id not in kept and shared[canonical(item.url)] == 1]
        kept |= _by_link(connection, left)
    kept = {name: under for name, under in kept.items() if name not in reused or under not in had}
    own = {name: item_id(ready[name].item.source, url=ready[name].item.url) for name in reused - kept.keys()}
    had |= known(connection, own.values()) | set(kept.values())
    renamed = len(kept)
    kept |= own
    if kept:
        offered = tuple(replace(item, id=kept[item.id]) if item.id in kept else item for item in offered)
        ready = _renamed(ready, kept)
    return KeptItems(items=offered, renamed=renamed, held=had, ready=ready)


def _reused(connection: Connection, known: Iterable[Item]) -> set[str]:
    """Return the ids of those of *known* whose guid was given to another report: later, with another link and title.

    The id of a record (with codes or a day of its own) is believed: its page may change with each correction.
    """
    told = {item.id: item for item in known if item.published and not item.codes and not item.occurred}
    found: set[str] = set()
    for batch in in_batches(told):
        columns = (_ITEMS.c.id, _ITEMS.c.title, _ITEMS.c.url, _ITEMS.c.published)
        rows = connection.execute(select(*columns).where(_ITEMS.c.id.in_(batch))).mappings()
        found |= {row["id"] for row in rows if _is_another(told[row["id"]], row)}
    return found


def _is_another(item: Item, row: RowMapping) -> bool:
    if not (row["url"] and row["published"] and item.published) or item.title == row["title"]:
        return False
    return item.published != row["published"] and canonical(item.url) != canonical(row["url"])


def _renamed(ready: Mapping[str, _Ready], kept: Mapping[str, str]) -> dict[str, _Ready]:
    found: dict[str, _Ready] = {}
    for name, one in ready.items():
        under = kept.get(name, name)
        found.setdefault(under, _Ready(replace(one.item, id=under), one.text_hash))
    return found


_SAME_DAY = timedelta(days=1)


def _by_text(connection: Connection, strange: Iterable[Item], ready: Mapping[str, _Ready]) -> dict[str, str]:
    """Return under which id we have those of *strange* whose text, link and day we have, by their own id."""
    wanted = {item.id: (item, ready[item.id].text_hash) for item in strange}
    rows: dict[tuple[str, str], list[RowMapping]] = defaultdict(list)
    columns = (_ITEMS.c.id, _ITEMS.c.source, _ITEMS.c.content_hash, _ITEMS.c.url, _ITEMS.c.published)
    sources = {item.source for item, _ in wanted.values()}
    for batch in in_batches({told for _, told in wanted.values()}):
        alike = select(*columns).where(_ITEMS.c.source.in_(sources), _ITEMS.c.content_hash.in_(batch))
        for row in connection.execute(alike).mappings():
            rows[row["source"], row["content_hash"]].append(row)
    found = {}
    for name, (item, told) in wanted.items():
        same = next((row["id"] for row in rows.get((item.source, told), ()) if _is_that(row, item)), None)
        if same is not None:
            found[name] = same
    return found


def _is_that(row: RowMapping, item: Item) -> bool:
    before = row["published"]
    close = item.published is None or before is None or abs(item.published - before) < _SAME_DAY
    return close and canonical(row["url"]) == canonical(item.url)


def _by_link(connection: Connection, strange: Iterable[Item]) -> dict[str, str]:
    """Return under which id we have the newest report behind the link of each of *strange*, by their own id."""
    wanted = list(strange)
    if not wanted:
        return {}
    since = min(item.fetched for item in wanted) - REMEMBERED_BY_LINK
    rows = select(_ITEMS.c.id, _ITEMS.c.source, _ITEMS.c.url).where(
        _ITEMS.c.source.in_({item.source for item in wanted}), _ITEMS.c.fetched >= since
    )
    newest = {
        (row["source"], canonical(row["url"])): str(row["id"])
        for row in connection.execute(rows.order_by(_ITEMS.c.fetched)).mappings()
    }
    found = {item.id: newest.get((item.source, canonical(item.url))) for item in wanted}
    return {name: kept for name, kept in found.items() if kept is not None}


REMEMBERED_BY_LINK = timedelta(days=90)
"""How far back a link tells a report whose guid does not."""


def known(connection: Connection, ids: Iterable[str]) -> frozenset[str]:
    """Return those of *ids* that are kept already."""
    found: set[str] = set()
    for batch in in_batches(ids):
        found.update(connection.execute(select(_ITEMS.c.id).where(_ITEMS.c.id.in_(batch))).scalars())
    return frozenset(found)


def unjudged(
    connection: Connection, assessment: str, *, limit: int, judged_with: str | None = None
) -> tuple[Item, ...]:
    """Return the *limit* newest items that *assessment* has not judged yet, those we have had longest first.

    Where more wait than can be judged at once (a flood, a long pause), what is told now is judged before what is old:
    newest by the date that a report gives, else by when we had it.

    With *judged_with*, items that another version of it judged count as not judged: a corrected rule
    is applied to what was kept before.

    Inside ``db.write()`` nobody can revise them until that transaction ends, so that a text is
    never marked as judged which was not: SQLite has one writer, PostgreSQL locks these rows.
    """
    writes = connection.get_execution_options().get("mode") == "write"
    if writes:
        queues.make_sure(connection, assessment)
    told = func.coalesce(_ITEMS.c.published, _ITEMS.c.fetched)
    waiting = queues.waiting(connection, assessment, judged_with)
    newest = select(_ITEMS.c.id).where(_ITEMS.c.id.in_(waiting)).order_by(told.desc(), _ITEMS.c.id).limit(limit)
    found = select(*_WHOLE).where(_ITEMS.c.id.in_(newest)).order_by(_ITEMS.c.fetched, _ITEMS.c.id)
    if writes:
        found = found.with_for_update(read=True, of=_ITEMS)
    return tuple(Item(**dict(zip(_NAMES, row, strict=True))) for row in connection.execute(found).all())


def mark_judged(connection: Connection, ids: Iterable[str], *, assessment: str, judged_with: str, at: datetime) -> None:
    """Note that *assessment*, in the version *judged_with*, has judged these items.

    Call it in the transaction in which :func:`unjudged` gave them.
    """
    common = {"assessment": assessment, "judged_with": judged_with, "at": at}
    upsert(connection, tables.judgements, [{"item_id": item_id, **common} for item_id in ids])


def find(connection: Connection, item_id: str) -> Item | None:
    """Return the item *item_id*, if we have it."""
    row = connection.execute(select(_ITEMS).where(_ITEMS.c.id == item_id)).mappings().first()
    return item_of(row) if row is not None else None


def recent(connection: Connection, *, limit: int) -> tuple[Item, ...]:
    """Return the items we saw last, newest first."""
    found = select(_ITEMS).order_by(_ITEMS.c.fetched.desc(), _ITEMS.c.id.desc()).limit(limit)
    return tuple(item_of(row) for row in connection.execute(found).mappings())


def count(connection: Connection) -> int:
    """Return how many items there are."""
    return connection.execute(select(func.count()).select_from(_ITEMS)).scalar_one()


def item_of(row: RowMapping) -> Item:
    """Return the item in *row*; a column that was not read is empty."""
    return Item(**{name: row[name] for name in _NAMES if name in row})


def columns_without_content() -> list[ColumnElement[Any]]:
    """Return the columns that make an item, but for its long text."""
    return [_ITEMS.c[name] for name in _NAMES if name != "content"]


def _known(connection: Connection, ids: Iterable[str]) -> dict[str, RowMapping]:
    columns = (_ITEMS.c.id, _ITEMS.c.content_hash, _ITEMS.c.fetched, _ITEMS.c.published, _ITEMS.c.lang, *_WHERE)
    found: dict[str, RowMapping] = {}
    for batch in in_batches(ids):
        # The order is that of unjudged(): two transactions that lock several rows must not cross.
        rows = select(*columns).where(_ITEMS.c.id.in_(batch)).order_by(_ITEMS.c.fetched, _ITEMS.c.id)
        found |= {row["id"]: row for row in connection.execute(rows).mappings()}
    return found


_WHERE = (_ITEMS.c.lat, _ITEMS.c.lon, _ITEMS.c.place)


def _elsewhere(item: Item, old: RowMapping) -> bool:
    """Whether *item* says another position or place than what we have of it; saying none corrects nothing."""
    moved = item.lat is not None and item.lon is not None and (item.lat, item.lon) != (old["lat"], old["lon"])
    return moved or (item.place != "" and item.place != old["place"])


def _revise(connection: Connection, item: Item, old: RowMapping, told: str, *, has_full_text: bool) -> Item:
    here = _ITEMS.c.id == item.id
    if not has_full_text:
        item = replace(item, content=_with_full_text(connection, item, old))
    kept = ("revision", *REVISED)
    before = select(_ITEMS.c.id, *(_ITEMS.c[name] for name in kept), literal(item.fetched, Utc)).where(here)
    into = ["item_id", *kept, "replaced_at"]
    connection.execute(insert(connection, tables.item_revisions).from_select(into, before))
    item = replace(item, fetched=old["fetched"], published=old["published"] or item.published)
    connection.execute(update(_ITEMS).where(here).values(_row(item, told) | {"revision": _ITEMS.c.revision + 1}))
    queues.put_back(connection, item.id)
    return item


def _with_full_text(connection: Connection, item: Item, old: RowMapping) -> str:
    """Return the content of an edited *item* that comes without its full text: the longer one that we have of it.

    What only the article said would be lost with a page that cannot be had today.
    """
    had = item_of(connection.execute(select(_ITEMS).where(_ITEMS.c.id == item.id)).mappings().one())
    shorter = len(item.content or item.summary) < len(had.content)
    return had.content if shorter and _has_article(had, old["content_hash"]) else item.content


def _as_kept(item: Item) -> Item:
    """Return *item* as reading it back would give it, so that it is judged the same before and after."""
    return replace(
        item,
        title=storable(item.title),
        url=storable(item.url),
        summary=storable(item.summary),
        content=storable(item.content),
        place=storable(item.place),
        codes=tuple(map(storable, item.codes)),
        actors=tuple(map(storable, item.actors)),
        fetched=item.fetched.astimezone(UTC),
        published=item.published.astimezone(UTC) if item.published else None,
        occurred=item.occurred.astimezone(UTC) if item.occurred else None,
        lat=_finite(item.lat),
        lon=_finite(item.lon),
    )


def _finite(degrees: float | None) -> float | None:
    return degrees if degrees is not None and math.isfinite(degrees) else None


def _row(item: Item, told: str) -> dict[str, Any]:
    """Return the row of *item*; *told* is the hash of what the source itself gave."""
    return {name: getattr(item, name) for name in _NAMES} | {"content_hash": told, "revision": 1}


def _text_hash(item: Item) -> str:
    told: list[object] = [item.title, item.summary, item.content]
    if item.codes:  # of a record the codes are the text
        told += [item.codes, item.actors]
    if item.occurred:
        told.append(item.occurred.isoformat())
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()

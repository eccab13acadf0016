"""Listings: pages of rows, the newest first, each from the row where the page before ended.

A page is found by its place in an index, never by counting rows from the start: the thousandth costs what the first
does. Each function returns up to *limit* rows after the position *after*; ask for one more than is shown to know
whether there is another page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal, select, tuple_

from alerts.deliveries import DeliveryState
from alerts.said import AnyAlert, read_alert
from alerts.silences import Silence
from indicators.items import Item
from watcher.store import tables
from watcher.store.alerts import number_of
from watcher.store.columns import Utc, Words
from watcher.store.deliveries import Recorded, recorded_in
from watcher.store.items import item_of
from watcher.store.outlooks import KeptFigure
from watcher.store.silences import silence_in

After = tuple[datetime, str]
"""A position: the time and the name of a row."""

_ITEMS, _ALERTS, _AUDIT, _OWED = tables.items, tables.alerts, tables.audit, tables.deliveries
_FIGURES, _SILENCES = tables.estimates, tables.silences

SELDOM = frozenset({DeliveryState.HELD, DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.DEAD})
"""States that few deliveries are in; the others are found along the time they were owed at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """From ``since`` on, before ``until``; ``None`` is no bound."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One entry of the record of acts, with its number."""

    number: int
    at: datetime
    who: str
    what: str
    detail: dict[str, Any]


def items(
    connection: Connection, *, limit: int, after: After | None = None, between: Between = Between(), source: str = ""
) -> tuple[Item, ...]:
    """Return items by when we first saw them; of one *source* where one is named."""
    wanted = _between(select(_ITEMS), _ITEMS.c.fetched, between)
    wanted = wanted.where(_ITEMS.c.source == source) if source else wanted
    rows = connection.execute(_page(wanted, _ITEMS.c.fetched, _ITEMS.c.id, after, limit)).mappings()
    return tuple(map(item_of, rows))


def alerts(
    connection: Connection,
    *,
    limit: int,
    after: After | None = None,
    between: Between = Between(),
    kinds: Iterable[str] = (),
    assessment: str = "",
) -> tuple[AnyAlert, ...]:
    """Return alerts of these *kinds* as they were put on record; of one *assessment* where one is named.

    Not by their time, unless a time is asked about: one that a clock which was ahead has dated would stay the newest.
    """
    # Without statistics SQLite would find every alert of a kind, and sort them all for one page.
    along = func.coalesce(_ALERTS.c.kind, "").in_(tuple(kinds))
    wanted = _between(select(_ALERTS.c.body), _ALERTS.c.at, between).where(along)
    wanted = wanted.where(_ALERTS.c.assessment == assessment) if assessment else wanted
    if between != Between():
        bodies = connection.execute(_page(wanted, _ALERTS.c.at, _ALERTS.c.id, after, limit)).scalars()
        return tuple(read_alert(body) for body in bodies)
    if after is not None:
        last = select(_ALERTS.c.number).where(_ALERTS.c.id == after[1]).scalar_subquery()
        wanted = wanted.where(_ALERTS.c.number < last)
    bodies = connection.execute(wanted.order_by(_ALERTS.c.number.desc()).limit(limit)).scalars()
    return tuple(read_alert(body) for body in bodies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What was said of a line before: the alert's id, when, and the level that then stood."""

    id: str
    at: datetime
    level: int


MOST_OF_A_STORY = 200
"""Earlier alerts of one line that are looked at, the newest."""


def story(connection: Connection, alert: AnyAlert) -> tuple[Earlier, ...]:
    """Return what was said of the subject of *alert* before it, oldest first."""
    wanted = select(_ALERTS.c.id, _ALERTS.c.at, _ALERTS.c.level).where(
        _ALERTS.c.kind == alert.kind,
        _ALERTS.c.subject == alert.subject_key,
        _ALERTS.c.assessment == alert.assessment,
        _ALERTS.c.number < number_of(alert),
    )
    last = wanted.order_by(_ALERTS.c.number.desc()).limit(MOST_OF_A_STORY)
    found = [Earlier(id=row.id, at=row.at, level=row.level) for row in connection.execute(last)]
    return tuple(reversed(found))


def acts(
    connection: Connection, *, limit: int, after: tuple[datetime, int] | None = None, between: Between = Between()
) -> tuple[Act, ...]:
    """Return what was done by whom, by its time."""
    wanted = _between(
        select(_AUDIT.c.id, _AUDIT.c.at, _AUDIT.c.who, _AUDIT.c.what, _AUDIT.c.detail), _AUDIT.c.at, between
    )
    if after is not None:
        wanted = wanted.where(tuple_(_AUDIT.c.at, _AUDIT.c.id) < tuple_(literal(after[0], Utc), literal(after[1])))
    rows = connection.execute(wanted.order_by(_AUDIT.c.at.desc(), _AUDIT.c.id.desc()).limit(limit))
    return tuple(Act(number=r.id, at=r.at, who=r.who, what=r.what, detail=r.detail) for r in rows)


def deliveries(
    connection: Connection,
    *,
    limit: int,
    after: After | None = None,
    between: Between = Between(),
    state: DeliveryState | None = None,
    recipient: str = "",
    alert: str = "",
) -> tuple[Recorded, ...]:
    """Return messages by when they were owed: in one *state*, to one *recipient*, of one *alert* where asked."""
    wanted = _between(select(_OWED), _OWED.c.created_at, between)
    if state is not None:
        # Without statistics SQLite would sort everything that was ever accepted for one page of it.
        column = _OWED.c.state if state in SELDOM else func.coalesce(_OWED.c.state, "")
        wanted = wanted.where(column == state.value)
    wanted = wanted.where(_OWED.c.recipient == recipient) if recipient else wanted
    wanted = wanted.where(_OWED.c.alert_id == alert) if alert else wanted
    rows = connection.execute(_page(wanted, _OWED.c.created_at, _OWED.c.key, after, limit)).mappings()
    return tuple(map(recorded_in, rows))


def silences(
    connection: Connection, *, limit: int, after: int | None = None, on_at: datetime | None
) -> tuple[Silence, ...]:
    """Return silences by their number; *on_at*: those that are on then, or begin later."""
    wanted: Select[Any] = select(_SILENCES)
    wanted = wanted.where(_SILENCES.c.end > on_at) if on_at is not None else wanted
    wanted = wanted.where(_SILENCES.c.number < after) if after is not None else wanted
    rows = connection.execute(wanted.order_by(_SILENCES.c.number.desc()).limit(limit)).mappings()
    return tuple(map(silence_in, rows))


def figures(
    connection: Connection, assessment: str, key: str, *, limit: int, after: datetime | None, between: Between
) -> tuple[KeptFigure, ...]:
    """Return the figures of one line that were kept, by their time."""
    columns = (_FIGURES.c.at, _FIGURES.c.version, _FIGURES.c.prior, _FIGURES.c.p, _FIGURES.c.happened)
    wanted: Select[Any] = select(*columns).where(_FIGURES.c.assessment == assessment, _FIGURES.c.key == key)
    wanted = _between(wanted, _FIGURES.c.at, between)
    wanted = wanted.where(_FIGURES.c.at < after) if after is not None else wanted
    rows = connection.execute(wanted.order_by(_FIGURES.c.at.desc()).limit(limit)).mappings()
    return tuple(KeptFigure(**row) for row in rows)


def _between(wanted: Select[Any], column: ColumnElement[datetime], between: Between) -> Select[Any]:
    wanted = wanted.where(column >= between.since) if between.since is not None else wanted
    return wanted.where(column < between.until) if between.until is not None else wanted


def _page(
    wanted: Select[Any], time: ColumnElement[datetime], name: ColumnElement[str], after: After | None, limit: int
) -> Select[Any]:
    if after is not None:
        wanted = wanted.where(tuple_(time, name) < tuple_(literal(after[0], Utc), literal(after[1], Words)))
    return wanted.order_by(time.desc(), name.desc()).limit(limit)

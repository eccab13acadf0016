"""The outbox: messages owed, and how each ended.

Planned in the transaction of the judgement. Who is sending which is in :mod:`~watcher.store.leases`, what waits for a
time in :mod:`~watcher.store.holds`, and what was told of one subject in :mod:`~watcher.store.stories`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from alerts.channels.channel import Answer
from alerts.deliveries import OVER, Delivery, DeliveryState
from alerts.ping import ALIVE, FAILING
from watcher.store import tables
from watcher.store.errors import StoreError
from watcher.store.statements import add_missing

_TABLE = tables.deliveries
OWN = [_TABLE.c[f.name] for f in fields(Delivery)]
"""The columns of a delivery itself."""
ORDER = (_TABLE.c.level.desc(), _TABLE.c.due, _TABLE.c.key)
"""The order in which deliveries are sent: the gravest first, then what is due longest."""


def plan(connection: Connection, deliveries: Iterable[Delivery], *, at: datetime) -> int:
    """Owe *deliveries* and return how many are new; one that is owed already is left as it stands."""
    return add_missing(connection, _TABLE, (row_of(d) | {"created_at": at} for d in deliveries))


def pending(connection: Connection) -> tuple[Delivery, ...]:
    """Return what is still owed, in the order in which it is sent."""
    owed = _TABLE.c.state.in_(tuple(state.value for state in DeliveryState if state not in OVER))
    rows = connection.execute(select(*OWN).where(owed).order_by(*ORDER)).mappings()
    return tuple(delivery_of(row) for row in rows)


def late(connection: Connection, *, before: datetime, below: int) -> tuple[Delivery, ...]:
    """Return what was owed before *before*, is under level *below*, was tried and did not get through."""
    here = (
        (_TABLE.c.state == DeliveryState.WAITING.value)
        & (_TABLE.c.level < below)
        & (_TABLE.c.attempts > 0)
        & (_TABLE.c.created_at < before)
    )
    return tuple(delivery_of(row) for row in connection.execute(select(*OWN).where(here).order_by(*ORDER)).mappings())


def of_alert(connection: Connection, alert_id: str) -> tuple[Delivery, ...]:
    """Return everything that is or was owed of one alert."""
    rows = connection.execute(select(*OWN).where(_TABLE.c.alert_id == alert_id).order_by(*ORDER)).mappings()
    return tuple(delivery_of(row) for row in rows)


def dead(connection: Connection) -> tuple[Delivery, ...]:
    """Return what persons gave up, in the order in which it would be sent."""
    rows = connection.execute(select(*OWN).where(_TABLE.c.state == DeliveryState.DEAD.value).order_by(*ORDER))
    return tuple(delivery_of(row) for row in rows.mappings())


def stuck_since(connection: Connection, *, before: datetime) -> datetime | None:
    """Return since when nothing was taken by any channel, although something owed *before* then was tried.

    ``None`` where nothing is owed for so long, or something owed later got through. Pings do not count.
    """
    people = _TABLE.c.recipient.not_in((ALIVE, FAILING))
    open_ = _TABLE.c.state.in_((DeliveryState.WAITING.value, DeliveryState.SENDING.value))
    tried = people & open_ & (_TABLE.c.attempts > 0) & (_TABLE.c.created_at <= before)
    since = connection.execute(select(func.min(_TABLE.c.created_at)).where(tried)).scalar()
    if since is None:
        return None
    taken = people & (_TABLE.c.state == DeliveryState.ACCEPTED.value) & (_TABLE.c.finished_at >= since)
    return None if connection.execute(select(_TABLE.c.key).where(taken).limit(1)).first() else since


def counts(connection: Connection) -> dict[str, int]:
    """Return how many deliveries to people there are in each state; pings to a machine do not count."""
    people = _TABLE.c.recipient.not_in((ALIVE, FAILING))
    found = connection.execute(select(_TABLE.c.state, func.count()).where(people).group_by(_TABLE.c.state))
    return {state.value: 0 for state in DeliveryState} | {row[0]: row[1] for row in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A delivery with when it was owed and when it ended.

    ``withheld`` are the findings, by number from 1, whose headlines were left out of the words of its last try.
    """

    delivery: Delivery
    created_at: datetime
    finished_at: datetime | None
    withheld: tuple[int, ...] = ()


def recorded(connection: Connection, alert_id: str) -> tuple[Recorded, ...]:
    """Return every delivery of one alert, by recipient and channel."""
    found = select(_TABLE).where(_TABLE.c.alert_id == alert_id).order_by(_TABLE.c.recipient, _TABLE.c.channel)
    return tuple(recorded_in(row) for row in connection.execute(found).mappings())


def recorded_in(row: Mapping[Any, Any]) -> Recorded:
    """Return the delivery that a row of the table holds, with when it was owed and when it ended."""
    return Recorded(
        delivery=delivery_of({column.name: row[column.name] for column in OWN}),
        created_at=row["created_at"],
        finished_at=row["finished_at"],
        withheld=row["withheld"] or (),
    )


def withhold(connection: Connection, key: str, withheld: tuple[int, ...]) -> None:
    """Put on record which findings, by number from 1, go out without their headlines in the try that begins."""
    connection.execute(update(_TABLE).where(_TABLE.c.key == key).values(withheld=withheld))


def change(connection: Connection, after: Delivery, **more: Any) -> None:
    """Let a delivery be as *after* says, in nobody's hands unless *more* columns say otherwise."""
    values = {"claimed_by": None, "claimed_until": None} | row_of(after) | more
    connection.execute(update(_TABLE).where(_TABLE.c.key == after.key).values(values))


def locked(connection: Connection, key: str) -> Delivery:
    """Return a delivery that nobody else changes before this transaction ends. Raises :class:`StoreError` for none."""
    row = connection.execute(select(*OWN).where(_TABLE.c.key == key).with_for_update()).mappings().first()
    if row is None:
        raise StoreError(f"there is no delivery {key}")
    return delivery_of(row)


def row_of(delivery: Delivery) -> dict[str, Any]:
    """Return the columns of *delivery* itself."""
    return {f.name: getattr(delivery, f.name) for f in fields(delivery)}


def delivery_of(row: Mapping[Any, Any]) -> Delivery:
    """Return the delivery that the columns :data:`OWN` of a *row* hold."""
    answer = row["last_answer"]
    return Delivery(
        **{
            **row,
            "state": DeliveryState(row["state"]),
            "last_answer": Answer(answer) if answer is not None else None,
        }
    )

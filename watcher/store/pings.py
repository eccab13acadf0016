"""Pings to the watcher outside: the newest takes the place of every other, so that there is never a backlog of them."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from alerts.deliveries import Delivery, DeliveryState
from alerts.ping import ALIVE, FAILING, Ping
from watcher.store import alerts as alert_store
from watcher.store import deliveries, tables

OUTSIDE = (ALIVE, FAILING)
_OWED = tables.deliveries
_ALERTS = tables.alerts


def renew(connection: Connection, ping: Ping, owed: Delivery, *, at: datetime) -> None:
    """Owe *ping* in the place of all that came before it."""
    forget(connection)
    alert_store.add(connection, ping)
    deliveries.plan(connection, [owed], at=at)


def forget(connection: Connection) -> None:
    """Remove every ping but what is being sent at this moment and the one that was taken last."""
    ours = _OWED.c.recipient.in_(OUTSIDE)
    taken = ours & (_OWED.c.state == DeliveryState.ACCEPTED.value)
    last = select(_OWED.c.key).where(taken).order_by(_OWED.c.finished_at.desc(), _OWED.c.key).limit(1)
    kept = connection.execute(last).scalar()
    others = ours & (_OWED.c.state != DeliveryState.SENDING.value) & (_OWED.c.key != (kept or ""))
    connection.execute(delete(_OWED).where(others))
    owed = select(_OWED.c.alert_id).where(ours)
    connection.execute(delete(_ALERTS).where(_ALERTS.c.kind == "watchdog", _ALERTS.c.id.not_in(owed)))


def last_taken(connection: Connection) -> datetime | None:
    """Return when the watcher outside last took a ping, or ``None`` if it never did."""
    taken = _OWED.c.recipient.in_(OUTSIDE) & (_OWED.c.state == DeliveryState.ACCEPTED.value)
    return connection.execute(select(func.max(_OWED.c.finished_at)).where(taken)).scalar()

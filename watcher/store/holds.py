"""Holds: deliveries that wait for a night, a silence or a digest to end, and what becomes of them then."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select, update

from alerts.deliveries import Delivery, DeliveryState
from alerts.holding import LONGEST
from watcher.store import tables
from watcher.store.deliveries import ORDER, OWN, delivery_of

_TABLE = tables.deliveries
_CORRECTED = timedelta(minutes=5)
"""A clock that is set back by less was not wrong, it was corrected."""


def due(connection: Connection, *, now: datetime, silenced: Iterable[str] = ()) -> tuple[Delivery, ...]:
    """Return what was held and whose time has come, the gravest first.

    So has that of what a clock which was ahead held: nothing is owed in the future, and no night lasts for days. Under
    the names *silenced* it waits on: those are a person's word, whatever the clock was.
    """
    too_long = ((_TABLE.c.held == reason.value) & (_TABLE.c.due > now + most) for reason, most in LONGEST.items())
    by_a_wrong_clock = or_(_TABLE.c.created_at > now + _CORRECTED, *too_long) & _TABLE.c.held.not_in(tuple(silenced))
    come = (_TABLE.c.state == DeliveryState.HELD.value) & or_(_TABLE.c.due <= now, by_a_wrong_clock)
    return tuple(delivery_of(row) for row in connection.execute(select(*OWN).where(come).order_by(*ORDER)).mappings())


def let_go(connection: Connection, delivery: Delivery, *, at: datetime) -> None:
    """Let a held delivery go out by itself at *at*; under which hold it waited stays on record."""
    here = (_TABLE.c.key == delivery.key) & (_TABLE.c.state == DeliveryState.HELD.value)
    connection.execute(update(_TABLE).where(here).values(state=DeliveryState.WAITING.value, due=at))


def put_off(connection: Connection, delivery: Delivery, *, until: datetime, name: str) -> None:
    """Hold a held delivery on, under another name and *until* later."""
    here = (_TABLE.c.key == delivery.key) & (_TABLE.c.state == DeliveryState.HELD.value)
    connection.execute(update(_TABLE).where(here).values(due=until, held=name))


def bundle(connection: Connection, bundled: Iterable[Delivery], *, into: str, at: datetime) -> None:
    """Mark deliveries that wait as told in the digest *into*, which the caller owes in the same transaction."""
    open_ = (DeliveryState.HELD.value, DeliveryState.WAITING.value)
    for delivery in bundled:
        here = (_TABLE.c.key == delivery.key) & _TABLE.c.state.in_(open_)
        over = {"state": DeliveryState.BUNDLED.value, "last_detail": f"told in digest {into}", "finished_at": at}
        connection.execute(update(_TABLE).where(here).values(over))


def under(connection: Connection, name: str) -> int:
    """Return how much is held under *name*."""
    here = (_TABLE.c.state == DeliveryState.HELD.value) & (_TABLE.c.held == name)
    return int(connection.execute(select(func.count()).where(here)).scalar_one())


def end(connection: Connection, name: str, *, at: datetime) -> int:
    """Let the time of everything that is held under *name* come at *at*, and return how much that is."""
    here = (_TABLE.c.state == DeliveryState.HELD.value) & (_TABLE.c.held == name) & (_TABLE.c.due > at)
    return connection.execute(update(_TABLE).where(here).values(due=at)).rowcount

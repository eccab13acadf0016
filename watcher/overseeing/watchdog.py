"""The watchdog: a ping by the same outbox as every alert, to a watcher outside.

It is planned in the thread that judges, kept in the same database, sent by the same sender: where any of these
stands still, no ping leaves, and the watcher outside raises the alarm. What we see of ourselves, it is told.
"""

from datetime import datetime, timedelta

import structlog

from alerts.ping import Ping, ping_id
from alerts.worded import Names
from watcher.health.troubles import Trouble
from watcher.health.wording import NO_WATCHDOG
from watcher.plant import Plant
from watcher.saying.planning import owed
from watcher.settings import Settings
from watcher.store import Connection, deliveries, installation, pings

log = structlog.get_logger(__name__)

STUCK_AFTER = timedelta(minutes=5)
"""What no channel has taken for so long does not get through."""

MISSED = 3
"""Pings that may fail to reach the outside in a row before a person is told."""


def ping(plant: Plant, now: datetime, *, late: tuple[Trouble, ...] = ()) -> bool:
    """Owe the watcher outside the ping of *now*, and return whether one is set; *late* is what only the caller sees.

    Runs in the writer's thread. What goes wrong here is logged: no ping is then the message.
    """
    if plant.settings.watchdog is None:
        return False
    try:
        with plant.database.write() as connection:
            _renew(connection, plant, late, now)
    except Exception:
        log.exception("no ping could be planned")
    return True


def _renew(connection: Connection, plant: Plant, late: tuple[Trouble, ...], now: datetime) -> None:
    troubles = (*(trouble.reason for trouble in late), *nothing_gets_through(connection, now=now))
    one = Ping(id=ping_id(now, salt=installation.salt(connection)), at=now, troubles=troubles)
    recipient = plant.settings.recipient(one.to)
    if recipient is not None:  # without an address for trouble, silence tells of it
        (delivery,) = owed(one, recipient, None, now=now)
        pings.renew(connection, one, delivery, at=now)
    else:
        pings.forget(connection)
    if troubles:
        log.error("the watch is in trouble", troubles=[names["en"] for names in troubles])


def nothing_gets_through(connection: Connection, *, now: datetime) -> tuple[Names, ...]:
    """Say in words since when no channel has taken anything although something is owed; nothing if that is not so."""
    since = deliveries.stuck_since(connection, before=now - STUCK_AFTER)
    if since is None:
        return ()
    told = f"{since:%Y-%m-%d %H:%M} UTC"
    return (
        {
            "en": f"nothing gets through: no channel has taken a message since {told}",
            "fr": f"rien ne passe : aucune voie n'a pris de message depuis {told}",
        },
    )


def told_outside(
    connection: Connection, settings: Settings, *, now: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what to note of the watchdog, and what is a finding: it is set, and hears nothing of us."""
    if settings.watchdog is None:
        return (NO_WATCHDOG["en"],), ()
    last = pings.last_taken(connection)
    if last is None:
        return ("The watchdog outside has not been reached yet.",), ()
    told = f"the watchdog outside was last reached at {last:%Y-%m-%d %H:%M} UTC"
    if now - last <= MISSED * settings.watchdog.every + settings.sending.lease:
        return (), ()
    return (), (f"{told}: it has raised its alarm by now, or its address is wrong",)

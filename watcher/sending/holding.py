"""Letting go: what was held goes out when its time has come, together where it is several."""

from collections.abc import Iterable
from datetime import datetime

import structlog

from alerts.bundling import Held, bundle
from alerts.clients import Contact
from alerts.deliveries import FIRST, Delivery, delivery_key
from alerts.holding import BACKLOG, LATE, Hold, HoldReason, night_hold
from alerts.messages import subject_lines
from alerts.worded import Names
from indicators.bands import WarningLevel
from watcher.health.wording import NO_WATCHDOG
from watcher.plant import Plant
from watcher.saying import planning
from watcher.settings import Settings
from watcher.store import Connection, StoreError, deliveries, holds, overrides, silences, stories
from watcher.store import alerts as alert_store

log = structlog.get_logger(__name__)


def let_go_due(plant: Plant, now: datetime) -> int:
    """Let go what was held and is due at *now*, in one transaction, and return how many messages that makes.

    One goes out as it was decided; several for the same recipient and channel become a digest. What cannot be gathered
    goes singly: a message that nobody can read must hold no other up.
    """
    with plant.database.write() as connection:
        silenced = [silence.name for silence in silences.current(connection, now=now) if silence.is_on(now)]
        due = holds.due(connection, now=now, silenced=silenced)
        ways: dict[tuple[str, str], list[Delivery]] = {}
        for delivery in due:
            ways.setdefault((delivery.recipient, delivery.channel), []).append(delivery)
        _gather_backlog(connection, plant.settings, now)
        let_go = sum(_let_go_anyhow(connection, held, plant.settings, now) for held in ways.values())
    if let_go:
        log.info("held messages let go", held=len(due), messages=let_go)
    return let_go


def _let_go_anyhow(connection: Connection, held: list[Delivery], settings: Settings, now: datetime) -> int:
    try:
        with connection.begin_nested():
            return _let_go(connection, held, settings, now)
    except StoreError:
        raise
    except Exception:
        log.exception("held messages cannot be gathered, they go singly", recipient=held[0].recipient)
        return _singly(connection, held, now)


def _singly(connection: Connection, held: Iterable[Delivery], now: datetime) -> int:
    messages = list(held)
    for delivery in messages:
        holds.let_go(connection, delivery, at=now)
    return len(messages)


def _let_go(connection: Connection, held: list[Delivery], settings: Settings, now: datetime) -> int:
    """Return how many messages come of it; what ends in the recipient's night waits on for the morning."""
    recipient = settings.addressee(held[0].recipient)
    night = night_hold(held[0].level, recipient, now=now) if recipient is not None else None
    if night is not None and not any(_wakes(connection, delivery, settings, now) for delivery in held):
        _put_off(connection, held, night)
        return 0
    # One who is gone: the outbox hands each on to the last resort. A client: what a person released goes singly.
    if len(held) == 1 or recipient is None or isinstance(recipient, Contact):
        return _singly(connection, held, now)
    _bundle(connection, held, settings, now)
    return 1


def _wakes(connection: Connection, delivery: Delivery, settings: Settings, now: datetime) -> bool:
    """Whether only a silence could hold it, night or not: a step of a chain, or a rise for who is on call now."""
    if delivery.step != FIRST:
        return True
    alert = alert_store.get(connection, delivery.alert_id)
    roster = settings.roster(overrides.current(connection, now=now))
    hearers = planning.heard_by(alert, settings, roster, now=now)
    return any(one.recipient.id == delivery.recipient and one.woken_by(alert) for one in hearers)


def _put_off(connection: Connection, held: Iterable[Delivery], night: Hold) -> None:
    for delivery in held:
        holds.put_off(connection, delivery, until=night.until, name=night.name)


def _gather_backlog(connection: Connection, settings: Settings, now: datetime) -> None:
    """Gather what has not got through for long: when its way opens again, it must not be a flood.

    A digest that is late itself is taken up into the next, so that there is one at a time.
    """
    ways: dict[tuple[str, str], list[Delivery]] = {}
    for delivery in deliveries.late(connection, before=now - LATE, below=WarningLevel.WARNING):
        ways.setdefault((delivery.recipient, delivery.channel), []).append(delivery)
    for (recipient, channel), waiting in ways.items():
        ours = settings.client_of(recipient) is None  # a client is shown no digest: it would never arrive
        if ours and len(waiting) >= BACKLOG:
            log.warning("messages that cannot get through are gathered", recipient=recipient, channel=channel)
            _gather(connection, waiting, settings, now)


def _gather(connection: Connection, waiting: list[Delivery], settings: Settings, now: datetime) -> None:
    try:
        with connection.begin_nested():
            _bundle(connection, waiting, settings, now)
    except StoreError:
        raise
    except Exception:
        log.exception("late messages cannot be gathered, each is tried on", recipient=waiting[0].recipient)


def _notes(settings: Settings, addressee: str) -> tuple[Names, ...]:
    """What our own desk should know of the service itself; clients are told nothing of it."""
    return (NO_WATCHDOG,) if settings.watchdog is None and settings.client_of(addressee) is None else ()


def _held(connection: Connection, delivery: Delivery) -> Held:
    alert = alert_store.get(connection, delivery.alert_id)
    way = {"recipient": delivery.recipient, "channel": delivery.channel}
    return Held(
        alert=alert,
        name=delivery.held or HoldReason.BACKLOG.value,
        line=subject_lines(alert),
        overtaken=stories.is_overtaken(connection, alert, **way),
    )


def _bundle(connection: Connection, held: list[Delivery], settings: Settings, now: datetime) -> None:
    recipient, channel = held[0].recipient, held[0].channel
    digest = bundle(
        [_held(connection, delivery) for delivery in held],
        recipient=recipient,
        now=now,
        notes=_notes(settings, recipient),
    )
    alert_store.add(connection, digest)
    owed = Delivery(
        key=delivery_key(digest.id, recipient, channel),
        alert_id=digest.id,
        recipient=recipient,
        channel=channel,
        level=digest.urgency,
        due=now,
        may_have_arrived=any(d.may_have_arrived for d in held),
    )
    deliveries.plan(connection, [owed], at=now)
    holds.bundle(connection, held, into=digest.id, at=now)

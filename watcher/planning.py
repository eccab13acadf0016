"""Planning: who is owed which alert, and what waits for whom; in the transaction of what the alert is about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.deliveries import Delivery, DeliveryState, delivery_key
from alerts.holding import Hold, HoldReason, Pace, hold_for, night_hold, stands_down
from alerts.notices import Notice
from alerts.routes import Heard, Recipient, routes_for, spoken_for
from alerts.said import AnyAlert
from alerts.silences import Silence
from alerts.suppression import Suppression
from alerts.system import SystemWarning
from watcher.settings import Settings
from watcher.store import Connection, deliveries, silences
from watcher.store import alerts as alert_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearer:
    """One who must hear of an alert, at which pace; ``waits`` is set where an earlier message still waits."""

    recipient: Recipient
    pace: Pace
    waits: Hold | None = None


def plan(
    connection: Connection, settings: Settings, alert: AnyAlert, *, now: datetime, to: Iterable[str] | None = None
) -> None:
    """Keep *alert* and owe it to those who must hear of it, or to the recipients *to*; twice is as once."""
    hearers = tuple(_hearers(connection, settings, alert) if to is None else _named(settings, to))
    alert_store.add(connection, alert)
    known = silences.current(connection, now=now)
    for hearer in hearers:
        hold = hearer.waits or _hold(connection, alert, hearer, known, now)
        deliveries.plan(connection, owed(alert, hearer.recipient, hold, now=now), at=now)


def _hearers(connection: Connection, settings: Settings, alert: AnyAlert) -> Iterator[Hearer]:
    """A stand-down goes to exactly those who were told of what it ends, together with what still waits for them."""
    if not stands_down(alert):
        yield from heard_by(alert, settings)
        return
    for name, waits in deliveries.told_of(connection, alert).items():
        recipient = settings.recipient(name)
        if recipient is not None:
            hold = Hold(reason=HoldReason.GROUP, until=waits.due, name=waits.held) if waits is not None else None
            yield Hearer(recipient=recipient, pace=_pace(settings), waits=hold)


def heard_by(alert: AnyAlert, settings: Settings) -> tuple[Hearer, ...]:
    """Return who must hear of *alert* as the configuration stands; never nobody, unless it is below every route.

    A notice goes to the contacts of its client and to nobody else. Troubles of Watcher itself go to the operators,
    whatever the routes say, and to whom a route names beside them.
    """
    if isinstance(alert, Notice):
        client = settings.client(alert.client)
        contacts = client.addressees if client is not None else ()
        return tuple(Hearer(recipient=contact, pace=_pace(settings)) for contact in contacts)
    if isinstance(alert, SystemWarning):
        operators = (Heard(recipient=r.id, suppression=Suppression.NONE) for r in settings.operators)
        heard = {h.recipient: h for h in (*spoken_for(alert, settings.routes), *operators)}
    else:
        heard = {h.recipient: h for h in routes_for(alert, settings.routes, last_resort=settings.last_resort)}
    return tuple(
        Hearer(recipient=recipient, pace=replace(_pace(settings), group=h.group, cool_down=h.cool_down))
        for h in heard.values()
        if h.suppression is Suppression.NONE and (recipient := settings.recipient(h.recipient)) is not None
    )


def owed(alert: AnyAlert, recipient: Recipient, hold: Hold | None, *, now: datetime) -> tuple[Delivery, ...]:
    """Return one delivery of *alert* for each channel of *recipient*: due at *now*, or held as *hold* says."""
    return tuple(
        Delivery(
            key=delivery_key(alert.id, recipient.id, channel),
            alert_id=alert.id,
            recipient=recipient.id,
            channel=channel,
            level=alert.urgency,
            due=now if hold is None else hold.until,
            state=DeliveryState.WAITING if hold is None else DeliveryState.HELD,
            held="" if hold is None else hold.name,
        )
        for channel in recipient.channels
    )


def _hold(
    connection: Connection, alert: AnyAlert, hearer: Hearer, known: tuple[Silence, ...], now: datetime
) -> Hold | None:
    if isinstance(alert, Notice):  # a person let it go, one by one: only the client's own night holds it
        return night_hold(alert.urgency, hearer.recipient, now=now)
    lately = now - max(hearer.pace.per, hearer.pace.cool_down)
    told = deliveries.told(connection, hearer.recipient.id, since=lately)
    return hold_for(alert, hearer.recipient, silences=known, told=told, pace=hearer.pace, now=now)


def _pace(settings: Settings) -> Pace:
    storm = settings.sending.storm
    return Pace(most=storm.most, per=storm.per)


def _named(settings: Settings, names: Iterable[str]) -> Iterator[Hearer]:
    """A recipient who is gone from the configuration is owed nothing more: the outbox hands on what was planned."""
    for name in names:
        recipient = settings.addressee(name)
        if recipient is not None:
            yield Hearer(recipient=recipient, pace=_pace(settings))

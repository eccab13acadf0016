"""Planning: who is owed which alert, written in the transaction of what the alert is about."""

from collections.abc import Iterable
from datetime import datetime

from alerts.alert import Alert
from alerts.deliveries import Delivery, delivery_key
from alerts.routes import Recipient, routes_for
from alerts.said import AnyAlert
from alerts.suppression import Suppression
from alerts.system import SystemWarning
from watcher.settings import Settings
from watcher.store import Connection, deliveries
from watcher.store import alerts as alert_store


def plan(
    connection: Connection, settings: Settings, alert: AnyAlert, *, now: datetime, to: Iterable[str] | None = None
) -> None:
    """Keep *alert* and owe it to those who must hear of it, or to the recipients *to*; twice is as once."""
    alert_store.add(connection, alert)
    hearers = heard_by(alert, settings) if to is None else _known(settings, to)
    deliveries.plan(connection, owed(alert, hearers, now=now), at=now)


def heard_by(alert: AnyAlert, settings: Settings) -> tuple[Recipient, ...]:
    """Return who must hear of *alert* as the configuration stands; never nobody."""
    match alert:
        case Alert():
            heard = routes_for(alert, settings.routes, last_resort=settings.last_resort)
            return _known(settings, (h.recipient for h in heard if h.suppression is Suppression.NONE))
        case SystemWarning():
            return settings.operators


def owed(alert: AnyAlert, recipients: Iterable[Recipient], *, now: datetime) -> tuple[Delivery, ...]:
    """Return one delivery of *alert* for each of *recipients* and each of their channels, due at *now*."""
    return tuple(
        Delivery(
            key=delivery_key(alert.id, recipient.id, channel),
            alert_id=alert.id,
            recipient=recipient.id,
            channel=channel,
            level=alert.urgency,
            due=now,
        )
        for recipient in recipients
        for channel in recipient.channels
    )


def _known(settings: Settings, names: Iterable[str]) -> tuple[Recipient, ...]:
    """A recipient who is gone from the configuration is owed nothing more: the outbox hands on what was planned."""
    return tuple(r for name in names if (r := settings.recipient(name)) is not None)

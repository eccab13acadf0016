"""What each recipient was owed over a time: one row a message, however many channels it went by."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from alerts.deliveries import DeliveryState
from alerts.ping import ALIVE, FAILING
from watcher.store import tables

_OWED = tables.deliveries
_ALERTS = tables.alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One alert that one recipient was owed: when, whether it waited first, whether only a digest told of it."""

    recipient: str
    alert: str
    kind: str
    assessment: str
    subject: str
    at: datetime
    held: bool
    bundled: bool


def loads(connection: Connection, *, since: datetime) -> tuple[Load, ...]:
    """Return what was owed from *since* on, oldest first; pings to a machine and what a person gave up are left out."""
    alone = case((_OWED.c.state == DeliveryState.BUNDLED.value, 0), else_=1)
    waited = case((_OWED.c.held == "", 0), else_=1)
    first = func.min(_OWED.c.created_at)
    found = (
        select(
            _OWED.c.recipient,
            _OWED.c.alert_id,
            _ALERTS.c.kind,
            _ALERTS.c.assessment,
            _ALERTS.c.subject,
            first.label("at"),
            func.max(waited).label("held"),
            func.max(alone).label("alone"),
        )
        .join(_ALERTS, _ALERTS.c.id == _OWED.c.alert_id)
        .where(_OWED.c.created_at >= since, _OWED.c.recipient.not_in((ALIVE, FAILING)))
        .where(_OWED.c.state != DeliveryState.DEAD.value)
        .group_by(_OWED.c.recipient, _OWED.c.alert_id, _ALERTS.c.kind, _ALERTS.c.assessment, _ALERTS.c.subject)
        .order_by(first, _OWED.c.alert_id, _OWED.c.recipient)
    )
    return tuple(
        Load(
            recipient=row.recipient,
            alert=row.alert_id,
            kind=row.kind,
            assessment=row.assessment,
            subject=row.subject,
            at=row.at,
            held=bool(row.held),
            bundled=not row.alone,
        )
        for row in connection.execute(found)
    )

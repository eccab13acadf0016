"""Stories: what was said of one subject since it was last at rest, who was told of it, and what is told later."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select

from alerts.deliveries import Delivery, DeliveryState
from alerts.holding import ToldLately
from alerts.said import AnyAlert
from watcher.store import tables
from watcher.store.alerts import number_of
from watcher.store.deliveries import ORDER, OWN, delivery_of

_TABLE = tables.deliveries
_ALERTS = tables.alerts


def told(connection: Connection, recipient: str, *, since: datetime) -> ToldLately:
    """Return what *recipient* was told after *since* without a hold, and what still waits for them under one."""
    about = _TABLE.join(_ALERTS, _ALERTS.c.id == _TABLE.c.alert_id)
    lately = (_TABLE.c.recipient == recipient) & (_TABLE.c.created_at > since) & (_TABLE.c.held == "")
    of = (_ALERTS.c.assessment, _ALERTS.c.subject)
    sent = select(*of, func.max(_TABLE.c.created_at)).select_from(about).where(lately)
    rows = connection.execute(sent.group_by(*of, _TABLE.c.alert_id)).all()
    by_subject: dict[tuple[str, str], datetime] = {}
    for assessment, subject, at in rows:
        by_subject[assessment, subject] = max(at, by_subject.get((assessment, subject), at))
    gathered = select(_TABLE.c.held, func.min(_TABLE.c.due)).where(
        (_TABLE.c.recipient == recipient) & (_TABLE.c.state == DeliveryState.HELD.value)
    )
    waiting = {row[0]: row[1] for row in connection.execute(gathered.group_by(_TABLE.c.held))}
    return ToldLately(times=tuple(at for *_, at in rows), by_subject=by_subject, gathered_until=waiting)


def told_of(connection: Connection, alert: AnyAlert) -> dict[str, Delivery | None]:
    """Return who was owed the alerts that *alert* brings to an end: those since its subject was last at rest.

    With each recipient stands the delivery that is still held for them, if all of it is: they know nothing yet.
    """
    heard: dict[str, list[Delivery]] = {}
    for delivery in of_story(connection, alert):
        heard.setdefault(delivery.recipient, []).append(delivery)
    return {name: _first_let_go(owed) for name, owed in heard.items()}


def of_story(connection: Connection, alert: AnyAlert) -> tuple[Delivery, ...]:
    """Return what is or was owed of the other alerts about the subject of *alert* since that was last at rest."""
    found = select(*OWN).join(_ALERTS, _ALERTS.c.id == _TABLE.c.alert_id).where(same_story(alert)).order_by(*ORDER)
    return tuple(delivery_of(row) for row in connection.execute(found).mappings())


def reference(connection: Connection, alert: AnyAlert, *, recipient: str, channel: str, said: AnyAlert) -> str:
    """Return what the provider called the newest message of this story to *recipient* by *channel*, or nothing.

    Of what was on record before *said*, which is *alert* itself or something that was said about it later.
    """
    mine = (_TABLE.c.recipient == recipient) & (_TABLE.c.channel == channel) & (_TABLE.c.reference != "")
    own = alert.id if said.id != alert.id else None
    newest = (
        select(_TABLE.c.reference)
        .join(_ALERTS, _ALERTS.c.id == _TABLE.c.alert_id)
        .where(or_(same_story(alert), _ALERTS.c.id == own), mine, _ALERTS.c.number < number_of(said))
        .order_by(_ALERTS.c.number.desc(), _TABLE.c.key)
        .limit(1)
    )
    return str(connection.execute(newest).scalar() or "")


def is_overtaken(connection: Connection, alert: AnyAlert, *, recipient: str, channel: str) -> bool:
    """Whether *recipient* was told something later than *alert* of its subject by *channel* already."""
    newer = _same_subject(alert) & (_ALERTS.c.number > number_of(alert))
    mine = (_TABLE.c.recipient == recipient) & (_TABLE.c.channel == channel)
    taken = mine & (_TABLE.c.state == DeliveryState.ACCEPTED.value)
    found = select(_TABLE.c.key).join(_ALERTS, _ALERTS.c.id == _TABLE.c.alert_id).where(newer, taken).limit(1)
    return connection.execute(found).first() is not None


def _same_subject(alert: AnyAlert) -> ColumnElement[bool]:
    return (
        (_ALERTS.c.kind == alert.kind)
        & (_ALERTS.c.assessment == alert.assessment)
        & (_ALERTS.c.subject == alert.subject_key)
        & (_ALERTS.c.id != alert.id)
    )


def same_story(alert: AnyAlert) -> ColumnElement[bool]:
    """The other alerts about the subject of *alert* since that was last at rest."""
    same = _same_subject(alert)
    rest = select(func.max(_ALERTS.c.number)).where(same & (_ALERTS.c.level == 0)).scalar_subquery()
    return same & or_(rest.is_(None), _ALERTS.c.number > rest)


def _first_let_go(owed: list[Delivery]) -> Delivery | None:
    """Return the one that is let go first, if all of *owed* is held."""
    if any(delivery.state is not DeliveryState.HELD for delivery in owed):
        return None
    return min(owed, key=lambda delivery: (delivery.due, delivery.key))

"""Alerts as they were worded. The text is kept whole: what was said can be shown years later."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, ScalarSelect, func, select

from alerts.said import AnyAlert, read_alert
from watcher.store import tables
from watcher.store.errors import StoreError
from watcher.store.statements import add_missing, next_number

_ALERTS = tables.alerts


def add(connection: Connection, alert: AnyAlert) -> bool:
    """Keep *alert* and return whether it is new; one with this id that is there already stays as it was worded."""
    row = {
        "id": alert.id,
        "assessment": alert.assessment,
        "kind": alert.kind,
        "subject": alert.subject_key,
        "level": alert.level,
        "at": alert.at,
        "body": alert.model_dump_json(),
        "number": next_number(connection, _ALERTS.c.number),
    }
    return add_missing(connection, _ALERTS, [row]) > 0


def number_of(alert: AnyAlert) -> ScalarSelect[int]:
    """Return how to ask for the place of *alert* in the order in which alerts were put on record."""
    return select(_ALERTS.c.number).where(_ALERTS.c.id == alert.id).scalar_subquery()


def find(connection: Connection, alert_id: str) -> AnyAlert | None:
    """Return one alert, or ``None`` if there is none of that id."""
    body = connection.execute(select(_ALERTS.c.body).where(_ALERTS.c.id == alert_id)).scalar()
    return read_alert(body) if body is not None else None


def get(connection: Connection, alert_id: str) -> AnyAlert:
    """Return one alert."""
    alert = find(connection, alert_id)
    if alert is None:
        raise StoreError(f"there is no alert {alert_id}")
    return alert


def recent(connection: Connection, *, limit: int) -> tuple[AnyAlert, ...]:
    """Return the last alerts, newest first, in the order in which they were put on record."""
    newest = select(_ALERTS.c.body).order_by(_ALERTS.c.number.desc()).limit(limit)
    bodies: Iterable[str] = connection.execute(newest).scalars()
    return tuple(read_alert(body) for body in bodies)


def since(connection: Connection, moment: datetime) -> tuple[AnyAlert, ...]:
    """Return the alerts since *moment*, oldest first."""
    found = select(_ALERTS.c.body).where(_ALERTS.c.at >= moment).order_by(_ALERTS.c.at, _ALERTS.c.id)
    return tuple(read_alert(body) for body in connection.execute(found).scalars())


def about(connection: Connection, alert: AnyAlert, *, limit: int) -> tuple[AnyAlert, ...]:
    """Return the last alerts about the subject of *alert*, itself among them, newest first."""
    same = (
        (_ALERTS.c.kind == alert.kind)
        & (_ALERTS.c.assessment == alert.assessment)
        & (_ALERTS.c.subject == alert.subject_key)
    )
    found = select(_ALERTS.c.body).where(same).order_by(_ALERTS.c.number.desc()).limit(limit)
    return tuple(read_alert(body) for body in connection.execute(found).scalars())


def lock(connection: Connection, alert_id: str) -> None:
    """Hold an alert against others until the transaction is over: of two who take it one comes first."""
    connection.execute(select(_ALERTS.c.id).where(_ALERTS.c.id == alert_id).with_for_update())


def is_there(connection: Connection, alert_id: str) -> bool:
    """Whether there is an alert of that id."""
    return connection.execute(select(_ALERTS.c.id).where(_ALERTS.c.id == alert_id)).scalar() is not None


def standing(connection: Connection) -> tuple[AnyAlert, ...]:
    """Return what was said last of every subject that is not at rest."""
    newest = (
        select(func.max(_ALERTS.c.number).label("number"))
        .where(_ALERTS.c.kind.in_(("move", "system")))  # a digest and a client's notice are about these
        .group_by(_ALERTS.c.kind, _ALERTS.c.assessment, _ALERTS.c.subject)
        .subquery()
    )
    last = select(_ALERTS.c.body).join(newest, _ALERTS.c.number == newest.c.number)
    found = last.where(_ALERTS.c.level > 0).order_by(_ALERTS.c.number)
    return tuple(read_alert(body) for body in connection.execute(found).scalars())

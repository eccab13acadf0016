"""Alerts as they were worded. The text is kept whole: what was said can be shown years later."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from alerts.alert import Alert
from watcher.store import tables
from watcher.store.errors import StoreError
from watcher.store.statements import add_missing

_ALERTS = tables.alerts


def add(connection: Connection, alert: Alert) -> None:
    """Keep *alert*; one with this id that is there already stays as it was worded."""
    row = {
        "id": alert.id,
        "assessment": alert.assessment,
        "scenario": alert.scenario,
        "level": alert.level_after,
        "at": alert.at,
        "body": alert.model_dump_json(),
    }
    add_missing(connection, _ALERTS, [row])


def get(connection: Connection, alert_id: str) -> Alert:
    """Return one alert."""
    body = connection.execute(select(_ALERTS.c.body).where(_ALERTS.c.id == alert_id)).scalar()
    if body is None:
        raise StoreError(f"there is no alert {alert_id}")
    return Alert.model_validate_json(body)


def recent(connection: Connection, *, limit: int) -> tuple[Alert, ...]:
    """Return the last alerts, newest first."""
    newest = select(_ALERTS.c.body).order_by(_ALERTS.c.at.desc(), _ALERTS.c.id).limit(limit)
    bodies: Iterable[str] = connection.execute(newest).scalars()
    return tuple(Alert.model_validate_json(body) for body in bodies)

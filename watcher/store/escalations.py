"""Where each chain stands for each alert: the record from which the next step follows, whatever happened since."""

from dataclasses import fields

from sqlalchemy import Connection, RowMapping, or_, select, update

from alerts.chains import Due, Progress
from alerts.said import AnyAlert
from watcher.store import tables
from watcher.store.statements import upsert
from watcher.store.stories import same_story
from watcher.store.tables import escalations as _ESCALATIONS  # noqa: N812 - a constant, as every table here

_ALERTS = tables.alerts


def put(connection: Connection, progress: Progress) -> None:
    """Keep where a chain stands for an alert, instead of where it stood."""
    upsert(connection, _ESCALATIONS, [{f.name: getattr(progress, f.name) for f in fields(progress)}])


def running(connection: Connection) -> tuple[Progress, ...]:
    """Return every chain that goes on, the gravest alert first."""
    found = select(_ESCALATIONS).where(_ESCALATIONS.c.over == "")
    rows = connection.execute(found.order_by(_ESCALATIONS.c.level.desc(), _ESCALATIONS.c.since)).mappings()
    return tuple(_progress(row) for row in rows)


def ended(connection: Connection, *, why: str) -> tuple[Progress, ...]:
    """Return the chains that ended for the reason *why*, the longest ago first."""
    found = select(_ESCALATIONS).where(_ESCALATIONS.c.over == why).order_by(_ESCALATIONS.c.since)
    return tuple(_progress(row) for row in connection.execute(found).mappings())


def about(connection: Connection, alert: AnyAlert, *, over: str = "") -> tuple[Progress, ...]:
    """Return the chains of all alerts about the subject of *alert* that go on, or that ended for the reason *over*."""
    same = (
        (_ALERTS.c.kind == alert.kind)
        & (_ALERTS.c.assessment == alert.assessment)
        & (_ALERTS.c.subject == alert.subject_key)
    )
    joined = select(_ESCALATIONS).join(_ALERTS, _ALERTS.c.id == _ESCALATIONS.c.alert_id)
    rows = connection.execute(joined.where(same & (_ESCALATIONS.c.over == over)).order_by(_ALERTS.c.number)).mappings()
    return tuple(_progress(row) for row in rows)


def gone_through(connection: Connection, alert: AnyAlert) -> tuple[Progress, ...]:
    """Return the chains that were gone through for *alert*, or for its subject since that was last at rest."""
    story = or_(_ESCALATIONS.c.alert_id == alert.id, same_story(alert))
    joined = select(_ESCALATIONS).join(_ALERTS, _ALERTS.c.id == _ESCALATIONS.c.alert_id)
    over = _ESCALATIONS.c.over == Due.FINISHED.value
    rows = connection.execute(joined.where(story & over).order_by(_ALERTS.c.number)).mappings()
    return tuple(_progress(row) for row in rows)


def of_alert(connection: Connection, alert_id: str) -> tuple[Progress, ...]:
    """Return the chains of one alert."""
    found = select(_ESCALATIONS).where(_ESCALATIONS.c.alert_id == alert_id).order_by(_ESCALATIONS.c.chain)
    return tuple(_progress(row) for row in connection.execute(found).mappings())


def locked(connection: Connection, progress: Progress) -> Progress | None:
    """Return where the chain of *progress* stands by now, held against others; ``None`` if it goes no further."""
    here = (_ESCALATIONS.c.alert_id == progress.alert_id) & (_ESCALATIONS.c.chain == progress.chain)
    found = select(_ESCALATIONS).where(here & (_ESCALATIONS.c.over == "")).with_for_update()
    row = connection.execute(found).mappings().first()
    return _progress(row) if row is not None else None


def end(connection: Connection, progress: Progress, *, why: str) -> None:
    """Let a chain go no further, for the reason *why*."""
    here = (_ESCALATIONS.c.alert_id == progress.alert_id) & (_ESCALATIONS.c.chain == progress.chain)
    connection.execute(update(_ESCALATIONS).where(here).values(over=why))


def _progress(row: RowMapping) -> Progress:
    return Progress(**row)

"""Restores: that this database was put back from a backup, and what it cannot know since."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from alerts.deliveries import OVER
from alerts.said import AnyAlert
from watcher.store import audit, tables

_RESTORES, _ALERTS, _OWED = tables.restores, tables.alerts, tables.deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """A database put back by a person: from which file, as of when (UTC), and where the one before it lies.

    ``unknown`` is how many alerts that one had said since; ``None`` where it could not be asked.
    """

    at: datetime
    who: str
    why: str
    as_of: datetime | None
    source: str
    aside: str = ""
    unknown: int | None = None
    told_at: datetime | None = None


def record(connection: Connection, restore: Restore) -> None:
    """Put on record that this database was put back, and let it be careful with what it cannot know.

    Whatever is still owed may have arrived meanwhile, and will say so; every session ends, for whoever signed out or
    lost their account since would be let in again.
    """
    row = {f.name: getattr(restore, f.name) for f in fields(restore)}
    last = connection.execute(select(func.coalesce(func.max(_ALERTS.c.number), 0))).scalar_one()
    connection.execute(insert(_RESTORES).values(row | {"alerts": last}))
    open_ = _OWED.c.state.not_in(tuple(state.value for state in OVER))
    connection.execute(update(_OWED).where(open_).values(may_have_arrived=True))
    connection.execute(delete(tables.sessions))
    told = {"why": restore.why, "from": restore.source, "as of": restore.as_of and restore.as_of.isoformat()}
    detail = {**told, "moved aside": restore.aside, "alerts since": restore.unknown}
    audit.write(connection, at=restore.at, who=restore.who, what="restored the database", detail=detail)


def latest(connection: Connection) -> Restore | None:
    """Return the last restore, or ``None`` for a database that was never put back."""
    own = [_RESTORES.c[f.name] for f in fields(Restore)]
    row = connection.execute(select(*own).order_by(_RESTORES.c.number.desc()).limit(1)).mappings().first()
    return Restore(**row) if row is not None else None


def told(connection: Connection, *, at: datetime) -> None:
    """Note that the operators were told of every restore."""
    connection.execute(update(_RESTORES).where(_RESTORES.c.told_at.is_(None)).values(told_at=at))


def may_repeat(connection: Connection, alert: AnyAlert, *, now: datetime, within: timedelta) -> bool:
    """Whether *alert*, kept already, may have been told between the backup and the restore.

    Nobody knows what was. So may be whatever was on record before the restore, and the first that is said of a subject
    after it, as long as sources are caught up with: *within* so long of the operators' word of it.
    """
    row = connection.execute(
        select(_RESTORES.c.alerts, _RESTORES.c.told_at).order_by(_RESTORES.c.number.desc()).limit(1)
    ).first()
    if row is None or (row.told_at is not None and now > row.told_at + within):
        return False
    since = select(func.count()).where(
        _ALERTS.c.kind == alert.kind,
        _ALERTS.c.assessment == alert.assessment,
        _ALERTS.c.subject == alert.subject_key,
        _ALERTS.c.number > row.alerts,
    )
    return connection.execute(since).scalar_one() <= 1

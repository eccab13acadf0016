"""Troubles of Watcher itself that were told: by which alert, since when they are gone, when that was told."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, or_, select, update

from alerts.channels.channel import Answer
from watcher.health.due import RESTLESS, ToldTrouble
from watcher.health.troubles import Trouble, TroubleKind
from watcher.store import tables

_TROUBLES = tables.troubles
_OWED = tables.deliveries


def told(connection: Connection, *, now: datetime) -> tuple[ToldTrouble, ...]:
    """Return the episodes that are open, and those that ended within the last seven days, oldest first."""
    wanted = or_(_TROUBLES.c.over_at.is_(None), _TROUBLES.c.over_at >= now - RESTLESS)
    rows = connection.execute(select(_TROUBLES).where(wanted).order_by(_TROUBLES.c.number)).mappings()
    return tuple(_told(row) for row in rows)


def standing_since(connection: Connection, about: str) -> datetime | None:
    """Return when the trouble *about* was told, if it stands; ``None`` where it does not, or is found gone."""
    open_ = (_TROUBLES.c.about == about) & _TROUBLES.c.over_at.is_(None) & _TROUBLES.c.calm_since.is_(None)
    return connection.execute(select(func.max(_TROUBLES.c.told_at)).where(open_)).scalar()


def tell(connection: Connection, troubles: Iterable[Trouble], *, alert: str, at: datetime) -> None:
    """Remember that *alert* told of *troubles*."""
    rows = [
        {
            "about": one.about,
            "kind": one.kind,
            "since": one.since,
            "told_at": at,
            "alert": alert,
            "reason": one.reason,
            "calm_seconds": one.calm.total_seconds(),
        }
        for one in troubles
    ]
    connection.execute(insert(_TROUBLES), rows)


def calm(connection: Connection, told: Iterable[ToldTrouble], *, since: datetime | None) -> None:
    """Remember that *told* are gone *since* then, or (``None``) that they stand again."""
    for one in told:
        connection.execute(update(_TROUBLES).where(_TROUBLES.c.number == one.number).values(calm_since=since))


def end(connection: Connection, told: Iterable[ToldTrouble], *, at: datetime) -> None:
    """Remember that those who heard of *told* were told that they are over."""
    for one in told:
        connection.execute(update(_TROUBLES).where(_TROUBLES.c.number == one.number).values(over_at=at))


def hearers(connection: Connection, alert: str) -> tuple[str, ...]:
    """Return the recipients to whom *alert* is owed or was sent; those given up by a person never heard of it."""
    found = select(_OWED.c.recipient).where(_OWED.c.alert_id == alert, _OWED.c.state != "dead").distinct()
    return tuple(connection.execute(found.order_by(_OWED.c.recipient)).scalars())


def refused(connection: Connection, *, before: datetime) -> tuple[tuple[str, str, datetime, str], ...]:
    """Return what a channel refuses for a recipient, owed since *before* or longer: recipient, channel, since, why."""
    return _first_of_each_way(connection, _OWED.c.last_answer == Answer.REFUSED.value, before=before)


def stuck(connection: Connection, *, before: datetime, tries: int) -> tuple[tuple[str, str, datetime, str], ...]:
    """Return, like :func:`refused`, what a channel has not taken in so many *tries*, busy or without an answer."""
    not_taken = _OWED.c.last_answer.in_((Answer.TEMPORARY.value, Answer.UNKNOWN.value))
    return _first_of_each_way(connection, not_taken & (_OWED.c.attempts >= tries), before=before)


def _first_of_each_way(
    connection: Connection, wanted: ColumnElement[bool], *, before: datetime
) -> tuple[tuple[str, str, datetime, str], ...]:
    found = (
        select(_OWED.c.recipient, _OWED.c.channel, _OWED.c.created_at, _OWED.c.last_detail)
        .where(_OWED.c.state.in_(("waiting", "sending")), wanted, _OWED.c.created_at <= before)
        .order_by(_OWED.c.created_at, _OWED.c.key)
    )
    first: dict[tuple[str, str], tuple[str, str, datetime, str]] = {}
    for row in connection.execute(found):
        first.setdefault((row.recipient, row.channel), (row.recipient, row.channel, row.created_at, row.last_detail))
    return tuple(first.values())


def _told(row: RowMapping) -> ToldTrouble:
    values = {name: value for name, value in row.items() if name not in ("calm_seconds", "kind")}
    return ToldTrouble(**values, kind=TroubleKind(row["kind"]), calm=timedelta(seconds=row["calm_seconds"]))

"""Who has which alert, and the one-time links by which they took it. None is ever removed while it matters."""

import hashlib
import secrets
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, exists, insert, or_, select, update

from alerts.acknowledgements import LONGEST, Acknowledgement, Reopening
from alerts.said import AnyAlert, read_alert
from watcher.store import alerts, audit, tables
from watcher.store.tables import acknowledge_links as _LINKS  # noqa: N812 - constants, as every table here
from watcher.store.tables import acknowledgements as _ACKS  # noqa: N812 - a table, written as the others

_ALERTS = tables.alerts
_LINK_BYTES = 16
_SLACK = timedelta(hours=1)
"""A moment that we were told may lie a little behind that of the command."""
_KEPT = timedelta(days=30)
"""How long after its end a link is still known, so that whoever follows it is told why it does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingLink:
    """What a one-time link is bound to: an alert at a level, and the person it was sent to."""

    digest: str
    alert_id: str
    recipient: str
    level: int
    until: datetime
    used_at: datetime | None = None


def add(connection: Connection, wanted: Acknowledgement) -> Acknowledgement:
    """Put it on record and return it with its number."""
    row = {f.name: getattr(wanted, f.name) for f in fields(wanted) if f.name != "number"}
    number = connection.execute(insert(_ACKS).values(row).returning(_ACKS.c.number)).scalar_one()
    change = {"before": {"owner": ""}, "after": {"owner": wanted.owner, "until": wanted.until.isoformat()}}
    detail = {"number": number, "alert": wanted.alert_id, "note": wanted.note, "by": wanted.by, **change}
    audit.write(connection, at=wanted.at, who=wanted.owner, what="acknowledged an alert", detail=detail)
    return replace(wanted, number=number)


def end(connection: Connection, standing: Acknowledgement, why: Reopening, *, who: str, at: datetime) -> None:
    """Let an acknowledgement stand no more."""
    connection.execute(update(_ACKS).where(_ACKS.c.number == standing.number).values(over=why.value))
    change = {"before": {"owner": standing.owner}, "after": {"owner": ""}}
    detail = {"number": standing.number, "alert": standing.alert_id, "why": why.value, **change}
    audit.write(connection, at=at, who=who, what="opened an alert again", detail=detail)


def taken(connection: Connection, *, since: datetime) -> frozenset[str]:
    """Return the alerts that somebody acknowledged from *since* on."""
    return frozenset(connection.execute(select(_ACKS.c.alert_id).where(_ACKS.c.at >= since)).scalars())


def standing(connection: Connection, alert: AnyAlert) -> Acknowledgement | None:
    """Return who has the subject of *alert*, expired or not, as long as nothing ended it."""
    same = (
        (_ACKS.c.over == "")
        & (_ACKS.c.kind == alert.kind)
        & (_ACKS.c.assessment == alert.assessment)
        & (_ACKS.c.subject == alert.subject_key)
    )
    row = connection.execute(select(_ACKS).where(same).order_by(_ACKS.c.number.desc()).limit(1)).mappings().first()
    return _acknowledgement(row) if row is not None else None


def not_ended(connection: Connection) -> tuple[Acknowledgement, ...]:
    """Return every acknowledgement that nothing has ended, expired or not, oldest first."""
    found = select(_ACKS).where(_ACKS.c.over == "").order_by(_ACKS.c.number)
    return tuple(_acknowledgement(row) for row in connection.execute(found).mappings())


def still(connection: Connection, one: Acknowledgement) -> bool:
    """Whether nothing has ended *one* by now; held against others until the transaction is over."""
    found = select(_ACKS.c.number).where((_ACKS.c.number == one.number) & (_ACKS.c.over == "")).with_for_update()
    return connection.execute(found).first() is not None


def expired(connection: Connection, *, now: datetime) -> tuple[Acknowledgement, ...]:
    """Return what has expired and was not ended yet; so has what would last longer than any does: by a wrong clock."""
    come = or_(_ACKS.c.until <= now, _ACKS.c.until > now + LONGEST + _SLACK)
    found = select(_ACKS).where((_ACKS.c.over == "") & come).order_by(_ACKS.c.number)
    return tuple(_acknowledgement(row) for row in connection.execute(found).mappings())


def outdone(connection: Connection) -> tuple[Acknowledgement, ...]:
    """Return what stands although its subject has risen above it since.

    A rise ends what it finds standing. Where it comes in the very moment of the acknowledgement, in another
    transaction, neither finds the other.
    """
    taken = _ALERTS.alias()
    risen = exists().where(
        _ALERTS.c.kind == taken.c.kind,
        _ALERTS.c.assessment == taken.c.assessment,
        _ALERTS.c.subject == taken.c.subject,
        _ALERTS.c.number > taken.c.number,
        _ALERTS.c.level > _ACKS.c.level,
    )
    standing = select(_ACKS).join(taken, taken.c.id == _ACKS.c.alert_id).where(_ACKS.c.over == "")
    found = standing.where(risen).order_by(_ACKS.c.number)
    return tuple(_acknowledgement(row) for row in connection.execute(found).mappings())


def later(connection: Connection, alert: AnyAlert) -> tuple[AnyAlert, ...]:
    """Return what was put on record about the subject of *alert* after it, in that order, whatever its date."""
    same = (
        (_ALERTS.c.kind == alert.kind)
        & (_ALERTS.c.assessment == alert.assessment)
        & (_ALERTS.c.subject == alert.subject_key)
        & (_ALERTS.c.number > alerts.number_of(alert))
    )
    bodies = connection.execute(select(_ALERTS.c.body).where(same).order_by(_ALERTS.c.number)).scalars()
    return tuple(read_alert(body) for body in bodies)


def new_link(connection: Connection, alert: AnyAlert, recipient: str, *, at: datetime, lasts: timedelta) -> str:
    """Return the secret part of a new link for *recipient*; only its digest is kept."""
    token = secrets.token_urlsafe(_LINK_BYTES)
    row = {
        "digest": _digest(token),
        "alert_id": alert.id,
        "recipient": recipient,
        "level": int(alert.level),
        "until": at + lasts,
        "used_at": None,
    }
    connection.execute(delete(_LINKS).where(_LINKS.c.until < at - _KEPT))
    connection.execute(insert(_LINKS).values(row))
    return token


def link(connection: Connection, token: str) -> TakingLink | None:
    """Return the link with that secret part."""
    row = connection.execute(select(_LINKS).where(_LINKS.c.digest == _digest(token))).mappings().first()
    return TakingLink(**row) if row is not None else None


def use_link(connection: Connection, used: TakingLink, *, at: datetime) -> bool:
    """Mark a link as used and return whether it was not yet."""
    here = (_LINKS.c.digest == used.digest) & _LINKS.c.used_at.is_(None)
    return connection.execute(update(_LINKS).where(here).values(used_at=at)).rowcount == 1


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _acknowledgement(row: RowMapping) -> Acknowledgement:
    return Acknowledgement(**row)

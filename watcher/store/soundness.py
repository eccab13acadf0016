"""What the doctor asks of the tables: rows that break a promise. Reads only, and returns names."""

from datetime import datetime

from sqlalchemy import Connection, exists, func, or_, select, text

from alerts.deliveries import DeliveryState
from alerts.said import AnyAlert, read_alert
from watcher.store import tables
from watcher.store.queues import NOBODY

_OWED = tables.deliveries
_IN_DIGEST = "told in digest "


def moves_unsaid(connection: Connection) -> tuple[str, ...]:
    """Return the moves that have no alert, oldest first."""
    said = exists().where(tables.alerts.c.id == tables.moves.c.id)
    found = select(tables.moves.c.id).where(~said).order_by(tables.moves.c.at, tables.moves.c.id)
    return tuple(connection.execute(found).scalars())


def alerts_unowed(connection: Connection) -> tuple[AnyAlert, ...]:
    """Return the alerts that were never owed to anybody, oldest first."""
    owed = exists().where(_OWED.c.alert_id == tables.alerts.c.id)
    found = select(tables.alerts.c.body).where(~owed).order_by(tables.alerts.c.at, tables.alerts.c.id)
    return tuple(read_alert(body) for body in connection.execute(found).scalars())


def bundled_without_digest(connection: Connection) -> tuple[str, ...]:
    """Return the deliveries told in a digest that was never owed to the same recipient by the same channel."""
    digest = _OWED.alias("digest")
    there = exists().where(
        digest.c.alert_id == func.substr(_OWED.c.last_detail, len(_IN_DIGEST) + 1),
        digest.c.recipient == _OWED.c.recipient,
        digest.c.channel == _OWED.c.channel,
    )
    found = select(_OWED.c.key).where(_OWED.c.state == DeliveryState.BUNDLED.value, ~there).order_by(_OWED.c.key)
    return tuple(connection.execute(found).scalars())


def lost_claims(connection: Connection, *, before: datetime, after: datetime) -> tuple[str, ...]:
    """Return the deliveries that are being sent under a lease that ended *before* then, or ends *after* that."""
    until = _OWED.c.claimed_until
    lost = or_(until.is_(None), until < before, until > after)
    found = select(_OWED.c.key).where(_OWED.c.state == DeliveryState.SENDING.value, lost).order_by(_OWED.c.key)
    return tuple(connection.execute(found).scalars())


def unjudged(connection: Connection, assessment: str, *, before: datetime) -> tuple[str, ...]:
    """Return the items fetched *before* then that no version of *assessment* has judged, oldest first."""
    done = exists().where(
        tables.judgements.c.item_id == tables.items.c.id,
        tables.judgements.c.assessment == assessment,
        tables.judgements.c.judged_with != NOBODY,
    )
    found = select(tables.items.c.id).where(tables.items.c.fetched < before, ~done)
    return tuple(connection.execute(found.order_by(tables.items.c.fetched, tables.items.c.id)).scalars())


def unsafe_settings(connection: Connection) -> tuple[str, ...]:
    """Return the settings under which a committed step may be lost, as they stand and as they should."""
    if connection.dialect.name != "sqlite":
        committed = connection.execute(text("SHOW synchronous_commit")).scalar_one()
        return (f"synchronous_commit={committed}, should be on",) if committed == "off" else ()
    journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    told = [f"journal_mode={journal}, should be wal"] if journal != "wal" else []
    told += [f"synchronous={synchronous}, should be {_FULL} (FULL)"] if synchronous < _FULL else []
    return tuple(told)


_FULL = 2


def damage(connection: Connection, *, deep: bool) -> tuple[str, ...]:
    """Return what SQLite finds damaged: rows without their owner, and with *deep* every page and index.

    A server checks its own pages; none of that can be asked over a connection.
    """
    if connection.dialect.name != "sqlite":
        return ()
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    told = [f"{row[0]} row {row[1]} refers to a row of {row[2]} that is not there" for row in orphans]
    if deep:
        told += [str(line) for line in connection.exec_driver_sql("PRAGMA integrity_check").scalars() if line != "ok"]
    return tuple(told)

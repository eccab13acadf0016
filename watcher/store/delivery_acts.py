"""What somebody does to a delivery: give it up, take it back, hurry or recall it; each stands in the record."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from alerts.deliveries import Delivery, DeliveryState, give_up
from watcher.store import audit, tables
from watcher.store.deliveries import change, locked

_TABLE = tables.deliveries


def recall(connection: Connection, alert_id: str, *, who: str, at: datetime, why: str) -> tuple[Delivery, ...]:
    """Give up what is still on its way of an alert, and return the deliveries that arrived, or may have.

    Locked before it is looked at: what a sender takes up meanwhile is either given up or counted.
    """
    keys = select(_TABLE.c.key).where(_TABLE.c.alert_id == alert_id).order_by(_TABLE.c.key).with_for_update()
    arrived: list[Delivery] = []
    for key in connection.execute(keys).scalars().all():
        before = locked(connection, key)
        if before.state in (DeliveryState.ACCEPTED, DeliveryState.SENDING) or before.may_have_arrived:
            arrived.append(before)
        if not before.is_over:
            kill(connection, key, who=who, at=at, why=why)
    return tuple(arrived)


def kill(connection: Connection, key: str, *, who: str, at: datetime, why: str = "") -> Delivery:
    """Give a delivery up for good because *who* says so, and put that on record."""
    before = locked(connection, key)
    after = give_up(before, by=who, why=why)
    if after != before:
        change(connection, after, finished_at=at)
        _put_on_record(connection, "gave up a delivery", before, after, who=who, why=why, at=at)
    return after


def revive(connection: Connection, key: str, *, who: str, at: datetime) -> Delivery:
    """Take a delivery back that was given up; it is due at once. The others are left as they stand."""
    before = locked(connection, key)
    if before.state is not DeliveryState.DEAD:
        return before
    if not who.strip():
        raise ValueError(f"delivery {key}: only a named person can revive it")
    after = replace(before, state=DeliveryState.WAITING, due=at, last_detail=f"revived, {who}")
    change(connection, after, finished_at=None)
    _put_on_record(connection, "revived a delivery", before, after, who=who, at=at)
    return after


def hurry(connection: Connection, key: str, *, who: str, why: str, at: datetime) -> Delivery:
    """Let a delivery that is held or waits for its next try be due at *at*, because *who* says so."""
    before = locked(connection, key)
    if before.state not in (DeliveryState.HELD, DeliveryState.WAITING):
        return before
    after = replace(before, state=DeliveryState.WAITING, due=at)
    change(connection, after)
    _put_on_record(connection, "hurried a delivery", before, after, who=who, why=why, at=at)
    return after


def _put_on_record(
    connection: Connection, what: str, before: Delivery, after: Delivery, *, who: str, at: datetime, why: str = ""
) -> None:
    told = {"before": before, "after": after}
    change = {name: {"state": d.state.value, "due": d.due.isoformat()} for name, d in told.items()}
    reason = {"why": why} if why else {}
    audit.write(connection, at=at, who=who, what=what, detail={"key": after.key, **reason, **change})

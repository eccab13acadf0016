"""Leases: who is sending which delivery, and how each try ended.

A delivery is claimed in a transaction of its own, sent with none open, and recorded in another. Between a claim and
its record the sender may die; the lease then ends and the message is claimed again, marked as one that may be a
repeat. That is the whole window of "at least once".

Leases are times on the wall clock, because that is all several machines share for now (leases on
the boot clock come later). They are clamped against a clock that jumps: a lease that reaches further
ahead than twice its length counts as ended, and a due time that no rule could have set counts as come.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from alerts.channels.channel import Answer
from alerts.deliveries import Delivery, DeliveryState, after_claim
from watcher.store import tables
from watcher.store.deliveries import ORDER, OWN, change, delivery_of, row_of

_TABLE = tables.deliveries
_ALERTS = tables.alerts
_TOLD_BY_AN_ANSWER = ("state", "last_answer", "last_detail", "reference")
"""What a late acceptance changes; attempts and due time are by then another sender's."""
_LONGEST_WAIT = timedelta(hours=2)
"""No rule lets a tried delivery wait longer than an hour: a due time beyond this is a wrong clock's."""

Way = tuple[str, str]
"""One recipient and one channel."""


def way_of(delivery: Delivery) -> Way:
    """Return by which way *delivery* goes."""
    return delivery.recipient, delivery.channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A delivery in one sender's hands, as it is to be sent. ``token`` proves whose hands."""

    delivery: Delivery
    token: str


def claim(
    connection: Connection,
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    limit_a_way: int | None = None,
    flying: Mapping[Way, int] | None = None,
) -> tuple[Claim, ...]:
    """Take up to *limit* deliveries to send, the highest warning level first, then what is due longest.

    What is told of one subject by one way leaves in its order: while an earlier message is due or on its way, the
    later one waits for it. Of one way no more than *limit_a_way*, those among them that are *flying* already: what
    hangs takes no other way's places. Their attempt is counted before it is made, so that a crash counts. Two senders
    never get the same one while its lease runs. Commit before sending, and send within a third of *lease*.
    """
    most = limit if limit_a_way is None else limit_a_way
    used = Counter(flying or {})
    taken: list[Claim] = []
    while len(taken) < limit:  # each time round takes one or closes a way
        full = [way for way, count in used.items() if count >= most]
        free = select(*OWN).where(_is_free(now, lease), _goes_first(now), *(~_on(way) for way in full))
        rows = free.order_by(*ORDER).limit(limit - len(taken)).with_for_update(skip_locked=True)
        found = [delivery_of(row) for row in connection.execute(rows).mappings().all()]
        for delivery in found:
            way = way_of(delivery)
            if used[way] < most:
                used[way] += 1
                taken.append(_claim(connection, delivery, until=now + lease))
        if not found:
            break
    return tuple(taken)


def record(connection: Connection, claim_token: str, delivery: Delivery, *, at: datetime) -> bool:
    """Keep how a try ended and return whether that was ours to say.

    A sender whose lease ended has nothing to say any more, but for one thing: an acceptance is a
    fact, and is kept however late it comes, even for a delivery that was given up.
    """
    if delivery.state not in (DeliveryState.WAITING, DeliveryState.ACCEPTED):
        raise ValueError(f"delivery {delivery.key}: {delivery.state} is not how a try ends")
    here = _TABLE.c.key == delivery.key
    over = {"finished_at": at if delivery.is_over else None, "claimed_by": None, "claimed_until": at}
    held = here & (_TABLE.c.claimed_by == claim_token) & (_TABLE.c.state == DeliveryState.SENDING.value)
    if connection.execute(update(_TABLE).where(held).values(row_of(delivery) | over)).rowcount:
        return True
    if delivery.state is not DeliveryState.ACCEPTED:
        return False
    told = {name: value for name, value in row_of(delivery).items() if name in _TOLD_BY_AN_ANSWER}
    late = here & (_TABLE.c.state != DeliveryState.ACCEPTED.value)
    return connection.execute(update(_TABLE).where(late).values(told | over)).rowcount > 0


def release(connection: Connection, tokens: Iterable[str], *, at: datetime) -> None:
    """Put claims that were not sent back as they were, at a clean stop."""
    back = {
        "state": DeliveryState.WAITING,
        "attempts": _TABLE.c.attempts - 1,
        "claimed_by": None,
        "claimed_until": at,
    }
    held = _TABLE.c.claimed_by.in_(tuple(tokens)) & (_TABLE.c.state == DeliveryState.SENDING.value)
    connection.execute(update(_TABLE).where(held).values(back))


def free_orphans(connection: Connection, *, at: datetime) -> int:
    """End every lease at *at* and return how many there were.

    For a daemon that has just taken the database's lock: whoever held them is gone. Their messages
    may have arrived, so the next claim makes them repeats.
    """
    held = (_TABLE.c.state == DeliveryState.SENDING.value) & (_TABLE.c.claimed_until > at)
    return connection.execute(update(_TABLE).where(held).values(claimed_until=at)).rowcount


def _is_free(now: datetime, lease: timedelta) -> ColumnElement[bool]:
    has_ended = or_(_TABLE.c.claimed_until <= now, _TABLE.c.claimed_until > now + 2 * lease)
    return or_(_is_due(now), and_(_TABLE.c.state == DeliveryState.SENDING.value, has_ended))


def _is_due(now: datetime) -> ColumnElement[bool]:
    wrong_clock = _TABLE.c.due > now + _LONGEST_WAIT  # nothing is ever planned that far ahead
    return and_(_TABLE.c.state == DeliveryState.WAITING.value, or_(_TABLE.c.due <= now, wrong_clock))


def _goes_first(now: datetime) -> ColumnElement[bool]:
    """Whether no earlier message about the same subject, by the same way, is due as well or on its way."""
    story = (_TABLE.c.recipient, _TABLE.c.channel, _ALERTS.c.kind, _ALERTS.c.assessment, _ALERTS.c.subject)
    first = func.min(_ALERTS.c.number).over(partition_by=story)
    leaving = or_(_is_due(now), _TABLE.c.state == DeliveryState.SENDING.value)
    about = _TABLE.join(_ALERTS, _ALERTS.c.id == _TABLE.c.alert_id)
    open_ = select(_TABLE.c.key, _ALERTS.c.number, first.label("first")).select_from(about).where(leaving).subquery()
    return _TABLE.c.key.in_(select(open_.c.key).where(open_.c.number == open_.c.first))


def _on(way: Way) -> ColumnElement[bool]:
    recipient, channel = way
    return (_TABLE.c.recipient == recipient) & (_TABLE.c.channel == channel)


def _claim(connection: Connection, before: Delivery, *, until: datetime) -> Claim:
    after = after_claim(before)
    if before.state is DeliveryState.SENDING:
        after = replace(after, last_answer=Answer.UNKNOWN)
    else:  # what was said last stays, so that release() can put everything back
        after = replace(after, last_detail=before.last_detail)
    held = Claim(delivery=after, token=secrets.token_hex(16))
    change(connection, after, claimed_by=held.token, claimed_until=until)
    return held

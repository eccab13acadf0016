"""The outbox: messages owed, who is sending which, and how each ended.

Planned in the transaction of the judgement, claimed in one of its own, sent with none open, recorded
in another. Between a claim and its record the sender may die; the lease then ends and the message is
claimed again, marked as one that may be a repeat. That is the whole window of "at least once".

Leases are times on the wall clock, because that is all several machines share for now (leases on
the boot clock come later). They are clamped against a clock that jumps: a lease that reaches further
ahead than twice its length counts as ended, and a due time that no rule could have set counts as come.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from alerts.channels.channel import Answer
from alerts.deliveries import OVER, Delivery, DeliveryState, after_claim
from alerts.holding import Told
from alerts.ping import ALIVE, FAILING
from alerts.said import AnyAlert
from watcher.store import tables
from watcher.store.alerts import number_of
from watcher.store.errors import StoreError
from watcher.store.statements import add_missing

_TABLE = tables.deliveries
_ALERTS = tables.alerts
_OWN = [_TABLE.c[f.name] for f in fields(Delivery)]
_ORDER = (_TABLE.c.level.desc(), _TABLE.c.due, _TABLE.c.key)
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


def plan(connection: Connection, deliveries: Iterable[Delivery], *, at: datetime) -> int:
    """Owe *deliveries* and return how many are new; one that is owed already is left as it stands."""
    return add_missing(connection, _TABLE, (_row(d) | {"created_at": at} for d in deliveries))


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
        free = select(*_OWN).where(_is_free(now, lease), _goes_first(now), *(~_on(way) for way in full))
        rows = free.order_by(*_ORDER).limit(limit - len(taken)).with_for_update(skip_locked=True)
        found = [_delivery(row) for row in connection.execute(rows).mappings().all()]
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
    if connection.execute(update(_TABLE).where(held).values(_row(delivery) | over)).rowcount:
        return True
    if delivery.state is not DeliveryState.ACCEPTED:
        return False
    told = {name: value for name, value in _row(delivery).items() if name in _TOLD_BY_AN_ANSWER}
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


def pending(connection: Connection) -> tuple[Delivery, ...]:
    """Return what is still owed, in the order in which it is sent."""
    owed = _TABLE.c.state.in_(tuple(state.value for state in DeliveryState if state not in OVER))
    rows = connection.execute(select(*_OWN).where(owed).order_by(*_ORDER)).mappings()
    return tuple(_delivery(row) for row in rows)


def told(connection: Connection, recipient: str, *, since: datetime) -> Told:
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
    return Told(times=tuple(at for *_, at in rows), by_subject=by_subject, gathered_until=waiting)


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
    found = select(*_OWN).join(_ALERTS, _ALERTS.c.id == _TABLE.c.alert_id).where(_same_story(alert)).order_by(*_ORDER)
    return tuple(_delivery(row) for row in connection.execute(found).mappings())


def reference(connection: Connection, alert: AnyAlert, *, recipient: str, channel: str, said: AnyAlert) -> str:
    """Return what the provider called the newest message of this story to *recipient* by *channel*, or nothing.

    Of what was on record before *said*, which is *alert* itself or something that was said about it later.
    """
    mine = (_TABLE.c.recipient == recipient) & (_TABLE.c.channel == channel) & (_TABLE.c.reference != "")
    own = alert.id if said.id != alert.id else None
    newest = (
        select(_TABLE.c.reference)
        .join(_ALERTS, _ALERTS.c.id == _TABLE.c.alert_id)
        .where(or_(_same_story(alert), _ALERTS.c.id == own), mine, _ALERTS.c.number < number_of(said))
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


def _same_story(alert: AnyAlert) -> ColumnElement[bool]:
    """The other alerts about the subject of *alert* since that was last at rest."""
    same = _same_subject(alert)
    rest = select(func.max(_ALERTS.c.number)).where(same & (_ALERTS.c.level == 0)).scalar_subquery()
    return same & or_(rest.is_(None), _ALERTS.c.number > rest)


def _first_let_go(owed: list[Delivery]) -> Delivery | None:
    """Return the one that is let go first, if all of *owed* is held."""
    if any(delivery.state is not DeliveryState.HELD for delivery in owed):
        return None
    return min(owed, key=lambda delivery: (delivery.due, delivery.key))


def held_due(connection: Connection, *, now: datetime) -> tuple[Delivery, ...]:
    """Return what was held and whose time has come, the gravest first."""
    due = (_TABLE.c.state == DeliveryState.HELD.value) & (_TABLE.c.due <= now)
    return tuple(_delivery(row) for row in connection.execute(select(*_OWN).where(due).order_by(*_ORDER)).mappings())


def late(connection: Connection, *, before: datetime, below: int) -> tuple[Delivery, ...]:
    """Return what was owed before *before*, is under level *below*, was tried and did not get through."""
    here = (
        (_TABLE.c.state == DeliveryState.WAITING.value)
        & (_TABLE.c.level < below)
        & (_TABLE.c.attempts > 0)
        & (_TABLE.c.created_at < before)
    )
    return tuple(_delivery(row) for row in connection.execute(select(*_OWN).where(here).order_by(*_ORDER)).mappings())


def let_go(connection: Connection, delivery: Delivery, *, at: datetime) -> None:
    """Let a held delivery go out by itself at *at*; under which hold it waited stays on record."""
    here = (_TABLE.c.key == delivery.key) & (_TABLE.c.state == DeliveryState.HELD.value)
    connection.execute(update(_TABLE).where(here).values(state=DeliveryState.WAITING.value, due=at))


def put_off(connection: Connection, delivery: Delivery, *, until: datetime, name: str) -> None:
    """Hold a held delivery on, under another name and *until* later."""
    here = (_TABLE.c.key == delivery.key) & (_TABLE.c.state == DeliveryState.HELD.value)
    connection.execute(update(_TABLE).where(here).values(due=until, held=name))


def bundle(connection: Connection, bundled: Iterable[Delivery], *, into: str, at: datetime) -> None:
    """Mark deliveries that wait as told in the digest *into*, which the caller owes in the same transaction."""
    open_ = (DeliveryState.HELD.value, DeliveryState.WAITING.value)
    for delivery in bundled:
        here = (_TABLE.c.key == delivery.key) & _TABLE.c.state.in_(open_)
        over = {"state": DeliveryState.BUNDLED.value, "last_detail": f"told in digest {into}", "finished_at": at}
        connection.execute(update(_TABLE).where(here).values(over))


def held_under(connection: Connection, name: str) -> int:
    """Return how much is held under *name*."""
    here = (_TABLE.c.state == DeliveryState.HELD.value) & (_TABLE.c.held == name)
    return int(connection.execute(select(func.count()).where(here)).scalar_one())


def end_hold(connection: Connection, name: str, *, at: datetime) -> int:
    """Let the time of everything that is held under *name* come at *at*, and return how much that is."""
    here = (_TABLE.c.state == DeliveryState.HELD.value) & (_TABLE.c.held == name) & (_TABLE.c.due > at)
    return connection.execute(update(_TABLE).where(here).values(due=at)).rowcount


def of_alert(connection: Connection, alert_id: str) -> tuple[Delivery, ...]:
    """Return everything that is or was owed of one alert."""
    rows = connection.execute(select(*_OWN).where(_TABLE.c.alert_id == alert_id).order_by(*_ORDER)).mappings()
    return tuple(_delivery(row) for row in rows)


def dead(connection: Connection) -> tuple[Delivery, ...]:
    """Return what persons gave up, in the order in which it would be sent."""
    rows = connection.execute(select(*_OWN).where(_TABLE.c.state == DeliveryState.DEAD.value).order_by(*_ORDER))
    return tuple(_delivery(row) for row in rows.mappings())


def stuck_since(connection: Connection, *, before: datetime) -> datetime | None:
    """Return since when nothing was taken by any channel, although something owed *before* then was tried.

    ``None`` where nothing is owed for so long, or something owed later got through. Pings do not count.
    """
    people = _TABLE.c.recipient.not_in((ALIVE, FAILING))
    open_ = _TABLE.c.state.in_((DeliveryState.WAITING.value, DeliveryState.SENDING.value))
    tried = people & open_ & (_TABLE.c.attempts > 0) & (_TABLE.c.created_at <= before)
    since = connection.execute(select(func.min(_TABLE.c.created_at)).where(tried)).scalar()
    if since is None:
        return None
    taken = people & (_TABLE.c.state == DeliveryState.ACCEPTED.value) & (_TABLE.c.finished_at >= since)
    return None if connection.execute(select(_TABLE.c.key).where(taken).limit(1)).first() else since


def counts(connection: Connection) -> dict[str, int]:
    """Return how many deliveries to people there are in each state; pings to a machine do not count."""
    people = _TABLE.c.recipient.not_in((ALIVE, FAILING))
    found = connection.execute(select(_TABLE.c.state, func.count()).where(people).group_by(_TABLE.c.state))
    return {state.value: 0 for state in DeliveryState} | {row[0]: row[1] for row in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A delivery with when it was owed and when it ended.

    ``withheld`` are the findings, by number from 1, whose headlines were left out of the words of its last try.
    """

    delivery: Delivery
    created_at: datetime
    finished_at: datetime | None
    withheld: tuple[int, ...] = ()


def recorded(connection: Connection, alert_id: str) -> tuple[Recorded, ...]:
    """Return every delivery of one alert, by recipient and channel."""
    found = select(_TABLE).where(_TABLE.c.alert_id == alert_id).order_by(_TABLE.c.recipient, _TABLE.c.channel)
    return tuple(recorded_in(row) for row in connection.execute(found).mappings())


def recorded_in(row: Mapping[Any, Any]) -> Recorded:
    """Return the delivery that a row of the table holds, with when it was owed and when it ended."""
    return Recorded(
        delivery=_delivery({column.name: row[column.name] for column in _OWN}),
        created_at=row["created_at"],
        finished_at=row["finished_at"],
        withheld=row["withheld"] or (),
    )


def withhold(connection: Connection, key: str, withheld: tuple[int, ...]) -> None:
    """Put on record which findings, by number from 1, go out without their headlines in the try that begins."""
    connection.execute(update(_TABLE).where(_TABLE.c.key == key).values(withheld=withheld))


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


def change(connection: Connection, after: Delivery, **more: Any) -> None:
    """Let a delivery be as *after* says, in nobody's hands unless *more* columns say otherwise."""
    values = {"claimed_by": None, "claimed_until": None} | _row(after) | more
    connection.execute(update(_TABLE).where(_TABLE.c.key == after.key).values(values))


def locked(connection: Connection, key: str) -> Delivery:
    """Return a delivery that nobody else changes before this transaction ends. Raises :class:`StoreError` for none."""
    row = connection.execute(select(*_OWN).where(_TABLE.c.key == key).with_for_update()).mappings().first()
    if row is None:
        raise StoreError(f"there is no delivery {key}")
    return _delivery(row)


def _row(delivery: Delivery) -> dict[str, Any]:
    return {f.name: getattr(delivery, f.name) for f in fields(delivery)}


def _delivery(row: Mapping[Any, Any]) -> Delivery:
    answer = row["last_answer"]
    return Delivery(
        **{
            **row,
            "state": DeliveryState(row["state"]),
            "last_answer": Answer(answer) if answer is not None else None,
        }
    )

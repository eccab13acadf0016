"""START READING HERE. One cycle: fetch -> keep -> evaluate -> plan -> record -> deliver.

Four transactions, in this order, and nothing is sent while one is open:

1. *keep*    a poll's new items, its log line and the feed's validators, together;
2. *judge*   matches, readings, outlook, moves, alerts and one delivery for each recipient and
   channel, together with the mark "judged with this version";
3. *claim*   and 4. *record*, around the sending, in :mod:`watcher.outbox`.

A crash between any two of them loses nothing: kept items without the mark are judged at the next
start, planned deliveries without an answer are sent.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from alerts.alert import Alert, alert_for
from alerts.deliveries import Delivery, delivery_key
from alerts.errors import NoEvidenceError
from alerts.routes import routes_for
from alerts.suppression import Suppression
from indicators.evaluation import Evaluation, State, evaluate
from indicators.items import Item
from indicators.levels import Span
from watcher import health, outbox
from watcher.assessments import Live
from watcher.plant import Plant
from watcher.settings import Settings, WrittenSource
from watcher.sources import Fault, Fetched, SourceError
from watcher.store import (
    Connection,
    StoreError,
    audit,
    deliveries,
    installation,
    items,
    matches,
    outlooks,
    rulings,
    sight,
    sources,
)
from watcher.store import alerts as alert_store

log = structlog.get_logger(__name__)

BATCH = 5_000
"""Items judged in one transaction: more than a poll brings, so that one judgement sees all that is new."""

EARLY_SHARE = 0.1
"""Share of its interval by which a poll may come early."""

LONGEST_BACKOFF = timedelta(hours=1)
LONGEST_ASKED = timedelta(hours=6)
"""A site may ask us to stay away for this long (see :data:`watcher.sources.feeds.MAX_WAIT`)."""

_DOUBLINGS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """One poll: what was new, or why it saw nothing."""

    source: str
    new: int = 0
    not_modified: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """What one cycle did."""

    at: datetime
    polls: tuple[Polled, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    alerts: tuple[Alert, ...] = ()
    sent: outbox.Sent = field(default_factory=outbox.Sent)


async def run_cycle(plant: Plant, *, now: datetime, all_sources: bool = False) -> Cycle:
    """Run one whole cycle at *now*: every source that is due (or all), then judge, then deliver."""
    polls = await asyncio.gather(
        *(poll(plant, source, now=now, ahead_of_time=all_sources) for source in plant.settings.sources)
    )
    evaluations, alerts = await plant.in_writer(judge, plant, now)
    sent = await outbox.deliver_due(plant, now=now)
    done = tuple(p for p in polls if p is not None)
    return Cycle(at=now, polls=done, evaluations=evaluations, alerts=alerts, sent=sent)


async def poll(plant: Plant, source: WrittenSource, *, now: datetime, ahead_of_time: bool = False) -> Polled | None:
    """Poll *source* once and keep what it gave; ``None`` if it is not due yet."""
    state = await plant.in_writer(_source_state, plant, source.id)
    if not ahead_of_time and not _due(source, state, now):
        return None
    try:
        fetched = await plant.sources[source.kind].fetch(
            source.settings, plant.http, state.validators_for(source.url), now
        )
    except SourceError as error:
        return await _failed(plant, source, error, now)
    except Exception as unforeseen:  # a source must never stop the others, not even by a fault of ours
        log.exception("source failed in a way it should not", source=source.id)
        ours = SourceError(source.id, Fault.UNREACHABLE, f"our own fault: {type(unforeseen).__name__}")
        return await _failed(plant, source, ours, now)
    new = await plant.in_writer(_keep, plant, source, fetched, now)
    log.info("polled", source=source.id, new=new, not_modified=fetched.not_modified)
    return Polled(source=source.id, new=new, not_modified=fetched.not_modified)


async def _failed(plant: Plant, source: WrittenSource, error: SourceError, now: datetime) -> Polled:
    log.warning("poll failed", source=source.id, fault=error.fault, detail=error.detail)
    await plant.in_writer(_keep_failure, plant, source, error, now)
    return Polled(source=source.id, fault=f"{error.fault}: {error.detail}")


def _due(source: WrittenSource, state: sources.SourceState, now: datetime) -> bool:
    """A job that comes a little early (its times are spread) must not wait a whole interval more."""
    if state.next_due_at is None or now >= state.next_due_at - EARLY_SHARE * source.every:
        return True
    # Further off than anything asks for: it was written under a clock that was ahead.
    return state.next_due_at > now + max(source.every, LONGEST_ASKED) + LONGEST_BACKOFF


def _source_state(plant: Plant, source: str) -> sources.SourceState:
    with plant.database.read() as connection:
        return sources.state(connection, source)


def _keep(plant: Plant, source: WrittenSource, fetched: Fetched, now: datetime) -> int:
    """Transaction 1: items and validators together; validators of a cut document are not kept."""
    with plant.database.write() as connection:
        new = items.add(connection, fetched.items)
        sources.record_success(
            connection,
            source.id,
            url=source.url,
            validators=None if fetched.partial or fetched.not_modified else fetched.validators,
            at=now,
            next_due_at=now + source.every,
            items_new=len(new),
            body_hash=fetched.body_hash,
            note="partial" if fetched.partial else fetched.note,
        )
    return len(new)


def _keep_failure(plant: Plant, source: WrittenSource, error: SourceError, now: datetime) -> None:
    """The failure is remembered, the cursor stays, and the next poll is never further off than an hour."""
    with plant.database.write() as connection:
        failures = sources.state(connection, source.id).failures + 1
        wait = error.retry_after or backoff(source, failures)
        sources.record_failure(
            connection,
            source.id,
            url=source.url,
            fault=error.fault,
            detail=error.detail,
            at=now,
            next_due_at=now + max(wait, timedelta(seconds=1)),
        )


def backoff(source: WrittenSource, failures: int) -> timedelta:
    """Return the wait after that many failures in a row: doubling from the interval, at most an hour."""
    if source.every >= LONGEST_BACKOFF:
        return source.every
    doubled: timedelta = source.every * 2 ** min(max(failures - 1, 0), _DOUBLINGS)
    return min(doubled, LONGEST_BACKOFF)


def judge(plant: Plant, now: datetime) -> tuple[tuple[Evaluation, ...], tuple[Alert, ...]]:
    """Judge what is kept and not yet judged, for each live assessment; at least once, as time moves too.

    One assessment that cannot be judged does not hold up the others; its fault is raised at the end.
    """
    plant.library.refresh(now=now)
    evaluations: list[Evaluation] = []
    planned: list[Alert] = []
    faults: list[Exception] = []
    for live in plant.library.live:
        try:
            for evaluation, alerts in _judge_all(plant, live, now):
                evaluations.append(evaluation)
                planned += alerts
        except Exception as error:
            log.exception("assessment could not be judged", assessment=live.assessment.id)
            faults.append(error)
    if faults and not evaluations:
        raise faults[0]
    return tuple(evaluations), tuple(planned)


def _judge_all(plant: Plant, live: Live, now: datetime) -> Iterator[tuple[Evaluation, tuple[Alert, ...]]]:
    more = True
    while more:
        try:
            evaluation, alerts, more = _judge_batch(plant, live, now)
        except StoreError:
            raise
        except Exception:
            if not _set_poison_aside(plant, live, now):
                raise
            continue
        yield evaluation, alerts


def _set_poison_aside(plant: Plant, live: Live, now: datetime) -> int:
    """Mark the items that the matcher itself cannot take as judged, by name in the audit; return how many.

    One poisoned item must not keep the others, or the next one, from being judged.
    """
    with plant.database.write() as connection:
        new = items.unjudged(connection, live.assessment.id, limit=BATCH, judged_with=live.digest)
        poisoned = [item.id for item in new if not _can_be_matched(live, item)]
        for item in poisoned:
            log.error("item set aside, it cannot be matched", item=item, assessment=live.assessment.id)
            audit.write(connection, at=now, who="watcher", what="item set aside", detail={"item": item})
        items.mark_judged(connection, poisoned, assessment=live.assessment.id, judged_with=live.digest, at=now)
    return len(poisoned)


def _can_be_matched(live: Live, item: Item) -> bool:
    try:
        live.matcher.match_item(item)
    except Exception:  # whatever it is, it is this item's
        log.exception("item cannot be matched", item=item.id)
        return False
    return True


def _judge_batch(plant: Plant, live: Live, now: datetime) -> tuple[Evaluation, tuple[Alert, ...], bool]:
    """Transaction 2: everything that follows from these items, with the mark that they are judged."""
    name = live.assessment.id
    with plant.database.write() as connection:
        new = items.unjudged(connection, name, limit=BATCH, judged_with=live.digest)
        state = _state(connection, plant.settings, live, {i.id for i in new}, now)
        evaluation = evaluate(live.assessment, live.matcher, state, new, now=now, publishers=plant.settings.publishers)
        matches.replace(connection, name, [i.id for i in new], evaluation.matches, at=now)
        outlooks.save_readings(connection, name, evaluation.readings)
        outlooks.save_published(connection, name, evaluation.published)
        outlooks.save_estimates(connection, evaluation.outlook, moved={m.key for m in evaluation.moves})
        outlooks.add_moves(connection, evaluation.moves)
        alerts = _plan(connection, plant.settings, live, evaluation, now)
        items.mark_judged(connection, [i.id for i in new], assessment=name, judged_with=live.digest, at=now)
    for move in evaluation.moves:
        log.info("outlook moved", scenario=move.key, before=move.before, after=move.after, move=move.id)
    return evaluation, alerts, len(new) == BATCH


def _state(connection: Connection, settings: Settings, live: Live, rejudged: set[str], now: datetime) -> State:
    name, start = live.assessment.id, live.assessment.start
    share = health.coverage(settings.sources, sources.states(connection), now=now)
    _note_sight(connection, settings, live, share=share, now=now)
    return State(
        matches=tuple(m for m in matches.counting(connection, name, since=start) if m.item.id not in rejudged),
        published=outlooks.published(connection, name),
        happened=rulings.happened(connection, name),
        blind=_blind(sight.blind(connection, name), start, sources.first_look(connection), now),
        coverage=share,
        salt=installation.name(connection),
    )


def _note_sight(connection: Connection, settings: Settings, live: Live, *, share: float, now: datetime) -> None:
    """Open or close the blind span; a time in which nothing was judged at all was blind as well."""
    name = live.assessment.id
    last = outlooks.last_judged(connection, name)
    if last is not None and now - last > health.longest_pause(settings):
        sight.add_blind(connection, name, Span(start=last, end=now))
    enough = share >= live.assessment.model.warn.coverage_floor
    (sight.close_blind if enough else sight.open_blind)(connection, name, now)


def _blind(spans: tuple[Span, ...], start: datetime, first_look: datetime | None, now: datetime) -> tuple[Span, ...]:
    """Before our first look we were blind too: what nobody watched must not count as quiet."""
    begun = first_look or now
    return (Span(start=start, end=begun), *spans) if begun > start else spans


def _plan(
    connection: Connection, settings: Settings, live: Live, evaluation: Evaluation, now: datetime
) -> tuple[Alert, ...]:
    """Write each move's alert and what is owed to whom; a move without an alert is an audited fault."""
    readings = {r.indicator: r for r in evaluation.readings}
    planned: list[Alert] = []
    for move in evaluation.moves:
        try:
            alert = alert_for(move, live.assessment, readings)
        except NoEvidenceError as error:
            log.exception("move without evidence, not sent", move=move.id)
            audit.write(connection, at=now, who="watcher", what="alert refused", detail={"why": str(error)})
            continue
        alert_store.add(connection, alert)
        deliveries.plan(connection, owed(alert, settings, now=now), at=now)
        planned.append(alert)
    return tuple(planned)


def owed(alert: Alert, settings: Settings, *, now: datetime) -> tuple[Delivery, ...]:
    """Return one delivery for each recipient who hears of *alert* and each of their channels."""
    heard = routes_for(alert, settings.routes, last_resort=settings.last_resort)
    return tuple(
        Delivery(
            key=delivery_key(alert.id, recipient.id, channel),
            alert_id=alert.id,
            recipient=recipient.id,
            channel=channel,
            level=max(alert.level_before, alert.level_after),
            due=now,
        )
        for one in heard
        if one.suppression is Suppression.NONE and (recipient := settings.recipient(one.recipient)) is not None
        for channel in recipient.channels
    )

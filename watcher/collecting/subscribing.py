"""Subscribing to hubs that send a feed's news at once (W3C WebSub). Polling goes on, slower while one is relied on."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from yarl import URL

from indicators.language.text import one_line
from watcher.collecting.receiving import Received, ReplayedError, receive
from watcher.plant import Plant
from watcher.settings import WrittenSource
from watcher.sources import SourceError
from watcher.sources.feeds import read_pushed
from watcher.store import Connection, sources, subscriptions
from watcher.store.subscriptions import HubSubscription

log = structlog.get_logger(__name__)

LOOK_EVERY = timedelta(minutes=1)

ASKED_LEASE = timedelta(days=10)
SHORTEST_LEASE = timedelta(minutes=5)
LONGEST_LEASE = timedelta(days=30)
RENEWED_AFTER = 0.75
"""Share of a lease after which it is renewed, so that two days of ten are left for a hub that is down."""

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
AFTER_DENIAL = timedelta(days=1)

_DOUBLINGS = 7
_GOOD = range(200, 300)


async def subscribe_due(plant: Plant, *, now: datetime) -> int:
    """Ask each hub that is due at *now* for a subscription, or for more time; return how many were asked.

    The question is on record before it is sent: a hub may confirm before it has answered.
    """
    asked = await plant.in_writer(_ask_again, plant, now)
    for source, subscription in asked:
        await _ask(plant, source, subscription)
    return len(asked)


def _ask_again(plant: Plant, now: datetime) -> list[tuple[WrittenSource, HubSubscription]]:
    known = {source.id: source for source in plant.settings.sources}
    asked: list[tuple[WrittenSource, HubSubscription]] = []
    with plant.database.write() as connection:
        for one in subscriptions.due(connection, now=now):
            if one.source not in known:
                subscriptions.forget(connection, one.source)
                continue
            pause = min(FIRST_PAUSE * 2 ** min(one.tries, _DOUBLINGS), LONGEST_PAUSE)
            again = replace(one, tries=one.tries + 1, next_ask_at=now + pause)
            subscriptions.save(connection, again)
            asked.append((known[one.source], again))
    return asked


async def _ask(plant: Plant, source: WrittenSource, subscription: HubSubscription) -> None:
    form = {
        "hub.mode": "subscribe",
        "hub.topic": subscription.topic,
        "hub.callback": f"{plant.settings.callbacks}/websub/{subscription.token}",
        "hub.lease_seconds": str(int(ASKED_LEASE.total_seconds())),
        "hub.secret": subscription.secret,
    }
    # An inside address stays inside its own host: a feed must not lead us about a private network.
    inside = source.allow_private and URL(subscription.hub).host == URL(source.settings.url).host
    try:
        answer = await plant.http.post(subscription.hub, source=source.id, form=form, allow_private=inside)
        told = "" if answer.status in _GOOD else f"the hub answered {answer.status}"
    except SourceError as error:
        told = f"the hub: {error.fault}"
    if told:
        log.warning("hub not asked", source=source.id, detail=told)
        await plant.in_writer(_note, plant, subscription.token, told)


def _note(plant: Plant, token: str, told: str) -> None:
    with plant.database.write() as connection:
        known = subscriptions.by_token(connection, token)
        if known is not None:
            subscriptions.save(connection, replace(known, detail=told))


async def confirm(plant: Plant, token: str, query: Mapping[str, str], *, now: datetime) -> str | None:
    """Return the challenge to answer a hub's question with, an empty text for news that needs none, ``None`` for no.

    A hub asks back whether it was we who asked; we say yes to a question of ours that is still open.
    """
    return await plant.in_writer(_confirm, plant, token, dict(query), now)


def _confirm(plant: Plant, token: str, query: Mapping[str, str], now: datetime) -> str | None:
    with plant.database.write() as connection:
        known = subscriptions.by_token(connection, token)
        if known is None or query.get("hub.topic") != known.topic:
            return None
        if query.get("hub.mode") == "denied":
            why = one_line(query.get("hub.reason", ""), limit=200)
            denied = replace(known, granted_until=None, next_ask_at=now + AFTER_DENIAL, detail=f"denied: {why}")
            subscriptions.save(connection, denied)
            return ""
        if query.get("hub.mode") != "subscribe" or not known.tries:
            return None
        lease = _lease(query.get("hub.lease_seconds", ""))
        granted = replace(known, granted_until=now + lease, next_ask_at=now + RENEWED_AFTER * lease, tries=0, detail="")
        subscriptions.save(connection, granted)
    log.info("hub confirmed", source=known.source, hours=lease // timedelta(hours=1))
    return query.get("hub.challenge", "")


def _lease(seconds: str) -> timedelta:
    if not (seconds.isascii() and seconds.isdigit()):
        return ASKED_LEASE
    return min(max(timedelta(seconds=min(int(seconds[:10]), 10**9)), SHORTEST_LEASE), LONGEST_LEASE)


async def known(plant: Plant, token: str) -> tuple[WrittenSource, HubSubscription] | None:
    """Return whose subscription *token* is, if it is one."""
    return await plant.in_writer(_known, plant, token)


def _known(plant: Plant, token: str) -> tuple[WrittenSource, HubSubscription] | None:
    with plant.database.read() as connection:
        found = subscriptions.by_token(connection, token)
    source = next((s for s in plant.settings.sources if found is not None and s.id == found.source), None)
    return (source, found) if source is not None and found is not None else None


async def receive_pushed(
    plant: Plant, source: WrittenSource, body: bytes, *, content_type: str, now: datetime
) -> Received | None:
    """Keep what a hub pushed, whose signature was found good; ``None`` for what it pushed before.

    The next poll stays where it is: it shows whether the hub sends everything. Raises :class:`SourceError`.
    """
    read = partial(read_pushed, body, settings=source.settings.bare, content_type=content_type, now=now)
    mark, plan = hashlib.sha256(body).hexdigest(), partial(_as_planned, source, now)
    try:
        return await receive(
            plant, source, read, signature=mark, now=now, plan=plan, also=partial(_relied_on, source.id)
        )
    except ReplayedError:
        return None


def _as_planned(source: WrittenSource, now: datetime, connection: Connection, new: int) -> datetime:
    del new
    return sources.state(connection, source.id).next_due_at or now + source.every


def _relied_on(source: str, connection: Connection) -> None:
    """A push clears the doubt that a poll raised."""
    known = subscriptions.of(connection, source)
    if known is not None and known.is_doubted:
        subscriptions.save(connection, replace(known, is_doubted=False))

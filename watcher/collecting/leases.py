"""Leases: what a poll shows of its feed's hub, and how long the next poll can wait because of it."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.health.seeing import SLOWEST
from watcher.sources import Fetched
from watcher.sources.source import Hub
from watcher.store import Connection, subscriptions
from watcher.store.subscriptions import HubSubscription

SLOWER = 4
"""How many of its intervals a feed waits for the next poll while its hub can be relied on."""


def after_poll(
    connection: Connection, source: str, fetched: Fetched, *, every: timedelta, new: int, now: datetime
) -> timedelta:
    """Note what a poll of *source* shows of its hub, and return the time until the next, by its interval *every*.

    A feed that advertises a hub gets a subscription to ask for, one that does no longer loses it. A poll that brings
    what a hub should have pushed raises a doubt: the feed is polled at its own pace until the hub pushes again.
    """
    known = subscriptions.of(connection, source)
    if fetched.hub is None:
        if known is not None and not fetched.not_modified and not fetched.partial:
            subscriptions.forget(connection, source)
            return every
    elif known is None or (known.hub, known.topic) != (fetched.hub.url, fetched.hub.topic):
        subscriptions.save(connection, _wanted(source, fetched.hub, now))
        return every
    if known is None or not known.holds(now=now):
        return every
    if new:
        subscriptions.save(connection, replace(known, is_doubted=True))
        return every
    return slowest(every)


def slowest(every: timedelta) -> timedelta:
    """Return how long a source with the interval *every* goes unpolled while a hub sends its news."""
    return max(every, min(SLOWER * every, SLOWEST))


def _wanted(source: str, hub: Hub, now: datetime) -> HubSubscription:
    """Return a subscription that is still to be asked for, with secrets of its own."""
    return HubSubscription(
        source=source,
        hub=hub.url,
        topic=hub.topic,
        token=secrets.token_urlsafe(32),
        secret=secrets.token_hex(32),
        next_ask_at=now,
    )

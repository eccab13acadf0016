"""What we asked hubs for: which feed, until when it was granted, and the two secrets of each subscription."""

from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select

from watcher.store import tables
from watcher.store.statements import upsert

_SUBSCRIPTIONS = tables.subscriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSubscription:
    """One feed's subscription at its hub. ``tries`` counts what we asked since the hub last confirmed.

    ``token`` is the secret part of the address that the hub sends to, ``secret`` what it signs with.
    """

    source: str
    hub: str = field(repr=False)
    topic: str = field(repr=False)
    token: str = field(repr=False)
    secret: str = field(repr=False)
    next_ask_at: datetime
    granted_until: datetime | None = None
    tries: int = 0
    is_doubted: bool = False
    """A poll brought something that the hub had not pushed; a push clears it."""
    detail: str = ""

    def holds(self, *, now: datetime) -> bool:
        """Whether pushes can be relied on: confirmed, not run out, not being renewed, not doubted."""
        return self.granted_until is not None and now < self.granted_until and not self.tries and not self.is_doubted


def of(connection: Connection, source: str) -> HubSubscription | None:
    """Return the subscription of *source*, if it has one."""
    return _found(connection, _SUBSCRIPTIONS.c.source == source)


def by_token(connection: Connection, token: str) -> HubSubscription | None:
    """Return the subscription that *token* belongs to."""
    return _found(connection, _SUBSCRIPTIONS.c.token == token)


def due(connection: Connection, *, now: datetime) -> tuple[HubSubscription, ...]:
    """Return those whose hub is to be asked at *now*, the longest due first."""
    found = select(_SUBSCRIPTIONS).where(_SUBSCRIPTIONS.c.next_ask_at <= now).order_by(_SUBSCRIPTIONS.c.next_ask_at)
    return tuple(HubSubscription(**row) for row in connection.execute(found).mappings())


def save(connection: Connection, subscription: HubSubscription) -> None:
    """Keep *subscription* in place of what we knew of its source's."""
    upsert(connection, _SUBSCRIPTIONS, [asdict(subscription)])


def forget(connection: Connection, source: str) -> None:
    """Drop the subscription of *source*: its feed advertises no hub any more."""
    connection.execute(delete(_SUBSCRIPTIONS).where(_SUBSCRIPTIONS.c.source == source))


def _found(connection: Connection, condition: ColumnElement[bool]) -> HubSubscription | None:
    row = connection.execute(select(_SUBSCRIPTIONS).where(condition)).mappings().first()
    return HubSubscription(**row) if row else None

"""Finding a notice by its id among those of every client, each asked for its own."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from alerts.clients import Client
from watcher.asking.naming import named
from watcher.asking.opening import opened
from watcher.asking.refusal import DecisionError
from watcher.settings import Settings
from watcher.store import Connection
from watcher.store.notices import ClientNotices, KeptNotice, clients_kept, waiting_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundNotice:
    """A notice with the client it belongs to, and that client's notices."""

    client: Client
    notices: ClientNotices
    kept: KeptNotice

    def now(self, kept: KeptNotice) -> "FoundNotice":
        """Return the same with what became of the notice."""
        return replace(self, kept=kept)


def every_notice(connection: Connection, settings: Settings, *, client: str = "") -> tuple[FoundNotice, ...]:
    """Return the notices of all clients, or of *client* alone, each client's oldest first."""
    return _found(connection, settings, client, ClientNotices.every)


def waiting_notices(connection: Connection, settings: Settings, *, client: str = "") -> tuple[FoundNotice, ...]:
    """Return the drafts of all clients, or of *client* alone, and those that are held."""
    return _found(connection, settings, client, ClientNotices.waiting)


def _found(
    connection: Connection,
    settings: Settings,
    client: str,
    asked: Callable[[ClientNotices], tuple[KeptNotice, ...]],
) -> tuple[FoundNotice, ...]:
    if client and settings.client(client) is None:
        known = ", ".join(c.id for c in settings.clients) or "there is none yet"
        raise DecisionError(f"no client {client!r}: {known}")
    return tuple(
        FoundNotice(client=one, notices=notices, kept=kept)
        for one in settings.clients
        if client in ("", one.id)
        for notices in (ClientNotices(connection, one),)
        for kept in asked(notices)
    )


def find(connection: Connection, settings: Settings, wanted: str) -> FoundNotice:
    """Return the notice *wanted*; the beginning of its id is enough, without the ``n-`` as well."""
    full = wanted if wanted.startswith("n-") else f"n-{wanted}"
    exact = find_exactly(connection, settings, full)
    if exact is not None:
        return exact
    found = {one.kept.id: one for one in every_notice(connection, settings)}
    return found[named(full, found, what="notice", elsewhere="`watcher notices --all` lists them")]


def find_exactly(connection: Connection, settings: Settings, wanted: str) -> FoundNotice | None:
    """Return the notice of exactly that id, or ``None``."""
    for client in settings.clients:
        notices = ClientNotices(connection, client)
        kept = notices.get(wanted)
        if kept is not None:
            return FoundNotice(client=client, notices=notices, kept=kept)
    return None


def newest_notices(
    connection: Connection, settings: Settings, *, limit: int, before: str = ""
) -> tuple[FoundNotice, ...]:
    """Return the last *limit* notices of all clients together, newest first: those before the one of the id *before*.

    An id that nothing has is as none.
    """
    place = find_exactly(connection, settings, before) if before else None
    found = [
        FoundNotice(client=client, notices=notices, kept=kept)
        for client in settings.clients
        for notices in (ClientNotices(connection, client),)
        for kept in notices.newest(limit=limit, before=place.kept.number if place is not None else None)
    ]
    return tuple(sorted(found, key=in_order, reverse=True)[:limit])


def in_order(found: FoundNotice) -> int:
    """Return the place of a notice in the record of all drafts: lists go by it, and not by a clock."""
    return found.kept.number


@contextmanager
def at_hand(settings: Settings, wanted: str) -> Iterator[tuple[Connection, FoundNotice]]:
    """Open the notice *wanted* for one more record about it; all of it is kept, or nothing."""
    with opened(settings) as database, database.write() as connection:
        yield connection, find(connection, settings, wanted)


def without_client(connection: Connection, settings: Settings) -> tuple[str, ...]:
    """Return the clients that notices are kept of and that the configuration has no more."""
    return tuple(sorted(clients_kept(connection) - {client.id for client in settings.clients}))


def out_of_sight(connection: Connection, settings: Settings) -> Mapping[str, frozenset[str]]:
    """Return the ids of what waits and nobody can release, by client.

    The client left the configuration, or has another id there; or its ceiling was lowered below what waits.
    """
    found = waiting_of(connection)
    owners = {name: client for name in found if (client := settings.client(name)) is not None}
    seen = {name: {kept.id for kept in ClientNotices(connection, client).waiting()} for name, client in owners.items()}
    left = {name: ids - seen.get(name, set()) for name, ids in found.items()}
    return {name: ids for name, ids in sorted(left.items()) if ids}

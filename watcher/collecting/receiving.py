"""Receiving: reports that are sent to us, read and kept like a poll's, once each.

The transaction is that of :mod:`watcher.collecting.recording`, with one thing more: the mark by which the same message
is known when it comes again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from watcher.collecting.recording import Finished, Plan, Within, keep
from watcher.plant import Plant
from watcher.settings import WrittenSource
from watcher.sources import Fetched, SourceError
from watcher.sources.exchange import apart
from watcher.store import Connection, pushes

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What one message brought. ``repeat``: its key was seen before, and nothing was kept of it now."""

    source: str
    read: int = 0
    new: int = 0
    partial: bool = False
    repeat: bool = False
    note: str = ""


class ReplayedError(Exception):
    """This very message was taken before, down to its signature."""


class ReusedKeyError(Exception):
    """The sender's name for this message was taken for another one."""


class _KnownKeyError(Exception):
    """The sender has sent this before and signed it anew."""


async def receive(
    plant: Plant,
    source: WrittenSource,
    read: Callable[[], Fetched],
    *,
    signature: str,
    key: str = "",
    body: str = "",
    now: datetime,
    plan: Plan | None = None,
    also: Within | None = None,
) -> Received:
    """Read one signed message of *source* in a reader and keep what is in it; *key* is the sender's name for it.

    *read* has to be picklable. Raises :class:`SourceError` for a message that cannot be read, which is noted beside
    the source, :class:`ReplayedError` for one whose *signature* was seen before, and :class:`ReusedKeyError` for one
    under the *key* of a message with another *body* (a digest of it). *plan* says when the source is due next, by
    default after its interval; *also* is what else is written with it.
    """
    try:
        fetched = await apart(read, Fetched, source=source.id)
    except SourceError as error:
        log.warning("push not readable", source=source.id, fault=error.fault, detail=error.detail)
        within = _once(source.id, signature, "", "", now)
        await plant.in_writer(_kept, plant, Finished(source=source, outcome=error, now=now), within)
        raise
    within = _once(source.id, signature, key, body, now, also)
    try:
        finished = Finished(source=source, outcome=fetched, now=now, plan=plan)
        new = await plant.in_writer(_kept, plant, finished, within)
    except _KnownKeyError:
        return Received(source=source.id, repeat=True)
    log.info("received", source=source.id, new=new)
    return Received(source=source.id, read=len(fetched.items), new=new, partial=fetched.partial, note=fetched.note)


def _kept(plant: Plant, message: Finished, within: Within) -> int:
    """Keep one message in a transaction of its own: whether it is taken at all is decided in it."""
    with plant.database.write() as connection:
        within(connection)
        return keep(connection, [message])[0]


def _once(source: str, signature: str, key: str, body: str, now: datetime, also: Within | None = None) -> Within:
    """Return what notes that this message is taken, and undoes everything if it was before."""

    def within(connection: Connection) -> None:
        if not pushes.take(connection, source, _mark("signature", signature), at=now):
            raise ReplayedError
        if key:
            is_new = pushes.take(connection, source, _mark("key", key), at=now)
            is_another = pushes.take(connection, source, _mark("message", f"{key}\0{body}"), at=now)
            if not is_new:
                raise ReusedKeyError if is_another else _KnownKeyError
        if also is not None:
            also(connection)

    return within


def _mark(kind: str, text: str) -> str:
    return f"{kind} {hashlib.sha256(text.encode()).hexdigest()}"

"""Polling: one source asked once, and what it gave kept together with how to ask it next time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from indicators.items import Item
from watcher.collecting import leases
from watcher.collecting.full_texts import FullTexts, full_texts
from watcher.collecting.recording import NO_TEXTS, Finished, record
from watcher.health.heartbeats import Stage
from watcher.health.source_state import SourceState
from watcher.health.troubles import LONGEST_BACKOFF
from watcher.plant import Plant
from watcher.settings import WrittenSource
from watcher.sources import Fault, Fetched, Http, Source, SourceError, Validators
from watcher.sources.options import Shows
from watcher.sources.robots import Minding, Robots
from watcher.store import Connection, StoreError, items, sources

log = structlog.get_logger(__name__)

EARLY_SHARE = 0.1
"""Share of its interval by which a poll may come early."""

LONGEST_ASKED = timedelta(hours=6)
"""A site may ask us to stay away for this long (see :data:`watcher.sources.exchange.MAX_WAIT`)."""

FIRST = Validators()
"""What a source is asked with that was never polled."""

MOST_UNMODIFIED = 12
LONGEST_UNMODIFIED = timedelta(hours=6)
"""After so many answers of "nothing new", or so long, all is asked for: a cache in between may have stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """One poll: what was new, or why it saw nothing."""

    source: str
    new: int = 0
    not_modified: bool = False
    fault: str = ""


async def poll(plant: Plant, source: WrittenSource, *, now: datetime, ahead_of_time: bool = False) -> Polled | None:
    """Poll *source* once and keep what it gave; ``None`` if it is not due yet."""
    polled = await _poll(plant, source, now=now, ahead_of_time=ahead_of_time)
    plant.heartbeats.beat(Stage.POLL, at=plant.now())
    return polled


async def _poll(plant: Plant, source: WrittenSource, *, now: datetime, ahead_of_time: bool) -> Polled | None:
    if plant.sources[source.kind].options.pushed:
        return None
    state = await plant.together(_states, source.id)
    if not ahead_of_time and not _due(source, state, now, pushed_to=bool(plant.settings.callbacks)):
        return None
    try:
        validators = _validators(source, state, shows=_shows(plant, source), now=now)
        fetched = await ask_politely(plant.sources, plant.http, plant.robots, source, validators, now=now)
    except SourceError as error:
        return await _failed(plant, source, error, now)
    try:
        texts = await _full_texts(plant, source, state, fetched, now)
        new = await _keep(plant, source, fetched, now, texts=texts)
    except Exception as unforeseen:  # what cannot be kept would else be no fault of the source, and told to nobody
        if isinstance(unforeseen, StoreError) and unforeseen.retry:
            raise
        log.exception("what a source gave cannot be kept", source=source.id)
        return await _failed(plant, source, _own_fault(source, unforeseen), now)
    log.info("polled", source=source.id, new=new, not_modified=fetched.not_modified)
    return Polled(source=source.id, new=new, not_modified=fetched.not_modified)


async def ask_politely(
    kinds: Mapping[str, Source],
    http: Http,
    robots: Robots,
    source: WrittenSource,
    validators: Validators = FIRST,
    *,
    now: datetime,
) -> Fetched:
    """Ask *source* as :func:`ask` does; what its site's robots.txt has against it is a note, or a fault if obeyed."""
    minding, against = minding_of(source, kinds[source.kind]), ""
    if minding is not Minding.IGNORE:
        url = source.settings.url
        against = await robots.refusal(url, source=source.id, allow_private=source.allow_private)
    if against and minding is Minding.OBEY:
        raise SourceError(source.id, Fault.ROBOTS, f"{against}: ask the site, or write robots: note")
    fetched = await ask(kinds, http, source, validators, now=now)
    return replace(fetched, note="; ".join(part for part in (fetched.note, against) if part)) if against else fetched


def minding_of(source: WrittenSource, kind: Source) -> Minding:
    """Return what is made of the robots.txt of *source*'s site: what is written, or else what its *kind* calls for."""
    told = Minding.NOTE if kind.options.for_anybody and not source.allow_private else Minding.IGNORE
    return source.robots or told


async def ask(
    kinds: Mapping[str, Source], http: Http, source: WrittenSource, validators: Validators = FIRST, *, now: datetime
) -> Fetched:
    """Ask *source* once and keep nothing. Raises :class:`SourceError` for whatever goes wrong, our own faults too."""
    try:
        return await kinds[source.kind].fetch(source.settings, http, validators, now)
    except SourceError:
        raise
    except Exception as unforeseen:  # a source must never stop the others, not even by a fault of ours
        log.exception("source failed in a way it should not", source=source.id)
        raise _own_fault(source, unforeseen) from unforeseen


def _own_fault(source: WrittenSource, unforeseen: Exception) -> SourceError:
    return SourceError(source.id, Fault.UNREACHABLE, f"our own fault: {type(unforeseen).__name__}")


async def _full_texts(
    plant: Plant, source: WrittenSource, state: SourceState, fetched: Fetched, now: datetime
) -> FullTexts:
    """Return the articles behind what is new to us, for a source that asks for them."""
    if not source.full_text or not fetched.items:
        return FullTexts()
    fresh = await plant.in_writer(_unknown, plant, state, fetched)
    return await full_texts(fresh, source, plant.http, now=now)


def _unknown(plant: Plant, state: SourceState, fetched: Fetched) -> tuple[Item, ...]:
    with plant.database.read() as connection:
        found = items.with_kept_ids(connection, fetched.items, by_link=state.by_link)
        return items.unknown(connection, found.items)


def _validators(source: WrittenSource, state: SourceState, *, shows: Shows, now: datetime) -> Validators:
    """Return what to ask with: nothing new may be said twelve times or for six hours, then everything is asked for."""
    whole, told = state.vitals.whole_at, state.vitals.unmodified
    overdue = told >= MOST_UNMODIFIED or (told > 0 and whole is not None and now - whole >= LONGEST_UNMODIFIED)
    asked = state.validators_for(source.url)
    return Validators(known=asked.known) if overdue and shows is not Shows.ONCE else asked


async def _failed(plant: Plant, source: WrittenSource, error: SourceError, now: datetime) -> Polled:
    log.warning("poll failed", source=source.id, fault=error.fault, detail=error.detail)
    await _keep(plant, source, error, now)
    return Polled(source=source.id, fault=f"{error.fault}: {error.detail}")


async def _keep(
    plant: Plant, source: WrittenSource, outcome: Fetched | SourceError, now: datetime, *, texts: FullTexts = NO_TEXTS
) -> int:
    """Transaction 1: what one poll gave, together with those that end at the same time; return its new items."""
    plan = partial(_next_poll, plant, source, outcome, now) if isinstance(outcome, Fetched) else None
    shows = _shows(plant, source)
    finished = Finished(source=source, outcome=outcome, now=now, shows=shows, texts=texts, plan=plan)
    return await plant.together(_record, finished)


def _record(plant: Plant, polls: Sequence[Finished]) -> Sequence[int | Exception]:
    return record(plant.database, polls)


def _due(source: WrittenSource, state: SourceState, now: datetime, *, pushed_to: bool) -> bool:
    """A job that comes a little early (its times are spread) must not wait a whole interval more."""
    due_at = _due_at(source, state, pushed_to=pushed_to)
    if due_at is None or state.next_due_at is None or now >= due_at - EARLY_SHARE * source.every:
        return True
    # Polled in the future, or due further off than anything asks for: it was written under a clock that was ahead.
    ahead = state.last_poll_at is not None and state.last_poll_at > now
    return ahead or state.next_due_at > now + max(source.every, LONGEST_ASKED) + LONGEST_BACKOFF


def _due_at(source: WrittenSource, state: SourceState, *, pushed_to: bool) -> datetime | None:
    """Return when it is due; an interval that was written shorter since the last good poll counts at once."""
    if state.next_due_at is None or state.last_poll_at is None or state.failures:
        return state.next_due_at
    longest = leases.slowest(source.every) if pushed_to else source.every
    return min(state.next_due_at, state.last_poll_at + longest)


def _states(plant: Plant, wanted: Sequence[str]) -> Sequence[SourceState]:
    with plant.database.read() as connection:
        found = sources.states_of(connection, wanted)
    return [found[name] for name in wanted]


def _next_poll(
    plant: Plant, source: WrittenSource, fetched: Fetched, now: datetime, connection: Connection, new: int
) -> datetime:
    """At its own interval; later while a hub that can reach us sends its news."""
    if not plant.settings.callbacks:
        return now + source.every
    return now + leases.after_poll(connection, source.id, fetched, every=source.every, new=new, now=now)


def _shows(plant: Plant, source: WrittenSource) -> Shows:
    return plant.sources[source.kind].options.shows

"""Polling: one source asked once, and what it gave kept together with how to ask it next time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from indicators.items import Item
from watcher.collecting import leases
from watcher.collecting.full_texts import FullTexts, full_texts
from watcher.collecting.identities import PATIENCE, identified
from watcher.health.observed import Observed, observed
from watcher.health.troubles import LONGEST_BACKOFF
from watcher.health.vitals import Vitals, after_poll, after_unmodified, trusted
from watcher.overseeing.heartbeats import Stage
from watcher.plant import Plant
from watcher.settings import WrittenSource
from watcher.sources import Fault, Fetched, Http, Source, SourceError, Validators
from watcher.sources.options import Shows
from watcher.sources.robots import Minding, Robots
from watcher.store import Connection, items, sources

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

_DOUBLINGS = 6
_HOUR = timedelta(hours=1)

Plan = Callable[[Connection, int], datetime]
"""Says when a source is due next, given how many of its items were new; in the same transaction."""

Within = Callable[[Connection], None]
"""What has to be written in the same transaction; whatever it raises undoes all of it."""


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
    state = await plant.in_writer(_source_state, plant, source.id)
    if not ahead_of_time and not _due(source, state, now):
        return None
    try:
        validators = _validators(source, state, shows=_shows(plant, source), now=now)
        fetched = await ask_politely(plant.sources, plant.http, plant.robots, source, validators, now=now)
    except SourceError as error:
        return await _failed(plant, source, error, now)
    texts = await _full_texts(plant, source, state, fetched, now)
    plan = partial(_next_poll, plant, source, fetched, now)
    new = await plant.in_writer(partial(keep, plant, source, fetched, texts=texts, now=now, plan=plan))
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
    return replace(fetched, note="; ".join(part for part in (fetched.note, against) if part))


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
        words = f"our own fault: {type(unforeseen).__name__}"
        raise SourceError(source.id, Fault.UNREACHABLE, words) from unforeseen


async def _full_texts(
    plant: Plant, source: WrittenSource, state: sources.SourceState, fetched: Fetched, now: datetime
) -> FullTexts:
    """Return the articles behind what is new to us, for a source that asks for them."""
    if not source.full_text or not fetched.items:
        return FullTexts()
    fresh = await plant.in_writer(_unknown, plant, state, fetched)
    return await full_texts(fresh, source, plant.http, now=now)


def _unknown(plant: Plant, state: sources.SourceState, fetched: Fetched) -> tuple[Item, ...]:
    with plant.database.read() as connection:
        found, _ = items.with_kept_ids(connection, fetched.items, by_link=state.by_link)
        return items.unknown(connection, found)


def _validators(source: WrittenSource, state: sources.SourceState, *, shows: Shows, now: datetime) -> Validators:
    """Return what to ask with: nothing new may be said twelve times or for six hours, then everything is asked for."""
    whole, told = state.vitals.whole_at, state.vitals.unmodified
    overdue = told >= MOST_UNMODIFIED or (told > 0 and whole is not None and now - whole >= LONGEST_UNMODIFIED)
    asked = state.validators_for(source.url)
    return Validators(known=asked.known) if overdue and shows is not Shows.ONCE else asked


async def _failed(plant: Plant, source: WrittenSource, error: SourceError, now: datetime) -> Polled:
    log.warning("poll failed", source=source.id, fault=error.fault, detail=error.detail)
    await plant.in_writer(partial(keep_failure, plant, source, error, now=now))
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


def _next_poll(
    plant: Plant, source: WrittenSource, fetched: Fetched, now: datetime, connection: Connection, new: int
) -> datetime:
    """At its own interval; later while a hub that can reach us sends its news."""
    if not plant.settings.callbacks:
        return now + source.every
    return now + leases.after_poll(connection, source.id, fetched, every=source.every, new=new, now=now)


NO_TEXTS = FullTexts()
"""What was fetched besides, for a source that asks for no articles."""


def _nothing_more(_: Connection) -> None:
    """Write nothing besides."""


def keep(
    plant: Plant,
    source: WrittenSource,
    fetched: Fetched,
    *,
    now: datetime,
    plan: Plan,
    texts: FullTexts = NO_TEXTS,
    within: Within = _nothing_more,
) -> int:
    """Transaction 1: items, validators and vitals together; return how many items are new or changed.

    Validators of a cut document are not kept, and what was pushed has none.
    """
    shows = Shows.ONCE if fetched.pushed else _shows(plant, source)
    with plant.database.write() as connection:
        within(connection)
        before = sources.state(connection, source.id)
        found = identified(connection, before, fetched.items)
        seen = None if fetched.not_modified else _seen(connection, replace(fetched, items=found.items), now)
        vitals = vitals_after(source, before, seen, shows=shows, now=now)
        told = ("partial",) if fetched.partial else ()
        new = items.add(connection, found.items, full_texts=texts.texts)
        sources.record_success(
            connection,
            source.id,
            url=source.url,
            validators=None if fetched.partial or fetched.not_modified or fetched.pushed else fetched.validators,
            at=now,
            next_due_at=plan(connection, len(new)),
            items_new=len(new),
            body_hash=fetched.body_hash,
            known=fetched.known,
            note="; ".join(part for part in (*told, fetched.note, found.note, texts.note) if part),
            vitals=vitals,
            seen=seen,
            renamed=found.renamed,
            by_link=found.by_link,
        )
    if found.switched:
        log.warning("guids are not believed any more", source=source.id, polls=PATIENCE)
    return len(new)


def _seen(connection: Connection, fetched: Fetched, now: datetime) -> Observed:
    return observed(
        fetched.items,
        at=now,
        known=len(items.known(connection, {item.id for item in fetched.items})),
        shown=fetched.shown,
        title=fetched.title,
        language=fetched.language,
    )


def _shows(plant: Plant, source: WrittenSource) -> Shows:
    return plant.sources[source.kind].options.shows


def vitals_after(
    source: WrittenSource, state: sources.SourceState, seen: Observed | None, *, shows: Shows, now: datetime
) -> Vitals:
    """Return the vitals of *source* after a good poll at *now* that showed *seen*, or ``None``: nothing new.

    Another address begins anew, but for the rhythm.
    """
    last = state.last_ok_at
    watched = last if last is not None and last <= now <= last + max(2 * source.every, _HOUR) else None
    before = state.vitals if state.url in ("", source.url) else replace(trusted(state.vitals), whole_at=None)
    if seen is None:
        return after_unmodified(before, at=now, since=watched)
    return after_poll(before, seen, since=watched, shows=shows, quiet_after=source.quiet_after)


def keep_failure(
    plant: Plant, source: WrittenSource, error: SourceError, *, now: datetime, within: Within = _nothing_more
) -> None:
    """The failure is remembered, the cursor stays, and the next poll is never further off than an hour."""
    with plant.database.write() as connection:
        within(connection)
        failures = sources.state(connection, source.id).failures + 1
        asked = error.retry_after
        wait = backoff(source, failures) if asked is None else max(asked, source.every)
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

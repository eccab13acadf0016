"""Recording: what polls gave is kept together with how to ask next time, several polls in one transaction.

A transaction costs more than an answer of "nothing new", so polls that end while the writer is busy are kept in one
go. Each is whole in it, items with validators, and nobody is told that a poll is done before it is committed. Where
one of them cannot be kept, all of them are kept one by one, so that it stays alone with its fault.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from watcher.collecting import late_pages
from watcher.collecting.full_texts import FullTexts
from watcher.collecting.identities import PATIENCE, Identified, identified
from watcher.health.observed import Observed, observed
from watcher.health.source_state import SourceState
from watcher.health.troubles import LONGEST_BACKOFF
from watcher.health.vitals import Vitals, after_poll, after_unmodified, had, trusted
from watcher.settings import WrittenSource
from watcher.sources import Fetched, SourceError
from watcher.sources.options import Shows
from watcher.store import Connection, Database, StoreError, items, sources
from watcher.store.sources import Recorded

log = structlog.get_logger(__name__)

_DOUBLINGS = 6
_HOUR = timedelta(hours=1)

Plan = Callable[[Connection, int], datetime]
"""Says when a source is due next, given how many of its items were new; in the same transaction."""

Within = Callable[[Connection], None]
"""What has to be written in the same transaction; whatever it raises undoes all of it."""

NO_TEXTS = FullTexts()
"""What was fetched besides, for a source that asks for no articles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A poll of *source* that came to an end at *now*: what it gave, or why it saw nothing. Nothing of it is kept yet.

    ``shows`` is what the source's kind shows. Without a ``plan`` the source is due after its interval.
    """

    source: WrittenSource
    outcome: Fetched | SourceError
    now: datetime
    shows: Shows = Shows.LATEST
    texts: FullTexts = NO_TEXTS
    plan: Plan | None = None


def record(database: Database, polls: Sequence[Finished]) -> list[int | Exception]:
    """Keep *polls*, in one transaction if that can be; return for each how many items are new, or its error."""
    if len({poll.source.id for poll in polls}) == len(polls) > 1:
        try:
            with database.write() as connection:
                return list(keep(connection, polls))
        except Exception as error:  # noqa: BLE001 - whatever one of them does, and we do not know which
            log.warning("polls not kept together, now one by one", polls=len(polls), error=type(error).__name__)
    return _one_by_one(database, polls)


def _one_by_one(database: Database, polls: Sequence[Finished]) -> list[int | Exception]:
    """Keep each poll alone. A disk that is full or a database that is locked is not waited for once more for each."""
    done: list[int | Exception] = []
    for poll in polls:
        try:
            with database.write() as connection:
                done += keep(connection, [poll])
        except StoreError as error:
            done.append(error)
            if error.retry:
                return done + [error] * (len(polls) - len(done))
        except Exception as error:  # noqa: BLE001 - a poll that cannot be kept must not take others with it
            done.append(error)
    return done


def keep(connection: Connection, polls: Sequence[Finished]) -> list[int]:
    """Keep *polls* of different sources, items, validators and vitals together; return how many items are new in each.

    In the transaction of *connection*: nothing is kept unless it is committed.
    """
    before = sources.states_of(connection, [poll.source.id for poll in polls])
    recorded = [_recorded(connection, poll, before[poll.source.id]) for poll in polls]
    sources.record(connection, recorded)
    return [one.items_new for one in recorded]


def _recorded(connection: Connection, poll: Finished, before: SourceState) -> Recorded:
    if isinstance(poll.outcome, SourceError):
        return _failure(poll.source, poll.outcome, before, poll.now)
    return _good(connection, poll, poll.outcome, before)


def _good(connection: Connection, poll: Finished, fetched: Fetched, before: SourceState) -> Recorded:
    """Keep the items of one poll and return the rest. Validators of a cut document are not kept; pushes have none."""
    found = identified(connection, before, fetched.items)
    if found.switched:
        log.warning("guids are not believed any more", source=poll.source.id, polls=PATIENCE)
    shows = Shows.ONCE if fetched.pushed else poll.shows
    seen = None if fetched.not_modified else _seen(fetched, found, poll.now)
    new = items.add_kept(connection, found.kept, full_texts=poll.texts.texts) if found.kept.items else ()
    asked = (poll.texts.texts.keys() | poll.texts.late.keys()) & found.kept.ready.keys()
    late_pages.put_off(connection, poll.texts, asked, tries=1, now=poll.now)
    if fetched.pushed and poll.source.full_text:
        late_pages.ask_soon(connection, new, now=poll.now)
    told = ("partial",) if fetched.partial else ()
    return sources.succeeded(
        before,
        url=poll.source.url,
        validators=None if fetched.partial or fetched.not_modified or fetched.pushed else fetched.validators,
        at=poll.now,
        next_due_at=poll.plan(connection, len(new)) if poll.plan is not None else poll.now + poll.source.every,
        items_new=len(new),
        body_hash=fetched.body_hash,
        known=fetched.known,
        note="; ".join(part for part in (*told, fetched.note, found.note, poll.texts.note) if part),
        vitals=had(vitals_after(poll.source, before, seen, shows=shows, now=poll.now), fetched.instead, at=poll.now),
        seen=seen,
        renamed=found.renamed,
        by_link=found.by_link,
    )


def _seen(fetched: Fetched, found: Identified, now: datetime) -> Observed:
    return observed(
        found.kept.items,
        at=now,
        known=found.kept.have,
        shown=fetched.shown,
        title=fetched.title,
        language=fetched.language,
    )


def vitals_after(
    source: WrittenSource, state: SourceState, seen: Observed | None, *, shows: Shows, now: datetime
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


def _failure(source: WrittenSource, error: SourceError, before: SourceState, now: datetime) -> Recorded:
    """The failure is remembered, the cursor stays, and the next poll is never further off than an hour."""
    asked = error.retry_after
    wait = backoff(source, before.failures + 1) if asked is None else max(asked, source.every)
    return sources.failed(
        before,
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

"""Where polling each source stands."""

from typing import Any

from sqlalchemy import select

from tests.store.builders import HOUR, MINUTE, NOON
from watcher.health.diary import Diary
from watcher.health.observed import Observed
from watcher.health.source_state import SourceState
from watcher.health.vitals import Oddity, Vitals
from watcher.sources.source import Validators
from watcher.store import Connection, Database, sources, tables

URL = "https://news.example/feed"
SEEN = Validators(etag='"abc"', last_modified="Sun, 01 Mar 2026 12:00:00 GMT")


def succeed(connection: Connection, **more: Any) -> None:
    usual: dict[str, Any] = {
        "url": URL,
        "validators": SEEN,
        "at": NOON,
        "next_due_at": NOON + 15 * MINUTE,
        "items_new": 3,
        "body_hash": "f00",
        "note": "3 new",
        "vitals": Vitals(),
    }
    sources.record(connection, [sources.succeeded(sources.state(connection, "rfi"), **(usual | more))])


def fail(connection: Connection, **more: Any) -> None:
    usual: dict[str, Any] = {
        "url": URL,
        "fault": "timeout",
        "detail": "after 20 s",
        "at": NOON + HOUR,
        "next_due_at": NOON + 2 * HOUR,
    }
    sources.record(connection, [sources.failed(sources.state(connection, "rfi"), **(usual | more))])


def test_a_source_that_was_never_polled_is_blank(database: Database) -> None:
    """Nobody needs to ask whether there is a row."""
    with database.read() as connection:
        assert sources.state(connection, "rfi") == SourceState(id="rfi")
        assert sources.states(connection) == {}


def test_a_good_poll_is_remembered(database: Database) -> None:
    """Validators, times and the note come back; earlier failures are over."""
    with database.write() as connection:
        fail(connection)
        succeed(connection)
        after = SourceState(
            id="rfi",
            url=URL,
            validators=SEEN,
            next_due_at=NOON + 15 * MINUTE,
            last_poll_at=NOON,
            last_ok_at=NOON,
            last_detail="3 new",
        )
        assert sources.state(connection, "rfi") == after
        assert sources.states(connection) == {"rfi": after}


def test_a_failed_poll_moves_no_validators(database: Database) -> None:
    """What was seen last stays seen last; failures are counted, and when it last worked is known."""
    with database.write() as connection:
        succeed(connection)
        fail(connection)
        fail(connection, fault="http status", detail="HTTP 503")
        after = sources.state(connection, "rfi")
    assert (after.validators_for(URL), after.last_ok_at, after.failures) == (SEEN, NOON, 2)
    assert (after.last_fault, after.last_detail) == ("http status", "HTTP 503")
    assert (after.last_poll_at, after.next_due_at) == (NOON + HOUR, NOON + 2 * HOUR)


def test_a_document_cut_short_keeps_the_old_validators(database: Database) -> None:
    """validators=None means: these are not to be trusted, ask as before."""
    with database.write() as connection:
        succeed(connection)
        succeed(connection, validators=None)
        assert sources.state(connection, "rfi").validators == SEEN


def test_a_new_address_is_asked_without_validators(database: Database) -> None:
    """The old address's answers would make the new one say "nothing new" about what we never saw."""
    with database.write() as connection:
        succeed(connection)
        assert sources.state(connection, "rfi").validators_for("https://new.example/") == Validators()
        fail(connection, url="https://new.example/")
        assert sources.state(connection, "rfi").validators == Validators()
        succeed(connection)
        succeed(connection, url="https://new.example/", validators=None)
        assert sources.state(connection, "rfi").validators == Validators()


def test_vitals_come_back_as_they_were(database: Database) -> None:
    """What is known of a source's content, its diary of weeks included; a failure leaves it alone."""
    diary = Diary().note(NOON - 1300 * HOUR, heard=True).note(NOON, heard=True, since=NOON - HOUR)
    vitals = Vitals(
        diary=diary, heard_at=NOON, late_at=NOON + HOUR, title="RFI", usual=19.5, odd=Oddity.TITLE, odd_polls=2
    )
    with database.write() as connection:
        succeed(connection, vitals=vitals)
        fail(connection)
        assert sources.state(connection, "rfi").vitals == vitals


def test_what_a_poll_showed_is_logged(database: Database) -> None:
    """How many reports, how many known, the newest date, and the share of lost characters."""
    facts = Observed(at=NOON, shown=30, known=28, new=2, newest=NOON - HOUR, garbled=0.25)
    with database.write() as connection:
        succeed(connection, seen=facts)
        told = [tables.fetches.c[name] for name in ("items_shown", "items_known", "newest_at", "garbled")]
        assert [tuple(row) for row in connection.execute(select(*told))] == [(30, 28, NOON - HOUR, 0.25)]


def test_what_is_known_of_the_entries_stays_until_there_is_something_else(database: Database) -> None:
    """It comes and goes with the poll's transaction; a poll that has nothing to say of it, or fails, leaves it."""
    for more, then in (({"known": "one"}, "one"), ({}, "one"), ({"known": "two"}, "two"), ({"known": ""}, "")):
        with database.write() as connection:
            succeed(connection, **more)
            fail(connection)
        with database.read() as connection:
            assert sources.state(connection, "rfi").validators_for(URL).known == then


def test_every_poll_is_logged(database: Database) -> None:
    """The log tells good from bad, what was found and the body's hash."""
    with database.write() as connection:
        succeed(connection)
        fail(connection)
        told = [tables.fetches.c[name] for name in ("source", "at", "outcome", "detail", "items_new", "body_hash")]
        log = connection.execute(select(*told).order_by(tables.fetches.c.id)).all()
    assert [tuple(row) for row in log] == [
        ("rfi", NOON, "ok", "3 new", 3, "f00"),
        ("rfi", NOON + HOUR, "timeout", "after 20 s", 0, ""),
    ]

"""The audit is a chain: whoever edits, removes, inserts or re-dates a row is found, and a row by its name."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import text

from tests.store.builders import DAY, HOUR, NOON
from watcher.store import Connection, Database, audit, audit_chain

ACTS = ("set a silence", "released a notice", "gave up a delivery", "ended a silence", "decided a move")


@pytest.fixture
def record(database: Database) -> Database:
    """A record of five acts in three transactions."""
    for acts in (ACTS[:2], ACTS[2:3], ACTS[3:]):
        with database.write() as connection:
            for act in acts:
                write(connection, act)
    return database


def write(connection: Connection, what: str, *, who: str = "ines", at: datetime = NOON) -> None:
    detail = {"why": "é \u2028", "n": 1.5, "of": {"b": [1, None], "a": True}, "before": {"state": "held"}, "after": {}}
    audit.write(connection, at=at, who=who, what=what, detail=detail)


def broken(database: Database) -> list[tuple[str, str]]:
    with database.read() as connection:
        return list(audit_chain.broken(connection))


def run(database: Database, statement: str) -> None:
    """What somebody does past us."""
    with database.write() as connection:
        connection.execute(text(statement))


def test_what_was_written_holds(record: Database) -> None:
    """P16: each row follows the one before, and the head says how many there are."""
    assert broken(record) == []
    with record.read() as connection:
        end = audit_chain.head(connection)
        assert end.count == len(ACTS)
        assert audit_chain.holds(connection, end.digest)
        assert not audit_chain.holds(connection, "")
        assert not audit_chain.holds(connection, "%" * 64)


TOUCHES = [
    pytest.param("UPDATE audit SET who = 'awa' WHERE link = 3", "link 3", "not as it was written", id="another person"),
    pytest.param("UPDATE audit SET what = 'x' WHERE link = 1", "link 1", "not as it was written", id="another act"),
    pytest.param(
        "UPDATE audit SET detail = '{}' WHERE link = 5", "link 5", "not as it was written", id="other details"
    ),
    pytest.param(
        "UPDATE audit SET at = '2020-01-01 00:00:00' WHERE link = 2", "link 2", "not as it was", id="re-dated"
    ),
    pytest.param("DELETE FROM audit WHERE link = 3", "link 4", "1 row(s) before it are gone", id="one is gone"),
    pytest.param("DELETE FROM audit WHERE link >= 4", "link 3", "2 row(s) after it are gone", id="the last are gone"),
    pytest.param("DELETE FROM audit", "link 0", "5 row(s) after it are gone", id="all are gone"),
    pytest.param(
        "INSERT INTO audit (at, who, what, detail, link, before, digest)"
        " SELECT at, 'mallory', what, detail, 0, '', '' FROM audit WHERE link = 2",
        "link 0",
        "without a link",
        id="one was put in",
    ),
    pytest.param(
        "INSERT INTO audit (at, who, what, detail, link, before, digest)"
        " SELECT at, who, what, detail, 6, before, digest FROM audit WHERE link = 2",
        "link 6",
        "does not follow",
        id="one was copied to the end",
    ),
    pytest.param("UPDATE audit_head SET count = 4", "link 5", "the end of the chain", id="another end"),
]


@pytest.mark.parametrize(("statement", "where", "what"), TOUCHES)
def test_whoever_touches_a_row_is_found(record: Database, statement: str, where: str, what: str) -> None:
    """P16: edited, deleted, inserted or re-dated: the broken link has a name."""
    run(record, statement)
    place, told = broken(record)[0]
    assert place.startswith(where)
    assert what in told


def test_the_next_rows_do_not_heal_it(record: Database) -> None:
    """What is written later links to the head on record, not to what somebody left there."""
    run(record, "DELETE FROM audit WHERE link = 5")
    with record.write() as connection:
        write(connection, "later")
    assert [what for _, what in broken(record)] == ["1 row(s) before it are gone"]


def test_a_chain_that_was_made_anew_lacks_what_was_noted_down(record: Database) -> None:
    """Whoever mends every digest cannot give back the old one."""
    with record.read() as connection:
        noted = audit_chain.head(connection).digest
    run(record, "DELETE FROM audit WHERE link >= 4")
    with record.read() as connection:
        assert not audit_chain.holds(connection, noted)
        assert not audit_chain.holds(connection, noted[:16])


def test_what_is_taken_back_leaves_no_link(record: Database) -> None:
    """A transaction that fails has written nothing, and the next one follows what stands."""

    def fail() -> None:
        with record.write() as connection:
            write(connection, "never")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with record.write() as connection:
        write(connection, "after it")
    assert broken(record) == []
    with record.read() as connection:
        assert [e.what for e in audit.recent(connection, limit=2)] == ["after it", ACTS[-1]]


def test_many_at_once_make_one_chain(record: Database) -> None:
    """Eight processes that write at the same time: one comes after the other, and none waits for ever."""
    failed: list[Exception] = []

    def act(number: int) -> None:
        try:
            for turn in range(5):
                with record.write() as connection:
                    write(connection, f"act {number}.{turn}", who=f"person {number}")
        except Exception as error:  # noqa: BLE001 - a thread's fault is told by the test
            failed.append(error)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert broken(record) == []
    with record.read() as connection:
        assert audit_chain.head(connection).count == len(ACTS) + 40


def test_the_record_is_asked_by_time_person_and_act(database: Database) -> None:
    """An analyst's name in any letters; a sign of the query language is a sign."""
    with database.write() as connection:
        write(connection, "set a silence", who="Inès", at=NOON - DAY)
        write(connection, "ended a silence", who="a_b")
        write(connection, "100 % sure", who="axb", at=NOON + HOUR)
        write(connection, "signed in", who="AD\\b\\", at=NOON - DAY)
    with database.read() as connection:
        asked: list[Callable[[], tuple[audit.AuditEntry, ...]]] = [
            lambda: audit.recent(connection, limit=9, since=NOON),
            lambda: audit.recent(connection, limit=9, who="A_B"),
            lambda: audit.recent(connection, limit=9, who="ad\\B\\"),
            lambda: audit.recent(connection, limit=9, what="SILENCE"),
            lambda: audit.recent(connection, limit=9, what="0 %"),
            lambda: audit.recent(connection, limit=1),
        ]
        assert [[e.what for e in ask()] for ask in asked] == [
            ["100 % sure", "ended a silence"],
            ["ended a silence"],
            ["signed in"],
            ["ended a silence", "set a silence"],
            ["100 % sure"],
            ["signed in"],
        ]

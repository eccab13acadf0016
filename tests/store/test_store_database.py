"""Opening a database: the settings without which a power cut loses warnings, and the faults it explains."""

import sqlite3
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import literal, select, text

from tests.store.builders import NOON, an_item
from watcher.store import Database, StoreError, audit, items
from watcher.store.columns import Finite, Utc, storable


def pragma(database: Database, name: str) -> object:
    with database.write() as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar_one()


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'watcher.db'}"


def test_sqlite_is_opened_so_that_a_power_cut_loses_nothing(sqlite: str) -> None:
    """Write-ahead log, full synchronisation, enforced references and a patient write lock."""
    database = Database(sqlite)
    settings = {n: pragma(database, n) for n in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")}
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    database.close()


def test_the_end_of_a_block_closes_it(sqlite: str, tmp_path: Path) -> None:
    """However the block ends: SQLite clears its log away as the last connection goes."""
    log = tmp_path / "watcher.db-wal"
    with suppress(ZeroDivisionError), Database(sqlite) as database:
        database.migrate()
        assert log.exists()
        raise ZeroDivisionError
    assert not log.exists()


def test_unsafe_settings_are_refused(sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be switched to the safe journal is not used at all."""
    monkeypatch.setattr("watcher.store.database._switch_to_wal", lambda *_: None)
    with pytest.raises(StoreError, match=r"journal_mode=delete, synchronous=2.*put the file on a local disk"):
        Database(sqlite)


def test_a_server_that_answers_before_it_has_written_is_refused(database_url: str) -> None:
    """synchronous_commit=off is found at the start; a SQLite file has no such setting."""
    if database_url.startswith("sqlite"):
        Database(database_url).close()
        return
    with pytest.raises(StoreError, match="synchronous_commit is off"):
        Database(f"{database_url}&options=-c%20synchronous_commit%3Doff")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("watcher.db", "must look like sqlite:///watcher.db"),
        ("mysql://host/name", "must look like sqlite:///watcher.db"),
        ("sqlite+aiosqlite:///watcher.db", "must look like sqlite:///watcher.db"),
        ("sqlite://", "a database in memory forgets"),
        ("sqlite:///{here}", "is a directory"),
        ("sqlite:///{here}/none/watcher.db", "its directory does not exist; create it"),
        ("sqlite:///{here}/notes.txt", "the file is not a database"),
        ("sqlite:///file:{here}/kept.db?mode=ro&uri=true", "read-only; let this user write there"),
        ("postgresql://user:hush@127.0.0.1:1/name", "no connection to the database; check that it runs"),
    ],
)
def test_a_database_that_cannot_be_used_says_what_to_do(tmp_path: Path, url: str, sentence: str) -> None:
    """Each refusal is one sentence with the next step, and never repeats a password."""
    (tmp_path / "notes.txt").write_text("not a database, but longer than its header would be " * 9)
    Database(f"sqlite:///{tmp_path / 'kept.db'}").close()
    with pytest.raises(StoreError, match=sentence) as raised:
        Database(url.format(here=tmp_path))
    assert "hush" not in str(raised.value)


def test_a_write_is_kept_whole_or_not_at_all(database: Database) -> None:
    """An error that leaves the block takes everything in it back."""

    def keep_and_fail() -> None:
        with database.write() as connection:
            items.add(connection, [an_item()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        keep_and_fail()
    with database.read() as connection:
        assert items.count(connection) == 0


def test_a_reader_cannot_write(database: Database) -> None:
    """What is opened to read is held to it by the database itself."""
    with pytest.raises(StoreError, match=r"read-?only"), database.read() as connection:
        audit.write(connection, at=NOON, who="a reader", what="wrote", detail={})


def test_a_reader_sees_one_moment(database: Database) -> None:
    """What is committed while a reader reads does not show in the same reading."""
    with database.read() as reader:
        before = items.count(reader)
        with database.write() as writer:
            items.add(writer, [an_item()])
        assert items.count(reader) == before == 0
    with database.read() as reader:
        assert items.count(reader) == 1


def test_writers_wait_for_each_other(database: Database) -> None:
    """A transaction that reads and then writes is never refused because another wrote in between."""
    faults: list[BaseException] = []

    def work(name: int) -> None:
        try:
            for round_ in range(10):
                with database.write() as connection:
                    items.count(connection)
                    items.add(connection, [an_item(1000 * name + round_)])
        except BaseException as error:
            faults.append(error)
            raise

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert (faults, items.count(connection)) == ([], 40)


def test_several_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    """SQLite refuses the second one that switches the journal instead of letting it wait; we wait."""
    faults: list[BaseException] = []

    def open_and_close(url: str, gate: threading.Barrier) -> None:
        gate.wait()
        try:
            Database(url).close()
        except StoreError as error:
            faults.append(error)

    for number in range(25):
        arguments = (f"sqlite:///{tmp_path / str(number)}.db", threading.Barrier(4))
        threads = [threading.Thread(target=open_and_close, args=arguments) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert faults == []


def test_a_lock_that_is_held_too_long_says_so(sqlite: str) -> None:
    """The fault is named, it says that trying again may help, and the database can be used afterwards."""
    database = Database(sqlite, patience=timedelta(milliseconds=100))
    database.migrate()
    other = sqlite3.connect(sqlite.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another process holds the write lock") as raised, database.write():
        pass
    assert raised.value.retry
    other.execute("ROLLBACK")
    other.close()
    with database.write() as connection:
        items.add(connection, [an_item()])
    database.close()


def test_a_reference_to_nothing_is_refused(database: Database) -> None:
    """No judgement without its item, on either database; trying again would not help."""
    with pytest.raises(StoreError) as raised, database.write() as connection:
        items.mark_judged(connection, ["nobody"], assessment="mali", judged_with="1", at=NOON)
    assert not raised.value.retry


def test_a_lost_connection_is_worth_another_try(database: Database) -> None:
    """When the server ends the session the error says so, and the next transaction works."""
    if database.place.endswith("watcher.db"):
        return  # a file has no connection to lose
    with pytest.raises(StoreError) as raised, database.write() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert raised.value.retry
    with database.read() as connection:
        assert items.count(connection) == 0


def test_a_time_without_zone_is_refused(database: Database) -> None:
    """A naive time is a bug of the caller, not a guess of the store."""
    with pytest.raises(StoreError, match="needs a time zone"), database.read() as connection:
        connection.execute(select(literal(datetime(2026, 3, 1), Utc)))  # noqa: DTZ001 - the fault


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_cannot_be_compared_is_refused(database: Database, value: float) -> None:
    """NaN never crosses a threshold, so it must not get in."""
    with pytest.raises(StoreError, match="no number to keep"), database.read() as connection:
        connection.execute(select(literal(value, Finite)))


def test_what_no_database_keeps_is_replaced_in_place() -> None:
    """NUL and half surrogate pairs become one character each: offsets of evidence stay true."""
    assert storable("a\0b\ud83dc") == "a\ufffdb\ufffdc"

"""Several polls in one transaction: each whole in it, none told done before it, and one that fails stays alone."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from indicators.items import Item
from tests.store.builders import MINUTE, NOON
from watcher.collecting.recording import Finished, record
from watcher.health.source_state import SourceState
from watcher.settings import WrittenSource
from watcher.sources import Fault, Fetched, SourceError, Validators
from watcher.store import Connection, Database, StoreError, items, sources, tables

NAMES = ("alpha", "bravo", "charlie", "delta")


class _Counted(Database):
    """Counts the transactions that were begun."""

    writes = 0

    def write(self) -> AbstractContextManager[Connection]:
        self.writes += 1
        return super().write()


def _source(name: str) -> WrittenSource:
    return WrittenSource(id=name, url=f"https://{name}.example/rss")


def _good(name: str, *, at: datetime = NOON, **more: Any) -> Finished:
    """A poll that gave two reports and a validator."""
    new = tuple(Item(id=f"{name} {n} {at:%H%M}", source=name, title=f"Story {n}", fetched=at) for n in range(2))
    fetched = Fetched(items=new, validators=Validators(etag=f'"{at:%H%M}"'), known=f"{name} known", title=name)
    return Finished(source=_source(name), outcome=fetched, now=at, **more)


def _unchanged(name: str, *, at: datetime) -> Finished:
    return Finished(source=_source(name), outcome=Fetched(not_modified=True), now=at)


def _blind(name: str, *, at: datetime = NOON) -> Finished:
    return Finished(source=_source(name), outcome=SourceError(name, Fault.TIMEOUT, "after 20 s"), now=at)


def _fails(_: Connection, __: int) -> datetime:
    raise ZeroDivisionError("it cannot be kept")


def kept(database: Database) -> dict[str, Any]:
    """Everything that polls leave behind; the log without its numbers."""
    with database.read() as connection:
        log = [c for c in tables.fetches.c if c.name != "id"]
        return {
            "items": {(item.id, item.title, item.fetched) for item in items.recent(connection, limit=100)},
            "sources": sources.states_of(connection, NAMES),
            "log": sorted(map(repr, connection.execute(select(*log)))),
        }


def test_polls_kept_together_leave_what_polls_kept_alone_leave(database_url: str, tmp_path: Path) -> None:
    """Good, unchanged and failed ones, twice over; in one transaction each time."""
    rounds = [
        [_good("alpha"), _good("bravo"), _blind("charlie"), _good("delta")],
        [
            _unchanged("alpha", at=NOON + 15 * MINUTE),
            _good("bravo", at=NOON + 15 * MINUTE),
            _good("charlie", at=NOON + 15 * MINUTE),
            _blind("delta", at=NOON + 15 * MINUTE),
        ],
    ]
    together, alone = _Counted(database_url), Database(f"sqlite:///{tmp_path / 'alone.db'}")
    for database in (together, alone):
        database.migrate()
    together.writes = 0
    for polls in rounds:
        told = record(together, polls)
        assert told == [record(alone, [poll])[0] for poll in polls]
    assert together.writes == len(rounds)
    assert kept(together) == kept(alone)
    for database in (together, alone):
        database.close()


def test_a_poll_that_cannot_be_kept_stays_alone_with_it(database: Database) -> None:
    """Its neighbours are kept whole; of its own items and validators nothing is."""
    told = record(database, [_good("alpha"), _good("bravo", plan=_fails), _blind("charlie"), _good("delta")])
    assert told[0::2] == [2, 0]
    assert isinstance(told[1], ZeroDivisionError)
    assert told[3] == 2
    after = kept(database)
    assert {item for item, _, _ in after["items"]} == {"alpha 0 1200", "alpha 1 1200", "delta 0 1200", "delta 1 1200"}
    states = after["sources"]
    assert states["bravo"] == SourceState(id="bravo")
    assert states["alpha"].validators.etag == states["delta"].validators.etag == '"1200"'
    assert states["charlie"].failures == 1
    assert len(after["log"]) == 3


def test_one_source_polled_twice_is_kept_twice_in_order(database: Database) -> None:
    """The second finds what the first has left."""
    later = NOON + 15 * MINUTE
    assert record(database, [_good("alpha"), _blind("alpha", at=later), _good("bravo")]) == [2, 0, 2]
    state = kept(database)["sources"]["alpha"]
    assert (state.last_ok_at, state.last_poll_at, state.failures) == (NOON, later, 1)
    assert state.validators.etag == '"1200"'


def test_a_database_that_is_locked_is_not_waited_for_once_for_each(tmp_path: Path) -> None:
    """All of them are told the same, after the try together and one more."""
    database = _Counted(f"sqlite:///{tmp_path / 'watcher.db'}", patience=timedelta(milliseconds=20))
    database.migrate()
    database.writes = 0
    other = sqlite3.connect(tmp_path / "watcher.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    told = record(database, [_good(name) for name in NAMES])
    assert [isinstance(error, StoreError) and error.retry for error in told] == [True] * len(NAMES)
    assert database.writes == 2
    other.execute("ROLLBACK")
    other.close()
    assert record(database, [_good(name) for name in NAMES]) == [2] * len(NAMES)
    database.close()


_KILLED = """
import os, signal, sys
from tests.store.test_store_recording import NAMES, _good
from watcher.collecting.recording import record
from watcher.store import Database

def die(connection, new):
    os.kill(os.getpid(), signal.SIGKILL)

database = Database(sys.argv[1])
record(database, [_good(name, plan=die if name == "charlie" else None) for name in NAMES])
"""


@pytest.mark.parametrize("before", [False, True])
def test_killed_between_the_polls_of_one_transaction_nothing_of_them_is_kept(
    database_url: str, *, before: bool
) -> None:
    """Not the items of those that were done, nor their validators: all are asked again, and then all is there."""
    database = Database(database_url)
    database.migrate()
    earlier = NOON - 15 * MINUTE
    if before:
        record(database, [_good(name, at=earlier) for name in NAMES])
    as_it_was = kept(database)
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", _KILLED, database_url], env=here, check=False)
    assert done.returncode == -signal.SIGKILL
    assert kept(database) == as_it_was
    assert record(database, [_good(name) for name in NAMES]) == [2] * len(NAMES)
    assert {state.validators.etag for state in kept(database)["sources"].values()} == {'"1200"'}
    database.close()

"""What an assessment has yet to judge: found at the cost of what waits, and never lost between two writers."""

import threading

import pytest
from sqlalchemy import delete, text

from tests.store.builders import NOON, an_item
from watcher.store import Connection, Database, items, queues, soundness, tables


def _judge(connection: Connection, *ids: str, assessment: str = "mali", version: str = "1") -> None:
    items.mark_judged(connection, ids, assessment=assessment, judged_with=version, at=NOON)


def _waiting(connection: Connection, assessment: str = "mali", version: str | None = "1") -> list[str]:
    return [one.id for one in items.unjudged(connection, assessment, limit=99, judged_with=version)]


def test_every_assessment_has_its_own_queue(database: Database) -> None:
    """What is new waits for each, also for one that comes later; what is edited waits for all of them again."""
    with database.write() as connection:
        queues.enlist(connection, ["mali"])
        items.add(connection, [an_item(1), an_item(2)])
        _judge(connection, "item-1")
        assert (_waiting(connection), _waiting(connection, "niger")) == (["item-2"], ["item-1", "item-2"])
        _judge(connection, "item-1", "item-2", assessment="niger")
        items.add(connection, [an_item(3)])
        assert (_waiting(connection), _waiting(connection, "niger")) == (["item-2", "item-3"], ["item-3"])
        items.add(connection, [an_item(1, title="Another text")])
        assert (_waiting(connection), _waiting(connection, "niger")) == (
            ["item-1", "item-2", "item-3"],
            ["item-1", "item-3"],
        )


@pytest.mark.parametrize("version", ["0", "1", "2", "zz", ""])
def test_what_another_version_has_judged_waits(database: Database, version: str) -> None:
    """However the two versions sort; and what any version has judged waits for none in particular."""
    with database.write() as connection:
        items.add(connection, [an_item(n) for n in range(4)])
        _judge(connection, "item-0", "item-1", version="1")
        _judge(connection, "item-2", version="2")
        done = {"1": ["item-0", "item-1"], "2": ["item-2"]}.get(version, [])
        assert _waiting(connection, version=version or "none") == [
            f"item-{n}" for n in range(4) if f"item-{n}" not in done
        ]
        assert _waiting(connection, version=None) == ["item-3"]


def test_a_start_puts_in_whatever_is_missing(database: Database) -> None:
    """A row that was lost, a database of an older version: nothing that is kept stays unjudged for want of a row."""
    with database.write() as connection:
        queues.enlist(connection, ["mali"])
        items.add(connection, [an_item(1), an_item(2)])
        connection.execute(delete(tables.judgements).where(tables.judgements.c.item_id == "item-2"))
    with database.write() as connection:
        assert _waiting(connection) == ["item-1"]
        assert soundness.unjudged(connection, "mali", before=NOON.replace(year=2100)) == ("item-1", "item-2")
        queues.enlist(connection, ["mali"])
        assert _waiting(connection) == ["item-1", "item-2"]


def test_an_assessment_that_is_left_out_gathers_nothing(database: Database) -> None:
    """Its queue ends at the next start; when it comes back it finds what it missed, and not what it had judged."""
    with database.write() as connection:
        queues.enlist(connection, ["mali", "niger"])
        items.add(connection, [an_item(1), an_item(2)])
        _judge(connection, "item-1", assessment="niger")
        queues.enlist(connection, ["mali"])
        items.add(connection, [an_item(3)])
        rows = text("SELECT item_id FROM judgements WHERE assessment = 'niger'")
        assert connection.execute(rows).scalars().all() == ["item-1"]
        assert _waiting(connection) == ["item-1", "item-2", "item-3"]
        assert _waiting(connection, "niger") == ["item-2", "item-3"]


def test_without_a_queue_reading_finds_the_same(database: Database) -> None:
    """A look at a database that no service has started on since the upgrade changes nothing and misses nothing."""
    with database.write() as connection:
        items.add(connection, [an_item(1), an_item(2)])
        _judge(connection, "item-1")
    with database.read() as connection:
        assert queues.enlisted(connection) == frozenset()
        assert (_waiting(connection), _waiting(connection, version="2")) == (["item-2"], ["item-1", "item-2"])
        assert _waiting(connection, version=None) == ["item-2"]


@pytest.mark.parametrize("by", [queues.make_sure, lambda connection, name: queues.enlist(connection, [name])])
def test_no_queue_is_made_beside_an_item_that_is_being_added(database: Database, by: object) -> None:
    """The item is not yet there for whoever makes the queue, nor the queue for whoever adds it: one waits."""
    added, adding = threading.Event(), threading.Event()

    def poll() -> None:
        with database.write() as connection:
            items.add(connection, [an_item(1)])
            added.set()
            adding.wait(0.5)

    other = threading.Thread(target=poll)
    other.start()
    added.wait(5)
    with database.write() as connection:
        by(connection, "mali")  # type: ignore[operator] # one of the two functions above
    other.join()
    with database.read() as connection:
        assert _waiting(connection) == ["item-1"]


def test_to_find_what_waits_costs_what_waits(database_url: str) -> None:
    """In steps of the database, not in time: twenty times as many items that are judged make it no dearer."""
    if not database_url.startswith("sqlite"):
        pytest.skip("only SQLite counts its steps for us")
    database = Database(database_url)
    database.migrate()
    with database.write() as connection:
        queues.enlist(connection, ["mali"])
    few = _steps(database, stored=100)
    assert _steps(database, stored=2_000) <= 1.5 * few
    database.close()


def _steps(database: Database, *, stored: int) -> int:
    """Let so many more items be stored and judged, and five wait; return in how many steps the five are found."""
    counted = 0

    def step() -> int:
        nonlocal counted
        counted += 1
        return 0

    with database.write() as connection:
        base = items.count(connection)
        old = [an_item(base + n) for n in range(stored)]
        items.add(connection, old)
        _judge(connection, *(one.id for one in old))
    with database.write() as connection:
        items.add(connection, [an_item(base + stored + n) for n in range(5)])
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.set_progress_handler(step, 1)
        found = _waiting(connection)
        raw.set_progress_handler(None, 1)
        _judge(connection, *found)
    assert len(found) == 5
    return counted

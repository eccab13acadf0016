"""The past is read in the order in which it became known, on both databases."""

from datetime import timedelta
from pathlib import Path

from tests.store.builders import DAY, NOON, an_item
from watcher.store import Database, items, past


def test_the_past_is_read_from_a_moment_on_oldest_first(database: Database) -> None:
    """By when we received it, whatever its own date; more than one batch comes whole."""
    many = [an_item(n, fetched=NOON + n * DAY, published=NOON) for n in range(5)]
    with database.write() as connection:
        items.add(connection, reversed(many))
    with database.read() as connection:
        assert tuple(past.received(connection, since=NOON + 2 * DAY)) == tuple(many[2:])
        assert past.stock(connection, since=NOON + 2 * DAY) == past.Stock(items=3, oldest=NOON)


def test_more_than_one_batch_comes_whole(database: Database) -> None:
    """Rows are fetched a thousand at a time, and none is lost between two batches."""
    wanted = 2_001
    with database.write() as connection:
        items.add(connection, [an_item(n, fetched=NOON + timedelta(seconds=n)) for n in range(wanted)])
    with database.read() as connection:
        read = [item.id for item in past.received(connection, since=NOON)]
    assert read == [f"item-{n}" for n in range(wanted)]


def test_of_an_empty_store_nothing_is_known(database: Database) -> None:
    """No oldest date is made up."""
    with database.read() as connection:
        assert past.stock(connection, since=NOON) == past.Stock(items=0, oldest=None)
        assert list(past.received(connection, since=NOON)) == []


def test_a_database_file_is_there_or_not_and_is_not_made_by_asking(tmp_path: Path) -> None:
    """A server is taken to be there: opening it says so if it is not."""
    file = tmp_path / "watcher.db"
    assert not past.is_there(f"sqlite:///{file}")
    assert not file.exists()
    file.touch()
    assert past.is_there(f"sqlite:///{file}")
    assert past.is_there("postgresql+psycopg://nobody@nowhere.invalid/x")

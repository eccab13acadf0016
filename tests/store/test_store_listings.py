"""Listings: every page of every list is found by an index, however many rows there are."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from alerts.deliveries import DeliveryState
from indicators.items import Item
from tests.store.builders import HOUR, NOON, an_item
from watcher.store import Database, audit, listings
from watcher.store import items as item_store
from watcher.store.listings import Between

AFTER = (NOON, "x")
WEEK = Between(since=NOON, until=NOON + timedelta(days=7))


def _everything(connection: Connection) -> None:
    """Ask for a page of each list in each of its ways."""
    for after, between in ((None, Between()), (AFTER, Between()), (None, WEEK), (AFTER, WEEK)):
        rest: dict[str, Any] = {"limit": 51, "after": after, "between": between}
        listings.items(connection, **rest)
        listings.items(connection, source="wire", **rest)
        listings.alerts(connection, kinds=("move", "system"), **rest)
        listings.deliveries(connection, **rest)
        for state in DeliveryState:
            listings.deliveries(connection, state=state, **rest)
        listings.deliveries(connection, alert="a", **rest)
        listings.acts(connection, limit=51, after=(NOON, 1) if after else None, between=between)
        moment = NOON if after else None
        listings.figures(connection, "a", "k", limit=51, after=moment, between=between)
    listings.silences(connection, limit=51, after=None, on_at=None)
    listings.silences(connection, limit=51, after=3, on_at=None)


def test_no_page_reads_a_table_from_end_to_end(tmp_path: Path) -> None:
    """P13: SQLite finds each page in an index and sorts at most rows of the same moment, or of a seldom state."""
    database = Database(f"sqlite:///{tmp_path}/watcher.db")
    database.migrate()
    asked: list[tuple[str, Any]] = []
    with database.read() as connection:

        def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
            if statement.startswith("SELECT"):
                asked.append((statement, parameters))

        event.listen(connection, "before_cursor_execute", note)
        _everything(connection)
        event.remove(connection, "before_cursor_execute", note)
        assert len(asked) > 50
        for statement, parameters in asked:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            plan = [row[3] for row in rows]
            few = "deliveries.alert_id = ?" in statement or any(
                state.value in parameters for state in DeliveryState if state in listings.SELDOM
            )
            wrong = [
                step for step in plan if step.startswith("SCAN") and "USING INDEX" not in step and "PRIMARY" not in step
            ]
            assert not wrong or wrong == ["SCAN silences"], (statement, plan)
            if not few:
                assert "USE TEMP B-TREE FOR ORDER BY" not in plan, (statement, plan)
    database.close()


@pytest.mark.parametrize("limit", [1, 2, 9])
def test_ties_are_not_lost_between_pages(database: Database, limit: int) -> None:
    """Rows of one moment come once each, the last first, whatever the size of a page; on both databases."""
    with database.write() as connection:
        for number in range(5):
            audit.write(connection, at=NOON, who="ines", what=f"act {number}", detail={})
    found: list[str] = []
    with database.read() as connection:
        after = None
        while rows := listings.acts(connection, limit=limit, after=after):
            found += [row.what for row in rows]
            after = (rows[-1].at, rows[-1].number)
    assert found == [f"act {number}" for number in (4, 3, 2, 1, 0)]


def _seen(number: int) -> Item:
    source, fetched = "wire" if number % 2 else "fil", NOON + HOUR * (number // 2)
    return an_item(number, id=f"i{number}", source=source, fetched=fetched)


def test_a_page_begins_behind_its_position(database: Database) -> None:
    """Items, by when we first saw them and then by id; of one source alone where one is named."""
    rows = [_seen(n) for n in range(6)]
    with database.write() as connection:
        item_store.add(connection, rows)
    with database.read() as connection:
        every = [one.id for one in listings.items(connection, limit=9)]
        assert every == ["i5", "i4", "i3", "i2", "i1", "i0"]
        behind = listings.items(connection, limit=2, after=(NOON + HOUR * 2, "i4"))
        assert [one.id for one in behind] == ["i3", "i2"]
        assert [one.id for one in listings.items(connection, limit=9, source="wire")] == ["i5", "i3", "i1"]
        week = Between(since=NOON + HOUR, until=NOON + HOUR * 2)
        assert [one.id for one in listings.items(connection, limit=9, between=week)] == ["i3", "i2"]

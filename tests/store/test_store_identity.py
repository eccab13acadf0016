"""A report under another guid: found again by text and link, and never taken for another."""

from dataclasses import replace

import pytest

from tests.store.builders import DAY, HOUR, NOON, an_item
from watcher.store import Database, items

RENAMED = an_item(id="another guid")


def kept_ids(database: Database, *offered: object, by_link: bool = False) -> tuple[list[str], int]:
    with database.write() as connection:
        items.add(connection, [an_item()])
        found = items.with_kept_ids(connection, offered, by_link=by_link)  # type: ignore[arg-type] # items
        assert found.have == len(items.known(connection, {item.id for item in found.items}))
    return [item.id for item in found.items], found.renamed


def test_the_same_text_behind_the_same_link_is_the_same_report(database: Database) -> None:
    """I02: tracking in the link and an hour between the dates make no other report of it."""
    moved = replace(RENAMED, url=f"{RENAMED.url}?utm_source=rss", published=NOON)
    assert kept_ids(database, moved) == (["item-1"], 1)


@pytest.mark.parametrize(
    "other",
    [
        replace(RENAMED, title="Another text"),
        replace(RENAMED, url="https://news.example/2"),
        replace(RENAMED, url=""),
        replace(RENAMED, source="rfi"),
        replace(RENAMED, published=NOON + 2 * DAY),
    ],
    ids=["text", "link", "no link", "source", "day"],
)
def test_what_differs_stays_a_report_of_its_own(database: Database, other: object) -> None:
    """Text, link, source and day must all be the same: rather one report twice than two as one."""
    assert kept_ids(database, other) == (["another guid"], 0)


def test_by_link_an_edited_text_is_a_revision(database: Database) -> None:
    """I02: once the guids are not believed, the link tells the report; two that share one stay apart."""
    edited = replace(RENAMED, title="Corrected", fetched=NOON + HOUR)
    assert kept_ids(database, edited, by_link=True) == (["item-1"], 1)
    twin = replace(edited, id="a third guid", title="Another")
    assert kept_ids(database, edited, twin, by_link=True) == (["another guid", "a third guid"], 0)

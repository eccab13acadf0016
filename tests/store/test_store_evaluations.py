"""The inputs of every judgement: they come back as they were, so that it can be made again."""

from dataclasses import replace
from typing import Any

import pytest

from indicators.items import Item
from indicators.levels import Span
from indicators.sight import EVERYWHERE, Sight
from tests.store.builders import DAY, HOUR, MINUTE, NOON, an_item
from watcher.store import Connection, Database, StoreError, evaluations, items
from watcher.store.evaluations import KeptJudgement


def a_judgement(*judged: Item, **more: Any) -> KeptJudgement:
    judgement = KeptJudgement(
        number=0,
        assessment="mali",
        at=NOON,
        judged_with="digest of 1.2",
        sight={
            EVERYWHERE: Sight(coverage=0.75, blind=(Span(start=NOON - DAY, end=NOON - HOUR), Span(start=NOON))),
            "fuel": Sight(coverage=0.0),
        },
        happened={"coup": True, "war": False},
        decisions=7,
        items=judged,
    )
    return replace(judgement, **more)


def recorded(connection: Connection, assessment: str = "mali") -> tuple[KeptJudgement, ...]:
    return tuple(evaluations.past(connection, assessment, until=NOON + 999 * DAY))


def test_the_inputs_of_a_judgement_come_back_as_they_were_put_in(database: Database) -> None:
    """Time, version, sight with its spans, rulings, the last decision, and every field of the items."""
    full, bare = an_item(1), an_item(2, published=None, lang=None, lat=None, lon=None, codes=())
    record = an_item(3, occurred=NOON - DAY, actors=("JNIM", "FAMa"))
    put = a_judgement(full, bare, record)
    with database.write() as connection:
        items.add(connection, [full, bare, record])
        number = evaluations.add(connection, put)
    with database.read() as connection:
        assert recorded(connection) == (replace(put, number=number),)


def test_a_judgement_of_nothing_new_is_on_record_too(database: Database) -> None:
    """Time alone moves outlooks: a replay needs those judgements as well."""
    put = a_judgement(sight={}, happened={}, decisions=0)
    with database.write() as connection:
        number = evaluations.add(connection, put)
        assert recorded(connection) == (replace(put, number=number),)


def test_an_item_that_was_revised_later_comes_back_in_the_text_of_that_day(database: Database) -> None:
    """Each judgement has the title, summary and content that it read, also after two more revisions."""
    texts = [
        an_item(title=f"title {n}", summary=f"summary {n}", content=f"content {n}", fetched=NOON + n * HOUR)
        for n in range(3)
    ]
    read = [replace(text, fetched=NOON) for text in texts]  # the first receipt stays
    with database.write() as connection:
        for n, text in enumerate(texts):
            assert items.add(connection, [text]) == (read[n],)
            evaluations.add(connection, a_judgement(read[n], at=NOON + n * HOUR))
    with database.read() as connection:
        assert [judged.items for judged in recorded(connection)] == [(text,) for text in read]


def test_a_revision_that_nobody_judged_does_not_show(database: Database) -> None:
    """Two edits between two judgements: the second one read the last, and an emptied text comes back empty."""
    first, edited = an_item(), an_item(title="An edit that was edited again")
    last = an_item(title="The last edit", summary="", content="")
    with database.write() as connection:
        items.add(connection, [first])
        evaluations.add(connection, a_judgement(first))
        items.add(connection, [edited])
        items.add(connection, [last])
        evaluations.add(connection, a_judgement(last))
        items.add(connection, [first])
        assert [judged.items for judged in recorded(connection)] == [(first,), (last,)]


def test_items_come_back_in_the_order_in_which_they_are_judged(database: Database) -> None:
    """Those we had longest first, however they were put in: the order of ``items.unjudged``."""
    many = [an_item(n, fetched=NOON + (n % 2) * MINUTE) for n in (3, 1, 4, 2)]
    with database.write() as connection:
        items.add(connection, many)
        evaluations.add(connection, a_judgement(*many))
        (judged,) = recorded(connection)
        assert judged.items == items.unjudged(connection, "mali", limit=9)
        assert [item.id for item in judged.items] == ["item-2", "item-4", "item-1", "item-3"]


def test_more_items_than_fit_one_statement_come_whole(database: Database) -> None:
    """A first judgement reads thousands at once."""
    many = tuple(an_item(n, fetched=NOON + n * MINUTE) for n in range(1_201))
    with database.write() as connection:
        items.add(connection, many)
        evaluations.add(connection, a_judgement(*many))
        assert recorded(connection)[0].items == many


def test_judgements_come_in_order_up_to_a_moment(database: Database) -> None:
    """That moment included; those of another assessment are its own, and numbers only rise."""
    with database.write() as connection:
        numbers = [evaluations.add(connection, a_judgement(at=NOON + n * HOUR)) for n in range(3)]
        other = evaluations.add(connection, a_judgement(assessment="niger"))
        found = [judged.number for judged in evaluations.past(connection, "mali", until=NOON + HOUR)]
        assert found == numbers[:2]
        assert [judged.number for judged in recorded(connection, "niger")] == [other]
        assert [*numbers, other] == sorted({*numbers, other})


def test_an_item_that_is_not_kept_cannot_have_been_judged(database: Database) -> None:
    """A judgement is recorded with all of its items or not at all."""
    with pytest.raises((KeyError, StoreError)), database.write() as connection:
        evaluations.add(connection, a_judgement(an_item()))
    with database.read() as connection:
        assert recorded(connection) == ()


def test_earlier_texts_are_read_up_to_the_one_that_was_judged(database: Database) -> None:
    """A judgement made again sees the texts of its day before it, and none that came later."""
    with database.write() as connection:
        for hour, title in enumerate(("One", "Two", "Three")):
            items.add(connection, [an_item(title=title, fetched=NOON + hour * HOUR), an_item(2)])
            evaluations.add(connection, a_judgement(an_item(), an_item(2)))
        today = evaluations.editions(connection, [an_item(), an_item(2)])
        past = list(evaluations.past(connection, "mali", until=NOON))
    assert [(e.item.title, e.until) for e in today["item-1"]] == [("One", NOON + HOUR), ("Two", NOON + 2 * HOUR)]
    assert today.keys() == {"item-1"}
    assert [[e.item.title for e in one.editions.get("item-1", ())] for one in past] == [[], ["One"], ["One", "Two"]]


def test_of_a_page_edited_without_end_the_first_and_the_newest_texts_are_read(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A visitors' counter in a report costs a bounded time at every edit."""
    monkeypatch.setattr(evaluations, "MOST_EDITIONS", 2)
    with database.write() as connection:
        for number in range(6):
            items.add(connection, [an_item(title=f"Text {number}")])
        found = evaluations.editions(connection, [an_item()])
    assert [e.item.title for e in found["item-1"]] == ["Text 0", "Text 3", "Text 4"]

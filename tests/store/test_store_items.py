"""Items, their revisions, and who has judged them."""

import threading
from dataclasses import replace
from datetime import timedelta, timezone

from sqlalchemy import select

from tests.store.builders import DAY, HOUR, MINUTE, NOON, an_item
from watcher.store import Connection, Database, items, queues, tables


def judge(connection: Connection, *ids: str, assessment: str = "mali") -> None:
    items.mark_judged(connection, ids, assessment=assessment, judged_with="1.2", at=NOON)


def test_an_item_comes_back_as_it_was(database: Database) -> None:
    """Every field of a full item and of a bare one survives."""
    full = an_item()
    bare = an_item(2, published=None, url="", summary="", content="", lang=None, lat=None, lon=None, place="", codes=())
    with database.write() as connection:
        assert items.add(connection, [full, bare]) == (full, bare)
    with database.read() as connection:
        assert set(items.recent(connection, limit=9)) == {full, bare}


def test_the_same_item_again_is_not_new(database: Database) -> None:
    """A feed shows the same reports at every poll; only the first sight counts, and its time stays."""
    with database.write() as connection:
        items.add(connection, [an_item()])
        assert items.add(connection, [an_item(fetched=NOON + HOUR), an_item(2)]) == (an_item(2),)
        assert items.add(connection, [an_item()]) == ()
        assert items.count(connection) == 2
        assert {i.fetched for i in items.recent(connection, limit=9)} == {NOON}


def test_a_changed_text_is_kept_beside_the_old_one_and_judged_again(database: Database) -> None:
    """I05: An edit keeps what stood before, the first times stay, and every assessment must look again."""
    edited = an_item(title="No fuel at all", fetched=NOON + HOUR, published=NOON + HOUR, place="Kati")
    with database.write() as connection:
        items.add(connection, [an_item()])
        judge(connection, "item-1")
        assert items.unjudged(connection, "mali", limit=9) == ()
        as_kept = replace(edited, fetched=NOON, published=NOON - HOUR)
        assert items.add(connection, [edited]) == (as_kept,)
        assert items.unjudged(connection, "mali", limit=9) == (as_kept,)
        (old,) = connection.execute(select(tables.item_revisions)).all()
        assert (old.item_id, old.revision, old.title) == ("item-1", 1, an_item().title)
        assert old.replaced_at == NOON + HOUR
        items.add(connection, [an_item()])
        revisions = select(tables.item_revisions.c.revision, tables.item_revisions.c.title)
        assert connection.execute(revisions.order_by("revision")).all()[-1] == (2, "No fuel at all")


def test_a_text_that_changes_while_it_is_judged_is_judged_again(database: Database) -> None:
    """An edit that arrives between reading and marking waits, and is never marked as judged."""
    edited = an_item(title="No fuel at all")

    def poll() -> None:
        with database.write() as connection:
            items.add(connection, [edited])

    with database.write() as connection:
        items.add(connection, [an_item()])
    other = threading.Thread(target=poll)
    with database.write() as connection:
        read = items.unjudged(connection, "mali", limit=9)
        other.start()
        other.join(0.3)  # long enough for a poll that does not wait
        judge(connection, *(item.id for item in read))
    other.join()
    with database.read() as connection:
        assert items.unjudged(connection, "mali", limit=9) == (edited,)


def test_one_id_twice_in_a_batch_counts_once(database: Database) -> None:
    """A feed that repeats an id with two texts does not revise the item at every poll."""
    twice = [an_item(), an_item(title="Another text")]
    with database.write() as connection:
        assert items.add(connection, twice) == (an_item(),)
        assert items.add(connection, twice) == ()


def test_a_bad_text_does_not_sink_its_batch(database: Database) -> None:
    """X04, I22: NUL, broken emoji and coordinates that are none are replaced; add() returns what reading gives."""
    with database.write() as connection:
        bad = an_item(title="a\0b \ud83d", lat=float("nan"), lon=float("inf"), codes=("\0", "\ud83d"))
        kept = items.add(connection, [bad, an_item(2)])
        assert (kept[0].title, kept[0].lat, kept[0].lon) == ("a\ufffdb \ufffd", None, None)
        assert set(items.recent(connection, limit=9)) == set(kept)
        assert items.add(connection, [bad]) == ()


def test_a_record_that_is_coded_anew_is_judged_again(database: Database) -> None:
    """Its codes are what a rule reads: a protest that became a riot a week later is a changed text."""
    with database.write() as connection:
        items.add(connection, [an_item(codes=("acled:protests",), actors=("Protesters (Mali)",))])
        judge(connection, an_item().id)
        (changed,) = items.add(connection, [an_item(codes=("acled:riots",), actors=("Rioters (Mali)",))])
        assert (changed.codes, changed.actors) == (("acled:riots",), ("Rioters (Mali)",))
        assert items.unjudged(connection, "mali", limit=9) == (changed,)


def test_a_report_that_is_put_elsewhere_is_judged_again(database: Database) -> None:
    """A position is what places a report: corrected alone, it may bring it into a region. None corrects nothing."""
    with database.write() as connection:
        items.add(connection, [an_item()])
        judge(connection, an_item().id)
        assert items.add(connection, [an_item(lat=None, lon=None, place="")]) == ()
        for changes in ({"lat": 16.27, "lon": -0.04}, {"lat": 16.27, "lon": -0.04, "place": "Gao"}):
            assert items.add(connection, [an_item(**changes)]) == (an_item(**changes),)
            assert items.unjudged(connection, "mali", limit=9) == (an_item(**changes),)
            assert items.add(connection, [an_item(**changes)]) == ()


def test_the_reports_of_a_source_are_judged_again_by_one_assessment(database: Database) -> None:
    """The word on its publisher changed: those of other sources, and other assessments, are left as they are."""
    theirs, other = an_item(), an_item(2, source="wire")
    with database.write() as connection:
        items.add(connection, [theirs, other])
        for assessment in ("mali", "niger"):
            assert len(items.unjudged(connection, assessment, limit=9)) == 2
            judge(connection, theirs.id, other.id, assessment=assessment)
        queues.put_back_of(connection, "mali", [])
        assert items.unjudged(connection, "mali", limit=9, judged_with="1.2") == ()
        queues.put_back_of(connection, "mali", [theirs.source, "never heard of"])
        assert items.unjudged(connection, "mali", limit=9, judged_with="1.2") == (theirs,)
        assert items.unjudged(connection, "niger", limit=9, judged_with="1.2") == ()


def test_times_come_back_in_utc(database: Database) -> None:
    """The day an event falls on must not depend on whether its item was read back."""
    east = timezone(timedelta(hours=9))
    with database.write() as connection:
        (kept,) = items.add(connection, [an_item(published=NOON.astimezone(east))])
        (read,) = items.recent(connection, limit=1)
    assert str(kept.published) == str(read.published) == str(NOON)


def test_what_is_judged_together_stands_in_the_order_of_receipt(database: Database) -> None:
    """By receipt, then id; each assessment judges for itself."""
    late, early, also_early = (
        an_item(1, fetched=NOON + HOUR),
        an_item(3, fetched=NOON),
        an_item(2, fetched=NOON),
    )
    with database.write() as connection:
        items.add(connection, [late, early, also_early])
        assert [i.id for i in items.unjudged(connection, "mali", limit=9)] == ["item-2", "item-3", "item-1"]
        judge(connection, "item-2")
        judge(connection, "item-2")
        assert [i.id for i in items.unjudged(connection, "mali", limit=9)] == ["item-3", "item-1"]
        assert len(items.unjudged(connection, "niger", limit=9)) == 3


def test_x13_of_a_flood_the_newest_are_judged_first(database: Database) -> None:
    """What is told now does not wait behind a week of old reports, nor behind what came in before it."""
    flood = [an_item(n, published=NOON - n * HOUR) for n in range(1, 9)]
    undated, later = an_item(20, published=None), an_item(30, fetched=NOON + HOUR, published=NOON + HOUR)
    with database.write() as connection:
        items.add(connection, [*flood, undated])
        items.add(connection, [later])
        told = []
        while batch := items.unjudged(connection, "mali", limit=3):
            told.append([item.id.removeprefix("item-") for item in batch])
            for item in batch:
                judge(connection, item.id)
    assert told == [["1", "20", "30"], ["2", "3", "4"], ["5", "6", "7"], ["8"]]


def test_the_newest_are_shown_first(database: Database) -> None:
    """recent() runs from the last receipt backwards."""
    with database.write() as connection:
        items.add(connection, [an_item(n, fetched=NOON + n * MINUTE) for n in range(5)])
        assert [i.id for i in items.recent(connection, limit=2)] == ["item-4", "item-3"]


def test_many_items_at_once(database: Database) -> None:
    """A batch longer than one statement can name is kept all the same, and known again."""
    many = [an_item(n, fetched=NOON - n * DAY / 1000) for n in range(1_203)]
    with database.write() as connection:
        assert len(items.add(connection, many)) == 1_203
        assert items.add(connection, many) == ()

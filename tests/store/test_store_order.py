"""The order in which things were put on record holds, whatever date a clock that was ahead gave them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from alerts.alert import Alert
from alerts.deliveries import Delivery, DeliveryState
from indicators.events import DecisionKind
from tests.databases import Server
from tests.noticing import a_client, a_notice
from tests.store.builders import HOUR, MINUTE, NOON, a_delivery, a_move, a_reading, an_alert, an_estimate, an_outlook
from watcher.store import (
    Connection,
    Database,
    acknowledgements,
    alerts,
    audit,
    deliveries,
    event_decisions,
    leases,
    listings,
    move_decisions,
    outlooks,
    rulings,
    stamps,
    stories,
)
from watcher.store.notices import ClientNotices
from watcher.store.rulings import Ruling

YEAR = timedelta(days=365)
"""How far the clock was ahead when the warning was made."""


def said(alert_id: str, scenario: str, at: datetime, *, before: int, after: int) -> Alert:
    return an_alert(alert_id, at=at).model_copy(
        update={"scenario": scenario, "level_before": before, "level_after": after}
    )


def owed(alert_id: str) -> Delivery:
    return a_delivery("desk", key=f"{alert_id} to desk", alert_id=alert_id)


@pytest.fixture
def told(database: Database) -> Database:
    """A warning of a clock that was a year ahead, then its stand-down, and one of another line, of the right time."""
    with database.write() as connection:
        alerts.add(connection, said("ahead", "coup", NOON + YEAR, before=0, after=2))
        deliveries.plan(connection, [owed("ahead")], at=NOON + YEAR)
        alerts.add(connection, said("other", "fuel", NOON, before=0, after=1))
        alerts.add(connection, said("over", "coup", NOON, before=2, after=0))
    return database


def test_a_warning_that_is_over_does_not_stand_because_it_is_dated_later(told: Database) -> None:
    """Nobody is called for it, and whoever looks at it is told what came after."""
    with told.read() as connection:
        assert [alert.id for alert in alerts.standing(connection)] == ["other"]
        ahead, over = alerts.get(connection, "ahead"), alerts.get(connection, "over")
        assert [alert.id for alert in acknowledgements.later(connection, ahead)] == ["over"]
        assert acknowledgements.later(connection, over) == ()
        assert [earlier.id for earlier in listings.story(connection, over)] == ["ahead"]


def test_lists_have_the_order_of_the_record(told: Database) -> None:
    """The newest is what was said last; a page goes on from where the one before ended."""
    with told.read() as connection:
        assert [alert.id for alert in alerts.recent(connection, limit=9)] == ["over", "other", "ahead"]
        assert [a.id for a in alerts.about(connection, alerts.get(connection, "over"), limit=9)] == ["over", "ahead"]
        first = listings.alerts(connection, limit=2, kinds=("move",))
        after = (first[-1].at, first[-1].id)
        more = listings.alerts(connection, limit=2, kinds=("move",), after=after)
    assert [alert.id for alert in (*first, *more)] == ["over", "other", "ahead"]


def test_moves_come_in_the_order_of_the_record(database: Database) -> None:
    """Of all lines together and of one: what a clock that was ahead has dated is followed by what came after it."""
    with database.write() as connection:
        for move in (a_move(1, at=NOON + YEAR), a_move(1, key="fuel"), a_move(2, at=NOON)):
            outlooks.add_moves(connection, [move])
        newest = outlooks.moves(connection, "mali", limit=9)
        kept = move_decisions.kept_moves(connection, "mali")
    assert [(one.move.key, one.move.sequence) for one in kept] == [("coup", 1), ("fuel", 1), ("coup", 2)]
    assert [one.move.id for one in kept] == [move.id for move in reversed(newest)]
    assert [one.number for one in kept] == sorted({one.number for one in kept})


def test_a_notice_that_was_drafted_under_a_wrong_clock_is_not_the_newest(database: Database) -> None:
    """A list goes on from it as from any other, and a line has its drafts in their order."""
    with database.write() as connection:
        notices = ClientNotices(connection, a_client())
        for id_, at in (("n-ahead", NOON + YEAR), ("n-then", NOON), ("n-now", NOON + HOUR)):
            notices.add(a_notice(id=id_, at=at, release=None), move="m1", rows={})
        assert [one.id for one in notices.newest(limit=9)] == ["n-now", "n-then", "n-ahead"]
        (second,) = notices.newest(limit=1, before=notices.number_of("n-now"))
        (third,) = notices.newest(limit=9, before=second.number)
        assert (second.id, third.id) == ("n-then", "n-ahead")
        line = notices.every(assessment="small", scenario="coup")
    assert [one.id for one in line] == ["n-ahead", "n-then", "n-now"]


def test_a_page_notices_what_is_said_under_the_right_time(told: Database) -> None:
    """What is new shows at once, and not when the time of the wrong clock has come."""
    with told.write() as connection:
        before = stamps.stamp(connection)
        alerts.add(connection, said("new", "fuel", NOON + HOUR, before=1, after=2))
        assert stamps.stamp(connection) != before


def test_the_end_of_a_story_is_the_last_that_was_said(told: Database) -> None:
    """A new warning begins anew: nobody is told of it for a story that is over, and each leaves after its own past."""
    new = said("new", "coup", NOON + HOUR, before=0, after=1)
    with told.write() as connection:
        over = alerts.get(connection, "over")
        assert list(stories.told_of(connection, over)) == ["desk"]
        deliveries.plan(connection, [owed("over")], at=NOON)
        alerts.add(connection, new)
        assert stories.told_of(connection, new) == {}
        (first,) = leases.claim(connection, now=NOON + HOUR, lease=MINUTE, limit=9)
        assert first.delivery.alert_id == "ahead"
        arrived = replace(first.delivery, state=DeliveryState.ACCEPTED)
        leases.record(connection, first.token, arrived, at=NOON + HOUR)
        assert not stories.is_overtaken(connection, over, recipient="desk", channel="slack")
        (second,) = leases.claim(connection, now=NOON + HOUR, lease=MINUTE, limit=9)
        assert second.delivery.alert_id == "over"


def test_the_last_figure_is_that_of_the_last_judgement(database: Database) -> None:
    """One that a clock which was ahead has dated is neither shown as the last nor compared with."""
    with database.write() as connection:
        for at, p in ((NOON + YEAR, 0.4), (NOON, 0.2), (NOON + HOUR, 0.4)):
            outlooks.save_readings(connection, "mali", [a_reading(at=at)])
            outlooks.save_estimates(connection, an_outlook(an_estimate(p=p), at=at), moved=frozenset())
            found, when = outlooks.latest_estimates(connection, "mali")
            assert (found["coup"].p, when) == (p, at)


def _decide(connection: Connection, who: str) -> None:
    """Put on record all that a person can decide."""
    event_decisions.add(
        connection, "small", kind=DecisionKind.REJECT, indicator="fuel", reports=["r1"], who=who, why="w", at=NOON
    )
    rulings.add(connection, Ruling(assessment="small", key="coup", happened=True, who=who, why="w", at=NOON))


def test_of_two_who_decide_at_once_neither_is_hidden(postgres_server: Server) -> None:
    """A server may commit the later number first: what is kept for pages is made again for the earlier one too."""
    kinds = (stamps.stamp, stamps.card_stamp, stamps.judged_stamp)
    with postgres_server.new_database(migrated=True) as url:
        slow, quick = Database(url), Database(url)
        with slow.write() as connection:
            _decide(connection, "the earlier number")
            audit.write(connection, at=NOON, who="the earlier number", what="decided", detail={})
            with quick.write() as other:
                _decide(other, "the later number")
                audit.write(other, at=NOON, who="the later number", what="decided", detail={})
            with quick.read() as looking:
                before = [kind(looking) for kind in kinds]
        with quick.read() as looking:
            after = [kind(looking) for kind in kinds]
        assert [one for one, other in zip(before, after, strict=True) if one == other] == []
        slow.close()
        quick.close()

"""What was judged comes back as it was: matches, readings, estimates, what is published, moves, alerts."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from indicators.bands import WarningLevel
from indicators.levels import Level
from indicators.moves import Published
from tests.store.builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    a_match,
    a_move,
    a_published,
    a_reading,
    an_alert,
    an_estimate,
    an_item,
    an_outlook,
)
from watcher.store import Database, StoreError, alerts, items, matches, outlooks, tables


def test_matches_that_count_come_back_without_the_long_text(database: Database) -> None:
    """Evidence, publisher and places survive; the refused are kept but do not count."""
    item = an_item()
    accepted, refused = a_match(item), a_match(item, "strike", rejected_by="where: names no place in mali")
    with database.write() as connection:
        items.add(connection, [item])
        matches.replace(connection, "mali", [item.id], [accepted, refused], at=NOON)
        found = matches.counting(connection, "mali", since=NOON - DAY)
        assert found == (replace(accepted, item=replace(item, content=""), known=NOON),)
        assert matches.counting(connection, "niger", since=NOON - DAY) == ()
        kept = connection.execute(select(func.count()).select_from(tables.matches)).scalar()
        assert kept == 2


def test_judging_again_replaces_the_old_matches(database: Database) -> None:
    """An edited report that no longer fits stops counting; other items keep theirs."""
    first, second = an_item(1), an_item(2)
    with database.write() as connection:
        items.add(connection, [first, second])
        matches.replace(connection, "mali", ["item-1", "item-2"], [a_match(first), a_match(second)], at=NOON)
        matches.replace(connection, "mali", ["item-1"], [], at=NOON)
        assert [m.item.id for m in matches.counting(connection, "mali", since=NOON - DAY)] == ["item-2"]


def test_matches_count_by_the_time_of_their_item(database: Database) -> None:
    """Its own date where it can be believed, our receipt where it cannot."""
    old = an_item(1, published=NOON - 9 * DAY)
    undated = an_item(2, published=None)
    impossible = an_item(3, published=NOON + 400 * DAY, fetched=NOON - 9 * DAY)
    with database.write() as connection:
        items.add(connection, [old, undated, impossible])
        ids = [i.id for i in (old, undated, impossible)]
        matches.replace(connection, "mali", ids, map(a_match, (old, undated, impossible)), at=NOON)
        assert [m.item.id for m in matches.counting(connection, "mali", since=NOON - DAY)] == ["item-2"]
        assert len(matches.counting(connection, "mali", since=NOON - 10 * DAY)) == 3


def test_only_a_change_of_level_is_put_on_record(database: Database) -> None:
    """The current reading always moves, its history only when the level does; dropped indicators go."""
    with database.write() as connection:
        for hour, level in enumerate((Level.QUIET, Level.QUIET, Level.LEVEL_1, Level.NOT_OBSERVABLE)):
            reading = a_reading(at=NOON + hour * HOUR, level=level)
            outlooks.save_readings(connection, "mali", [reading, a_reading("strike", at=reading.at)])
        current = outlooks.current_readings(connection, "mali")
        assert [(r.indicator, r.level, r.at) for r in current] == [
            ("fuel", Level.NOT_OBSERVABLE, NOON + 3 * HOUR),
            ("strike", Level.LEVEL_1, NOON + 3 * HOUR),
        ]
        assert (current[0].count, current[0].activation, current[0].signal) == (2.5, 0.6, 0.5)
        kept = connection.execute(select(tables.readings.c.indicator, tables.readings.c.level)).all()
        assert sorted(map(tuple, kept)) == [
            ("fuel", "level 1"),
            ("fuel", "not observable"),
            ("fuel", "quiet"),
            ("strike", "level 1"),
        ]
        outlooks.save_readings(connection, "mali", [a_reading()])
        assert [r.indicator for r in outlooks.current_readings(connection, "mali")] == ["fuel"]


def test_an_estimate_is_kept_when_it_changes(database: Database) -> None:
    """The same figure again is no news; a move, a ruling or another figure is."""
    first = an_estimate()
    with database.write() as connection:
        assert outlooks.latest_estimates(connection, "mali") == ({}, None)
        outlooks.save_estimates(connection, an_outlook(first, an_estimate("split.north")))
        outlooks.save_estimates(connection, an_outlook(first, at=NOON + HOUR))
        outlooks.save_estimates(connection, an_outlook(replace(first, p=0.17 + 1e-12), at=NOON + 2 * HOUR))
        outlooks.save_estimates(connection, an_outlook(first, at=NOON + 3 * HOUR), moved=["coup"])
        outlooks.save_estimates(connection, an_outlook(replace(first, p=0.2), at=NOON + 4 * HOUR))
        ruled = replace(first, p=0.2, happened=True)
        outlooks.save_estimates(connection, an_outlook(ruled, at=NOON + 5 * HOUR))
        past = outlooks.history(connection, "mali", "coup", since=NOON + HOUR)
        assert [(p.at - NOON) // HOUR for p in past] == [3, 4, 5]
        assert (past[0].version, past[0].estimate) == ("1.2", first)
        latest = {"coup": ruled, "split.north": an_estimate("split.north")}
        assert outlooks.latest_estimates(connection, "mali") == (latest, NOON + 5 * HOUR)


def test_what_stands_published_comes_back(database: Database) -> None:
    """Every field, and a line that has left the file keeps its place in the sequence."""
    with database.write() as connection:
        outlooks.save_published(connection, "mali", {"coup": a_published(), "war": a_published("war")})
        outlooks.save_published(connection, "mali", {"coup": a_published(sequence=4)})
        stands = outlooks.published(connection, "mali")
        assert stands == {"coup": a_published(sequence=4), "war": a_published("war")}
        assert type(stands["coup"].level) is WarningLevel
        assert outlooks.published(connection, "niger") == {}


names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)
numbers = st.floats(allow_nan=False, allow_infinity=False)
times = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
lines = st.builds(
    Published,
    key=names,
    band=st.integers(0, 6),
    level=st.sampled_from(WarningLevel),
    move_p=numbers,
    move_at=times,
    move_rows=st.dictionaries(names, numbers, max_size=3),
    raised_from=st.none() | st.floats(0.001, 0.999),
    sequence=st.integers(0, 2**31 - 1),
    band_up_since=st.none() | times,
    band_down_since=st.none() | times,
    level_down_since=st.none() | times,
    odds_down_since=st.none() | times,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=lines)
def test_any_published_line_comes_back_equal(database: Database, line: Published) -> None:
    """To the last bit of a number and the last microsecond, on both databases."""
    with database.write() as connection:
        outlooks.save_published(connection, "mali", {line.key: line})
    with database.read() as connection:
        assert outlooks.published(connection, "mali")[line.key] == line


def test_a_move_comes_back_with_its_evidence(database: Database) -> None:
    """Rows, reasons and the reports behind it are kept with it; only the long texts are left out."""
    with database.write() as connection:
        outlooks.add_moves(connection, [a_move(item=an_item())])
        (kept,) = outlooks.moves(connection, "mali", limit=9)
    assert kept == a_move()
    assert kept.events[0].reports[0].item.title == an_item().title


def test_a_move_is_said_once(database: Database) -> None:
    """After a crash the same move is judged again; the first wording stays."""
    with database.write() as connection:
        outlooks.add_moves(connection, [a_move(1)])
        outlooks.add_moves(connection, [replace(a_move(1), after=0.9), a_move(2, at=NOON + MINUTE)])
        outlooks.add_moves(connection, [a_move(1, key="war", at=NOON + HOUR)])
        assert outlooks.moves(connection, "mali", limit=2) == (
            a_move(1, key="war", at=NOON + HOUR),
            a_move(2, at=NOON + MINUTE),
        )
        assert outlooks.moves(connection, "mali", limit=9)[-1] == a_move(1)


def test_an_alert_is_kept_as_it_was_worded(database: Database) -> None:
    """The whole text comes back, the newest first, and a second one with its id changes nothing."""
    later = an_alert("alert-2", at=NOON + HOUR)
    with database.write() as connection:
        alerts.add(connection, an_alert())
        alerts.add(connection, an_alert().model_copy(update={"marking": "changed"}))
        alerts.add(connection, later)
        assert alerts.get(connection, "alert-1") == an_alert()
        assert alerts.recent(connection, limit=9) == (later, an_alert())
        assert alerts.recent(connection, limit=1) == (later,)
        with pytest.raises(StoreError, match="there is no alert nothing"):
            alerts.get(connection, "nothing")


def test_matches_to_look_at_are_kept_apart_from_those_that_count(database: Database) -> None:
    """What a rule only watches counts for nothing and is not lost among the refused."""
    told = ["", "watch: where: names no place in near", "not: film", "where: names no place in near"]
    with database.write() as connection:
        kept = items.add(connection, [an_item(n) for n in range(1, 5)])
        found = [a_match(item, rejected_by=why) for item, why in zip(kept, told, strict=True)]
        matches.replace(connection, "mali", [i.id for i in kept], found, at=NOON)
        since = NOON - 10 * DAY
        assert [m.item.id for m in matches.watched(connection, "mali", since=since)] == [kept[1].id]
        assert [m.item.id for m in matches.counting(connection, "mali", since=since)] == [kept[0].id]


def test_levels_come_back_as_they_were_judged_with_what_stood_before(database: Database) -> None:
    """Only changes are kept; the one that stood at the beginning comes first, and of too many the newest come."""
    shown = (Level.QUIET, Level.QUIET, Level.LEVEL_2, Level.NOT_OBSERVABLE, Level.QUIET)
    with database.write() as connection:
        for day, level in enumerate(shown):
            outlooks.save_readings(connection, "mali", [replace(a_reading(), level=level, at=NOON + day * DAY)])
    with database.read() as connection:
        name = a_reading().indicator
        found = outlooks.levels(connection, "mali", name, since=NOON + 2.5 * DAY)
        assert [one.level for one in found] == [Level.LEVEL_2, Level.NOT_OBSERVABLE, Level.QUIET]
        assert [one.at for one in found] == [NOON + day * DAY for day in (2, 3, 4)]
        assert len(outlooks.levels(connection, "mali", name, since=NOON - DAY)) == 4
        newest = outlooks.levels(connection, "mali", name, since=NOON - DAY, most=2)
        assert [one.level for one in newest] == [Level.NOT_OBSERVABLE, Level.QUIET]
        assert outlooks.levels(connection, "niger", name, since=NOON) == ()

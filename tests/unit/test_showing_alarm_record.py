"""How often an indicator was right, in all and over time."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from indicators.events import DecisionKind, Event, EventDecision
from tests.builders import an_event
from watcher.showing.alarm_record import MONTHS, WEEKS, AlarmRecord, record_of, record_over_time
from watcher.web.charts.columns import columns
from watcher.web.languages import language

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def event(days: float, kind: DecisionKind | None = None) -> Event:
    """Return an event so many days after the beginning, of which a person said *kind*."""
    when = BEGIN + timedelta(days=days)
    if kind is None:
        return an_event("convoy_attack", when)
    late = when + timedelta(days=60)
    said = EventDecision(
        number=1, kind=kind, indicator="convoy_attack", reports=("r",), who="awa", why="read it", at=late
    )
    return an_event("convoy_attack", when, decision=said)


def test_an_event_stands_in_its_own_week_whenever_it_was_spoken_of() -> None:
    """Each week from its Monday, the quiet ones too, until the one that is not over; and nothing is counted twice."""
    events = [event(0, DecisionKind.CONFIRM), event(3.9, DecisionKind.REJECT), event(4), event(18)]
    told = record_over_time(events, since=BEGIN, until=BEGIN + timedelta(days=20))
    assert [one.start for one in told] == [date(2025, 12, 29) + timedelta(days=7 * n) for n in range(4)]
    assert told[0].record == AlarmRecord(confirmed=1, rejected=1, refuted=0, open=0)
    assert told[0].record.false_share == 0.5
    assert [one.record.open for one in told] == [0, 1, 0, 1]
    assert sum(one.record.events for one in told) == record_of(events).events == len(events)


def test_a_long_time_is_told_by_months() -> None:
    """Months follow each other without a gap over the ends of years, and of a very long time the newest are told."""
    until = BEGIN + timedelta(weeks=WEEKS)
    told = record_over_time([event(31)], since=BEGIN, until=until)
    assert [one.start.day for one in told] == [1] * len(told)
    assert all(one.end == later.start for one, later in pairwise(told))
    assert [one.start.month for one in told if one.record.events] == [2]
    years = record_over_time((), since=BEGIN, until=BEGIN + timedelta(days=3_000))
    assert len(years) == MONTHS
    assert years[-1].end > (BEGIN + timedelta(days=3_000)).date()


def test_the_columns_are_as_high_as_what_they_count() -> None:
    """Each part by its number, in words too; a picture of nothing says that there was nothing."""
    events = [event(0, DecisionKind.CONFIRM), event(1, DecisionKind.CONFIRM), event(2, DecisionKind.REJECT), event(8)]
    told = record_over_time(events, since=BEGIN, until=BEGIN + timedelta(days=10))
    drawn = ET.fromstring(columns(told, lang=language("en"), width=320, name="n").__html__())
    tall = {str(r.get("class")): float(str(r.get("height"))) for r in drawn.iter("rect") if r.get("class")}
    assert [tall[part] / tall["frame"] for part in ("part-confirmed", "part-open")] == pytest.approx([2, 1], abs=0.01)
    assert "confirmed by a person 2, rejected by a person 1" in str(drawn.get("aria-label"))
    assert all(0 <= float(str(r.get("x"))) <= 320 for r in drawn.iter("rect") if r.get("x"))
    empty = columns(record_over_time((), since=BEGIN, until=BEGIN), lang=language("fr"), width=320, name="n")
    assert "Aucun événement" in empty.__html__()

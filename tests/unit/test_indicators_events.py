"""Events: many reports, one happening. What is copied, repeated or late changes nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.events import Casebook, Event, group_matches
from indicators.matcher import Match
from indicators.publishers import Publisher, Reliability
from indicators.rules import Count, Indicator
from tests.builders import DAILY, NOON, WIRE, a_match, an_indicator, an_item, days
from tests.choices import rows_of, together

THOROUGH = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])

STATE = Count.model_validate({"of": "place_day", "window_days": 7, "thresholds": (2, 5, 10), "half_life_days": 14})
KNOWN: dict[str, Indicator] = {
    "convoy_attack": an_indicator(),
    "fuel_shortage": an_indicator("fuel_shortage").model_copy(update={"count": STATE}),
}


def report(
    name: str, indicator: str = "convoy_attack", *, places: tuple[str, ...] = ("kolokani",), **changes: Any
) -> Match:
    """Return a match whose item is called *name* and was published at noon, unless *when* says otherwise."""
    when = changes.pop("when", NOON)
    return a_match(indicator, item=an_item(name, published=when), places=places, **changes)


def grouped(*matches: Match) -> tuple[Event, ...]:
    return group_matches(matches, KNOWN)


def shown(events: tuple[Event, ...]) -> list[tuple[str, str, int, int]]:
    """Return events as (indicator, place, days after noon's day, number of reports)."""
    return [(e.indicator, e.place, (e.day - NOON.date()).days, len(e.reports)) for e in events]


@pytest.mark.parametrize(
    ("other", "events"),
    [
        pytest.param(report("b"), 1, id="same indicator, place and day"),
        pytest.param(report("b", when=NOON + days(0.4)), 1, id="later the same day"),
        pytest.param(report("b", when=NOON + days(0.6)), 1, id="the next day"),
        pytest.param(report("b", when=NOON + days(1.6)), 2, id="the day after that"),
        pytest.param(report("b", places=("gao",)), 2, id="another place"),
        pytest.param(report("b", "fuel_shortage"), 2, id="another indicator"),
        pytest.param(report("b", places=("kolokani", "gao")), 1, id="an incident is counted at its first place"),
        pytest.param(report("b", places=("gao", "kolokani")), 2, id="which is the first it names"),
    ],
)
def test_reports_of_one_indicator_place_and_day_are_one_event(other: Match, events: int) -> None:
    """Everything else keeps happenings apart."""
    assert len(grouped(report("a"), other)) == events


def test_the_day_is_that_of_universal_time() -> None:
    """A report at 23:30 in New York belongs to the next day in Bamako, which is on UTC."""
    late = datetime.fromisoformat("2026-03-01T23:30:00-05:00")
    for when in (late, late.astimezone(UTC)):
        (event,) = grouped(report("a", when=when))
        assert event.day.isoformat() == "2026-03-02"


def test_more_reports_regrade_an_event_and_never_multiply_it() -> None:
    """Forty copies of a wire are one B3 event; a second family makes it B2; the count stays one."""
    copies = [report(f"copy {n}") for n in range(40)]
    (alone,) = grouped(*copies)
    assert (str(alone.grade), alone.value, len(alone.reports)) == ("B3", 1.0, 40)
    (confirmed,) = grouped(*copies, report("own", publisher=DAILY))
    assert (str(confirmed.grade), confirmed.id) == ("B2", alone.id)
    assert confirmed.families == {"wire", "daily"}


def test_a_report_that_comes_twice_changes_nothing() -> None:
    """The same item, delivered again, leaves the event bit for bit."""
    first = report("a")
    assert grouped(first, report("b"), first) == grouped(first, report("b"))


def test_a_state_is_one_event_for_each_place_it_names() -> None:
    """A shortage in three towns is three place-days, with the one report behind each."""
    towns = ("gao", "kolokani", "segou")
    events = grouped(report("a", "fuel_shortage", places=towns), report("b", "fuel_shortage", places=("gao",)))
    assert sorted(shown(events)) == [
        ("fuel_shortage", "gao", 0, 2),
        ("fuel_shortage", "kolokani", 0, 1),
        ("fuel_shortage", "segou", 0, 1),
    ]


@pytest.mark.parametrize("vague", [("ML",), ()], ids=["country only", "no place"])
def test_a_report_without_a_town_joins_the_located_event_of_its_day(vague: tuple[str, ...]) -> None:
    """A convoy "attacked in Mali" is the attack at Kolokani that day, and opens its own event only alone."""
    assert shown(grouped(report("a"), report("b", places=vague))) == [("convoy_attack", "kolokani", 0, 2)]
    assert len(grouped(report("a"), report("b", places=vague, when=NOON + days(1)))) == 1
    assert len(grouped(report("a"), report("b", places=vague, when=NOON + days(2)))) == 2
    assert len(grouped(report("b", places=vague))) == 1


def test_an_event_is_at_the_first_town_that_is_named_though_it_opened_without_one() -> None:
    """Attacked "in Mali" on the first day, at Gao on the second: the event is at Gao, and began on the first."""
    events = grouped(report("a", places=("ML",)), report("b", places=("gao",), when=NOON + days(1)))
    assert shown(events) == [("convoy_attack", "gao", 0, 2)]


def test_a_vague_state_does_not_join_a_place() -> None:
    """A shortage in Mali says nothing about the shortage at Gao."""
    events = grouped(report("a", "fuel_shortage", places=("gao",)), report("b", "fuel_shortage", places=("ML",)))
    assert [(e.place, len(e.reports)) for e in sorted(events, key=lambda e: e.place)] == [("ML", 1), ("gao", 1)]


def test_two_incidents_of_a_day_share_a_vague_report_once() -> None:
    """A report that fits either is added to one of them, always the same one."""
    events = grouped(report("a"), report("b", places=("gao",)), report("c", places=("ML",)))
    assert sorted((e.place, len(e.reports)) for e in events) == [("gao", 2), ("kolokani", 1)]


def test_a_mere_announcement_counts_half_until_someone_saw_it_happen() -> None:
    """A ceremony is half a movement; one report of the movement itself makes it whole."""
    said = report("said", announcement=True)
    (announced,) = grouped(said)
    assert (announced.announcement, announced.value) == (True, 0.5)
    (seen,) = grouped(said, report("seen"))
    assert (seen.announcement, seen.value) == (False, 1.0)


@pytest.mark.parametrize(
    "published",
    [None, NOON + days(3), datetime(1970, 1, 1, tzinfo=UTC)],
    ids=["no date", "a date to come", "the epoch"],
)
def test_an_undated_report_counts_on_the_day_we_got_it_and_says_so(published: datetime | None) -> None:
    """A missing or impossible date is never taken for a date."""
    item = an_item("a", published=published, fetched=NOON)
    (event,) = grouped(a_match(item=item))
    assert (event.day, event.when, event.dated) == (NOON.date(), NOON, False)


def test_an_event_is_dated_as_soon_as_one_report_is() -> None:
    """The day then has a source's own date behind it."""
    undated = a_match(item=an_item("a", published=None, fetched=NOON))
    (event,) = grouped(undated, report("b"))
    assert event.dated


def test_each_indicator_has_its_own_events_and_one_of_which_nothing_was_told_has_none() -> None:
    """What a desk asks about one indicator is answered without the others."""
    casebook = Casebook(KNOWN).with_matches([report("a")])
    assert casebook.events_of("convoy_attack") == casebook.events()
    assert casebook.events_of("fuel_shortage") == ()


def test_refused_matches_and_unknown_indicators_make_no_event() -> None:
    """A veto keeps an item out; a match of an indicator that the file no longer has is left aside."""
    assert grouped(report("a", rejected_by="not: film"), report("b", "gone")) == ()


def test_events_come_oldest_first_and_start_with_their_first_report() -> None:
    """Time order is that of the happenings, not of arrival."""
    events = grouped(report("b", when=NOON + days(2)), report("c", when=NOON + days(0.1)), report("a"))
    assert [(e.when, e.reports[0].item.id) for e in events] == [(NOON, "a"), (NOON + days(2), "b")]


REPORTS = st.builds(
    lambda name, told: report(str(name), **told),
    st.uuids(),
    together(
        indicator=["convoy_attack", "fuel_shortage"],
        places=rows_of(["kolokani", "gao", "segou", "ML"], most=3),
        publisher=[WIRE, DAILY, Publisher(family="blog", reliability=Reliability.F)],
        when=[NOON + days(n / 2) for n in range(4)],
        announcement=[False, True],
    ),
)


@given(data=st.data(), reports=st.lists(REPORTS, max_size=8))
@THOROUGH
def test_events_do_not_depend_on_the_order_in_which_reports_came(data: st.DataObject, reports: list[Match]) -> None:
    """Any order, with any of the reports repeated, gives equal events with equal ids, grades and reports."""
    again = data.draw(st.lists(st.sampled_from(reports), max_size=3)) if reports else []
    shuffled = data.draw(st.permutations([*reports, *again]))
    assert grouped(*shuffled) == grouped(*reports)


@given(reports=st.lists(REPORTS, max_size=8))
@THOROUGH
def test_no_report_is_lost_and_none_counts_twice_in_an_incident(reports: list[Match]) -> None:
    """Every report stands in some event; an incident's report stands in exactly one."""
    standing = [r.item.id for e in grouped(*reports) for r in e.reports if e.indicator == "convoy_attack"]
    assert sorted(standing) == sorted(r.item.id for r in reports if r.indicator == "convoy_attack")
    anywhere = {r.item.id for e in grouped(*reports) for r in e.reports}
    assert anywhere == {r.item.id for r in reports}

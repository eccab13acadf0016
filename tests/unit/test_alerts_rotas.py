"""Rotas: at every moment one person is on call, or there is a hole with a name."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from alerts.calendars import CalendarError, calendar_of, overrides_in
from alerts.rotas import Override, Roster, Rota
from tests.builders import days

MONDAY = date(2026, 1, 5)
ZONES = sorted(z for z in available_timezones() if "/" in z)
KNOWN = frozenset({"awa", "ben", "caro"})


def a_rota(**changes: Any) -> Rota:
    values: dict[str, Any] = {
        "id": "desk",
        "people": ("awa", "ben"),
        "at": time(9),
        "zone": "Africa/Bamako",
        "start": MONDAY,
    }
    return Rota(**(values | changes))


def an_override(start: datetime, end: datetime, *, person: str = "caro", number: int = 1, **changes: Any) -> Override:
    values: dict[str, Any] = {"rota": "desk", "who": "Dia", "why": "a swap"} | changes
    return Override(person=person, start=start, end=end, number=number, **values)


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type,misc] # year, month, day, hour


def a_roster(*overrides: Override, known: frozenset[str] = KNOWN, **changes: Any) -> Roster:
    return Roster(rotas=(a_rota(**changes),), overrides=overrides, known=known)


@pytest.mark.parametrize(
    ("moment", "person"),
    [(at(2026, 1, 5, 9), "awa"), (at(2026, 1, 12, 8), "awa"), (at(2026, 1, 12, 9), "ben"), (at(2026, 1, 19, 9), "awa")],
)
def test_a_week_is_handed_over_on_its_weekday_and_hour(moment: datetime, person: str) -> None:
    """The hour before belongs to the one, the hour itself to the other."""
    assert a_roster().on("desk", moment).person == person


def test_the_hand_over_keeps_its_hour_through_summer_time() -> None:
    """Nine o'clock in Paris is another moment of UTC from the last Sunday of March on."""
    rota = a_rota(zone="Europe/Paris", turn="day")
    assert rota.hand_over((date(2026, 3, 28) - MONDAY).days) == at(2026, 3, 28, 8)
    assert rota.hand_over((date(2026, 3, 29) - MONDAY).days) == at(2026, 3, 29, 7)


@settings(max_examples=150, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    turn=st.sampled_from(["day", "week"]),
    clock=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    start=st.dates(date(1975, 1, 1), date(2035, 1, 1)),
    people=st.lists(st.sampled_from(["awa", "ben", "caro", "gone"]), min_size=1, max_size=4),
    first=st.integers(-400, 4000),
    spans=st.lists(
        st.tuples(st.integers(-48, 400), st.integers(1, 200), st.sampled_from(["awa", "gone", ""])), max_size=4
    ),
)
def test_there_is_one_person_or_a_named_hole_at_every_moment(
    zone: str,
    turn: str,
    clock: time,
    start: date,
    people: list[str],
    first: int,
    spans: list[tuple[int, int, str]],
) -> None:
    """D13: in every zone and through every change of the clocks the spans follow each other without gap or overlap."""
    rota = a_rota(zone=zone, turn=turn, at=clock, start=start, people=tuple(people))
    begin = datetime.combine(start, time(0), tzinfo=UTC) + timedelta(hours=first)
    end = begin + days(14)
    overrides = tuple(
        an_override(begin + timedelta(hours=h), begin + timedelta(hours=h + n), person=person, number=i)
        for i, (h, n, person) in enumerate(spans, 1)
    )
    roster = Roster(rotas=(rota,), overrides=overrides, known=KNOWN)
    duties = list(roster.duties(rota, begin, end))
    assert duties[0].start == begin
    assert duties[-1].end == end
    assert all(one.end == other.start for one, other in pairwise(duties))
    assert all(duty.start < duty.end and bool(duty.person) != bool(duty.hole) for duty in duties)
    for duty in duties:
        middle = duty.start + (duty.end - duty.start) / 2
        assert roster.on("desk", middle).person == duty.person
        assert duty.person in {*KNOWN, ""}


def test_the_last_word_counts_and_can_be_undone() -> None:
    """A swap of a swap is nothing special."""
    start, end = at(2026, 1, 6, 0), at(2026, 1, 7, 0)
    first, second = an_override(start, end, person="ben"), an_override(start, end, person="caro", number=2)
    assert a_roster(first, second).on("desk", start).person == "caro"
    undone = an_override(start, end, person="caro", number=2, undone_by="Dia")
    assert a_roster(first, undone).on("desk", start).person == "ben"
    assert a_roster(first).on("desk", end).person == "awa"


@pytest.mark.parametrize(
    ("changes", "known", "why"),
    [
        ({"end": date(2026, 1, 20)}, KNOWN, "ended"),
        ({"start": date(2026, 1, 12)}, KNOWN, "not begun"),
        ({}, frozenset({"awa"}), "ben is no longer a recipient"),
    ],
)
def test_a_hole_is_seen_two_weeks_ahead(changes: dict[str, Any], known: frozenset[str], why: str) -> None:
    """D13: a rota that ends, one that has not begun, a person who is gone: each has its name."""
    (hole,) = a_roster(known=known, **changes).holes(at(2026, 1, 8, 0))
    assert why in hole.hole
    assert not hole.person


def test_somebody_may_be_away_with_nobody_instead() -> None:
    """D13: an override to nobody is a hole that says whose word it is."""
    start, end = at(2026, 1, 6, 0), at(2026, 1, 7, 0)
    (hole,) = a_roster(an_override(start, end, person="")).holes(at(2026, 1, 5, 12))
    assert (hole.start, hole.end) == (start, end)
    assert hole.hole == "nobody stands in, says Dia: a swap"


def test_a_rota_that_ends_before_it_begins_is_refused() -> None:
    """It would be one long hole."""
    with pytest.raises(ValidationError, match="end after its start"):
        a_rota(end=MONDAY)


def test_a_calendar_comes_back_as_it_went() -> None:
    """Export and import are each other's opposite, holes and long names included."""
    roster = a_roster(an_override(at(2026, 1, 6, 0), at(2026, 1, 7, 0)), people=("awa", "é" * 60))
    known = Roster(rotas=roster.rotas, overrides=roster.overrides, known=frozenset({*KNOWN, "é" * 60}))
    duties = tuple(known.duties(known.rotas[0], at(2026, 1, 5, 9), at(2026, 1, 19, 9)))
    text = calendar_of(duties, now=at(2026, 1, 5, 0))
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    back = overrides_in(text, rota="desk", zone="UTC", who="Dia", why="w")
    assert [(o.person, o.start, o.end) for o in back] == [(d.person, d.start, d.end) for d in duties]


def _event(*lines: str) -> str:
    return "\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"])


def test_local_times_whole_days_and_alarms_are_read() -> None:
    """As calendars write them: a zone by name, a date alone, an alarm inside."""
    text = _event(
        "SUMMARY:awa",
        "DTSTART;TZID=Europe/Paris:20260301T180000",
        "DTEND;VALUE=DATE:20260303",
        "BEGIN:VALARM",
        "SUMMARY:wake up",
        "DTSTART:20250101T000000Z",
        "END:VALARM",
    )
    (one,) = overrides_in(text, rota="desk", zone="Africa/Bamako", who="Dia", why="w")
    assert (one.person, one.start, one.end) == ("awa", at(2026, 3, 1, 17), at(2026, 3, 3, 0))


def test_a_swap_that_was_cancelled_is_none() -> None:
    """Calendars keep what was called off; nobody is on call by it."""
    called_off = ("SUMMARY:ben", "DTSTART:20260301T180000Z", "DTEND:20260302T180000Z", "STATUS:CANCELLED")
    standing = _event("SUMMARY:awa", "DTSTART:20260303T180000Z", "DTEND:20260304T180000Z", "STATUS:CONFIRMED")
    text = _event(*called_off).replace("END:VCALENDAR", standing.partition("BEGIN:VCALENDAR\n")[2])
    assert [one.person for one in overrides_in(text, rota="desk", zone="UTC", who="Dia", why="w")] == ["awa"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no iCalendar file"),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR", "no event"),
        (_event("SUMMARY:awa", "DTSTART:20260301T180000Z"), "no DTEND"),
        (_event("SUMMARY:awa", "DTSTART:20260301T180000Z", "DTEND:20260301T180000Z"), "ends before"),
        (_event("SUMMARY:awa", "DTSTART:yesterday", "DTEND:20260301T180000Z"), "is no time"),
        (_event("SUMMARY:awa", "DTSTART;TZID=Mars/Base:20260301T180000", "DTEND:20260302T180000Z"), "not known"),
        (_event("SUMMARY:awa", "DTSTART:20260301T180000Z", "DTEND:20260302T180000Z", "RRULE:FREQ=DAILY"), "RRULE"),
    ],
)
def test_a_calendar_that_cannot_be_taken_says_why(text: str, told: str) -> None:
    """Nothing is guessed: what repeats, has no end or no zone is refused with its event."""
    with pytest.raises(CalendarError, match=told):
        overrides_in(text, rota="desk", zone="UTC", who="Dia", why="w")

"""Quiet hours and digests on a recipient's own clocks, through every change of them (S14)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from alerts.quiet import QuietHours
from alerts.rhythms import DAYS, DigestRhythm
from alerts.routes import Recipient
from alerts.spans import local
from indicators.bands import WarningLevel

NIGHT = QuietHours.model_validate({"from": "22:00", "to": "06:00"})
ZONES = st.sampled_from(sorted(available_timezones()))
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
CLOCKS = st.times().map(lambda t: t.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("moment", "zone", "ends"),
    [
        pytest.param("2026-03-01T23:00+00:00", "UTC", "2026-03-02T06:00+00:00", id="evening"),
        pytest.param("2026-03-01T05:59+00:00", "UTC", "2026-03-01T06:00+00:00", id="before dawn"),
        pytest.param("2026-03-01T06:00+00:00", "UTC", None, id="its end is day"),
        pytest.param("2026-03-01T12:00+00:00", "UTC", None, id="noon"),
        pytest.param("2026-03-01T21:30+00:00", "Europe/Paris", "2026-03-02T05:00+00:00", id="night in Paris"),
        pytest.param("2026-03-29T00:30+00:00", "Europe/Paris", "2026-03-29T04:00+00:00", id="a night of one hour less"),
        pytest.param("2026-10-25T00:30+00:00", "Europe/Paris", "2026-10-25T05:00+00:00", id="a night of one hour more"),
    ],
)
def test_the_night_is_the_recipients_own(moment: str, zone: str, ends: str | None) -> None:
    """D16/S14: on the recipient's clocks, on the two nights of the year that are shorter and longer, too."""
    found = NIGHT.end_after(datetime.fromisoformat(moment), zone)
    assert found == (datetime.fromisoformat(ends) if ends else None)


@settings(max_examples=400)
@given(ZONES, MOMENTS, CLOCKS, CLOCKS)
def test_a_night_always_ends(zone: str, moment: datetime, start: time, end: time) -> None:
    """Whatever the zone, the date and the hours: what is held is let go after its moment and within two days."""
    quiet = QuietHours.model_validate({"from": start, "to": end})
    found = quiet.end_after(moment, zone)
    assert found is None or moment < found <= moment + timedelta(hours=49)


@settings(max_examples=400)
@given(ZONES, MOMENTS, CLOCKS, st.sampled_from(["hour", "day", "week"]), st.sampled_from(DAYS))
def test_a_digest_always_comes(zone: str, moment: datetime, at: time, every: str, on: str) -> None:
    """Its next time lies ahead, within an hour, about a day or about a week, and on the day that was asked for."""
    rhythm = DigestRhythm.model_validate({"every": every, "at": at, "on": on})
    due = rhythm.next_after(moment, zone)
    longest = {"hour": timedelta(hours=1), "day": timedelta(days=2, hours=3), "week": timedelta(days=8, hours=3)}
    assert moment < due <= moment + longest[every]
    if every == "week" and local(due, zone).time() == at:
        assert DAYS[local(due, zone).weekday()] == on


def test_what_passes_is_the_recipients_choice() -> None:
    """The gravest always may wake."""
    assert NIGHT.holds(WarningLevel.WARNING)
    assert not NIGHT.holds(WarningLevel.CRITICAL)


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        pytest.param({"quiet": {"from": "25:00", "to": "06:00"}}, 'write a time of day in quotes: "22:00"', id="hour"),
        pytest.param({"quiet": {"from": "22:00"}}, "Field required", id="a night without an end"),
        pytest.param({"zone": "Bamako"}, "write a zone of the time zone database", id="zone"),
        pytest.param({"digest": {"below": "baseline"}}, "holds nothing", id="a digest of nothing"),
        pytest.param({"digest": {"every": "minute"}}, "'hour', 'day' or 'week'", id="rhythm"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_what_to_write(written: dict[str, object], hint: str) -> None:
    """D16: no silence, night or rhythm without an end."""
    with pytest.raises(ValidationError, match=hint):
        Recipient.model_validate({"id": "awa", "channels": {"console": ""}} | written)

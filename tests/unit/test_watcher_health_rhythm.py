"""A source's rhythm is learned from its own weeks: nights and weekends are no alarm, missing days are."""

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.health.diary import HOURS, Diary, hour_of
from watcher.health.rhythm import LONGEST_SILENCE, learned
from watcher.health.week import week_bar

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FLOOR = timedelta(hours=6)

Cadence = Callable[[random.Random, int], bool]
"""Whether the hour of that number, counted from a Monday, brings something new."""


def agency(rng: random.Random, hour: int) -> bool:
    """Day and night, a little less at night."""
    return rng.random() < (0.95 if 6 <= hour % 24 <= 22 else 0.6)


def local_paper(rng: random.Random, hour: int) -> bool:
    """Office hours, nothing at night and next to nothing at weekends."""
    weekday = hour // 24 % 7 < 5
    return 8 <= hour % 24 < 20 and rng.random() < (0.5 if weekday else 0.06)


def bulletin(rng: random.Random, hour: int) -> bool:
    """Once each working day at seven, sometimes an hour late."""
    return hour // 24 % 7 < 5 and hour % 24 == 7 + (random.Random(hour // 24).random() < 0.2) and rng.random() < 0.98


def sparse(rng: random.Random, hour: int) -> bool:
    """Twice a week, at any hour."""
    del hour
    return rng.random() < 2 / 168


def storms() -> Cadence:
    """Hours in which much comes, then a day or two with nothing."""
    on = False

    def cadence(rng: random.Random, hour: int) -> bool:
        nonlocal on
        del hour
        on = rng.random() < (0.8 if on else 0.03)
        return on

    return cadence


def moods() -> Cadence:
    """Gaps of all lengths, most of a few hours, some of two days."""
    due = 0

    def cadence(rng: random.Random, hour: int) -> bool:
        nonlocal due
        if hour < due:
            return False
        due = hour + max(1, int(rng.lognormvariate(1.5, 1.0)))
        return True

    return cadence


CADENCES: dict[str, Callable[[], Cadence]] = {
    "agency": lambda: agency,
    "local paper": lambda: local_paper,
    "bulletin": lambda: bulletin,
    "sparse": lambda: sparse,
    "storms": storms,
    "moods": moods,
}


class _Life(NamedTuple):
    alarms: int
    months: float
    diary: Diary
    heard: datetime
    now: datetime


def _live(cadence: Cadence, *, seed: int, weeks: int, every: int = 1) -> _Life:
    """Watch a source for so many weeks, hour by hour, and count the silences that were called unusual."""
    rng = random.Random(seed)
    diary, heard, last, late = Diary(), MONDAY, None, None
    alarms, watched, told, new = 0, 0, False, False
    now = MONDAY
    for hour in range(weeks * 168):
        now = MONDAY + hour * HOUR
        new = cadence(rng, hour) or new
        if hour % every:
            continue
        diary = diary.note(now, heard=new, since=last)
        last = now
        if new:
            heard, told = now, False
            if late is None or hour % 23 == 0:  # learning at every report would only make the test slower
                rhythm = learned(diary)
            late = rhythm.late_at(now, quiet_after=FLOOR) if rhythm else None
        elif late is not None and now > late and not told:
            alarms, told = alarms + 1, True
        new = False
        watched += every if late else 0
    return _Life(alarms, watched / (30 * 24), diary, heard, now)


@pytest.mark.parametrize("name", CADENCES)
def test_m9_at_most_one_false_alarm_in_a_month_of_a_source(name: str) -> None:
    """Over months of every cadence, with sources that never fail, silence is called unusual once a month at most."""
    lives = [_live(CADENCES[name](), seed=seed, weeks=20, every=every) for seed, every in ((1, 1), (2, 1), (3, 4))]
    assert sum(life.alarms for life in lives) <= sum(life.months for life in lives)
    assert all(life.months > 2 for life in lives)


@pytest.mark.parametrize(
    ("name", "at_most"),
    [("agency", DAY / 2), ("local paper", 3 * DAY), ("bulletin", 5 * DAY + HOUR), ("sparse", 28 * DAY)],
)
def test_m9_a_source_that_stops_is_noticed(name: str, at_most: timedelta) -> None:
    """An agency within half a day, a local paper within three, a bulletin when its third edition is missing."""
    life = _live(CADENCES[name](), seed=7, weeks=9)
    rhythm = learned(life.diary)
    assert rhythm is not None
    starts = [life.now + hour * HOUR for hour in range(168)]
    usual = [when for when in starts if rhythm.hazards[hour_of(when) % 168] > 0.1] or starts
    assert max(rhythm.late_at(when, quiet_after=FLOOR) - when for when in usual) <= at_most


def test_the_night_of_a_local_paper_is_no_alarm() -> None:
    """From the evening of any working day, silence is usual until the next morning at least."""
    rhythm = learned(_live(local_paper, seed=3, weeks=9).diary)
    assert rhythm is not None
    for day in range(5):
        evening = MONDAY + 70 * DAY + day * DAY + 19 * HOUR
        assert rhythm.late_at(evening, quiet_after=FLOOR) > evening + 14 * HOUR


def test_one_long_silence_in_the_past_does_not_make_the_next_one_usual() -> None:
    """Three days in which an agency said nothing are forgotten as an exception, not learned as a habit."""
    life = _live(agency, seed=1, weeks=6)
    diary = life.diary
    for hour in range(1, 73):
        diary = diary.note(life.now + hour * HOUR, heard=False, since=life.now)
    back = life.now + 73 * HOUR
    diary = diary.note(back, heard=True, since=back - HOUR)
    rhythm = learned(diary)
    assert rhythm is not None
    assert rhythm.late_at(back, quiet_after=FLOOR) < back + DAY


def test_the_operators_floor_holds_and_so_does_the_longest_silence() -> None:
    """Never before `quiet_after`, and never later than four weeks."""
    rhythm = learned(_live(agency, seed=1, weeks=3).diary)
    assert rhythm is not None
    assert rhythm.late_at(MONDAY, quiet_after=3 * DAY) == MONDAY + 3 * DAY
    never = learned(_live(sparse, seed=5, weeks=8).diary)
    assert never is None or never.late_at(MONDAY, quiet_after=FLOOR) <= MONDAY + LONGEST_SILENCE + 2 * HOUR


def test_nothing_is_learned_from_a_few_days() -> None:
    """Less than a week watched, or a handful of reports, is no rhythm."""
    assert learned(Diary()) is None
    diary = Diary()
    for hour in range(120):
        diary = diary.note(MONDAY + hour * HOUR, heard=True, since=MONDAY)
    assert learned(diary) is None


# The diary.

_POLLS = st.lists(st.tuples(st.integers(0, 3000), st.booleans()), min_size=1, max_size=60)


@settings(max_examples=200, deadline=None)
@given(_POLLS)
def test_a_diary_says_what_was_noted_and_comes_back_from_text(polls: list[tuple[int, bool]]) -> None:
    """Against a plain set of hours, in order of time; what is older than eight weeks is let go of."""
    diary, plain = Diary(), dict[int, bool]()
    for hour, heard in sorted(polls):
        at = MONDAY + hour * HOUR
        diary = diary.note(at, heard=heard)
        plain[hour_of(at)] = plain.get(hour_of(at), False) or heard
    newest = max(plain)
    expected = tuple(sorted((hour, heard) for hour, heard in plain.items() if hour > newest - HOURS))
    assert diary.hours() == expected
    assert Diary.read(str(diary)) == diary


def test_hours_in_which_we_were_away_are_no_silence() -> None:
    """Only what lies between two polls that follow one another was watched."""
    diary = Diary().note(MONDAY, heard=True).note(MONDAY + 72 * HOUR, heard=True)
    assert len(diary.hours()) == 2
    watched = diary.note(MONDAY + 75 * HOUR, heard=False, since=MONDAY + 72 * HOUR)
    assert len(watched.hours()) == 5


def test_a_clock_that_was_wrong_costs_no_more_than_what_was_learned() -> None:
    """Set back an hour it is noted where it belongs; back from years ahead, the diary begins anew."""
    diary = Diary().note(MONDAY, heard=True).note(MONDAY - HOUR, heard=True)
    assert [hour for hour, _ in diary.hours()] == [hour_of(MONDAY) - 1, hour_of(MONDAY)]
    ahead = diary.note(MONDAY + 400 * DAY, heard=False)
    assert ahead.note(MONDAY + HOUR, heard=True).hours() == ((hour_of(MONDAY) + 1, True),)


def test_the_week_is_seven_bars() -> None:
    """A dot where nobody looked, the lowest bar for a day of nothing, the highest for news in every second hour."""
    diary = Diary()
    for hour in range(48):
        diary = diary.note(MONDAY + hour * HOUR, heard=hour >= 24 and hour % 2 == 0)
    assert week_bar(diary, now=MONDAY + 47 * HOUR) == "·····▁█"


def test_gaps_are_measured_on_the_sources_own_time() -> None:
    """An hour of the night counts for next to nothing, an hour of the day for what it usually brings."""
    rhythm = learned(_live(local_paper, seed=2, weeks=9).diary)
    assert rhythm is not None
    noon, night = rhythm.hazards[hour_of(MONDAY) % 168 + 12], rhythm.hazards[hour_of(MONDAY) % 168 + 2]
    assert math.isclose(noon, 0.5, abs_tol=0.2)
    assert night < noon / 10

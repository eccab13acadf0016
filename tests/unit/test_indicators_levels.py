"""Levels: what a window holds, how it fades, and that being unable to look is not quiet."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from indicators.events import Event
from indicators.levels import Clock, Level, Reading, Span, read_indicator, tracks_of
from indicators.rules import Count, Indicator, While
from tests.builders import START, an_event, an_indicator, days

THOROUGH = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WEEK, HALF_LIFE = 7.0, 14.0
WEEKLY = [6.5 * k for k in range(1, 20)]
CURVE = [(0, 0.0), (0.5, 0.2), (1, 0.4), (2, 0.575), (3, 0.75), (4.5, 0.875), (6, 1.0), (9, 1.0)]


def read(
    at: float, times: Sequence[float] = (), *, blind: Sequence[tuple[float, float | None]] = (), **changes: Any
) -> Reading:
    """Return the reading *at* days after the assessment, with events of value 1 at *times*."""
    spans = tuple(Span(start=START + days(a), end=None if b is None else START + days(b)) for a, b in blind)
    observable = changes.pop("observable", True)
    events = [an_event("convoy_attack", START + days(t), place=f"place {i}") for i, t in enumerate(times)]
    indicator = an_indicator(**changes)
    return read_indicator(indicator, events, clock=Clock(START, spans), now=START + days(at), observable=observable)


def lasting(**changes: Any) -> Indicator:
    """Return an indicator that counts for how many days convoy_attack has stood at level 1."""
    values = {"of": "duration", "thresholds": (30, 90, 180), "half_life_days": 30, "while": {"indicator": "x"}}
    return an_indicator("lasting").model_copy(update={"count": Count.model_validate(values | changes)})


def read_lasting(
    at: float, times: Sequence[float], *, blind: Sequence[tuple[float, float]] = (), baseline: float = 0.0
) -> Reading:
    spans = tuple(Span(start=START + days(a), end=START + days(b)) for a, b in blind)
    events = [an_event("convoy_attack", START + days(t), place=f"place {i}") for i, t in enumerate(times)]
    watched = an_indicator(baseline=baseline)
    return read_duration(lasting(), watched, events, clock=Clock(START, spans), at=START + days(at))


def read_duration(
    indicator: Indicator, watched: Indicator, events: list[Event], *, clock: Clock, at: datetime, sees: bool = True
) -> Reading:
    """Return how long *watched*, whose *events* are given, has held, as a reading of *indicator*."""
    asked = (indicator.count.while_ or While(indicator=watched.id)).model_copy(update={"indicator": watched.id})
    count = indicator.count.model_copy(update={"while_": asked})
    waiting = indicator.model_copy(update={"count": count})
    return tracks_of([watched, waiting], {watched.id: events}, clocks=clock).read(now=at, observable=sees)[1]


@pytest.mark.parametrize(("count", "activation"), CURVE)
def test_the_curve_runs_through_its_thresholds_and_is_flat_after_the_last(count: float, activation: float) -> None:
    """Straight lines from nothing through .40, .75 and 1.00 at the three thresholds."""
    whole = int(count)
    events = [an_event("convoy_attack", START + days(1), place=f"p{i}") for i in range(whole)]
    if count > whole:
        events.append(an_event("convoy_attack", START + days(1), announcement=True))
    reading = read_indicator(an_indicator(), events, clock=Clock(START), now=START + days(2))
    assert reading.count == pytest.approx(count)
    assert reading.activation == pytest.approx(activation)


@pytest.mark.parametrize(
    ("events", "level", "rank"),
    [(0, Level.QUIET, 0), (1, Level.LEVEL_1, 1), (2, Level.LEVEL_1, 1), (3, Level.LEVEL_2, 2), (6, Level.LEVEL_3, 3)],
)
def test_the_level_is_the_number_of_thresholds_reached(events: int, level: Level, rank: int) -> None:
    """Reaching a threshold is enough; passing it is not needed."""
    reading = read(2, [1] * events)
    assert (reading.level, reading.level.rank) == (level, rank)


def test_reports_below_the_first_threshold_are_quiet_but_not_nothing() -> None:
    """Half an event has no level, and yet a part of its activation."""
    event = an_event("convoy_attack", START + days(1), announcement=True)
    reading = read_indicator(an_indicator(), [event], clock=Clock(START), now=START + days(2))
    assert reading.level is Level.QUIET
    assert reading.activation == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("at", "count"),
    [(2.999, 0), (3, 1), (6, 1), (9.999, 1), (10, 0)],
    ids=["before it happened", "the moment it happens", "inside", "the last moment", "one window later"],
)
def test_a_window_holds_an_event_from_its_moment_for_its_length(at: float, count: int) -> None:
    """[t, t + W): the first moment is in, the last is out."""
    assert read(at, [3]).count == count


def test_an_activation_is_held_while_the_window_supports_it_and_then_halves() -> None:
    """No fading inside the window, half of the peak one half-life after it, a quarter after two."""
    peak = read(3, [3]).activation
    assert read(9.9, [3]).activation == peak == pytest.approx(0.4)
    assert not read(9.9, [3]).held
    later = [read(3 + WEEK + n * HALF_LIFE, [3]) for n in (0, 1, 2)]
    assert [r.activation for r in later] == pytest.approx([0.4, 0.2, 0.1])
    assert all(r.held for r in later)


def test_a_fading_peak_is_not_lowered_by_a_smaller_one() -> None:
    """One event on top of a fading level 3 does not bring it down to level 1 at once."""
    six = [3.0] * 6
    assert read(11, [*six, 10.5]).activation == pytest.approx(read(11, six).activation)
    assert read(60, [*six, 10.5]).activation == pytest.approx(read(60, six).activation)


def test_repeating_a_level_does_not_pile_it_up() -> None:
    """Ten weeks at level 1 are activated like one: repetition is not accumulation."""
    assert read(70, [7 * k for k in range(11)]).activation == pytest.approx(0.4)


TIMES = st.lists(st.floats(0, 60, allow_nan=False).map(lambda t: round(t, 3)), max_size=6)


@given(times=TIMES, baseline=st.sampled_from([0.0, 0.4, 0.75]), at=st.floats(0, 120), later=st.floats(0, 60))
@THOROUGH
def test_between_two_changes_of_the_window_an_activation_only_halves(
    times: list[float], baseline: float, at: float, later: float
) -> None:
    """a(t + d) = a(t) x 2^(-d/h) once nothing is in the window; while something is, it never falls faster."""
    cuts = {WEEK, *times, *(t + WEEK for t in times)}
    assume(not any(at - 1e-6 <= cut <= at + later + 1e-6 for cut in cuts))
    before, after = (read(t, times, baseline=baseline) for t in (at, at + later))
    faded = before.activation * 0.5 ** (later / HALF_LIFE)
    supported = before.count > 0 or at < WEEK
    assert after.activation == pytest.approx(faded, abs=1e-12) or (supported and after.activation > faded)
    if not supported:
        assert after.activation == pytest.approx(faded, abs=1e-12)


@given(times=TIMES, baseline=st.sampled_from([0.0, 0.4, 1.0]), at=st.floats(0, 200))
@THOROUGH
def test_activation_and_signal_stay_in_their_ranges(times: list[float], baseline: float, at: float) -> None:
    """0 <= a <= 1 and -b <= u <= 1 - b, whatever happened."""
    reading = read(at, times, baseline=baseline)
    assert 0 <= reading.activation <= 1
    assert reading.signal == reading.activation - baseline


@given(times=TIMES, more=st.floats(0, 60), at=st.floats(0, 200))
@THOROUGH
def test_one_more_event_never_lowers_an_activation(times: list[float], more: float, at: float) -> None:
    """Evidence that something happens is not evidence that it stopped."""
    assert read(at, [*times, more]).activation >= read(at, times).activation - 1e-12


@given(data=st.data(), times=TIMES, at=st.floats(0, 120))
@THOROUGH
def test_the_order_of_arrival_is_irrelevant(data: st.DataObject, times: list[float], at: float) -> None:
    """The same events in any order give an equal reading, to the last bit."""
    events = [an_event("convoy_attack", START + days(t), place=f"p{i}") for i, t in enumerate(times)]
    shuffled = data.draw(st.permutations(events))
    one, other = (
        read_indicator(an_indicator(), order, clock=Clock(START), now=START + days(at)) for order in (events, shuffled)
    )
    assert one == other


def test_the_baseline_stands_until_a_window_has_passed_without_it() -> None:
    """On its date the prior knows the world: no signal then, and a negative one once nothing supports it."""
    signals = [read(t, baseline=0.4).signal for t in (0, WEEK - 0.01, WEEK, WEEK + HALF_LIFE, 1000)]
    assert signals == pytest.approx([0, 0, 0, -0.2, -0.4])


def test_activity_at_the_old_pace_is_no_news() -> None:
    """An indicator that stood at level 1 and goes on at level 1 says nothing new."""
    assert read(30, range(1, 30, 5), baseline=0.4).signal >= 0


def test_events_before_the_assessment_are_known_to_it_already() -> None:
    """They enter neither the count nor the activation."""
    assert read(1, [-0.1, -3]) == read(1)


def test_an_event_of_another_indicator_is_not_read() -> None:
    """Only its own events move an indicator."""
    other = an_event("fuel_shortage", START + days(1))
    assert read_indicator(an_indicator(), [other], clock=Clock(START), now=START + days(2)).count == 0


def test_a_reading_shows_the_events_in_its_window_newest_first() -> None:
    """What a person should read first comes first; a hold on earlier events has nothing to show."""
    assert [(e.when - START) / days(1) for e in read(4, [1, 2, 3]).events] == [3, 2, 1]
    assert [(e.when - START) / days(1) for e in read(9, [1, 2, 3]).events] == [3]
    assert read(40, [1, 2, 3]).events == ()


def test_a_persistence_shows_the_events_that_prolong_it() -> None:
    """They are those of the watched indicator that stand in its window."""
    assert [(e.when - START) / days(1) for e in read_lasting(15, WEEKLY).events] == [13]


# --- not being able to look --------------------------------------------------------------------------


def test_thirty_days_of_silence_lower_what_thirty_blind_days_leave_alone() -> None:
    """Silence with open eyes is news; silence while nobody could look is none."""
    seen = read(30, baseline=0.4)
    unseen = read(30, baseline=0.4, blind=[(0, 30)], observable=False)
    assert seen.signal < -0.1
    assert unseen.signal == 0
    assert (seen.level, unseen.level) == (Level.QUIET, Level.NOT_OBSERVABLE)


def test_a_hold_rests_while_we_are_blind() -> None:
    """A week at level 1, then thirty blind days: the activation is where the clock stopped."""
    assert read(50, [3], blind=[(15, 45)]).activation == pytest.approx(read(20, [3]).activation)
    assert read(50, [3], blind=[(15, None)]).activation == pytest.approx(read(15, [3]).activation)


def test_a_window_does_not_close_over_what_could_not_be_seen() -> None:
    """An event two days before a blind month still counts when we look again."""
    assert read(40, [3], blind=[(5, 38)]).count == 1
    assert read(40, [3]).count == 0


def test_what_is_found_in_spite_of_poor_sight_has_its_level() -> None:
    """Not observable is said of finding nothing, never of something found."""
    assert read(4, [3], observable=False).level is Level.LEVEL_1
    assert read(4, observable=False).level is Level.NOT_OBSERVABLE
    assert Level.NOT_OBSERVABLE.rank == 0


@pytest.mark.parametrize(
    ("blind", "counted"),
    [
        ([], 10),
        ([(2, 5)], 7),
        ([(2, 5), (8, None)], 5),
        ([(-3, 1)], 9),
        ([(12, 15)], 10),
        ([(8, 30)], 8),
        ([(-5, None)], 0),
    ],
)
def test_the_clock_counts_observed_days_since_the_assessment(
    blind: list[tuple[float, float | None]], counted: float
) -> None:
    """On day ten, what was lost to blindness between the assessment and now is not counted."""
    spans = tuple(Span(start=START + days(a), end=None if b is None else START + days(b)) for a, b in blind)
    assert Clock(START, spans).days(START + days(10)) == pytest.approx(counted)


def test_a_span_is_from_its_first_moment_to_before_its_last() -> None:
    """[start, end); an open end goes on."""
    spans = (Span(start=START + days(2), end=START + days(3)), Span(start=START + days(9)))
    blind = [any(span.has(START + days(t)) for span in spans) for t in (1.9, 2, 2.9, 3, 8.9, 9, 99)]
    assert blind == [False, True, True, False, False, True, True]


def test_nothing_is_counted_before_the_start() -> None:
    """The clock of an assessment begins on its date."""
    assert Clock(START).days(START - timedelta(days=1)) == 0


# --- duration ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "level", "activation"),
    [(6, Level.NOT_YET_DUE, 0.0), (21.5, Level.QUIET, 0.2), (36.5, Level.LEVEL_1, 0.4), (96.5, Level.LEVEL_2, 0.75)],
)
def test_a_persistence_grows_with_the_days_it_has_held(at: float, level: Level, activation: float) -> None:
    """Held since day 6.5: fifteen days are half of the first threshold, thirty the whole of it."""
    reading = read_lasting(at, WEEKLY)
    assert reading.level is level
    assert reading.activation == pytest.approx(activation)


def test_a_quiet_week_does_not_restart_a_persistence() -> None:
    """It holds for one half-life after the last supporting window, so a gap shorter than that is bridged."""
    gap = [t for t in WEEKLY if not 30 < t < 45]
    assert read_lasting(80, gap).count == pytest.approx(80 - 6.5)


def test_a_gap_longer_than_a_half_life_restarts_it() -> None:
    """Support ends on day 13.5 and half is lost on day 27.5; what comes on day 40 begins anew."""
    assert read_lasting(27, [6.5]).count == pytest.approx(20.5)
    assert read_lasting(28, [6.5]).count == 0
    assert read_lasting(50, [6.5, 40]).count == pytest.approx(10)


def test_a_persistence_that_has_ended_fades_from_what_it_had_built() -> None:
    """21 days were built up by day 27.5; one half-life later half of their activation is left."""
    built = 0.4 * 21 / 30
    ended = read_lasting(27.5 + 30, [6.5])
    assert ended.activation == pytest.approx(built / 2)
    assert (ended.held, ended.count) == (True, 0)


def test_a_persistence_the_assessment_knew_of_runs_from_its_date() -> None:
    """A baseline at the level asked for counts from day zero, not from the first report after it."""
    assert read_lasting(7, [6.5], baseline=0.4).count == pytest.approx(7)


def test_blind_days_do_not_lengthen_a_persistence() -> None:
    """Nobody saw it hold."""
    assert read_lasting(60, WEEKLY, blind=[(20, 50)]).count == pytest.approx(60 - 6.5 - 30)


def test_a_higher_level_can_be_asked_for() -> None:
    """Level 2 is reached on day 3 with the third event, so the count starts there."""
    duration = lasting(**{"while": {"indicator": "x", "min_level": 2}})
    events = [an_event("convoy_attack", START + days(t)) for t in (1, 2, 3)]
    reading = read_duration(duration, an_indicator(), events, clock=Clock(START), at=START + days(8))
    assert reading.count == pytest.approx(5)


def test_a_persistence_nobody_could_watch_is_not_observable() -> None:
    """The state of the watched indicator is unknown, which is not the same as over."""
    reading = read_duration(lasting(), an_indicator(), [], clock=Clock(START), at=START + days(8), sees=False)
    assert reading.level is Level.NOT_OBSERVABLE

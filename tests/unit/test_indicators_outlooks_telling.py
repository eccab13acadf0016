"""Outlooks as they are told: in percentage points, by a fixed day, and with the confidence they deserve."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from indicators.assessments import Assessment, Forecast, forecasts
from indicators.errors import OutlookError
from indicators.events import Event
from indicators.levels import Level, Reading
from indicators.outlooks import (
    Doubt,
    DoubtKind,
    Estimate,
    Outlook,
    Row,
    RowKind,
    Sureness,
    confidence_of,
    logit,
    p_by_deadline,
    points,
    probability,
)
from indicators.parsing import parse_assessment
from indicators.publishers import Grade, Publisher, Reliability
from tests.builders import START, a_match, a_small_assessment, an_event, an_item, days, small
from tests.drawn import CASES, THOROUGH, Case

# --- percentage points -------------------------------------------------------------------------------


def add_up(shares: tuple[float, ...], change: float) -> bool:
    """Whether *shares* sum to *change*, or to the float that the last bit of the largest of them lets them reach."""
    left = abs(math.fsum([change, *(-share for share in shares)]))
    return math.fsum(shares) == change or left <= math.ulp(max(map(abs, shares)))


@given(case=CASES)
@THOROUGH
def test_points_add_up_to_the_change_of_the_probability_exactly(case: Case) -> None:
    """To the last bit that the largest of them has, from the prior to today; and each row keeps its sign."""
    for estimate in case.view.estimates.values():
        found = points(estimate.rows, estimate.prior, estimate.p)
        assert len(found) == len(estimate.rows)
        if estimate.rows:
            assert add_up(found, estimate.p - estimate.prior)
        for row, share in zip(estimate.rows, found, strict=True):
            assert abs(share) < 1e-9 or (share > 0) == (row.nats > 0)


NATS = st.lists(st.floats(-3, 3).map(lambda n: round(n, 6)), min_size=1, max_size=8)


@given(nats=NATS, before=st.floats(0.01, 0.99))
@THOROUGH
def test_points_are_in_proportion_to_nats(nats: list[float], before: float) -> None:
    """Rows that nearly cancel out do not blow one another up: no row gets more than a quarter point per nat."""
    after = probability(logit(before) + math.fsum(nats))
    rows = [Row(kind=RowKind.INDICATOR, source=str(n), nats=value) for n, value in enumerate(nats)]
    found = points(rows, before, after)
    assert add_up(found, after - before)
    for value, share in zip(nats, found, strict=True):
        assert abs(share) <= abs(value) * 0.2501 + 1e-9


def test_rows_of_another_change_are_refused() -> None:
    """Points that explain a different figure would be worse than none."""
    with pytest.raises(OutlookError, match="do not explain"):
        points([Row(kind=RowKind.INDICATOR, source="a", nats=1.0)], 0.12, 0.12)


# --- a fixed day -------------------------------------------------------------------------------------


def dated(day: date | None) -> Forecast:
    return forecasts(a_small_assessment())[0].model_copy(update={"last_day": day})


PS = st.floats(0.001, 0.999)


@given(p=PS)
@THOROUGH
def test_with_a_whole_horizon_left_a_deadline_asks_the_same_question(p: float) -> None:
    """Ninety days left of ninety: both figures are one. Half of them, twice: one after the other they are it again."""
    closes = START + days(90)
    forecast = dated((closes - days(1)).date())
    whole = p_by_deadline(forecast, p, now=START)
    half = p_by_deadline(forecast, p, now=START + days(45))
    assert whole == pytest.approx(p, rel=1e-9)
    assert half is not None
    assert 1 - (1 - half) ** 2 == pytest.approx(p, rel=1e-9)


@given(p=PS, hours=st.lists(st.integers(0, 24 * 200), min_size=2, max_size=6).map(sorted))
@THOROUGH
def test_silence_alone_lowers_it_until_the_day_is_over(p: float, hours: list[int]) -> None:
    """It never rises while p stays, lies in 0 to 1, and ends in nothing but a ruling."""
    forecast = dated(date(2026, 4, 30))
    closes = datetime(2026, 5, 1, tzinfo=UTC)
    last = 1.0
    for hour in hours:
        now = START + timedelta(hours=hour)
        figure = p_by_deadline(forecast, p, now=now)
        assert (figure is None) == (now >= closes)
        if figure is not None:
            assert 0 < figure <= last
            last = figure


@pytest.mark.parametrize("now", [START, datetime(2027, 1, 1, tzinfo=UTC)], ids=["before", "after"])
def test_a_ruling_stands_in_its_place_on_either_side_of_the_day(now: datetime) -> None:
    """Happened is certain, ruled out is nothing, whatever the model still says."""
    forecast = dated(date(2026, 4, 30))
    assert p_by_deadline(forecast, 0.3, happened=True, now=now) == 1
    assert p_by_deadline(forecast, 0.3, happened=False, now=now) == 0


def test_a_line_without_a_fixed_day_has_no_such_figure() -> None:
    """The rolling horizon is the default."""
    assert p_by_deadline(dated(None), 0.3, now=START) is None


def test_a_yes_no_scenario_can_be_given_a_day_and_its_last_hour_counts() -> None:
    """``deadline: 2026-04-30`` means until that day is over, UTC."""
    text = small().replace("impact: extreme\n", "impact: extreme\n    deadline: 2026-04-30\n")
    scenarios = text[text.index("scenarios:") + len("scenarios:\n") : text.index("indicators:")]
    coup, blockade = forecasts(a_small_assessment(scenarios=scenarios))
    assert coup.closes == datetime(2026, 5, 1, tzinfo=UTC)
    assert blockade.closes is None


def test_a_day_before_the_assessment_is_a_fault_at_its_line() -> None:
    """Nobody can ask in January whether it will happen by December."""
    text = small().replace("impact: extreme\n", "impact: extreme\n    deadline: 2025-12-31\n")
    assessment, (problem,) = parse_assessment(text, name="small.yaml")
    assert assessment is None
    assert "2025-12-31" in problem.what
    assert text.splitlines()[int(problem.where.partition(":")[2]) - 1].strip().startswith("deadline")


# --- confidence --------------------------------------------------------------------------------------

WIRE = Publisher(family="wire", reliability=Reliability.B)
DAILY = Publisher(family="daily", reliability=Reliability.C)
BLOG = Publisher(family="blog", reliability=Reliability.E)


def told_by(*publishers: Publisher, indicator: str = "officer_unrest", place: str = "kolokani") -> Event:
    reports = tuple(a_match(indicator, item=an_item(f"{p.family} {place}"), publisher=p) for p in publishers)
    best = min(p.reliability for p in publishers)
    grade = Grade(reliability=best, credibility=3)
    return an_event(indicator, START, place=place, reports=reports, grade=grade)


def reading(*events: Event, activation: float = 0.5, baseline: float = 0.0) -> Reading:
    return Reading(
        indicator="officer_unrest",
        at=START,
        level=Level.LEVEL_1,
        count=len(events),
        activation=activation,
        baseline=baseline,
        events=events,
    )


def doubts(
    *readings: Reading,
    low: float = 0.21,
    high: float = 0.3,
    coverage: float = 1.0,
    assessment: Assessment | None = None,
) -> list[DoubtKind]:
    rows = (Row(kind=RowKind.INDICATOR, source="officer_unrest", nats=0.8),)
    line = Estimate(key="coup", prior=0.12, p=0.25, low=low, high=high, rows=rows)
    view = Outlook(assessment="small", version="1", at=START, estimates={"coup": line}, coverage=coverage)
    found = confidence_of(assessment or a_small_assessment(), view, "coup", readings)
    assert (found.level is Sureness.LOW) == bool(found.doubts)
    return [doubt.kind for doubt in found.doubts]


TWO = (told_by(WIRE), told_by(DAILY, place="gao"))


def test_confidence_begins_as_moderate() -> None:
    """Two families, good sight, a narrow range: nothing speaks against it."""
    assert doubts(reading(*TWO)) == []


@pytest.mark.parametrize(("coverage", "found"), [(0.59, [DoubtKind.COVERAGE]), (0.6, [])])
def test_it_drops_where_too_few_sources_can_see(coverage: float, found: list[DoubtKind]) -> None:
    """Below the floor, not at it."""
    assert doubts(reading(*TWO), coverage=coverage) == found


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ((told_by(WIRE),), [DoubtKind.ONE_FAMILY]),
        ((told_by(WIRE), told_by(WIRE, place="gao"), told_by(DAILY, place="nara")), [DoubtKind.ONE_FAMILY]),
        ((told_by(WIRE, DAILY),), []),
        ((told_by(WIRE, DAILY), told_by(WIRE, place="gao")), [DoubtKind.ONE_FAMILY]),
        (TWO, []),
    ],
    ids=["one report", "two of three", "both of one event", "three quarters", "half and half"],
)
def test_it_drops_where_one_family_carries_most(events: tuple[Event, ...], found: list[DoubtKind]) -> None:
    """More than 60 % of the evidence; an event that two families report is half of each."""
    assert doubts(reading(*events)) == found


def test_it_drops_where_poor_sources_carry_most() -> None:
    """D, E and F; two blogs of different families are still two blogs."""
    other = replace(BLOG, family="another blog")
    assert doubts(reading(told_by(BLOG), told_by(other, place="gao"))) == [DoubtKind.POOR_SOURCES]


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [(0.21, 0.44, []), (0.19, 0.44, []), (0.19, 0.45, [DoubtKind.WIDE_RANGE]), (0.04, 0.97, [DoubtKind.WIDE_RANGE])],
)
def test_it_drops_where_other_ratings_give_quite_another_word(low: float, high: float, found: list[DoubtKind]) -> None:
    """More than two terms within the range under other ratings."""
    assert doubts(reading(*TWO), low=low, high=high) == found


def test_a_doubt_is_told_in_english_where_there_is_no_other_word_for_it() -> None:
    """A language without its own table is no reason to keep a doubt back."""
    doubt = Doubt(kind=DoubtKind.ONE_FAMILY, value=0.67, family="wire")
    assert doubt.text("bm") == doubt.text("en") == "67 % of the evidence comes from one publisher family, wire"


def test_silence_comes_from_no_family() -> None:
    """A report in a week quieter than the baseline is not the evidence; that there are so few of them is."""
    assert doubts(reading(told_by(WIRE), activation=0.2, baseline=0.75)) == []


def test_what_came_through_a_parent_rests_on_what_moved_the_parent() -> None:
    """A line that only a link moved is as doubtful as the reports behind the other end."""
    line = Estimate(
        key="blockade", prior=0.62, p=0.7, low=0.68, high=0.72, rows=(Row(kind=RowKind.LINK, source="coup", nats=0.3),)
    )
    coup = Estimate(
        key="coup",
        prior=0.12,
        p=0.25,
        low=0.2,
        high=0.3,
        rows=(Row(kind=RowKind.INDICATOR, source="officer_unrest", nats=0.8),),
    )
    view = Outlook(assessment="small", version="1", at=START, estimates={"blockade": line, "coup": coup})
    found = confidence_of(a_small_assessment(), view, "blockade", [reading(told_by(WIRE))])
    assert [doubt.kind for doubt in found.doubts] == [DoubtKind.ONE_FAMILY]
    ruled = replace(view, estimates={"blockade": line, "coup": replace(coup, happened=True)})
    assert confidence_of(a_small_assessment(), ruled, "blockade", [reading(told_by(WIRE))]).doubts == ()


@given(case=CASES, coverage=st.floats(0, 1))
@THOROUGH
def test_no_machine_is_highly_confident(case: Case, coverage: float) -> None:
    """Low exactly where there is a reason, each of which can be said in both languages; never High."""
    view = replace(case.view, coverage=coverage)
    for key in view.estimates:
        found = confidence_of(case.assessment, view, key, case.readings)
        assert found.level is (Sureness.LOW if found.doubts else Sureness.MODERATE)
        assert all("{" not in doubt.text(lang) for doubt in found.doubts for lang in ("en", "fr"))


def test_a_person_may_be_highly_confident_and_says_why() -> None:
    """The name, the reason and the machine's doubts stay beside each other."""
    line = Estimate(key="coup", prior=0.12, p=0.12, low=0.12, high=0.12, rows=())
    view = Outlook(assessment="small", version="1", at=START, estimates={"coup": line}, coverage=0.1)
    found = confidence_of(a_small_assessment(), view, "coup", [])
    high = found.decided(Sureness.HIGH, by="A. Traoré", because="Two embassies confirm it.")
    assert (high.level, high.set_by, high.because) == (Sureness.HIGH, "A. Traoré", "Two embassies confirm it.")
    assert high.doubts == found.doubts != ()
    for by, because in (("", "why"), ("who", " ")):
        with pytest.raises(OutlookError, match="name and a reason"):
            found.decided(Sureness.HIGH, by=by, because=because)


def test_moves_go_out_by_themselves_unless_the_file_says_otherwise() -> None:
    """``moves: reviewed`` is a choice of the desk, and there is no third one."""
    assert a_small_assessment().moves == "automatic"
    assert a_small_assessment(moves="reviewed").moves == "reviewed"
    with pytest.raises(ValidationError):
        Assessment.model_validate(a_small_assessment().model_dump(by_alias=True) | {"moves": "sometimes"})

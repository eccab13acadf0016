"""Calibration: numbers move toward the data as far as the data carry them, and nothing applies itself."""

import math
import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.assessments import Assessment
from indicators.calibration import Proposal, Resolved, applied, proposed, read_forecasts
from indicators.calibration.applying import raised
from indicators.calibration.exchange import exchanged
from indicators.calibration.rates import rates, rating_of, shrunk
from indicators.calibration.resolved import weights
from indicators.calibration.spans import Split, split, usual_begin
from indicators.calibration.temperature import fitted, lowest, total_loss
from indicators.outlooks import log_ratio, logit, probability
from indicators.parsing import parse_assessment
from indicators.rules import Rating
from indicators.written import WrittenFile
from indicators.written.editing import EditError
from tests.builders import START, a_small_assessment, days, mali, small

LATER = START + days(4000)


def a_row(number: int = 0, **changes: Any) -> Resolved:
    """Return a forecast of a coup, the *number*-th of those that do not overlap."""
    values: dict[str, Any] = {
        "scenario": "coup",
        "at": START + days(90 * number),
        "evidence": 1.0,
        "prior": 0.12,
        "outcome": False,
    }
    return Resolved(**(values | changes))


ROWS = st.lists(
    st.builds(
        a_row,
        st.integers(0, 40),
        evidence=st.floats(-3.5, 3.5),
        prior=st.floats(0.01, 0.99),
        outcome=st.booleans(),
        links=st.floats(-2, 2),
    ),
    max_size=40,
)


def test_without_data_the_temperature_is_the_usual_one() -> None:
    """One, with the deviation it began with; rows without evidence are no data either."""
    assert (fitted((), ()).value, fitted((), ()).deviation) == (1.0, 0.5)
    silent = [a_row(n, evidence=0.0, outcome=n % 2 == 0) for n in range(50)]
    assert fitted(silent, [1.0] * 50).value == pytest.approx(1.0, abs=1e-6)


@settings(max_examples=250, deadline=None)
@given(ROWS)
def test_a_temperature_is_bounded_and_the_most_probable_one(rows: list[Resolved]) -> None:
    """Between 0 and 2, and no other value there costs less."""
    counted = [1.0] * len(rows)
    fit = fitted(rows, counted)
    assert 0 <= fit.value <= 2
    assert 0 < fit.deviation <= 0.5

    def cost(t: float) -> float:
        return total_loss(rows, counted, t) + ((t - 1) / 0.5) ** 2 / 2

    assert all(cost(fit.value) <= cost(n / 20) + 1e-9 for n in range(41))


def drawn(temperature: float, count: int, seed: int) -> list[Resolved]:
    """Return forecasts that came out as evidence taken at *temperature* says."""
    draw = random.Random(seed)
    rows: list[Resolved] = []
    for number in range(count):
        evidence, prior = draw.uniform(-3, 3), draw.uniform(0.1, 0.6)
        outcome = draw.random() < probability(logit(prior) + temperature * evidence)
        rows.append(a_row(number, evidence=evidence, prior=prior, outcome=outcome))
    return rows


@settings(max_examples=200, deadline=None, derandomize=True)  # chance may miss: the same draws in every run
@given(st.integers(0, 10**9), st.sampled_from([0.5, 1.0, 1.5]))
def test_enough_forecasts_find_the_temperature_they_were_drawn_with(seed: int, true: float) -> None:
    """Five hundred lead nearer to it than half way to its neighbour."""
    rows = drawn(true, 500, seed)
    assert abs(fitted(rows, [1.0] * 500).value - true) < 0.25 + 0.25 * (true > 1)


def test_few_forecasts_move_the_temperature_less_than_many() -> None:
    """Confident and wrong: five times a little, fifty times a lot."""
    rows = [a_row(n, evidence=2.0, prior=0.5) for n in range(50)]
    few, many = fitted(rows[:2], [1.0] * 2).value, fitted(rows, [1.0] * 50).value
    assert many < few < 1


def test_the_lowest_point_is_found_inside_and_at_either_end() -> None:
    """Golden section on a valley."""
    assert lowest(lambda x: (x - 0.3) ** 2, 0, 2) == pytest.approx(0.3, abs=1e-7)
    assert lowest(lambda x: x, 0, 2) == 0
    assert lowest(lambda x: -x, 0, 2) == 2


@settings(max_examples=250)
@given(st.sampled_from(list(Rating)), st.floats(0, 1), st.integers(1, 500))
def test_a_shrunk_rate_lies_between_rating_and_data_and_more_data_lie_nearer(
    rating: Rating, rate: float, of: int
) -> None:
    """Ten forecasts lead half way."""
    value = shrunk(rating.p, rate * of, of)
    assert min(rating.p, rate) - 1e-12 <= value <= max(rating.p, rate) + 1e-12
    assert abs(shrunk(rating.p, rate * 2 * of, 2 * of) - rate) <= abs(value - rate) + 1e-12
    assert shrunk(rating.p, rate * 10, 10) == pytest.approx((rating.p + rate) / 2)


@pytest.mark.parametrize("rating", list(Rating))
def test_a_rating_without_data_stays_what_it_is(rating: Rating) -> None:
    """The middle of its own range."""
    assert rating_of(shrunk(rating.p, 0, 0)) is rating


def seen(activation: float, outcome: bool, count: int) -> list[Resolved]:
    return [a_row(n, outcome=outcome, activations={"officer_unrest": activation}) for n in range(count)]


def test_a_rate_is_taken_from_the_forecasts_of_its_own_side() -> None:
    """Seen in full in each of 30 coups: [VL, U] rises on one side, and stays on the other."""
    rows = seen(1.0, True, 30)
    (rate,) = rates(a_small_assessment(), rows, [1.0] * 30)
    assert (rate.key, rate.rating, rate.seen, rate.of) == ("if_true", Rating.VERY_LIKELY, 30, 30)
    assert rate.shrunk == pytest.approx((8.75 + 30) / 40)
    assert rate.nearest is Rating.ALMOST_CERTAIN


def test_a_forecast_in_which_an_indicator_could_not_be_observed_says_nothing_of_it() -> None:
    """No activation is not a quiet one."""
    assert rates(a_small_assessment(), [a_row()], [1.0]) == ()
    (rate,) = rates(a_small_assessment(), [*seen(0.0, False, 1), a_row(1)], [1.0, 1.0])
    assert (rate.key, rate.of) == ("if_false", 1)


def test_of_a_state_it_counts_what_is_seen_where_it_held() -> None:
    """Each state is rated by itself."""
    row = a_row(scenario="blockade_status.continues", activations={"truce_or_lifting": 0.5})
    assert rates(mali(), [row], [1.0]) == ()
    (rate,) = rates(mali(), [replace(row, outcome=True)], [1.0])
    assert (rate.scenario, rate.key, rate.seen) == ("blockade_status", "continues", 0.5)


def test_forecasts_that_overlap_share_their_weight() -> None:
    """Weekly ones over 90 days count about as one; those of another scenario do not touch them."""
    weekly = [a_row(at=START + days(7 * n)) for n in range(100)]
    assert sum(weights(weekly, a_small_assessment())) == pytest.approx(700 / 90, rel=0.15)
    apart = [a_row(0), a_row(1), a_row(0, scenario="blockade")]
    assert weights(apart, a_small_assessment()) == (1.0, 1.0, 1.0)


@settings(max_examples=200)
@given(st.lists(st.integers(0, 2000), max_size=40), st.integers(0, 2000))
def test_what_is_fitted_on_ended_before_what_is_tested_on_began(starts: list[int], begin: int) -> None:
    """A forecast that was open at the border is on neither side, and none is lost."""
    rows = [a_row(at=START + days(n)) for n in starts]
    parts = split(rows, a_small_assessment(), START + days(begin))
    assert all(row.at + days(90) <= parts.begin for row in parts.fit)
    assert all(row.at >= parts.begin for row in parts.test)
    assert len(parts.fit) + len(parts.test) + parts.between == len(rows)


def test_the_last_third_is_kept_where_nobody_says_otherwise() -> None:
    """Of the time, not of the rows."""
    assert usual_begin([a_row(at=START), a_row(at=START + days(300)), a_row(at=START + days(3))]) == START + days(200)
    with pytest.raises(ValueError, match="no forecasts"):
        usual_begin([])


HEAD = "scenario,at,evidence_nats,prior,outcome"


def test_a_file_of_forecasts_is_read_by_time() -> None:
    """With links, activations, empty cells, and times without a zone as UTC."""
    text = (
        f"{HEAD},link_nats,officer_unrest\ncoup,2026-02-01T06:00:00+01:00,0.5,0.12,1,-0.2,0.75\n\n"
        "blockade,2026-01-01,0,0.62,0,,\n"
    )
    rows, problems = read_forecasts(text, a_small_assessment(), name="f.csv")
    assert not problems
    assert [row.scenario for row in rows] == ["blockade", "coup"]
    assert rows[0].activations == {}
    assert rows[1] == Resolved(
        scenario="coup",
        at=datetime(2026, 2, 1, 5, tzinfo=UTC),
        evidence=0.5,
        prior=0.12,
        outcome=True,
        links=-0.2,
        activations={"officer_unrest": 0.75},
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("scenario,at\n", "f.csv:1: error: no column evidence_nats, prior, outcome"),
        (f"{HEAD},officer\n", "f.csv:1: error: the column 'officer' is no indicator of small"),
        (f"{HEAD},prior\n", "the column prior stands there twice"),
        (f"{HEAD}\nputsch,2026-01-01,0,0.1,0\n", "f.csv:2: error: no scenario 'putsch'"),
        (f"{HEAD}\ncoup,soon,0,0.1,0\n", "at 'soon': write a day"),
        (f"{HEAD}\ncoup,2026-01-01,much,0.1,0\n", "evidence_nats 'much': write a number"),
        (f"{HEAD}\ncoup,2026-01-01,nan,0.1,0\n", "evidence_nats 'nan': write a number"),
        (f"{HEAD}\ncoup,2026-01-01,0,1,0\n", "prior: write a probability above 0 and below 1"),
        (f"{HEAD}\ncoup,2026-01-01,0,0.1,yes\n", "outcome 'yes': write 1"),
        (f"{HEAD}\ncoup,2026-01-01,0,0.1\n", "4 cells, 5 columns"),
        (f"{HEAD},officer_unrest\ncoup,2026-01-01,0,0.1,0,7\n", "officer_unrest '7': write a number from 0 to 1"),
    ],
)
def test_a_fault_in_the_forecasts_is_named_with_its_line(text: str, what: str) -> None:
    """And what to write instead."""
    rows, problems = read_forecasts(text, a_small_assessment(), name="f.csv")
    assert not rows
    assert what in str(problems[0])


def a_split(rows: list[Resolved], test: tuple[Resolved, ...] = ()) -> Split:
    return Split(begin=LATER, fit=tuple(rows), test=test, between=0)


def a_proposal(assessment: Assessment | None = None, rows: list[Resolved] | None = None) -> Proposal:
    known = assessment or a_small_assessment()
    return proposed(known, a_split(rows or seen(1.0, True, 30)), made=LATER, file="small.yaml", data="f.csv")


def test_a_proposal_has_old_and_new_value_the_data_and_who_decides() -> None:
    """The rating that changes, the temperature of its family, and both losses."""
    told = a_proposal()
    (change,) = told.ratings
    assert (change.indicator, change.scenario, change.key) == ("officer_unrest", "coup", "if_true")
    assert (change.old, change.new, change.rate) == (Rating.VERY_LIKELY, Rating.ALMOST_CERTAIN, 1.0)
    (one,) = told.temperatures
    assert (one.family, one.old, one.forecasts, one.worth, one.happened) == ("binary", 1.0, 30, 30.0, 30)
    assert one.new > 1
    assert one.fit.new < one.fit.old
    assert one.test is None
    assert told.decides == "tests"
    assert told.decision is None


def test_a_proposal_says_what_it_did_not_do() -> None:
    """No curve from thirty forecasts, no test without a test span, no rating and temperature together."""
    notes = " ".join(a_proposal().notes)
    assert "no isotonic curve was fitted: 30 forecasts worth 30 without overlap; 200 are needed" in notes
    assert "nothing was tested" in notes
    assert "fitted with the ratings as they are" in notes


def test_the_test_span_is_scored_and_never_fitted() -> None:
    """Other outcomes there change the score and no proposed number."""
    fit = drawn(0.5, 60, 1)
    good, bad = (
        proposed(
            a_small_assessment(),
            a_split(fit, tuple(a_row(at=LATER, outcome=outcome, evidence=2.0) for _ in range(9))),
            made=LATER,
            file="x",
            data="y",
        )
        for outcome in (True, False)
    )
    assert good.temperatures[0].new == bad.temperatures[0].new
    assert good.temperatures[0].test != bad.temperatures[0].test


def test_yes_no_and_exclusive_scenarios_have_a_temperature_each() -> None:
    """Evidence enters them by different formulas."""
    rows = [a_row(scenario="coup_attempt"), a_row(scenario="blockade_status.continues", outcome=True)]
    told = a_proposal(mali(), rows)
    assert [one.family for one in told.temperatures] == ["binary", "exclusive"]
    assert told.temperatures[0].new < 1 < told.temperatures[1].new


def test_a_rating_that_would_turn_an_indicator_round_says_so() -> None:
    """Seen before no coup and whenever there was none."""
    rows = [*seen(0.0, True, 40), *[replace(row, at=row.at + days(5000)) for row in seen(1.0, False, 40)]]
    assert {change.note for change in a_proposal(rows=rows).ratings} == {"with it the indicator turns round"}


def test_a_proposal_reads_back_as_it_was_written() -> None:
    """It goes to a person as a file, and comes back as one."""
    told = a_proposal()
    again, problems = WrittenFile(told.written(), name="p.yaml").read(Proposal)
    assert not problems
    assert again == told
    assert told.written().startswith("# A proposal: nothing here holds before a person applies it")


def decided(text: str, proposal: Proposal | None = None, **changes: str) -> Any:
    assessment, problems = parse_assessment(text, name="small.yaml")
    assert assessment is not None, problems
    values = {"by": "A. Analyst", "why": "thirty coups", "version": "2"} | changes
    return applied(text, assessment, proposal or a_proposal(), at=LATER, **values)


COMMENTED = small().replace(
    "    effects: {coup: [VL, U]}", "    # the paper rates it so\n    effects: {coup: [ VL , U]} # asked Moussa"
)


def test_applying_changes_the_word_and_the_version_and_keeps_every_other_byte() -> None:
    """Comments, order, odd spaces, and who decided beside it."""
    told = a_proposal()
    done = decided(COMMENTED, told.model_copy(update={"temperatures": ()}))
    wanted = COMMENTED.replace("[ VL , U]} # asked", "[ AC , U]} # asked").replace('version: "1"', 'version: "2"')
    assert done.text == wanted
    assert (done.proposal.decision.by, done.proposal.decision.version) == ("A. Analyst", "2")
    assert done.proposal.decision.at == LATER


def test_applying_finds_a_rating_however_it_is_written() -> None:
    """As a list, as a table in braces, as one key a line."""
    braces = small().replace("{coup: [VL, U]}", "{coup: {if_true: VL, if_false: U}}")
    lines = small().replace("{coup: [VL, U]}", '\n      coup:\n        if_true: "VL" # so\n        if_false: U')
    assert "{if_true: AC, if_false: U}" in decided(braces).text
    assert "if_true: AC # so\n" in decided(lines).text


def test_a_temperature_is_written_where_the_file_has_no_model_of_its_own() -> None:
    """The outlook then weighs every rating of that family by it."""
    done = decided(small())
    after, problems = parse_assessment(done.text, name="small")
    assert after is not None, problems
    (new,) = done.proposal.temperatures
    assert after.model.temperatures == {"binary": new.new}
    assert done.proposal.decision is not None
    assert done.proposal.decision.waiting == ()
    cold = after.model_copy(update={"model": after.model.model_copy(update={"temperatures": {}})})
    ratios = [log_ratio(a, a.indicators[1], "coup", None) for a in (cold, after)]
    assert ratios[1] == pytest.approx(min(ratios[0] * new.new, after.model.cap_indicator))


def test_a_temperature_waits_for_a_hand_where_the_file_has_a_model() -> None:
    """Its own numbers are not touched, and the record says what to write."""
    done = decided(small() + "model: {group_factor: 0.4}\n")
    assert done.proposal.decision is not None
    (told,) = done.proposal.decision.waiting
    assert told.startswith("the temperature of the binary family, 1 -> ")
    assert "model: {group_factor: 0.4}" in done.text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"version": "1"}, "raise the version: '1' is not later than '1'"),
        ({"version": "0.9"}, "raise the version"),
        ({"by": " "}, "say who decides and why"),
        ({"why": ""}, "say who decides and why"),
    ],
)
def test_nothing_is_applied_without_a_name_a_reason_and_a_higher_version(changes: dict[str, Any], why: str) -> None:
    """Each is asked for."""
    with pytest.raises(EditError, match=why):
        decided(small(), **changes)


def test_a_proposal_that_does_not_fit_is_refused() -> None:
    """Another version, applied before, a rating that changed since, or nothing that can be written."""
    told = a_proposal()
    with pytest.raises(EditError, match="made for small 1, the file has small 3"):
        decided(small(version='"3"'), told, version="4")
    with pytest.raises(EditError, match="applied before, by A"):
        decided(small(), decided(small()).proposal)
    with pytest.raises(EditError, match=r"its rating of coup \(if_true\) is no longer VL"):
        decided(small().replace("effects: {coup: [VL, U]}", "effects: {coup: [L, U]}"), told)
    with pytest.raises(EditError, match="it changes no rating and no temperature"):
        decided(small(), told.model_copy(update={"ratings": (), "temperatures": ()}))


@pytest.mark.parametrize(
    ("old", "new", "later"),
    [("1", "2", True), ("1.9", "1.10", True), ("2", "1.9", False), ("1", "1", False), ("draft", "final", True)],
)
def test_a_version_is_later_by_its_numbers(old: str, new: str, later: bool) -> None:
    """Or, without numbers, if it is another one."""
    assert raised(old, new) is later


def test_a_word_that_other_places_share_is_not_exchanged() -> None:
    """Nor one that is not there, nor a whole list."""
    text = "a: &x {b: VL}\nc: *x\n"
    with pytest.raises(EditError, match="without changing more"):
        exchanged(text, {("a", "b"): "AC"})
    with pytest.raises(EditError, match="without changing more"):
        exchanged(text, {("c", "b"): "AC"})
    with pytest.raises(EditError, match="the file has no"):
        exchanged(text, {("a", "z"): "AC"})
    with pytest.raises(EditError, match="not a single word"):
        exchanged("a: [VL, U]\n", {("a",): "AC"})


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(list(Rating)), min_size=2, max_size=2))
def test_any_two_words_of_one_list_are_exchanged_at_once(words: list[Rating]) -> None:
    """Longer and shorter ones."""
    text = "# head\na: [VL, U] # tail\nb: 1\n"
    after = exchanged(text, {("a", "if_true"): str(words[0]), ("a", "if_false"): str(words[1])})
    assert after == f"# head\na: [{words[0]}, {words[1]}] # tail\nb: 1\n"


def test_losses_are_finite_however_sure_somebody_was() -> None:
    """Wrong at one in ten thousand million."""
    assert math.isfinite(total_loss([a_row(evidence=50.0, prior=0.5)], [1.0], 2.0))
    assert total_loss([a_row(evidence=0.0, prior=0.5)], [1.0], 1.0) == pytest.approx(math.log(2))

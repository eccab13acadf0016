"""Outlooks, computed quickly: equal to the definition read straight off the file, and never from bad numbers."""

import gc
import math
import weakref
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.assessments import Assessment, forecasts
from indicators.checks import faults_of
from indicators.errors import IndicatorsError, OutlookError, Severity
from indicators.kept import once_for_each
from indicators.levels import Level, Reading
from indicators.outlooks import Estimates, RowKind, outlook
from tests import reference_outlook
from tests.builders import START, a_small_assessment, days, mali
from tests.drawn import CASES, THOROUGH, Case, a_file, a_link, a_question, judged


def a_reading(indicator: str, activation: float = 0.5, baseline: float = 0.0) -> Reading:
    level = Level.LEVEL_1
    return Reading(indicator=indicator, at=START, level=level, count=1, activation=activation, baseline=baseline)


@given(case=CASES, data=st.data())
@THOROUGH
def test_every_figure_is_the_definitions(case: Case, data: st.DataObject) -> None:
    """p, range and rows equal those of the plain implementation, whatever a person has ruled."""
    keys = st.sampled_from([f.key for f in forecasts(case.assessment)])
    ruled = data.draw(st.dictionaries(keys, st.booleans(), max_size=2))
    now = START + days(case.at)
    quick = outlook(case.assessment, case.readings, now=now, happened=ruled)
    plain = reference_outlook.outlook(case.assessment, case.readings, now=now, happened=ruled)
    assert list(quick.estimates) == list(plain.estimates)
    for one, other in zip(quick.estimates.values(), plain.estimates.values(), strict=True):
        assert (one.p, one.low, one.high) == pytest.approx((other.p, other.low, other.high), abs=1e-12, rel=0)
        assert (one.key, one.prior, one.happened) == (other.key, other.prior, other.happened)
        wanted = {row.key: row.nats for row in other.rows}
        assert {row.key: row.nats for row in one.rows} == pytest.approx(wanted, abs=1e-12, rel=1e-12)


@given(case=CASES, data=st.data())
@THOROUGH
def test_what_raises_a_line_can_be_told_without_its_ledger(case: Case, data: st.DataObject) -> None:
    """Whoever asks first, for figures, for what raises a line, for its rows: the same as when all is written out."""
    names = [i.id for i in case.assessment.indicators]
    scale = data.draw(st.sampled_from([1.0, 1.0, 1e-3, 1e-6, 1e-9, 1e-12]), label="how faint it is")
    readings = [replace(r, activation=r.baseline + scale * r.signal) for r in case.readings]
    asked = data.draw(st.sets(st.sampled_from(names)))
    view = outlook(case.assessment, readings, now=START + days(case.at))
    raised = {key: Estimates.of(view.estimates).raised_by(key, asked) for key in view.figures}
    written = dict(outlook(case.assessment, readings, now=START + days(case.at)).estimates)
    assert dict(view.estimates) == written
    assert view.figures == {key: e.p for key, e in written.items()} == Estimates.of(written).figures
    assert raised == {key: Estimates.of(written).raised_by(key, asked) for key in written}


LOUD = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=35, max_size=35)


@given(drawn=LOUD)
@THOROUGH
def test_the_shipped_assessment_too(drawn: list[tuple[float, float]]) -> None:
    """Any activations over any baselines of its 35 indicators."""
    readings = [a_reading(i.id, *levels) for i, levels in zip(mali().indicators, drawn, strict=True)]
    quick = outlook(mali(), readings, now=START).estimates
    plain = reference_outlook.outlook(mali(), readings, now=START).estimates
    for key, one in quick.items():
        other = plain[key]
        assert (one.p, one.low, one.high) == pytest.approx((other.p, other.low, other.high), abs=1e-12, rel=0)


# --- bounds that meet --------------------------------------------------------------------------------


def bounded(attempt: float, part: float, success: float) -> Assessment:
    """Return an assessment where *success* is at least *part* and at most *attempt*, which evidence can part."""
    scenarios = [
        a_question("attempt", attempt),
        a_question("part", part),
        a_question("success", success, at_least_max_of=["part"], at_most="attempt"),
    ]
    file = a_file((0, 0), 1, 2, (0.0,)) | {"scenarios": scenarios}
    for indicator, target, effect in zip(
        file["indicators"], ("part", "attempt"), (["AC", "NC"], ["NC", "AC"]), strict=True
    ):
        indicator |= {"effects": {target: effect}, "direct_reason": {}}
    return Assessment.model_validate(file)


@given(attempt=st.integers(10, 90), below=st.integers(1, 9), loud=st.floats(0, 1), quiet=st.floats(0, 1))
@THOROUGH
def test_where_floor_and_ceiling_contradict_each_other_the_ceiling_holds(
    attempt: int, below: int, loud: float, quiet: float
) -> None:
    """Nothing is likelier than what it needs; the floor holds wherever it lies below the ceiling."""
    p = attempt / 100
    assessment = bounded(p, p * below / 10, p * below / 10)
    found = outlook(assessment, [a_reading("i0", loud), a_reading("i1", quiet)], now=START).estimates
    assert found["success"].p <= found["attempt"].p + 1e-12
    assert found["success"].p >= min(found["part"].p, found["attempt"].p) - 1e-12
    assert found["success"].change == pytest.approx(
        math.log(found["success"].p / (1 - found["success"].p)) - math.log(p * below / 10 / (1 - p * below / 10)),
        abs=1e-9,
    )


# --- numbers that no outlook can be made of ----------------------------------------------------------


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("where", ["activation", "baseline"])
def test_a_signal_that_is_no_number_is_refused_by_name(wrong: float, where: str) -> None:
    """It would spread to every line; the message names the indicator."""
    broken = replace(a_reading("officer_unrest"), **{where: wrong})  # type: ignore[arg-type]
    with pytest.raises(OutlookError, match="officer_unrest"):
        outlook(a_small_assessment(), [broken], now=START)


def test_a_coverage_that_is_no_number_is_refused() -> None:
    """Compared with the floor it would always seem good enough."""
    with pytest.raises(OutlookError, match="coverage is nan"):
        outlook(a_small_assessment(), [], now=START, coverage=math.nan)


def with_scenarios(*scenarios: dict[str, Any]) -> Assessment:
    file = a_file((0, 0), 1, 2, (0.0,)) | {"scenarios": list(scenarios)}
    for indicator in file["indicators"]:
        indicator |= {"effects": {"one": ["VL", "U"]}, "direct_reason": {}}
    return Assessment.model_validate(file)


def linked_ring(length: int) -> Assessment:
    names = ["one", *(f"q{n}" for n in range(1, length))]
    return with_scenarios(
        *(a_question(a, 0.3, links=[a_link(b, 0.3, 0.3, 0.5)]) for a, b in pairwise([*names, names[0]]))
    )


def states(*priors: float) -> dict[str, Any]:
    parts = [{"id": f"s{n}", "name": "s", "prior": {**a_question("x", p)["prior"]}} for n, p in enumerate(priors)]
    question = a_question("set", 0.5, kind="exclusive", states=parts)
    del question["prior"]
    return question


BAD = [
    pytest.param(linked_ring(2), "circle", id="two scenarios that wait for each other"),
    pytest.param(linked_ring(4), "circle", id="four in a ring"),
    pytest.param(
        with_scenarios(
            a_question("one", 0.1, links=[{"parent": "two", "p_if": 0.9, "statements": ["S1"]}]), a_question("two", 0.5)
        ),
        "p_if",
        id="a conditional that leaves less than nothing for the other case",
    ),
    pytest.param(
        with_scenarios(
            a_question("one", 0.9, links=[{"parent": "two", "p_if": 0.1, "statements": ["S1"]}]), a_question("two", 0.5)
        ),
        "p_if",
        id="a conditional that asks for more than certainty otherwise",
    ),
    pytest.param(with_scenarios(a_question("one", 0.3), states(0.5, 0.4)), "add up", id="states that add up to 0.9"),
    pytest.param(with_scenarios(a_question("one", 0.3), states(0.7, 0.4)), "add up", id="states that add up to 1.1"),
    pytest.param(
        with_scenarios(a_question("one", 0.3, links=[{"parent": "ghost", "p_if": 0.5, "statements": ["S1"]}])),
        "ghost",
        id="a parent that is not there",
    ),
]


@pytest.mark.parametrize(("assessment", "said"), BAD)
def test_numbers_that_contradict_one_another_are_refused_with_a_reason(assessment: Assessment, said: str) -> None:
    """A typed error, which is also a ValueError, instead of a figure."""
    with pytest.raises(OutlookError, match=said) as caught:
        outlook(assessment, [], now=START)
    assert isinstance(caught.value, IndicatorsError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(("assessment", "said"), BAD)
def test_the_same_is_found_when_the_file_is_read(assessment: Assessment, said: str) -> None:
    """What the engine refuses an analyst is told beforehand, at its line."""
    del said
    assert [f for f in faults_of(assessment, proven=False) if f.severity is Severity.ERROR]


# --- worked out once ---------------------------------------------------------------------------------


def test_a_changed_copy_is_computed_anew() -> None:
    """What was worked out for a file does not stick to the draft made from it."""
    first = a_small_assessment()
    reading = a_reading("officer_unrest", 1.0)
    before = outlook(first, [reading], now=START).estimates["coup"].p
    weaker = first.indicators[1].model_copy(update={"effects": {"coup": first.indicators[0].effects["blockade"]}})
    assert (
        outlook(first.model_copy(update={"indicators": (weaker,)}), [reading], now=START).estimates["coup"].p == before
    )
    model = first.model.model_copy(update={"cap_total": 0.1})
    assert outlook(first.model_copy(update={"model": model}), [reading], now=START).estimates["coup"].p < before
    assert forecasts(first) is forecasts(first)
    assert forecasts(first.model_copy()) is not forecasts(first)


def test_what_was_worked_out_goes_with_its_object() -> None:
    """A daemon that reads its file again every hour does not grow."""

    class Thing:
        pass

    class Answer:
        pass

    answered = once_for_each(lambda thing: Answer())  # noqa: ARG005 - any answer will do
    thing = Thing()
    answer = weakref.ref(answered(thing))
    assert answer() is answered(thing)
    del thing
    gc.collect()
    assert answer() is None


def test_a_row_of_every_kind_is_compared() -> None:
    """The shipped assessment has indicators and links, the drawn ones bounds: the comparison reaches them all."""
    view = judged(mali(), (), 30)
    assert {row.kind for e in view.estimates.values() for row in e.rows} >= {RowKind.INDICATOR, RowKind.LINK}

"""What would change our mind: the named sets do it, nothing smaller does, and none is overlooked."""

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, combinations, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.assessments import Assessment, forecasts
from indicators.bands import band_of
from indicators.levels import Level, Reading
from indicators.outlooks import Change, Outlook, Turning, change_our_mind, outlook, with_levels
from indicators.rules import Indicator
from tests.builders import START, a_small_assessment, an_event, mali
from tests.drawn import CASES, SMALL_CASES, THOROUGH, Case, judged

LEVELS = (Level.QUIET, Level.LEVEL_1, Level.LEVEL_2, Level.LEVEL_3)


def after(
    assessment: Assessment,
    readings: tuple[Reading, ...],
    changes: Iterable[Change],
    ruled: Mapping[str, bool] | None = None,
) -> Outlook:
    return outlook(assessment, with_levels(assessment, readings, changes), now=START, happened=ruled)


def crosses(turning: Turning, p: float) -> bool:
    assert turning.edge is not None
    return p >= turning.edge if turning.rises else p < turning.edge


def parts_of(changes: tuple[Change, ...]) -> Iterator[tuple[Change, ...]]:
    return chain.from_iterable(combinations(changes, n) for n in range(len(changes)))


@given(case=CASES)
@THOROUGH
def test_a_named_set_does_it_and_no_part_of_it_does(case: Case) -> None:
    """Asked of the outlook itself: the set crosses the edge with the figure it says, its subsets do not."""
    for both in change_our_mind(case.assessment, case.readings).values():
        for turning in both:
            for way in turning.ways:
                assert after(case.assessment, case.readings, way.changes).estimates[turning.key].p == way.p
                assert crosses(turning, way.p)
                for part in parts_of(way.changes):
                    p = after(case.assessment, case.readings, part).estimates[turning.key].p
                    assert not crosses(turning, p)


def possible(indicator: Indicator, reading: Reading) -> list[Change]:
    """Return every level it could go to: another one, or its own if only a memory stands above it."""
    weights = (0.0, *indicator.count.weights)
    return [
        Change(indicator=indicator.id, before=reading.level, level=level)
        for level, weight in zip(LEVELS, weights, strict=True)
        if abs(weight - reading.activation) > 1e-9
        and (level.rank != reading.level.rank or reading.held or level is Level.QUIET)
    ]


def cost(assessment: Assessment, readings: dict[str, Reading], changes: Iterable[Change]) -> tuple[int, float]:
    steps, shift = 0, 0.0
    for change in changes:
        now = readings[change.indicator]
        weight = (0.0, *assessment.indicator(change.indicator).count.weights)[change.level.rank]
        steps += abs(change.level.rank - now.level.rank)
        shift += abs(weight - now.activation)
    return steps, shift


@given(case=SMALL_CASES, data=st.data())
@THOROUGH
def test_no_set_of_up_to_three_is_overlooked(case: Case, data: st.DataObject) -> None:
    """Against every combination of levels of up to three indicators, tried one by one, with and without rulings."""
    keys = st.sampled_from([f.key for f in forecasts(case.assessment)])
    ruled = data.draw(st.dictionaries(keys, st.booleans(), max_size=2))
    readings = {r.indicator: r for r in case.readings}
    options = {i.id: possible(i, readings[i.id]) for i in case.assessment.indicators}
    tried = {
        changes: after(case.assessment, case.readings, changes, ruled).estimates
        for size in (1, 2, 3)
        for names in combinations(sorted(options), size)
        for changes in product(*(options[name] for name in names))
    }
    for turning in chain.from_iterable(
        change_our_mind(case.assessment, case.readings, happened=ruled, most=10_000).values()
    ):
        if turning.edge is None:
            continue
        doing: dict[frozenset[str], tuple[int, float]] = {}
        for changes, estimates in tried.items():
            if crosses(turning, estimates[turning.key].p):
                names = frozenset(c.indicator for c in changes)
                doing[names] = min(doing.get(names, (99, 0.0)), cost(case.assessment, readings, changes))
        smallest = {names for names in doing if not any(other < names for other in doing)}
        assert {frozenset(c.indicator for c in way.changes) for way in turning.ways} == smallest
        assert turning.more == 0
        for way in turning.ways:
            got = cost(case.assessment, readings, way.changes)
            wanted = doing[frozenset(c.indicator for c in way.changes)]
            assert got[0] == wanted[0]
            assert got[1] == pytest.approx(wanted[1], abs=1e-9)


@given(case=CASES, most=st.integers(0, 4))
@THOROUGH
def test_few_are_named_in_order_and_the_others_are_counted(case: Case, most: int) -> None:
    """The first of all, smallest first, then nearest; named and counted together are all there are."""
    readings = {r.indicator: r for r in case.readings}
    everything = change_our_mind(case.assessment, case.readings, most=10_000)
    for key, both in change_our_mind(case.assessment, case.readings, most=most).items():
        for few, whole in zip(both, everything[key], strict=True):
            assert few.ways == whole.ways[:most]
            assert len(few.ways) + few.more == len(whole.ways)
            order = [(len(way.changes), *cost(case.assessment, readings, way.changes)) for way in whole.ways]
            assert all(a[:2] < b[:2] or a[2] <= b[2] + 1e-9 for a, b in pairwise(order))


@given(case=CASES)
@THOROUGH
def test_edges_are_those_of_the_word_that_the_figure_has_now(case: Case) -> None:
    """Up: where the next term begins. Down: where this one does."""
    scale = case.assessment.scale
    for key, (up, down) in change_our_mind(case.assessment, case.readings, most=0).items():
        band = band_of(case.view.estimates[key].p, scale)
        assert up.edge == (scale[band + 1].low if band + 1 < len(scale) else None)
        assert down.edge == (scale[band].low or None)


def test_what_cannot_be_done_is_said_in_words() -> None:
    """No set of three, no further term, and a person's ruling are three different things."""
    assessment = a_small_assessment()
    readings = judged_readings(assessment)
    up, down = change_our_mind(assessment, readings)["coup"]
    assert up.note() == ""
    assert [c.level for c in up.ways[0].changes] == [Level.LEVEL_2]
    assert (down.ways, down.note()) == ((), "no set of up to three indicators does")
    assert down.note("fr") == "aucun ensemble de trois indicateurs au plus n'y suffit"
    ruled = change_our_mind(assessment, readings, happened={"coup": True})["coup"]
    assert [t.note() for t in ruled] == ["a person has ruled on it"] * 2
    rare = change_our_mind(mali(), judged_readings(mali()))["capture_attempt"][1]
    assert rare.note() == "there is no lower term"
    assert change_our_mind(mali(), judged_readings(mali()), most=1)["capture_attempt"][0].note().startswith("and ")


def judged_readings(assessment: Assessment) -> tuple[Reading, ...]:
    return Case(assessment, (), (assessment.start - START).days).readings


def test_a_level_that_is_only_remembered_may_fade() -> None:
    """From quiet to quiet: what it showed before goes, which is the likeliest change of all."""
    assessment = a_small_assessment()
    events = tuple(an_event("officer_unrest", START, place=str(n)) for n in range(4))
    case = Case(assessment, events, 31)
    assert judged(assessment, events, 31).estimates["coup"].p > 0.2
    (way,) = change_our_mind(assessment, case.readings)["coup"][1].ways
    assert way.changes == (Change(indicator="officer_unrest", before=Level.QUIET, level=Level.QUIET),)
    assert math.isclose(way.p, 0.12)

"""How much of what one line's indicators need can be seen."""

import pytest

from indicators.assessments import forecasts
from indicators.evaluation import State
from indicators.sight import EVERYWHERE, Sight
from tests.builders import mali
from watcher.showing.line_sight import line_sight

LINE = next(f for f in forecasts(mali()) if f.scenario == "fama_degraded")
BEARING = [i for i in mali().indicators if "fama_degraded" in i.effects]


def state(whole: float = 1.0, **own: float) -> State:
    """Return what was known before, with the coverage of the whole and of single indicators."""
    return State(sight={name: Sight(coverage=share) for name, share in {EVERYWHERE: whole, **own}.items()})


def test_each_of_its_indicators_has_one_voice_and_no_other_has_any() -> None:
    """One that is blind takes its own part of the line's coverage, and is named; what others need is not asked."""
    other = next(i.id for i in mali().indicators if "fama_degraded" not in i.effects)
    found = line_sight(mali(), state(**{BEARING[0].id: 0.0, other: 0.0}), LINE)
    assert found.needed == tuple(BEARING)
    assert found.coverage == pytest.approx((len(BEARING) - 1) / len(BEARING))
    assert found.unseen == (BEARING[0],)


def test_it_is_loud_below_the_floor_of_the_assessment() -> None:
    """At the floor it is enough, as a judgement has it; below, it is not."""
    floor = mali().model.warn.coverage_floor
    assert line_sight(mali(), state(floor), LINE).enough
    below = line_sight(mali(), state(floor - 0.01), LINE)
    assert not below.enough
    assert below.unseen == tuple(BEARING)


def test_a_line_without_indicators_is_seen_as_the_assessment_is() -> None:
    """What it hangs on by links alone has no sources of its own."""
    bare = mali().model_copy(update={"indicators": ()})
    assert line_sight(bare, state(0.25), LINE).coverage == 0.25

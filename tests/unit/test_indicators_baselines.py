"""Baselines: a level that the priors already knew says so, and no other does."""

from dataclasses import replace

import pytest

from indicators.baselines import counted_before
from indicators.levels import Level, Reading
from tests.builders import a_small_assessment
from tests.store.builders import a_reading


@pytest.mark.parametrize(
    ("level", "activation", "baseline", "told"),
    [
        (Level.LEVEL_1, 0.4, 0.4, True),
        (Level.LEVEL_2, 0.3, 0.4, True),
        (Level.LEVEL_1, 0.5, 0.4, False),
        (Level.LEVEL_1, 0.4, 0.0, False),
        (Level.QUIET, 0.2, 0.4, False),
        (Level.NOT_OBSERVABLE, 0.4, 0.4, False),
    ],
)
def test_only_a_level_at_or_below_its_baseline_is_told(
    level: Level, activation: float, baseline: float, told: bool
) -> None:
    """The sentence names the indicator, its level and the date of the paper."""
    reading: Reading = replace(a_reading(), level=level, activation=activation, baseline=baseline)
    sentence = counted_before(a_small_assessment(), [reading])
    assert bool(sentence) is told
    if told:
        assert sentence.startswith(f"{reading.indicator} ({level}): ")
        assert "2026-01-01" in sentence

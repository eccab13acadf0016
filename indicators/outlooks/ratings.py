"""Ratings: what an analyst's two words about an indicator weigh."""

import math

from indicators.assessments import Assessment
from indicators.rules import Effect, Indicator


def log_ratio(assessment: Assessment, indicator: Indicator, scenario: str, state: str | None) -> float:
    """Return ln LR of *indicator* for a yes/no *scenario* or one *state* of an exclusive one, capped.

    For a state the rating is compared with the prior-weighted mean of all states' ratings. The temperature of
    the scenario's family multiplies it before every cap, so that no cap can be overstepped by a high one.
    """
    effect = indicator.effects[scenario]
    cap, temperatures = assessment.model.cap_indicator, assessment.model.temperatures
    if isinstance(effect, Effect):
        ratio = effect.log_ratio * temperatures.get("binary", 1.0)
        return min(max(ratio, -cap), cap)
    members = next(s for s in assessment.sets if s.id == scenario)
    mean = math.fsum(s.prior.p * effect[s.id].p for s in members.states)
    ratio = math.log(effect[state or ""].p / mean) * temperatures.get("exclusive", 1.0)
    return min(max(ratio, -cap), cap)

"""Ratings: what an analyst's two words about an indicator weigh."""

import math

from indicators.assessments import Assessment
from indicators.rules import Effect, Indicator


def log_ratio(assessment: Assessment, indicator: Indicator, scenario: str, state: str | None) -> float:
    """Return ln LR of *indicator* for a yes/no *scenario* or one *state* of an exclusive one, capped.

    For a state the rating is compared with the prior-weighted mean of all states' ratings.
    """
    effect = indicator.effects[scenario]
    cap = assessment.model.cap_indicator
    if isinstance(effect, Effect):
        return min(max(effect.log_ratio, -cap), cap)
    members = next(s for s in assessment.sets if s.id == scenario)
    mean = math.fsum(s.prior.p * effect[s.id].p for s in members.states)
    ratio = math.log(effect[state or ""].p / mean)
    return min(max(ratio, -cap), cap)

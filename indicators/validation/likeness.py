"""Likeness: indicators that tell nothing apart, and indicators that say the same under different groups."""

from collections.abc import Iterator
from itertools import combinations

from indicators.assessments import Assessment
from indicators.checks.diagnosticity import WEAK_RATIO, best_ratio
from indicators.phrases import Decimal, phrase
from indicators.rules import Indicator, Rating
from indicators.validation.findings import FindingKind, ValidationFinding

FEWEST_SHARED = 2
"""Scenarios that two indicators must both speak about: many indicators of one scenario are rated alike by chance."""

_STEPS = {rating: step for step, rating in enumerate(Rating)}


def telling_nothing(assessment: Assessment) -> Iterator[ValidationFinding]:
    """Find indicators that are about as likely to be seen whatever is true."""
    for indicator in assessment.indicators:
        best = best_ratio(indicator)
        if best < WEAK_RATIO:
            yield ValidationFinding(
                kind=FindingKind.WEAK,
                subjects=(indicator.id,),
                said=phrase("weak", indicator=indicator.id, ratio=Decimal(best), least=Decimal(WEAK_RATIO, 1)),
                cure=phrase("weak do"),
            )


def rated_alike(assessment: Assessment) -> Iterator[ValidationFinding]:
    """Find indicators of different groups that speak about the same scenarios with nearly the same ratings.

    Nearly the same: no rating is more than one word apart, and together they differ in at most one word for each
    scenario. Such indicators may be two sides of one development; in two groups they then count in full twice.
    """
    for one, other in combinations(assessment.indicators, 2):
        if one.group != other.group and _alike(one, other):
            yield ValidationFinding(
                kind=FindingKind.ALIKE,
                subjects=(one.id, other.id),
                said=phrase(
                    "alike",
                    one=one.id,
                    group=one.group,
                    other=other.id,
                    other_group=other.group,
                    lines=tuple(one.effects),
                ),
                cure=phrase("alike do"),
            )


def _alike(one: Indicator, other: Indicator) -> bool:
    if set(one.effects) != set(other.effects) or len(one.effects) < FEWEST_SHARED:
        return False
    apart: list[int] = []
    for scenario in one.effects:
        mine, yours = _rated(one, scenario), _rated(other, scenario)
        if _direction(mine) != _direction(yours):
            return False
        apart += [abs(_STEPS[mine[key]] - _STEPS[yours[key]]) for key in mine]
    return max(apart) <= 1 and sum(apart) <= len(one.effects)


def _rated(indicator: Indicator, scenario: str) -> dict[str, Rating]:
    """Return the ratings of *indicator* for *scenario* under if_true and if_false, or under the states."""
    effect = indicator.effects[scenario]
    return dict(effect)


def _direction(rated: dict[str, Rating]) -> tuple[str, ...]:
    """Return what is likeliest and what is least likely: a rating that turns round says the opposite."""
    chances = {key: rating.p for key, rating in rated.items()}
    top, bottom = max(chances.values()), min(chances.values())
    return (*(key for key, p in chances.items() if p == top), "/", *(key for key, p in chances.items() if p == bottom))

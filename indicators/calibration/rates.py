"""Rates: how often an indicator was seen where a scenario came true, and where not, shrunk toward its rating."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indicators.assessments import Assessment, Forecast, forecasts
from indicators.bands import band_of
from indicators.calibration.resolved import Resolved
from indicators.rules import Effect, Indicator, Rating

PSEUDO_COUNT = 10.0
"""A rating weighs as much as ten forecasts: a rate moves half way to what was seen after ten of them."""

_BY_BAND = tuple(reversed(Rating))
"""Each rating is the middle of one ICD 203 range, almost no chance first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One rating beside what was seen. ``key`` is where it stands in the effect: if_true, if_false, or a state.

    ``of`` is how many forecasts it rests on, overlaps taken out, and ``seen`` in how many of them the indicator
    was seen (activations added up). ``shrunk`` lies between the rating and ``seen / of``.
    """

    indicator: str
    scenario: str
    key: str
    rating: Rating
    seen: float
    of: float

    @property
    def shrunk(self) -> float:
        """The rate in the light of both (the mean of a Beta distribution)."""
        return shrunk(self.rating.p, self.seen, self.of)

    @property
    def nearest(self) -> Rating:
        """The rating in whose ICD 203 range the shrunk rate lies."""
        return rating_of(self.shrunk)


def shrunk(rating: float, seen: float, of: float) -> float:
    """Return the rate for *seen* out of *of* forecasts, starting from a *rating* that weighs ten."""
    return (PSEUDO_COUNT * rating + seen) / (PSEUDO_COUNT + of)


def rating_of(p: float) -> Rating:
    """Return the rating in whose ICD 203 range *p* (0 to 1) lies."""
    return _BY_BAND[band_of(p)]


def rates(assessment: Assessment, rows: Sequence[Resolved], weights: Sequence[float]) -> tuple[Rate, ...]:
    """Return every rating of *assessment* that *rows* say something about, in the file's order."""
    lines = {line.key: line for line in forecasts(assessment)}
    return tuple(
        rate
        for indicator in assessment.indicators
        for line in lines.values()
        if line.scenario in indicator.effects
        for rate in _rates(indicator, line, rows, weights)
        if rate.of > 0
    )


def _rates(indicator: Indicator, line: Forecast, rows: Sequence[Resolved], weights: Sequence[float]) -> Iterator[Rate]:
    effect = indicator.effects[line.scenario]
    if isinstance(effect, Effect):
        cases: tuple[tuple[str, Rating, bool], ...] = (
            ("if_true", effect.if_true, True),
            ("if_false", effect.if_false, False),
        )
    else:  # of a state only what is seen where it held is rated
        cases = ((line.state, effect[line.state], True),)
    for key, rating, outcome in cases:
        own = [
            (row.activations[indicator.id], weight)
            for row, weight in zip(rows, weights, strict=True)
            if row.scenario == line.key and row.outcome is outcome and indicator.id in row.activations
        ]
        yield Rate(
            indicator=indicator.id,
            scenario=line.scenario,
            key=key,
            rating=rating,
            seen=sum(activation * weight for activation, weight in own),
            of=sum(weight for _, weight in own),
        )

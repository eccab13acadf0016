"""Autoregression on counts: a curve from how much was counted lately to how often it then happened.

Logistic in the logarithm of one plus the value of all events that the question's indicators count, fitted only to
windows that had ended by the origin, and again after every four weeks of origins. What simple models of
violence do, and what elaborate ones often do not beat.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, log, log1p

from indicators.assessments import Assessment
from indicators.backtest.asked import AskedQuestion
from indicators.levels import Reading
from indicators.outlooks import logit, probability

REFIT_DAYS = 28
_STEPS = 12
_ENOUGH = 1e-9
_LEAST = 0.005
"""The base rate it starts from is kept this far from 0 and 1."""


def counted(assessment: Assessment, asked: AskedQuestion, readings: Sequence[Reading]) -> float:
    """Return log(1 + the value of the events in the windows of all indicators that speak of the question)."""
    speaking = {i.id for i in assessment.indicators if asked.id in i.effects and i.count.while_ is None}
    return log1p(fsum(r.count for r in readings if r.indicator in speaking))


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """log-odds = level + slope x count, for one state."""

    level: float
    slope: float

    def at(self, count: float) -> float:
        """Return the probability after so much was counted."""
        return probability(self.level + self.slope * count)


def fitted(pairs: Sequence[tuple[float, bool]], *, base: float, weight: float) -> Curve:
    """Return the curve through *pairs* of a count and whether it then happened, each worth *weight* of a window.

    Both numbers are pulled toward "it is the base rate whatever is counted", by a normal of width 1: few windows
    move them little (Newton's method on the penalised likelihood, which has one maximum).
    """
    told = Counter(pairs)  # windows of the same count are many, and looked at together
    start = logit(min(max(base, _LEAST), 1 - _LEAST))
    level, slope = start, 0.0
    for _ in range(_STEPS):
        g0, g1, h00, h01, h11 = start - level, -slope, 1.0, 0.0, 1.0
        for (x, happened), windows in told.items():
            p, whole = probability(level + slope * x), weight * windows
            left, spread = whole * (happened - p), whole * p * (1 - p)
            g0, g1 = g0 + left, g1 + left * x
            h00, h01, h11 = h00 + spread, h01 + spread * x, h11 + spread * x * x
        det = h00 * h11 - h01 * h01
        d0, d1 = (h11 * g0 - h01 * g1) / det, (h00 * g1 - h01 * g0) / det
        longest = max(abs(d0), abs(d1), log(4))
        shorter = log(4) / longest  # a step is cut so that no first guess throws it far off
        level, slope = level + shorter * d0, slope + shorter * d1
        if abs(d0) + abs(d1) < _ENOUGH:
            break
    return Curve(level=level, slope=slope)

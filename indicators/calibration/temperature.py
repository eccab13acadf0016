"""The temperature: one number by which the evidence of a family of questions is taken more or less seriously.

log-odds = log-odds(prior) + links + T x evidence. T = 1 is the assessment as it is written, T = 0 its priors
alone. T is the most probable value given the forecasts and a normal distribution around 1 with a deviation of
0.5, cut to 0 to 2: with no data it is 1.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indicators.calibration.resolved import Resolved
from indicators.outlooks import logit, probability

USUAL, DEVIATION = 1.0, 0.5
LEAST, MOST = 0.0, 2.0

_GOLDEN = (math.sqrt(5) - 1) / 2
_EXACT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A temperature and its deviation (from the curvature at the top; that of the prior without data)."""

    value: float
    deviation: float


def fitted(rows: Sequence[Resolved], weights: Sequence[float]) -> Fit:
    """Return the temperature of *rows*, each counting by its weight (0 to 1)."""

    def cost(temperature: float) -> float:
        return total_loss(rows, weights, temperature) + ((temperature - USUAL) / DEVIATION) ** 2 / 2

    value = lowest(cost, LEAST, MOST) if rows else USUAL
    return Fit(value=value, deviation=_deviation(rows, weights, value))


def lowest(cost: Callable[[float], float], low: float, high: float) -> float:
    """Return where *cost*, which has one valley between *low* and *high*, is lowest (golden section)."""
    ends = low, high
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = cost(left), cost(right)
    while high - low > _EXACT:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = cost(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = cost(right)
    return min(((low + high) / 2, *ends), key=cost)


def total_loss(rows: Sequence[Resolved], weights: Sequence[float], temperature: float) -> float:
    """Return the weighted sum of the logarithmic losses of *rows* at *temperature*, in nats."""
    return math.fsum(weight * _loss(row, temperature) for row, weight in zip(rows, weights, strict=True))


def _log_odds(row: Resolved, temperature: float) -> float:
    return logit(row.prior) + row.links + temperature * row.evidence


def _loss(row: Resolved, temperature: float) -> float:
    """Return -ln of the probability that was given to what happened; never infinite, however sure it was."""
    against = -_log_odds(row, temperature) if row.outcome else _log_odds(row, temperature)
    return max(against, 0.0) + math.log1p(math.exp(-abs(against)))


def _deviation(rows: Sequence[Resolved], weights: Sequence[float], temperature: float) -> float:
    curvature = 1 / DEVIATION**2
    for row, weight in zip(rows, weights, strict=True):
        p = probability(_log_odds(row, temperature))
        curvature += weight * p * (1 - p) * row.evidence**2
    return 1 / math.sqrt(curvature)

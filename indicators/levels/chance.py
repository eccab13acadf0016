"""How surprising a number of events is, given how many there used to be."""

import math

MOST = 300.0
"""Powers of ten; beyond that a float ends, and so does any meaning."""

_STEPS = 400
_SMALL = 1e-15
_TINY = 1e-300


def surprise(n: float, *, days: float, before: float, before_days: float) -> float:
    """Return ``-log10 P(at least n events in days)``, given *before* events in *before_days*; 0 to :data:`MOST`.

    Events come at a steady rate that is not known. What is known of it is a gamma distribution from
    the earlier count with Jeffreys' prior (shape 1/2), so that the next count is negative binomial:
    wider than Poisson while little was seen. Its upper tail is a regularised incomplete beta function,
    I_x(n, before + 1/2) with x = days / (days + before_days), which also takes fractions of events.
    Textbook results: Gelman et al., *Bayesian Data Analysis*, section 2.6; NIST DLMF 8.17.
    """
    if n <= 0:
        return 0.0
    x = days / (days + before_days)
    return min(MOST, max(0.0, -_log_beta_share(n, before + 0.5, x) / math.log(10)))


def _log_beta_share(a: float, b: float, x: float) -> float:
    """Return ln I_x(a, b) for 0 < x < 1 (DLMF 8.17.22; the fraction converges fast on this side of the mean)."""
    front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    if x < (a + 1) / (a + b + 2):
        return front + math.log(_fraction(a, b, x) / a)
    rest = math.exp(front) * _fraction(b, a, 1 - x) / b
    return math.log1p(-min(rest, 1 - _SMALL))


def _fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz's method."""
    c, d = 1.0, 1 / _off_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _off_zero(1 + term * d)
            c = _off_zero(1 + term / c)
            value *= d * c
        if abs(d * c - 1) < _SMALL:
            break
    return value


def _off_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY

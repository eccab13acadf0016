"""Odds: between probabilities and natural log-odds, and what two probabilities imply about a third."""

import math


def p_otherwise(prior: float, parent: float, p_if: float) -> float:
    """Return P(scenario | parent does not happen) implied by both priors and P(scenario | parent)."""
    return (prior - parent * p_if) / (1 - parent)


def logit(p: float) -> float:
    """Return the natural log-odds of *p*; 0 and 1 are minus and plus infinity."""
    if p <= 0 or p >= 1:
        return math.inf if p >= 1 else -math.inf
    return math.log(p) - math.log1p(-p)


def probability(log_odds: float) -> float:
    """Return the probability with these natural log-odds."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    return math.exp(log_odds) / (1 + math.exp(log_odds))

"""Scores of questions with several states of which exactly one comes true.

Both run from 0 (perfect) to 1, and both are the Brier score where there are two states, so that figures of
yes/no and of exclusive questions can be set beside each other.
"""

from collections.abc import Sequence
from math import fsum


def category_brier(p: Sequence[float], outcome: int) -> float:
    """Return half the squared distance of *p* (one probability a state) from the state *outcome* (Brier 1950)."""
    return fsum((q - (i == outcome)) ** 2 for i, q in enumerate(p)) / 2


def ranked_probability(p: Sequence[float], outcome: int) -> float:
    """Return the ranked probability score (Epstein 1969), over the number of states less one.

    It takes the states as steps of a scale, in the order given: to be one state off is better than two. Where the
    states have no order it means nothing; read :func:`category_brier` then.
    """
    below, score = 0.0, []
    for i, q in enumerate(p[:-1]):
        below += q
        score.append((below - (outcome <= i)) ** 2)
    return fsum(score) / (len(p) - 1)

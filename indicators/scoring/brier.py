"""The Brier score: the squared distance of a probability from what happened (Brier 1950)."""

from collections.abc import Iterable
from math import fsum

_NOTHING = 1e-12


def brier(p: float, *, happened: bool) -> float:
    """Return the score of *p* (0 to 1) for one yes/no question: 0 is perfect, 1 is certainly wrong."""
    return (p - happened) ** 2


def mean(scores: Iterable[float]) -> float | None:
    """Return the mean of *scores*; ``None`` of none."""
    known = list(scores)
    return fsum(known) / len(known) if known else None


def skill(score: float | None, reference: float | None) -> float | None:
    """Return 1 - score / reference: 0 is as good as the reference, 1 perfect, below 0 worse.

    ``None`` where either is unknown, or the reference is perfect and leaves nothing to gain.
    """
    if score is None or reference is None or reference < _NOTHING:
        return None
    return 1 - score / reference

"""Discrimination: were higher figures given where it happened? Says nothing of whether the figures were right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

LEAST_EPISODES = 10
"""Below so many separate happenings a rank tells the story of one or two of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrimination:
    """Areas under the ROC and the precision-recall curve; or why there are none."""

    auroc: float | None = None
    aupr: float | None = None
    why_not: str = ""


def discrimination(forecasts: Sequence[tuple[float, bool]], *, episodes: int) -> Discrimination:
    """Return both areas for pairs of a probability and whether it came true, which came of so many *episodes*."""
    if episodes < LEAST_EPISODES:
        told = f"{episodes} episode{'' if episodes == 1 else 's'}; fewer than {LEAST_EPISODES} rank nothing"
        return Discrimination(why_not=told)
    if all(h for _, h in forecasts) or not any(h for _, h in forecasts):
        return Discrimination(why_not="every window ended alike")
    return Discrimination(auroc=auroc(forecasts), aupr=aupr(forecasts))


def auroc(forecasts: Iterable[tuple[float, bool]]) -> float:
    """Return the chance that what happened was given more than what did not; ties count half (Mann-Whitney).

    Needs at least one of each.
    """
    wins, below, yes = 0.0, 0, 0
    for _, tied in groupby(sorted(forecasts), key=lambda pair: pair[0]):
        outcomes = [h for _, h in tied]
        positive = sum(outcomes)
        negative = len(outcomes) - positive
        wins += positive * (below + negative / 2)
        below += negative
        yes += positive
    return wins / (yes * below)


def aupr(forecasts: Iterable[tuple[float, bool]]) -> float:
    """Return the average precision: precision at each threshold, weighed by the recall that it adds.

    Ties share one threshold. What happened must be there at least once; the share of it is what no skill scores.
    """
    ordered = sorted(forecasts, key=lambda pair: -pair[0])
    total = sum(h for _, h in ordered)
    area, found, seen = 0.0, 0, 0
    for _, tied in groupby(ordered, key=lambda pair: pair[0]):
        outcomes = [h for _, h in tied]
        gained = sum(outcomes)
        found, seen = found + gained, seen + len(outcomes)
        area += gained / total * found / seen
    return area

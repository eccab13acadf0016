"""Bootstrap by blocks: how far a mean could be otherwise, where neighbours tell the same story (Künsch 1989).

Windows of ninety days that begin a week apart share most of their days. Whole blocks as long as the horizon are drawn
again, never single windows: these would make one quiet year look like fifty-two pieces of evidence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum

Choose = Callable[[int], int]
"""Returns a number from 0 up to, and without, the one it is given; ``random.Random(seed).randrange`` is one."""

RESAMPLES = 1_000
SHARE = 0.90
FEWEST_BLOCKS = 4
"""Of fewer blocks than this a resample says nothing about how far the figure could be otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The range that holds 90 % of the resampled figures."""

    low: float
    high: float


def blocks_drawn(count: int, choose: Choose, *, resamples: int = RESAMPLES) -> tuple[tuple[int, ...], ...]:
    """Return *resamples* draws of *count* out of *count* blocks, with replacement; draw once, use for every score."""
    return tuple(tuple(choose(count) for _ in range(count)) for _ in range(resamples))


def skill_interval(
    score: Sequence[float], reference: Sequence[float], blocks: Sequence[int], drawn: Sequence[Sequence[int]]
) -> Interval | None:
    """Return the range of the skill of *score* against *reference*, whose n-th window lies in block ``blocks[n]``.

    ``None`` if there are too few blocks. A resample in which the reference is perfect says nothing and is left out.
    """
    count = max(blocks, default=-1) + 1
    if count < FEWEST_BLOCKS:
        return None
    ours, theirs = _sums(score, blocks, count), _sums(reference, blocks, count)
    found = []
    for draw in drawn:
        below = fsum(map(theirs.__getitem__, draw))
        if below > 0:
            found.append(1 - fsum(map(ours.__getitem__, draw)) / below)
    return _middle(found)


def mean_interval(score: Sequence[float], blocks: Sequence[int], drawn: Sequence[Sequence[int]]) -> Interval | None:
    """Return the range of the mean of *score*, whose n-th window lies in block ``blocks[n]``."""
    count = max(blocks, default=-1) + 1
    if count < FEWEST_BLOCKS:
        return None
    sums, sizes = _sums(score, blocks, count), _sums([1.0] * len(score), blocks, count)
    found = []
    for draw in drawn:
        windows = fsum(map(sizes.__getitem__, draw))
        if windows:
            found.append(fsum(map(sums.__getitem__, draw)) / windows)
    return _middle(found)


def _sums(scores: Sequence[float], blocks: Sequence[int], count: int) -> list[float]:
    sums = [0.0] * count
    for score, block in zip(scores, blocks, strict=True):
        sums[block] += score
    return sums


def _middle(found: list[float]) -> Interval | None:
    if not found:
        return None
    found.sort()
    cut = int(len(found) * (1 - SHARE) / 2)
    return Interval(low=found[cut], high=found[-1 - cut])

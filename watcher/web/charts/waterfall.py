"""Waterfall: the rows of a ledger one after another, from the prior to the figure that stands; they add up."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from indicators.outlooks import Estimate, Row
from watcher.web.charts.drawing import Drawing

_WIDTH, _HEIGHT = 200.0, 12.0
_TENTHS = 1000
"""Tenths of a percentage point in a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """One row of the waterfall: what it did in tenths of a percentage point, and its bar."""

    row: Row
    tenths: int
    bar: Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """``begin`` and ``end`` are the prior and the figure in tenths of a point; ``falls`` add up to their difference."""

    begin: int
    end: int
    falls: tuple[Fall, ...]
    first: Drawing
    last: Drawing
    odds: float
    """What all rows together multiply the odds by."""


def waterfall(estimate: Estimate, shares: Sequence[float]) -> Waterfall:
    """Return *estimate*'s ledger, the largest rows first; *shares* are what its rows did, in probability.

    The printed tenths add up exactly: what rounding leaves goes to the rows that lost most by it.
    """
    begin, end = round(_TENTHS * estimate.prior), round(_TENTHS * estimate.p)
    rows = list(zip(estimate.rows, together([_TENTHS * s for s in shares], end - begin), strict=True))
    rows.sort(key=lambda pair: (-abs(pair[0].nats), pair[0].key))
    stands = list(accumulate((tenths for _, tenths in rows), initial=begin))
    edges = (min(*stands, end, 0), max(*stands, end, begin + 1))
    falls = [
        Fall(row=row, tenths=tenths, bar=_bar(stands[n], stands[n + 1], edges, "for" if tenths > 0 else "against"))
        for n, (row, tenths) in enumerate(rows)
    ]
    return Waterfall(
        begin=begin,
        end=end,
        falls=tuple(falls),
        first=_bar(0, begin, edges, "whole"),
        last=_bar(0, end, edges, "whole"),
        odds=math.exp(estimate.change),
    )


def together(values: Sequence[float], total: int) -> list[int]:
    """Round *values* to whole numbers that add up to *total*, each by less than 1 as far as that can be.

    The method of largest remainders: all are rounded down, and those that lost most are raised.
    """
    whole = [math.floor(v) for v in values]
    order = sorted(range(len(values)), key=lambda n: values[n] - whole[n], reverse=True)
    left = total - sum(whole)
    for turn in range(abs(left)):
        if order:
            at = order[turn % len(order)] if left > 0 else order[-1 - turn % len(order)]
            whole[at] += 1 if left > 0 else -1
    return whole


def _bar(start: int, end: int, edges: tuple[int, int], look: str) -> Drawing:
    low, whole = edges[0], (edges[1] - edges[0]) or 1
    drawing = Drawing(_WIDTH, _HEIGHT, look="bar", stretches=True)
    left, right = sorted(_WIDTH * (value - low) / whole for value in (start, end))
    drawing.add("rect", look="rail", x=0, y=0, width=_WIDTH, height=_HEIGHT)
    drawing.add("rect", look=look, x=left, y=1, width=max(right - left, 1.0), height=_HEIGHT - 2)
    at = _WIDTH * (end - low) / whole
    return drawing.add("line", look="axis", x1=at, x2=at, y1=0, y2=_HEIGHT)

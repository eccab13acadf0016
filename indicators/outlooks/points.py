"""Points: the rows of a ledger in percentage points, for readers who do not think in nats."""

import math
from collections.abc import Iterable

from indicators.errors import OutlookError
from indicators.outlooks.ledger import Row
from indicators.outlooks.odds import logit

_AGREE = 1e-6
_CANCELLED = 1e-4
_NUDGES = 32


def points(rows: Iterable[Row], before: float, after: float) -> tuple[float, ...]:
    """Return what each of *rows* did to the probability, in the order of *rows*; 0.01 is one percentage point.

    Shares are in proportion to nats, so a row's sign is kept, and they add up to ``after - before``: what
    rounding leaves is put back until nothing is left that the last bit of the largest could hold. Rows
    that cancel out leave the probability where it was and are told at its slope, p (1 - p). Raises
    :class:`OutlookError` if the rows do not add up to the change in log-odds.
    """
    nats = [row.nats for row in rows]
    total, change = math.fsum(nats), after - before
    if not abs(total - (logit(after) - logit(before))) <= _AGREE:
        raise OutlookError(f"rows of {total:+.6f} nats do not explain a change from {before:.6f} to {after:.6f}")
    slope = change / total if abs(total) > _CANCELLED else after * (1 - after)
    return tuple(_exactly(change, [n * slope for n in nats]))


def _exactly(change: float, shares: list[float]) -> list[float]:
    """Return *shares* with what rounding has left put right, first in the largest, then in the smallest."""
    if not shares:
        return shares
    order = sorted(range(len(shares)), key=lambda n: abs(shares[n]))
    for nudge in range(_NUDGES):
        left = math.fsum([change, *(-share for share in shares)])
        if math.fsum(shares) == change:
            break
        shares[order[0] if nudge else order[-1]] += left
    return shares

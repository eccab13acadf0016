"""Flips: how often a settled term changed. A word that changes every week is not a judgement."""

from collections.abc import Iterable

from indicators.scoring.bare_moves import BareMove

MONTH_DAYS = 30


def flips_a_month(moves: Iterable[BareMove], *, days: float) -> float | None:
    """Return the changes of the settled term a line and 30 days, over *days* in which it was watched."""
    changed = sum(n.band_before != n.band_after for n in moves)
    return changed / (days / MONTH_DAYS) if days > 0 else None

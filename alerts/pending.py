"""Pending: that the term of a figure has not settled, as an alert and a notice of the same move both tell it."""

from typing import Self

from alerts.worded import Worded
from indicators.moves import PendingTerm


class Pending(Worded):
    """The settled term's place in the scale, and what it waits for: see :class:`indicators.moves.PendingTerm`."""

    settled: int
    wait: str
    needs: float = 0.0

    @classmethod
    def of(cls, found: PendingTerm | None) -> Self | None:
        """Return *found* as it is kept, or ``None``."""
        return cls(settled=found.settled, wait=found.wait, needs=found.needs) if found is not None else None

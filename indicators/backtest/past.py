"""The past of a question as it stood before an origin: how its windows ended, all of them and after like beginnings."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import fsum

from indicators.backtest.outcomes import OutcomeRecord, Status

LATELY_DAYS = 90
"""How far persistence looks back for an event."""


class Past:
    """Shares of the windows that had ended by an origin. Ask for rising days; a later day is never looked at.

    Every day from the record's first on begins a window. A share is mixed with what was thought before (the prior, for
    the base rate; the base rate, for persistence), which counts as much as one horizon of days: with no record at
    all it is all there is, with ten years of it next to nothing.
    """

    def __init__(self, record: OutcomeRecord) -> None:
        self._record = record
        self._next = record.since
        size = len(record.asked.states)
        self._ended = [0] * size
        self._after: dict[int, list[int]] = {}

    def base_rate(self, day: date) -> tuple[float, ...]:
        """Return how often each state has come true in windows that ended by *day*."""
        self._advance(day)
        return self._mixed(self._ended, self._record.asked.prior)

    def persistence(self, day: date) -> tuple[float, ...]:
        """Return the same of windows that began as this one does: with or without an event lately, or in this state."""
        base = self.base_rate(day)
        now = self._record.before(day, days=LATELY_DAYS)
        alike = self._after.get(now)
        return self._mixed(alike, base) if alike and now >= 0 else base

    def _advance(self, day: date) -> None:
        horizon = timedelta(days=self._record.asked.horizon_days)
        while self._next + horizon <= day:
            settled = self._record.settle(self._next)
            if settled.status is Status.SETTLED:
                before = self._record.before(self._next, days=LATELY_DAYS)
                self._ended[settled.state] += 1
                self._after.setdefault(before, [0] * len(self._ended))[settled.state] += 1
            self._next += timedelta(days=1)

    def _mixed(self, counts: Sequence[int], before: Sequence[float]) -> tuple[float, ...]:
        weight = self._record.asked.horizon_days
        whole = sum(counts) + weight
        mixed = [(n + weight * p) / whole for n, p in zip(counts, before, strict=True)]
        total = fsum(mixed)
        return tuple(p / total for p in mixed)

"""Outcomes: what came true and when, from elsewhere; and what that makes of a window of days."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from indicators.backtest.asked import AskedQuestion

YES, NOT = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One line of the record. For a yes/no question the day it happened; for a set the day a state began to hold.

    ``void`` says that it cannot be decided whether it counts: what hangs on it is not scored. ``key`` is a line of
    the outlook, or a whole set where all of it is void.
    """

    key: str
    day: date
    void: bool = False
    source: str = ""
    note: str = ""


class Status(StrEnum):
    """What can be said of a window."""

    SETTLED = "settled"
    VOID = "void"  # it hangs on an outcome that nobody could decide
    OPEN = "open"  # it ends after the last day of which outcomes are known
    UNKNOWN = "unknown"  # a set of which no state is on record yet


@dataclass(frozen=True, slots=True)
class Settled:
    """How a window ended; ``state`` counts in :attr:`AskedQuestion.states` and is -1 unless it is settled."""

    status: Status
    state: int = -1


class OutcomeRecord:
    """The outcomes of one question, complete from ``since`` up to, and without, ``until``."""

    def __init__(self, asked: AskedQuestion, outcomes: Iterable[Outcome], *, since: date, until: date) -> None:
        own = sorted((o for o in outcomes if o.key in (*asked.keys, asked.id)), key=lambda o: o.day)
        self.asked = asked
        self.since, self.until = since, until
        self._rows = own
        self._all = [o.day for o in own]
        self._happened = [o.day for o in own if not o.void]
        self._void = [o.day for o in own if o.void]

    @property
    def void(self) -> tuple[date, ...]:
        """The days on which something disputed happened."""
        return tuple(self._void)

    def days(self, key: str) -> tuple[date, ...]:
        """Return the days on which the line *key* happened, oldest first; for a state, on which it began to hold."""
        return tuple(o.day for o in self._rows if o.key == key and not o.void)

    def settle(self, first: date) -> Settled:
        """Say how the window ended that begins on the day *first* and is one horizon long."""
        end = first + timedelta(days=self.asked.horizon_days)
        if end > self.until:
            return Settled(Status.OPEN)
        return self._state(end) if self.asked.exclusive else self._yes_or_no(first, end)

    def before(self, day: date, *, days: int) -> int:
        """Return the state of affairs just before *day*: what holds of a set, or whether it happened in those *days*.

        -1 if it is not known.
        """
        if self.asked.exclusive:
            return self._state(day).state
        found = bisect_left(self._happened, day) - bisect_left(self._happened, day - timedelta(days=days))
        return YES if found else NOT

    def _yes_or_no(self, first: date, end: date) -> Settled:
        if _any_within(self._happened, first, end):
            return Settled(Status.SETTLED, YES)
        return Settled(Status.VOID) if _any_within(self._void, first, end) else Settled(Status.SETTLED, NOT)

    def _state(self, end: date) -> Settled:
        last = bisect_right(self._all, end - timedelta(days=1)) - 1
        if last < 0:
            return Settled(Status.UNKNOWN)
        row = self._rows[last]
        return Settled(Status.VOID) if row.void else Settled(Status.SETTLED, self.asked.keys.index(row.key))


def _any_within(days: list[date], first: date, end: date) -> bool:
    return bisect_left(days, first) < bisect_left(days, end)

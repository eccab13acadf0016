"""Chains: whom an alert reaches next, and when, as long as nobody has acknowledged it.

Pure. Where a chain stands is a record that the store keeps, never a timer: after a crash or a night
in which nothing ran, the record says what is due.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field, model_validator

from alerts.quiet import LEVEL_PATTERN
from alerts.rotas import Duty, Roster
from alerts.spans import Duration
from indicators.written import Written

EVERYBODY, LAST_RESORT = "everybody", "last_resort"
ROTA, TEAM, CHAIN = "rota:", "team:", "chain:"

SHORTEST = timedelta(minutes=1)
"""Between two steps, so that a slip of the pen wakes nobody twice a second."""

MISSED = timedelta(minutes=15)
"""A step that is overdue for longer was due while nobody looked: its wait begins again, once."""


class Step(Written):
    """Who is told when nobody has acknowledged *after* the step before, by which of their channels (none: by all).

    ``rota:NAME`` is who is on call then, ``team:NAME`` everybody of that rota, ``everybody`` all who were told of
    the alert, ``last_resort`` the recipient who must never be missing.
    """

    to: tuple[str, ...] = Field(min_length=1)
    after: Duration = timedelta(0)
    channels: tuple[str, ...] = ()


class Chain(Written):
    """Steps in their order, gone through *times* times until somebody acknowledges."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    steps: tuple[Step, ...] = Field(min_length=1)
    times: int = Field(default=1, ge=1, le=20)

    @model_validator(mode="after")
    def _waits(self) -> "Chain":
        if any(step.after < SHORTEST for step in self.steps[1:]):
            raise ValueError("every step but the first needs `after: 10m`, a minute at least")
        return self

    @property
    def length(self) -> int:
        """How many steps are taken in all."""
        return len(self.steps) * self.times

    def step(self, number: int) -> Step:
        """Return the step that is taken after so many."""
        return self.steps[number % len(self.steps)]

    def wait(self, taken: int) -> timedelta:
        """Return how long the step after *taken* steps waits; a second round waits as long as the longest step."""
        after = self.step(taken).after
        if taken and not after:
            return max(SHORTEST, *(step.after for step in self.steps))
        return after


class Escalation(Written):
    """The chain that begins for every alert from *min_level* on that no chain of a route speaks of."""

    chain: str
    min_level: str = Field(default="warning", pattern=LEVEL_PATTERN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a chain stands for one alert: so many steps *taken*, the last (or the beginning) at *since*.

    ``over`` is the reason why it goes no further, empty while it runs; ``opened`` counts how often it began.
    """

    alert_id: str
    chain: str
    level: int
    since: datetime
    taken: int = 0
    opened: int = 1
    restarted: bool = False
    over: str = ""


class Due(StrEnum):
    """What is to be done about a chain now; the same words in log and test."""

    NOTHING_YET = "the wait is not over"
    STEP = "nobody has acknowledged: the next step is due"
    RESTART = "it fell due while nobody looked, or the clock was changed: the wait begins again"
    FINISHED = "gone through, and nobody has acknowledged"


def due(chain: Chain, progress: Progress, *, now: datetime) -> Due:
    """Return what is to be done about *progress* through *chain* at *now*. A chain that was begun again goes at once.

    After a time in which nothing ran, a wait begins again once: whoever was told last could not answer us.
    So does one that began under a clock that was ahead.
    """
    if progress.taken >= chain.length:
        return Due.FINISHED
    wait = timedelta(0) if progress.opened > 1 and not progress.taken else chain.wait(progress.taken)
    if progress.since > now:
        return Due.RESTART
    if now < progress.since + wait:
        return Due.NOTHING_YET
    if wait and not progress.restarted and now - (progress.since + wait) > MISSED:
        return Due.RESTART
    return Due.STEP


def after_step(progress: Progress, *, now: datetime) -> Progress:
    """Return *progress* with one more step taken at *now*."""
    return replace(progress, taken=progress.taken + 1, since=now, restarted=False)


def after_restart(progress: Progress, *, now: datetime) -> Progress:
    """Return *progress* with its wait begun again at *now*."""
    return replace(progress, since=now, restarted=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A recipient whom a step reaches; *hole* is set where they stand in because nobody is on call."""

    recipient: str
    hole: Duty | None = None


def called(
    to: Iterable[str], roster: Roster, *, told: Iterable[str] = (), last_resort: str, now: datetime
) -> tuple[Called, ...]:
    """Return whom the names *to* stand for at *now*, each once; never nobody: then it is the *last_resort*."""
    found: dict[str, Called] = {}
    for name in to:
        for one in _called(name, roster, tuple(told), last_resort, now):
            found.setdefault(one.recipient, one)
    return tuple(found.values()) or (Called(recipient=last_resort),)


def _called(name: str, roster: Roster, told: tuple[str, ...], last_resort: str, now: datetime) -> Iterable[Called]:
    if name == LAST_RESORT:
        return (Called(recipient=last_resort),)
    if name == EVERYBODY:
        return tuple(Called(recipient=one) for one in told)
    if name.startswith(TEAM):
        return tuple(Called(recipient=one) for one in roster.people(name.removeprefix(TEAM)))
    if name.startswith(ROTA):
        duty = roster.on(name.removeprefix(ROTA), now)
        return (Called(recipient=duty.person) if duty.person else Called(recipient=last_resort, hole=duty),)
    return (Called(recipient=name),) if name in roster.known else ()

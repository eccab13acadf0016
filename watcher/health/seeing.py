"""Seeing: whether a source can see, in the narrow sense that its polls work."""

from datetime import datetime, timedelta

from watcher.collecting import leases
from watcher.settings import Settings, WrittenSource
from watcher.store.sources import SourceState

PATIENCE = 2
"""Expected intervals that may pass without a good poll before a source counts as blind."""

SHORTEST = timedelta(minutes=2)
"""A source polled every few seconds is not blind over one slow answer."""

LONGEST_PAUSE = timedelta(hours=6)
"""Time without any judgement that feeds still make up for: they show what was printed meanwhile."""


def longest_pause(settings: Settings) -> timedelta:
    """Return how long nothing may be judged before that time counts as blind."""
    slowest = max(source.every for source in settings.sources)
    return max(LONGEST_PAUSE, 3 * settings.judge_every, PATIENCE * slowest)


def patience(source: WrittenSource) -> timedelta:
    """Return how long *source* may go without a good poll."""
    return max(PATIENCE * source.every, SHORTEST)


def polls_well(source: WrittenSource, state: SourceState | None, *, now: datetime) -> bool:
    """Whether *source* had a good poll within two of its intervals, or one since which the next is not overdue.

    A feed whose hub can be relied on is polled less often, and sees all the same.
    """
    if state is None or state.last_ok_at is None:
        return False
    age = now - state.last_ok_at
    longest = patience(source)
    if state.next_due_at is not None and not state.failures:
        longest = max(longest, min(state.next_due_at - state.last_ok_at, leases.SLOWEST) + source.every)
    return -SHORTEST <= age <= longest  # a poll from the future proves nothing

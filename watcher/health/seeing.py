"""Seeing: whether a source can see, in the narrow sense that its polls work."""

from datetime import datetime, timedelta

from watcher.health.source_state import SourceState
from watcher.settings import Settings, WrittenSource

PATIENCE = 2
"""Expected intervals that may pass without a good poll before a source counts as blind."""

SHORTEST = timedelta(minutes=2)
"""A source polled every few seconds is not blind over one slow answer."""

SLOWEST = timedelta(hours=1)
"""How long a feed whose hub can be relied on is not polled at most: a hub that dies without a word costs no more."""

LONGEST_PAUSE = timedelta(hours=6)
"""Time without any judgement that feeds still make up for: they show what was printed meanwhile."""


def patience(source: WrittenSource) -> timedelta:
    """Return how long *source* may go without a good poll."""
    return max(PATIENCE * source.every, SHORTEST)


def made_up_for(settings: Settings, pause: timedelta) -> frozenset[str]:
    """Return the ids of the sources that make up for a *pause* in which nothing was judged.

    One that is read once a week shows after eight days what it would have shown after seven; a feed of the quarter
    hour has long let go of what it printed.
    """
    usual = max(LONGEST_PAUSE, 3 * settings.judge_every)
    return frozenset(source.id for source in settings.sources if pause <= max(usual, patience(source)))


def polls_well(source: WrittenSource, state: SourceState | None, *, now: datetime) -> bool:
    """Whether *source* had a good poll within two of its intervals, or one since which the next is not overdue.

    A feed whose hub can be relied on is polled less often, and sees all the same.
    """
    if state is None or state.last_ok_at is None:
        return False
    age = now - state.last_ok_at
    longest = patience(source)
    if state.next_due_at is not None and not state.failures:
        longest = max(longest, min(state.next_due_at - state.last_ok_at, SLOWEST) + source.every)
    return -SHORTEST <= age <= longest  # a poll from the future proves nothing

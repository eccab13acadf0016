"""Who watches the watcher: which sources can see, and since when we were blind."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from indicators.rules import Indicator
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


def sees(source: WrittenSource, state: SourceState | None, *, now: datetime) -> bool:
    """Whether *source* had a good poll within two of its intervals."""
    if state is None or state.last_ok_at is None:
        return False
    age = now - state.last_ok_at
    return -SHORTEST <= age <= max(PATIENCE * source.every, SHORTEST)  # a poll from the future proves nothing


def coverage(sources: tuple[WrittenSource, ...], states: Mapping[str, SourceState], *, now: datetime) -> float:
    """Return the share of sources that can see, 0 to 1."""
    if not sources:
        return 0.0
    return sum(sees(s, states.get(s.id), now=now) for s in sources) / len(sources)


def coverage_of(indicator: Indicator, settings: Settings, states: Mapping[str, SourceState], *, now: datetime) -> float:
    """Return the share, 0 to 1, of those sources that can see by which *indicator* could be seen.

    Its ``seen_by`` names sources or publisher families; if none of them is configured it cannot be seen at all.
    """
    publishers = settings.publishers
    wanted = frozenset(indicator.seen_by)
    fitting = tuple(
        s for s in settings.sources if s.id in wanted or (s.id in publishers and publishers[s.id].family in wanted)
    )
    return coverage(fitting, states, now=now)

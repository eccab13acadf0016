"""Heartbeats: when each stage of the watch last came to an end, so that a stage which stands still is noticed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from watcher.settings import Settings

SLOWEST_POLL = timedelta(minutes=2)
SLOWEST_JUDGEMENT = timedelta(minutes=5)
"""How long one may take before the stage counts as standing still."""


class Stage(StrEnum):
    """The parts of a cycle that must come round again and again."""

    POLL = "poll"
    JUDGE = "judge"
    SEND = "send"


class Heartbeats:
    """When each stage last finished. Written from the loop and from the writer's thread, read from anywhere.

    A stage that was never finished is as late as one that finished long ago: nobody has seen it work.
    """

    def __init__(self) -> None:
        self._last: dict[Stage, datetime] = {}

    def beat(self, stage: Stage, *, at: datetime) -> None:
        """Note that *stage* came to an end at *at*."""
        self._last[stage] = at

    def last(self, stage: Stage) -> datetime | None:
        """Return when *stage* last finished; ``None`` if it has not since the start."""
        return self._last.get(stage)

    def late(self, patience: Mapping[Stage, timedelta], *, now: datetime) -> tuple[Stage, ...]:
        """Return the stages of *patience* that have not finished within theirs, in its order.

        A beat from the future proves nothing: it was noted under a clock that was ahead.
        """
        return tuple(
            stage
            for stage, longest in patience.items()
            if (last := self._last.get(stage)) is None or not -longest <= now - last <= longest
        )


def patience(settings: Settings) -> dict[Stage, timedelta]:
    """Return how long each stage may take from one end to the next: twice its own pace, and the time of one run."""
    fastest = min(source.every for source in settings.sources)
    return {
        Stage.POLL: 2 * fastest + SLOWEST_POLL,
        Stage.JUDGE: 2 * settings.judge_every + SLOWEST_JUDGEMENT,
        Stage.SEND: 2 * settings.sending.look_every + settings.sending.lease,
    }

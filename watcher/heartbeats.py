"""Heartbeats: when each stage of the watch last came to an end, so that a stage which stands still is noticed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


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

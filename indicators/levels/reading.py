"""What an indicator says at one moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from indicators.errors import IndicatorsError
from indicators.events import Event


class ReadingError(IndicatorsError, ValueError):
    """An event or a moment that no level can be worked out from; the sentence says which and why."""


class Level(StrEnum):
    """The state of an indicator. There is no number in it: nobody can add up a missing observation."""

    NOT_OBSERVABLE = "not observable"
    NOT_YET_DUE = "not yet due"
    REFUTED = "refuted"
    QUIET = "quiet"
    LEVEL_1 = "level 1"
    LEVEL_2 = "level 2"
    LEVEL_3 = "level 3"

    @property
    def rank(self) -> int:
        """Thresholds reached, 0 to 3; every state that is not a level is 0."""
        return _RANK.get(self, 0)

    def told(self, count: float) -> str:
        """How a person is told of it, given what was counted: what is not enough for a level is not quiet."""
        return "below level 1" if self is Level.QUIET and count > 0 else self


_RANK = {Level.LEVEL_1: 1, Level.LEVEL_2: 2, Level.LEVEL_3: 3}
BY_RANK = (Level.QUIET, Level.LEVEL_1, Level.LEVEL_2, Level.LEVEL_3)
"""The levels by the number of thresholds reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An indicator at one moment: what was counted, how active it is, and what carries it.

    ``count`` is what its thresholds are compared with: the value of the events in the window, days for
    a duration or a silence, powers of ten against chance for a rise, indicators for a combination.
    ``activation`` and ``baseline`` lie in 0 to 1. ``events`` are those in the window (of what it
    reads, for a duration or a combination), newest first; if the level is ``REFUTED``, those that
    were refuted. ``held`` says that the activation rests on earlier events and is fading.

    ``met`` is when the threshold of the present level was reached in the world, since when it has
    stood without a break; ``known`` is when we knew enough to say so. Both are aware, and ``None``
    where the state is no level.
    """

    indicator: str
    at: datetime
    level: Level
    count: float
    activation: float
    baseline: float
    events: tuple[Event, ...] = ()
    held: bool = False
    met: datetime | None = None
    known: datetime | None = None

    @property
    def signal(self) -> float:
        """Change against the day of the assessment, -1 to 1."""
        return self.activation - self.baseline

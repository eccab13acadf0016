"""Line sight: how much of what one line's own indicators need can be seen."""

from dataclasses import dataclass

from indicators.assessments import Assessment, Forecast
from indicators.evaluation import State
from indicators.rules import Indicator


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSight:
    """What a line can be seen by. ``coverage`` is 0 to 1, ``needed`` and ``unseen`` are indicators.

    ``unseen`` are those whose own coverage is below the assessment's floor; ``floor`` is that floor.
    """

    coverage: float
    floor: float
    needed: tuple[Indicator, ...] = ()
    unseen: tuple[Indicator, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether the line is seen well enough for its quiet to mean anything."""
        return self.coverage >= self.floor


def line_sight(assessment: Assessment, state: State, forecast: Forecast) -> LineSight:
    """Return what the line *forecast* is seen by, as *state* has it: each of its indicators has one voice.

    The coverage is the mean of theirs, as that of a whole assessment is the mean of its publisher families'. A line
    that no indicator bears on is seen as the assessment is.
    """
    floor = assessment.model.warn.coverage_floor
    needed = tuple(i for i in assessment.indicators if forecast.scenario in i.effects)
    shares = [state.seen(i.id).coverage for i in needed]
    return LineSight(
        coverage=sum(shares) / len(shares) if shares else state.seen().coverage,
        floor=floor,
        needed=needed,
        unseen=tuple(i for i, share in zip(needed, shares, strict=True) if share < floor),
    )

"""Pending: where the term of a figure is not the settled one yet, and what that waits for.

What is told of a figure is its own term, always: a word beside a figure outside of its range would contradict it. The
display rule counts with the settled term, which follows by a margin and a hold. Where the two differ at a move, whoever
is told the one is told that it has not settled.
"""

from dataclasses import dataclass
from enum import StrEnum

from indicators.assessments import Assessment
from indicators.bands import band_of
from indicators.moves.published import OutlookMove
from indicators.moves.thresholds import thresholds_of


class Wait(StrEnum):
    """What the settled term waits for."""

    EDGE = "edge"  # that the figure is past the edge by the margin
    SECOND_VOICE = "second voice"  # that a rise by one publisher family has held, or a second one says so
    FALL = "fall"  # that the fall has held
    SIGHT = "sight"  # that enough of what bears on it can be seen: until then it is not lowered


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingTerm:
    """The settled term, by its place in the scale, and what it waits for before it follows the figure.

    ``needs`` is the margin in probability for an edge, and the whole hold in hours for a rise and a fall.
    """

    settled: int
    wait: Wait
    needs: float = 0.0


def pending_term(move: OutlookMove, assessment: Assessment) -> PendingTerm | None:
    """Return what the settled term waits for at *move*; ``None`` where it is that of the figure.

    So it is where a person has ruled, or the line is at an end: no figure is told then.
    """
    own, settled = band_of(move.after, assessment.scale), move.band_after
    if own == settled or move.happened is not None or any(reason.tells_of_no_figure for reason in move.reasons):
        return None
    numbers = thresholds_of(assessment)
    up, down = numbers.bands_around(move.after)
    if up <= settled <= down:
        return PendingTerm(settled=settled, wait=Wait.EDGE, needs=numbers.margin)
    if own > settled:  # what is past its margin rises at once but for this
        hours = assessment.model.warn.hold_up_single_family_hours
        return PendingTerm(settled=settled, wait=Wait.SECOND_VOICE, needs=hours)
    if move.degraded:
        return PendingTerm(settled=settled, wait=Wait.SIGHT)
    return PendingTerm(settled=settled, wait=Wait.FALL, needs=assessment.model.warn.hold_down_hours)

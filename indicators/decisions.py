"""What a person decides about a move, and the analyst's line that follows. Nothing is overwritten.

The machine's line is what the model says. The analyst's line is what people stand by: it is worked out
from the machine's moves and from the decisions about them, and neither is ever changed by it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from indicators.moves import MoveReason, OutlookMove
from indicators.outlooks import Confidence, Sureness


class MoveDecisionKind(StrEnum):
    """What can be decided about a move."""

    ACCEPT = "accept"  # the machine's figure is ours
    AMEND = "amend"  # another figure is ours
    REJECT = "reject"  # our figure stays where it stood
    WITHDRAW = "withdraw"  # what was decided last about this move no longer stands


_STANDING_BY = frozenset({MoveDecisionKind.ACCEPT, MoveDecisionKind.AMEND})


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveDecision:
    """One decision about the move *move* of the line *key*: by whom, when and why. ``p`` goes with ``AMEND``.

    ``confidence`` is what the person sets in the place of the machine's proposal, which is never high.
    """

    number: int
    assessment: str
    key: str
    move: str
    kind: MoveDecisionKind
    who: str
    why: str
    at: datetime
    p: float | None = None
    confidence: Sureness | None = None

    def __post_init__(self) -> None:
        if not self.who.strip() or not self.why.strip():
            raise ValueError("a decision about a move needs a name and a reason")
        if self.at.tzinfo is None:
            raise ValueError("a decision's time needs a time zone")
        if (self.kind is MoveDecisionKind.AMEND) != (self.p is not None):
            raise ValueError("a probability goes with amend, and with nothing else")
        if self.p is not None and not 0 < self.p < 1:
            raise ValueError(f"{self.p} is no probability between 0 and 1, both left out")
        if self.confidence is not None and self.kind not in _STANDING_BY:
            raise ValueError("a confidence goes with accept and amend: it says how far the figure can be leaned on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a move said of its line: the machine's ``p`` from ``at`` on.

    ``reviewed`` says that the assessment asked for review when the move was made: then it counts for nothing
    until a person decides. ``ruled`` marks a move that a person's ruling made.
    """

    move: str
    at: datetime
    p: float
    sequence: int = 0
    reviewed: bool = False
    ruled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The analyst's line from ``at`` on: ``p``, the move it rests on and the decision; the prior has neither."""

    at: datetime
    p: float
    move: str = ""
    decision: int | None = None


def steps_of(moves: Iterable[tuple[OutlookMove, bool]]) -> tuple[Step, ...]:
    """Return the steps of one line's *moves*, each with whether it was to be reviewed, in the order of the record.

    A move that only stands a line down which has left the assessment, or ended with it, says nothing about a figure.
    """
    found = [
        Step(
            move=move.id,
            at=move.at,
            p=move.after,
            sequence=move.sequence,
            reviewed=reviewed,
            ruled=MoveReason.RULED in move.reasons,
        )
        for move, reviewed in moves
        if not any(reason.tells_of_no_figure for reason in move.reasons)
    ]
    return tuple(sorted(found, key=_in_order))


def standing_decisions(decisions: Iterable[MoveDecision]) -> dict[str, MoveDecision]:
    """Return what stands about each move, by its id: the last decision that was not withdrawn."""
    made: dict[str, list[MoveDecision]] = defaultdict(list)
    for decision in sorted(decisions, key=attrgetter("number")):
        own = made[decision.move]
        if decision.kind is not MoveDecisionKind.WITHDRAW:
            own.append(decision)
        elif own:
            own.pop()
    return {move: own[-1] for move, own in made.items() if own}


def confidence_with(proposed: Confidence, decisions: Iterable[MoveDecision], *, move: str) -> Confidence:
    """Return the confidence that a person set with the decision that stands about *move*, else the proposed one."""
    decision = standing_decisions(decisions).get(move)
    if decision is None or decision.confidence is None:
        return proposed
    return proposed.decided(decision.confidence, by=decision.who, because=decision.why)


def analyst_line(
    prior: float, steps: Iterable[Step], decisions: Iterable[MoveDecision], *, since: datetime
) -> tuple[Point, ...]:
    """Return the analyst's line over time: at *since* the *prior*, then a point wherever it changes.

    At any moment it stands at the newest step that counts, else at the prior. A step counts once it was
    accepted (the machine's p) or amended (the analyst's p), and not if it was rejected; one that nobody has
    decided about counts if the assessment's moves were automatic when it was made. What is decided later
    changes the line from then on: what stood before that is never rewritten.
    """
    known, made = sorted(steps, key=_in_order), tuple(decisions)
    points = [Point(at=since, p=prior)]
    for moment in sorted({n.at for n in known} | {d.at for d in made}):
        stands = standing_decisions(d for d in made if d.at <= moment)
        point = _newest([n for n in known if n.at <= moment], stands, moment) or Point(at=moment, p=prior)
        last = points[-1]
        if (point.p, point.move, point.decision) != (last.p, last.move, last.decision):
            points.append(point)
    return tuple(points)


def waiting(steps: Iterable[Step], decisions: Iterable[MoveDecision]) -> tuple[Step, ...]:
    """Return the steps of one line that wait for a person, oldest first.

    Those are to be reviewed and nobody has decided about them. One before a step that was accepted or amended
    no longer waits (the line has gone past it), and neither does one that a person's own ruling made.
    """
    stands = standing_decisions(decisions)
    found: list[Step] = []
    for step in sorted(steps, key=_in_order):
        decision = stands.get(step.move)
        if decision is None:
            found += [step] if step.reviewed and not step.ruled else []
        elif decision.kind is not MoveDecisionKind.REJECT:
            found = []
    return tuple(found)


_in_order = attrgetter("sequence", "at", "move")
"""As moves were put on record: one that a clock which was ahead has dated is followed by what came after it."""


def _newest(steps: Iterable[Step], stands: dict[str, MoveDecision], moment: datetime) -> Point | None:
    for step in reversed(tuple(steps)):
        decision = stands.get(step.move)
        p = _counted(step, decision)
        if p is not None:
            return Point(at=moment, p=p, move=step.move, decision=decision.number if decision else None)
    return None


def _counted(step: Step, decision: MoveDecision | None) -> float | None:
    """Return the figure by which *step* counts, or ``None`` if it does not."""
    if decision is None:
        return None if step.reviewed else step.p
    if decision.kind is MoveDecisionKind.REJECT:
        return None
    return decision.p if decision.kind is MoveDecisionKind.AMEND else step.p

"""The grade of an event: who reported it, who denied it, who took it back, and what a person ruled."""

from collections.abc import Collection, Sequence

from indicators.events.decisions import DecisionKind, EventDecision
from indicators.events.event import IMPROBABLE
from indicators.matcher import Match
from indicators.publishers import Grade, Publisher, Reliability, grade_of
from indicators.stances import Stance

DOUBTFUL = 4
CONTESTED = 3
_CONFIRMED = 1
_TWO_VOICES = 2


def graded(publishers: Collection[Publisher], against: Sequence[Match], decision: EventDecision | None) -> Grade:
    """Grade an event by the *publishers* of its reports, by what speaks *against* it, and by a person's *decision*.

    The person is right. A family that takes its report back no longer speaks; where nobody is left the event is
    improbable (5). A denial by a family that does not report it makes it doubtful (4), unless two families that
    are no party stand by it: then it is possible (3), for a government's denial must not silence two agencies. A
    source that cannot be judged, or is a party, contests nothing. The digits are the Admiralty scale's.
    """
    machine = _graded(publishers, against)
    if decision is None:
        return machine
    if decision.kind is DecisionKind.CONFIRM:
        return Grade(reliability=machine.reliability, credibility=_CONFIRMED)
    if decision.kind is DecisionKind.REJECT:
        return Grade(reliability=machine.reliability, credibility=IMPROBABLE)
    return decision.grade or machine


def _graded(publishers: Collection[Publisher], against: Sequence[Match]) -> Grade:
    retracted = {r.publisher.family for r in against if r.stance is Stance.RETRACTS}
    standing = [p for p in publishers if p.family not in retracted]
    if not standing:
        return Grade(reliability=grade_of(publishers).reliability, credibility=IMPROBABLE)
    grade = grade_of(standing)
    if not _denied(publishers, against):
        return grade
    neutral = {p.family for p in standing if not p.party and p.reliability is not Reliability.F}
    digit = CONTESTED if len(neutral) >= _TWO_VOICES else DOUBTFUL
    return Grade(reliability=grade.reliability, credibility=digit)


def _denied(publishers: Collection[Publisher], against: Sequence[Match]) -> bool:
    """Whether a graded family that is no party denies it; one that also reports it only quotes a denial."""
    speaking = {p.family for p in publishers}
    denying = (r.publisher for r in against if r.stance is Stance.DENIES)
    return any(p.family not in speaking and not p.party and p.reliability is not Reliability.F for p in denying)

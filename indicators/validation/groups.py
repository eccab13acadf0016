"""Groups: the indicators that an assessment declares to tell of the same thing, and what that costs them."""

import math
from dataclasses import dataclass

from indicators.assessments import Assessment
from indicators.levels import Level, Reading
from indicators.outlooks import RowKind, log_ratio, outlook


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One yes/no scenario that several members of a group raise.

    ``alone`` is the sum of their ln LR in nats, ``counted`` what is left of it when all are at full level: the
    second counts half, the third a quarter, and the group meets its cap.
    """

    scenario: str
    members: tuple[str, ...]
    alone: float
    counted: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A declared group, its members in the file's order, and the scenarios that two or more of them raise."""

    name: str
    members: tuple[str, ...]
    shared: tuple[Shared, ...]


def groups(assessment: Assessment) -> tuple[Group, ...]:
    """Return the declared groups of *assessment* that have at least one indicator, in the file's order."""
    found = (_group(assessment, name) for name in assessment.groups)
    return tuple(group for group in found if group.members)


def _group(assessment: Assessment, name: str) -> Group:
    members = tuple(i for i in assessment.indicators if i.group == name)
    shared: list[Shared] = []
    for question in assessment.questions:
        raising = [i for i in members if question.id in i.effects and log_ratio(assessment, i, question.id, None) > 0]
        if len(raising) > 1:
            own = assessment.model_copy(update={"indicators": tuple(raising)})
            readings = [
                Reading(indicator=i.id, at=own.start, level=Level.LEVEL_3, count=0.0, activation=1.0, baseline=0.0)
                for i in raising
            ]
            rows = outlook(own, readings, now=own.start).estimates[question.id].rows
            shared.append(
                Shared(
                    scenario=question.id,
                    members=tuple(i.id for i in raising),
                    alone=math.fsum(log_ratio(assessment, i, question.id, None) for i in raising),
                    counted=math.fsum(r.nats for r in rows if r.kind is RowKind.INDICATOR),
                )
            )
    return Group(name=name, members=tuple(i.id for i in members), shared=tuple(shared))

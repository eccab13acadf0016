"""What a person rules about events. Nothing is overwritten: each decision is a record, and so is its withdrawal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from indicators.publishers import Grade


class DecisionKind(StrEnum):
    """What can be ruled about an event."""

    MERGE = "merge"  # these reports are of one happening
    SPLIT = "split"  # these reports are of a happening of their own
    CONFIRM = "confirm"  # it happened: credibility 1
    REJECT = "reject"  # it did not: credibility 5, it counts nothing
    REGRADE = "regrade"  # its grade is this one
    WITHDRAW = "withdraw"  # an earlier decision no longer stands


_GROUPING = frozenset({DecisionKind.MERGE, DecisionKind.SPLIT})


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDecision:
    """One decision: about which reports (item ids) of which indicator, by whom, when and why.

    It names reports and not an event, because later reports may regroup events and a report stays itself. A
    grade goes with ``REGRADE``; ``withdraws`` is the number of the decision that a ``WITHDRAW`` takes back.
    """

    number: int
    kind: DecisionKind
    indicator: str
    reports: tuple[str, ...]
    who: str
    why: str
    at: datetime
    grade: Grade | None = None
    withdraws: int | None = None

    def __post_init__(self) -> None:
        if not self.who.strip() or not self.why.strip():
            raise ValueError("a decision about an event needs a name and a reason")
        if self.at.tzinfo is None:
            raise ValueError("a decision's time needs a time zone")
        if (self.kind is DecisionKind.REGRADE) != (self.grade is not None):
            raise ValueError("a grade goes with regrade, and with nothing else")
        if (self.kind is DecisionKind.WITHDRAW) != (self.withdraws is not None):
            raise ValueError("withdraw names the decision it takes back")
        if not self.reports and self.kind is not DecisionKind.WITHDRAW:
            raise ValueError("a decision names the reports it is about")


def standing(decisions: Iterable[EventDecision]) -> tuple[EventDecision, ...]:
    """Return the decisions that stand, oldest first: neither withdrawals nor what they took back."""
    ordered = sorted(decisions, key=lambda d: d.number)
    gone: set[int] = set()
    for decision in reversed(ordered):  # a withdrawal can itself be withdrawn
        if decision.withdraws is not None and decision.number not in gone:
            gone.add(decision.withdraws)
    return tuple(d for d in ordered if d.number not in gone and d.kind is not DecisionKind.WITHDRAW)


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions about one indicator's events, by report."""

    together: Mapping[str, int]
    """Item ids that a person grouped, and the number of the decision that did so."""
    gradings: tuple[EventDecision, ...]
    """The decisions about the grade of an event, oldest first."""

    @classmethod
    def of(cls, decisions: Iterable[EventDecision], indicator: str) -> "Decided":
        """Return what stands about *indicator*; of two about one report the later counts."""
        own = [d for d in standing(decisions) if d.indicator == indicator]
        together = {item: d.number for d in own if d.kind in _GROUPING for item in d.reports}
        return cls(together, tuple(d for d in own if d.kind not in _GROUPING))

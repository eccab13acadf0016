"""Proposals: changes of a rule, or of a whole assessment, that wait for a second pair of eyes; never changed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, insert, select, update

from watcher.store import audit, tables

_PROPOSALS = tables.rule_proposals


class ProposalState(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ProposalKind(StrEnum):
    """What a proposal would change."""

    RULE = "rule"
    VERSION = "version"  # the whole file


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProposal:
    """One change as it was proposed: the block of the rule, and the mark of the block it was made from.

    ``rule`` is empty for a new one, and so is ``made_from`` then. Of a whole version ``block`` is all of its text,
    ``made_from`` the mark of the file, and ``rule`` is empty. The last three say who decided, if anybody has.
    """

    number: int
    assessment: str
    rule: str
    block: str
    made_from: str
    who: str
    why: str
    at: datetime
    kind: ProposalKind = ProposalKind.RULE
    state: ProposalState = ProposalState.OPEN
    decided_by: str = ""
    decided_why: str = ""
    decided_at: datetime | None = None


def add(
    connection: Connection,
    *,
    assessment: str,
    rule: str,
    block: str,
    made_from: str,
    who: str,
    why: str,
    at: datetime,
    kind: ProposalKind = ProposalKind.RULE,
) -> int:
    """Put a proposal on record, and return its number."""
    what = {"kind": kind.value, "assessment": assessment, "rule": rule, "block": block, "made_from": made_from}
    told = what | {"who": who, "why": why}
    rest = {"at": at, "state": ProposalState.OPEN.value, "decided_by": "", "decided_why": "", "decided_at": None}
    made = insert(_PROPOSALS).values(told | rest).returning(_PROPOSALS.c.number)
    number = int(connection.execute(made).scalar_one())
    detail = {"number": number, "assessment": assessment, "rule": rule, "why": why}
    audit.write(connection, at=at, who=who, what=f"{kind.value} proposed", detail=detail)
    return number


def decide(
    connection: Connection, number: int, state: ProposalState, *, who: str, why: str, at: datetime
) -> RuleProposal | None:
    """Settle an open proposal, and return it; ``None`` where none with that number is open."""
    mine = (_PROPOSALS.c.number == number, _PROPOSALS.c.state == ProposalState.OPEN.value)
    settled = {"state": state.value, "decided_by": who, "decided_why": why, "decided_at": at}
    if not connection.execute(update(_PROPOSALS).where(*mine).values(settled)).rowcount:
        return None
    made = get(connection, number)
    if made is not None:
        detail = {"number": number, "assessment": made.assessment, "rule": made.rule, "why": why}
        audit.write(connection, at=at, who=who, what=f"{made.kind.value} proposal {state.value}", detail=detail)
    return made


def get(connection: Connection, number: int) -> RuleProposal | None:
    """Return the proposal with that number."""
    row = connection.execute(select(_PROPOSALS).where(_PROPOSALS.c.number == number)).mappings().first()
    return _proposal(row) if row is not None else None


def waiting(connection: Connection, assessment: str) -> tuple[RuleProposal, ...]:
    """Return what waits for somebody else, the oldest first."""
    mine = (_PROPOSALS.c.assessment == assessment, _PROPOSALS.c.state == ProposalState.OPEN.value)
    rows = connection.execute(select(_PROPOSALS).where(*mine).order_by(_PROPOSALS.c.number)).mappings()
    return tuple(map(_proposal, rows))


def _proposal(row: RowMapping) -> RuleProposal:
    return RuleProposal(**{**row, "kind": ProposalKind(row["kind"]), "state": ProposalState(row["state"])})

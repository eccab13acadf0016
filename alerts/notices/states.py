"""Where a notice stands, read off the steps that were taken with it. Steps are added and never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StepKind(StrEnum):
    """What somebody did with a notice."""

    REVIEW = "review"  # a named person has gone over it
    HOLD = "hold"
    ARCHIVE = "archive"  # it is not sent
    REOPEN = "reopen"  # what was held or archived is a draft again
    RELEASE = "release"
    WITHDRAW = "withdraw"  # what was released is recalled
    RECEIPT = "receipt"  # a contact says that it has it


class NoticeState(StrEnum):
    """Where a notice stands."""

    DRAFT = "draft"
    HELD = "held"
    ARCHIVED = "archived"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


_LEADS_TO = {
    StepKind.HOLD: NoticeState.HELD,
    StepKind.ARCHIVE: NoticeState.ARCHIVED,
    StepKind.REOPEN: NoticeState.DRAFT,
    StepKind.RELEASE: NoticeState.RELEASED,
    StepKind.WITHDRAW: NoticeState.WITHDRAWN,
}

FROM = {
    StepKind.REVIEW: (NoticeState.DRAFT, NoticeState.HELD),
    StepKind.HOLD: (NoticeState.DRAFT,),
    StepKind.ARCHIVE: (NoticeState.DRAFT, NoticeState.HELD),
    StepKind.REOPEN: (NoticeState.HELD, NoticeState.ARCHIVED),
    StepKind.RELEASE: (NoticeState.DRAFT,),
    StepKind.WITHDRAW: (NoticeState.RELEASED,),
    StepKind.RECEIPT: (NoticeState.RELEASED, NoticeState.WITHDRAWN),
}
"""From which states each step can be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: by whom, when and why. ``about`` names the contact of a receipt."""

    kind: StepKind
    who: str
    why: str
    at: datetime
    about: str = ""


def state_of(steps: Iterable[Step]) -> NoticeState:
    """Return where a notice stands after *steps*, oldest first."""
    state = NoticeState.DRAFT
    for step in steps:
        state = _LEADS_TO.get(step.kind, state)
    return state

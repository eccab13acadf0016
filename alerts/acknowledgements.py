"""Acknowledgements: a named person has taken an alert, until a time. Only a person does this; it hides nothing.

It stops the chain of what it was given for and no more: a rise, or new evidence at the same level, opens
the alert again, and so does its end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.alert import Alert
from alerts.holding import rises
from alerts.said import AnyAlert
from indicators.bands import WarningLevel

USUAL = timedelta(hours=4)
"""How long one stands where nobody said."""

LONGEST = timedelta(days=3)
"""What lasts longer is a silence, with a reason."""


class Reopening(StrEnum):
    """Why an acknowledgement stands no more; the same words in record, message and test."""

    ROSE = "the level rose"
    EVIDENCE = "new evidence at the same level"
    EXPIRED = "it expired"
    TAKEN_BACK = "taken back"
    STOOD_DOWN = "the warning is over"


class Answer(StrEnum):
    """What becomes of somebody's wish to acknowledge."""

    TAKEN = "taken"
    YOURS = "you have it already"
    OTHERS = "somebody has it already"
    OVERTAKEN = "the alert has moved on since: look at the newer one"
    AT_REST = "the warning is over: there is nothing to acknowledge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """*owner* has taken the alert about a subject at *level*, until *until*.

    ``number`` is 0 until the store gives it one; ``over`` says why it stands no more.
    """

    assessment: str
    kind: str
    subject: str
    level: int
    alert_id: str
    owner: str
    at: datetime
    until: datetime
    note: str = ""
    by: str = ""
    """How it came: command, link, button."""
    number: int = 0
    over: str = ""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None or self.until.tzinfo is None:
            raise ValueError("an acknowledgement needs times with a zone")
        if not self.owner.strip():
            raise ValueError("an acknowledgement needs the name of a person")
        if self.until <= self.at:
            raise ValueError("an acknowledgement needs an end after its start")

    def stands(self, now: datetime) -> bool:
        """Whether somebody has the alert at *now*."""
        return not self.over and now < self.until


def answer(
    seen: AnyAlert, later: Sequence[AnyAlert], standing: Acknowledgement | None, *, owner: str, now: datetime
) -> Answer:
    """Return what becomes of *owner*'s wish to acknowledge *seen*; *later* is what was said of its subject since.

    Compare and set: whoever has seen only a lower alert, or one with less behind it, acknowledges nothing.
    """
    newest = later[-1] if later else seen
    if newest.level == WarningLevel.BASELINE:
        return Answer.AT_REST
    if any(is_news(alert) for alert in later):
        return Answer.OVERTAKEN
    if standing is not None and standing.stands(now):
        return Answer.YOURS if standing.owner.casefold() == owner.casefold() else Answer.OTHERS
    return Answer.TAKEN


def is_news(alert: AnyAlert) -> bool:
    """Whether *alert* tells of a rise, or of more behind the same level: what nobody could acknowledge before."""
    return rises(alert) or (isinstance(alert, Alert) and alert.rising and alert.level_after == alert.level_before)


def reopening(standing: Acknowledgement, alert: AnyAlert) -> Reopening | None:
    """Return why *standing* ends with the newer *alert* of its subject, or ``None``: it goes on."""
    if alert.level == WarningLevel.BASELINE:
        return Reopening.STOOD_DOWN
    if alert.level > standing.level:
        return Reopening.ROSE
    return Reopening.EVIDENCE if is_news(alert) else None

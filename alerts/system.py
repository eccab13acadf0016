"""SystemWarning: Watcher speaks about itself, to those who run it, by the same way as every alert.

A source that fell silent, a file that is broken, a channel that refuses: whatever could make a warning
fail to go out is itself a warning.
"""

import hashlib
import json
from datetime import datetime
from enum import StrEnum
from typing import Literal, Self

from pydantic import AwareDatetime, Field

from alerts.worded import Names, Worded
from indicators.bands import WarningLevel


class Standing(StrEnum):
    """Whether the trouble began, still lasts, or is over."""

    RAISED = "raised"
    REMINDED = "still so"
    CLEARED = "cleared"


class SystemWarning(Worded):
    """One trouble of Watcher itself, complete: what, since when, what it means, what to do."""

    kind: Literal["system"] = "system"
    id: str
    assessment: Literal[""] = ""
    about: str = Field(min_length=1)
    """What is in trouble, the same each time: ``source rfi-afrique``, ``blind``, ``stage judge``."""
    at: AwareDatetime
    since: AwareDatetime
    standing: Standing
    urgency: WarningLevel
    headline: Names
    """One sentence with a subject, by language."""
    details: tuple[Names, ...] = ()
    """The evidence, one line each: names of sources with their faults, counts, times."""
    meaning: Names
    """What it does to the warning service while it lasts."""
    next_step: Names
    """What the reader should do now; the command to type, where there is one."""
    marking: str = "TLP:AMBER"
    passing: bool = False
    """It happened and does not last, so that nothing will call it over: it is once somebody has had it in hand."""

    @property
    def subject_key(self) -> str:
        """What it is about, for the store's index."""
        return self.about

    @property
    def level(self) -> WarningLevel:
        """The level it is filed under: none is left once it is cleared."""
        return WarningLevel.BASELINE if self.standing is Standing.CLEARED else self.urgency

    def over(self, at: datetime, *, salt: str = "") -> Self:
        """Return that this is over at *at*; *salt* is the installation's name."""
        id_ = system_warning_id(self.about, Standing.CLEARED, at, salt=salt)
        return self.model_copy(update={"id": id_, "at": at, "standing": Standing.CLEARED})


def system_warning_id(about: str, standing: Standing, at: datetime, *, salt: str = "") -> str:
    """Return the id of what is said about *about* at *at*; *salt* is the installation's name."""
    parts = json.dumps([salt, about, standing.value, at.isoformat()])
    return "sys-" + hashlib.sha256(parts.encode()).hexdigest()[:16]

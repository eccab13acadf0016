"""Acknowledged: word to the others who were told of an alert that somebody has it now, so that nobody else gets up."""

import hashlib
from typing import Literal

from pydantic import AwareDatetime

from alerts.worded import Names, Worded
from indicators.bands import WarningLevel


class Acknowledged(Worded):
    """*owner* has the alert *alert* until *until*; *line* is what that alert says, by language."""

    kind: Literal["acknowledged"] = "acknowledged"
    id: str
    assessment: str
    alert: str
    about: str
    line: Names
    owner: str
    note: str = ""
    at: AwareDatetime
    until: AwareDatetime
    urgency: WarningLevel
    marking: str

    @property
    def subject_key(self) -> str:
        """What it is about, for the store's index: what the alert is about."""
        return self.about

    @property
    def level(self) -> WarningLevel:
        """The level it is filed under: it is no warning that could stand."""
        return WarningLevel.BASELINE


def acknowledged_id(number: int, *, salt: str = "") -> str:
    """Return the id of the word about the acknowledgement of that *number*; *salt* is the installation's name."""
    return "has-" + hashlib.sha256(f"{salt} {number}".encode()).hexdigest()[:16]

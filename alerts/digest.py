"""Digest: what was held for one recipient, in one message."""

from typing import Literal

from pydantic import AwareDatetime, Field

from alerts.worded import Names, Worded
from indicators.bands import WarningLevel


class DigestEntry(Worded):
    """One subject in a digest: its newest alert in a line, and how many were held about it."""

    alert: str
    kind: str
    assessment: str = ""
    about: str
    at: AwareDatetime
    urgency: WarningLevel
    line: Names
    count: int = Field(default=1, ge=1)


class Digest(Worded):
    """Everything that was held for *recipient* and goes out at *at*, the gravest first."""

    kind: Literal["digest"] = "digest"
    id: str
    assessment: Literal[""] = ""
    recipient: str
    at: AwareDatetime
    urgency: WarningLevel
    reasons: dict[str, int]
    """How many alerts were held for which reason."""
    entries: tuple[DigestEntry, ...] = Field(min_length=1)
    marking: str
    notes: tuple[Names, ...] = ()
    """What its reader should know of the service itself, by language."""

    @property
    def subject_key(self) -> str:
        """What it is about, for the store's index."""
        return f"digest for {self.recipient}"

    @property
    def level(self) -> WarningLevel:
        """The level it is filed under."""
        return self.urgency

    @property
    def count(self) -> int:
        """How many alerts it stands for."""
        return sum(entry.count for entry in self.entries)

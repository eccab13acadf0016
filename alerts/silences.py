"""Silence: a named person holds some messages for a time. Held is not dropped, and every silence ends."""

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from alerts.said import AnyAlert
from indicators.bands import WarningLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Holds alerts that fit all its patterns, up to the level *up_to* and no higher, from *start* to *end*.

    ``number`` is 0 until the store gives it one.
    """

    who: str
    why: str
    start: datetime
    end: datetime
    number: int = 0
    assessment: str = "*"
    subject: str = "*"
    """A pattern of scenario keys; for system warnings, of what they are about."""
    kind: str = "*"
    recipient: str = "*"
    up_to: WarningLevel = WarningLevel.ADVISORY
    ended_by: str = ""

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a silence needs times with a zone")
        if not self.who.strip() or not self.why.strip():
            raise ValueError("a silence needs the name of who sets it and a reason")
        if self.end <= self.start:
            raise ValueError("a silence needs an end after its start")

    def is_on(self, now: datetime) -> bool:
        """Whether it holds anything at *now*."""
        return self.start <= now < self.end

    def hides(self, alert: AnyAlert, recipient: str, *, now: datetime) -> bool:
        """Whether it holds *alert* for *recipient* at *now*; a higher level than it names always passes."""
        return (
            self.is_on(now)
            and alert.urgency <= self.up_to
            and fnmatchcase(alert.assessment, self.assessment)
            and fnmatchcase(alert.subject_key, self.subject)
            and fnmatchcase(alert.kind, self.kind)
            and fnmatchcase(recipient, self.recipient)
        )

    @property
    def name(self) -> str:
        """The name that deliveries are held under."""
        return f"silence {self.number}"

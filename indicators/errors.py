"""What goes wrong in this room, always with the place and with what to write instead."""

from dataclasses import dataclass
from enum import StrEnum


class IndicatorsError(Exception):
    """Base of the errors that say what a person wrote wrongly; each is also a ``ValueError``."""


class Severity(StrEnum):
    """How much a :class:`Problem` matters."""

    ERROR = "error"  # the file is refused
    WARNING = "warning"  # the file is used; a person should look


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault in a file that a person wrote.

    ``where`` is ``file:line`` or a dotted path, ``what`` is the fault in a sentence,
    ``instead`` is what to write (may be empty when the fault says it already).
    """

    where: str
    what: str
    instead: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        hint = f" — {self.instead}" if self.instead else ""
        return f"{self.where}: {self.severity}: {self.what}{hint}"


class OutlookError(IndicatorsError, ValueError):
    """Numbers that no outlook can be computed from: not finite, contradicting one another, or in a circle."""

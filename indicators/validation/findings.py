"""Findings: one thing each that a person should look at, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from indicators.errors import Severity
from indicators.phrases import Phrase, phrase
from indicators.validation.sentences import SENTENCES


class FindingKind(StrEnum):
    """What was found; the order is the one in which findings are told."""

    INCOHERENT = "numbers contradict one another"
    DOUBLE = "counted twice"
    CHAIN = "counted twice along a chain"
    UNSEEN = "nobody would see it coming"
    LATE = "no early indicator"
    ONE_WAY = "can only rise"
    FIXED = "its word can never change"
    WEAK = "tells nothing apart"
    ALIKE = "rated alike in different groups"
    EDGE = "prior at the edge of its term"
    TOGETHER = "the parts must hang together"


_ORDER = {kind: place for place, kind in enumerate(FindingKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationFinding:
    """One finding about *subjects* (ids of indicators, keys of lines). Errors are those that refuse the file.

    ``said`` is what is so, ``cure`` what to do about it; ``what`` and ``instead`` are these in English.
    """

    kind: FindingKind
    subjects: tuple[str, ...]
    said: Phrase
    cure: Phrase
    severity: Severity = Severity.WARNING

    @property
    def what(self) -> str:
        """What is so, in English."""
        return self.said_in("en")

    @property
    def instead(self) -> str:
        """What to do about it, in English."""
        return self.cure_in("en")

    def said_in(self, lang: str) -> str:
        """Return what is so in *lang*, English where there is no such language; ids and keys stay as they are."""
        return self.said.worded(SENTENCES, lang)

    def cure_in(self, lang: str) -> str:
        """Return what to do about it in *lang*."""
        return self.cure.worded(SENTENCES, lang)

    def kind_in(self, lang: str) -> str:
        """Return its kind in *lang*."""
        return phrase(self.kind.name).worded(SENTENCES, lang)


def in_order(found: tuple[ValidationFinding, ...]) -> tuple[ValidationFinding, ...]:
    """Return *found* by kind; within a kind they keep the order of the file."""
    return tuple(sorted(found, key=lambda finding: _ORDER[finding.kind]))

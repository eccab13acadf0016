"""Findings: one thing each that a person should look at, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from indicators.errors import Severity


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
class Finding:
    """One finding about *subjects* (ids of indicators, keys of lines). Errors are those that refuse the file."""

    kind: FindingKind
    subjects: tuple[str, ...]
    what: str
    instead: str
    severity: Severity = Severity.WARNING


def in_order(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return *found* by kind; within a kind they keep the order of the file."""
    return tuple(sorted(found, key=lambda finding: _ORDER[finding.kind]))

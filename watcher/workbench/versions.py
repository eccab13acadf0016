"""Versions: every text of an assessment that was in force, who changed it and why, and what stands between two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff

from indicators.assessments import Assessment
from indicators.parsing import parse_assessment
from indicators.revisions import Revision, revisions
from indicators.written.blocks import block_of, data_of
from indicators.written.editing import EditError
from watcher.store import Connection, audit
from watcher.store import assessments as kept
from watcher.store.assessments import GoodAssessment

CHANGED = "rule changed"
"""What the record calls a change that somebody made at the desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVersion:
    """One version as it was taken up; ``number`` counts from 1. Who and why are empty for one edited by hand."""

    number: int
    good: GoodAssessment
    who: str = ""
    why: str = ""

    @property
    def at(self) -> datetime:
        """When it was taken up."""
        return self.good.loaded_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """What lies between two versions: what it does to what is open, and the lines that differ."""

    revisions: tuple[Revision, ...]
    difference: tuple[str, ...]


def versions(connection: Connection, assessment: str) -> tuple[KeptVersion, ...]:
    """Return every version of *assessment*, the oldest first."""
    made = {entry.detail.get("sha"): entry for entry in audit.entries(connection, CHANGED)}
    found = []
    for number, good in enumerate(kept.versions(connection, assessment), 1):
        entry = made.get(good.sha)
        who, why = (entry.who, str(entry.detail.get("why", ""))) if entry is not None else ("", "")
        found.append(KeptVersion(number=number, good=good, who=who, why=why))
    return tuple(found)


def between(before: GoodAssessment, after: GoodAssessment) -> Between:
    """Return what lies between two versions of one assessment."""
    return between_texts(before.text, after.text, before.version, after.version)


def between_texts(before: str, after: str, one: str = "before", other: str = "after") -> Between:
    """Return what lies between two texts; revisions only where both can be read, and are of one assessment."""
    lines = unified_diff(before.splitlines(), after.splitlines(), one, other, n=2, lineterm="")
    old, new = _read(before), _read(after)
    both = old is not None and new is not None and old.id == new.id
    told = revisions(old, new) if both and old is not None and new is not None else ()
    return Between(revisions=told, difference=tuple(lines))


def find(known: Sequence[KeptVersion], number: int) -> KeptVersion | None:
    """Return the version with that number."""
    return known[number - 1] if 0 < number <= len(known) else None


def _read(text: str) -> Assessment | None:
    return parse_assessment(text, name="assessment", proven=False)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRule:
    """One rule as it read from a version on: its block, and that version's number, name, author and reason."""

    number: int
    version: str
    block: str
    at: datetime
    who: str
    why: str


def rule_versions(connection: Connection, assessment: str, rule: str) -> tuple[KeptRule, ...]:
    """Return every text that *rule* had in a version of *assessment*, the newest first; without those that repeat."""
    found: list[KeptRule] = []
    for one in versions(connection, assessment)[-MOST_READ:]:
        block = _block(one.good.text, rule)
        if block and (not found or found[-1].block != block):
            told = KeptRule(
                number=one.number, version=one.good.version, block=block, at=one.at, who=one.who, why=one.why
            )
            found.append(told)
    return tuple(reversed(found))


MOST_READ = 20
"""Versions that are read for the history of one rule."""


def _block(text: str, rule: str) -> str:
    try:
        names = [str(one.get("id", "")) for one in data_of(text)["indicators"]]
        return block_of(text, "indicators", names.index(rule)) if rule in names else ""
    except (EditError, KeyError, TypeError, AttributeError):
        return ""

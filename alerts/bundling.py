"""Bundling: alerts that were held become one digest, made from the alerts themselves and never decided anew."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alerts.digest import Digest, Entry
from alerts.said import AnyAlert
from alerts.worded import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An alert that was held, under which name, and its subject line by language."""

    alert: AnyAlert
    name: str
    line: Names

    @property
    def about(self) -> tuple[str, str, str]:
        """What makes two alerts two tellings of the same."""
        return self.alert.kind, self.alert.assessment, self.alert.subject_key


def bundle(held: Iterable[Held], *, recipient: str, now: datetime) -> Digest:
    """Return the digest of what was *held* for *recipient*: one entry a subject, its newest line, the gravest first.

    The same alerts make the same id, so that planning it twice owes it once. ``ValueError`` for no alert at all.
    """
    waiting = sorted(held, key=lambda one: (one.alert.at, one.alert.id))
    if not waiting:
        raise ValueError(f"there is nothing to tell {recipient} of")
    by_subject: dict[tuple[str, str, str], list[Held]] = {}
    for one in waiting:
        by_subject.setdefault(one.about, []).append(one)
    entries = sorted(map(_entry, by_subject.values()), key=lambda e: (-e.urgency, -e.at.timestamp(), e.alert))
    return Digest(
        id=_digest_id(recipient, (one.alert.id for one in waiting)),
        recipient=recipient,
        at=now,
        urgency=entries[0].urgency,
        reasons=dict(Counter(one.name for one in waiting)),
        entries=tuple(entries),
        marking=max((one.alert.marking for one in waiting), key=_strictness),
    )


def _entry(told: list[Held]) -> Entry:
    """Its urgency is that of the gravest, so that a rise and its end are not taken for nothing."""
    newest = told[-1]
    return Entry(
        alert=newest.alert.id,
        kind=newest.alert.kind,
        about=newest.alert.subject_key,
        at=newest.alert.at,
        urgency=max(one.alert.urgency for one in told),
        line=newest.line,
        count=len(told),
    )


def _digest_id(recipient: str, alerts: Iterable[str]) -> str:
    return "dig-" + hashlib.sha256(json.dumps([recipient, *alerts]).encode()).hexdigest()[:16]


_MARKINGS = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")


def _strictness(marking: str) -> int:
    """A digest is marked as its most guarded part; a marking that is unknown counts as the most guarded."""
    return _MARKINGS.index(marking) if marking in _MARKINGS else len(_MARKINGS)

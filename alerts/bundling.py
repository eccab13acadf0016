"""Bundling: alerts that were held become one digest, made from the alerts themselves and never decided anew."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alerts.catalogue import in_each
from alerts.digest import Digest, DigestEntry
from alerts.said import AnyAlert
from alerts.worded import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An alert that was held, under which name, and its subject line by language.

    It is ``overtaken`` where its reader was told something later of the subject meanwhile.
    """

    alert: AnyAlert
    name: str
    line: Names
    overtaken: bool = False


def bundle(held: Iterable[Held], *, recipient: str, now: datetime, notes: tuple[Names, ...] = ()) -> Digest:
    """Return the digest of what was *held* for *recipient*: one entry a subject, its newest line, the gravest first.

    A digest among them is taken apart, so that a digest never tells of digests. The same alerts make the same
    id, so that planning it twice owes it once. ``ValueError`` for no alert at all.
    """
    waiting = sorted(held, key=lambda one: (one.alert.at, one.alert.id))
    if not waiting:
        raise ValueError(f"there is nothing to tell {recipient} of")
    by_subject: dict[tuple[str, str, str], list[DigestEntry]] = {}
    for entry in sorted((e for one in waiting for e in _entries(one)), key=lambda e: (e.at, e.alert)):
        by_subject.setdefault((entry.kind, entry.assessment, entry.about), []).append(entry)
    entries = sorted(map(_told_once, by_subject.values()), key=lambda e: (-e.urgency, -e.at.timestamp(), e.alert))
    return Digest(
        id=_digest_id(recipient, (one.alert.id for one in waiting)),
        recipient=recipient,
        at=now,
        urgency=entries[0].urgency,
        reasons=dict(sum(map(_reasons, waiting), Counter())),
        entries=tuple(entries),
        notes=notes,
        marking=max((one.alert.marking for one in waiting), key=_strictness),
    )


_OVERTAKEN = in_each("(you were told something later since)")


def _entries(one: Held) -> tuple[DigestEntry, ...]:
    alert = one.alert
    if isinstance(alert, Digest):
        return alert.entries
    entry = DigestEntry(
        alert=alert.id,
        kind=alert.kind,
        assessment=alert.assessment,
        about=alert.subject_key,
        at=alert.at,
        urgency=alert.urgency,
        line={lang: f"{line} {_OVERTAKEN[lang]}" for lang, line in one.line.items()} if one.overtaken else one.line,
    )
    return (entry,)


def _told_once(told: list[DigestEntry]) -> DigestEntry:
    """Return the newest with the urgency of the gravest: a rise and its end are not taken for nothing."""
    gravest = max(entry.urgency for entry in told)
    return told[-1].model_copy(update={"urgency": gravest, "count": sum(entry.count for entry in told)})


def _reasons(one: Held) -> Counter[str]:
    return Counter(one.alert.reasons) if isinstance(one.alert, Digest) else Counter({one.name: 1})


def _digest_id(recipient: str, alerts: Iterable[str]) -> str:
    return "dig-" + hashlib.sha256(json.dumps([recipient, *alerts]).encode()).hexdigest()[:16]


_MARKINGS = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")


def _strictness(marking: str) -> int:
    """A digest is marked as its most guarded part; a marking that is unknown counts as the most guarded."""
    return _MARKINGS.index(marking) if marking in _MARKINGS else len(_MARKINGS)

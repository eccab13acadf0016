"""Doctor: the promises of a live database, each looked at, each sound or with what is wrong and the next step.

Nothing here writes. One check is one function over :class:`Grounds` and one row of :data:`CHECKS`. Each stands for
itself: one that raises is a finding of its own name, and the others are made all the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from watcher.doctor import alive, bundles, holds, judged, leases, owners, pages, record, storage, told
from watcher.doctor.failing import could_not_look
from watcher.doctor.finding import Check, Finding, Grounds

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "schema": Check(promise="the tables are those of this version", find=storage.schema, first=True),
        "storage": Check(promise="a committed step survives a power cut, and the pages are whole", find=storage.pages),
        "moves": Check(promise="every move has an alert, or a refusal on record", find=told.moves),
        "alerts": Check(promise="every alert is owed to somebody, or a reason is on record", find=told.alerts),
        "owners": Check(promise="every message that is owed has a recipient and a channel", find=owners.owners),
        "due": Check(promise="nothing is due later than a rule could set, and nothing is overdue", find=holds.due),
        "holds": Check(promise="what is held has a hold that exists and ends", find=holds.holds),
        "bundles": Check(promise="what was told in a digest has that digest, owed or sent", find=bundles.bundles),
        "leases": Check(promise="what is being sent has a sender", find=leases.leases),
        "items": Check(promise="every kept report is judged by every assessment, or set aside", find=judged.items),
        "audit": Check(promise="the record of who did what is as it was written", find=record.chain),
        "canary": Check(promise="our own item goes the whole way", find=alive.canary_out),
        "channels": Check(promise="what is owed gets through by some channel", find=alive.through),
        "watchdog": Check(promise="somebody outside is told that we live", find=alive.outside),
        "assets": Check(
            promise="what browsers load beside the pages was built, where pages are served", find=pages.assets
        ),
    }
)
"""Every check by its name, in the order in which they are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One promise and how it stands: sound without findings."""

    name: str
    promise: str
    findings: tuple[Finding, ...] = ()
    skipped: bool = False
    """It was not looked at, because what it rests on is not sound."""
    failed: bool = False
    """It could not be looked at: the finding says why, and the promise may be kept or broken."""

    @property
    def state(self) -> str:
        """How it stands, in a word or two."""
        if self.skipped:
            return "not checked"
        return "failed" if self.failed else "finding" if self.findings else "sound"

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "check": self.name,
            "promise": self.promise,
            "state": self.state,
            "findings": [f.as_json() for f in self.findings],
        }


def examine(grounds: Grounds) -> tuple[Examined, ...]:
    """Look at every promise. Where a first one is broken (the tables are of another version) the rest is skipped."""
    return tuple(_examined(grounds))


def _examined(grounds: Grounds) -> Iterator[Examined]:
    stop = False
    for name, check in CHECKS.items():
        if stop:
            yield Examined(name=name, promise=check.promise, skipped=True)
            continue
        done = _looked(grounds, name, check)
        yield done
        stop = check.first and bool(done.findings) and not done.failed


def _looked(grounds: Grounds, name: str, check: Check) -> Examined:
    try:
        with grounds.connection.begin_nested():  # a server takes no more questions after one that failed
            return Examined(name=name, promise=check.promise, findings=tuple(check.find(grounds)))
    except Exception as error:  # noqa: BLE001 - whatever it is, it stops no other check
        return Examined(name=name, promise=check.promise, findings=(could_not_look(name, error),), failed=True)

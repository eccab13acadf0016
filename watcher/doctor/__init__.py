"""Doctor: the promises of a live database, each looked at, each sound or with what is wrong and the next step.

Nothing here writes. One check is one function over :class:`Grounds` and one row of :data:`CHECKS`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from watcher.doctor import alive, bundles, holds, judged, leases, owners, pages, record, storage, told
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
    """It could not be looked at, because what it rests on is not sound."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        state = "not checked" if self.skipped else "finding" if self.findings else "sound"
        return {
            "check": self.name,
            "promise": self.promise,
            "state": state,
            "findings": [f.as_json() for f in self.findings],
        }


def examine(grounds: Grounds, checks: Mapping[str, Check] = CHECKS) -> tuple[Examined, ...]:
    """Look at every promise. Where a first one is broken (the tables are of another version) the rest is skipped."""
    return tuple(_examined(grounds, checks))


def _examined(grounds: Grounds, checks: Mapping[str, Check]) -> Iterator[Examined]:
    stop = False
    for name, check in checks.items():
        findings = () if stop else tuple(check.find(grounds))
        yield Examined(name=name, promise=check.promise, findings=findings, skipped=stop)
        stop = stop or (check.first and bool(findings))

"""What a check is given and what it finds."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watcher.settings import Settings
from watcher.store import Connection

MOST_IDS = 10
"""Ids that a finding names; it counts all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What every check may look at: one moment of the database, the configuration, the time; ``deep``: every page."""

    connection: Connection
    settings: Settings
    now: datetime
    deep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A broken promise: what is wrong, with which ids, and what to do now."""

    what: str
    instead: str
    ids: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"what": self.what, "instead": self.instead, "ids": list(self.ids)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One promise and how it is looked at. After a ``first`` one that is broken nothing else can be looked at."""

    promise: str
    find: Callable[[Grounds], Iterator[Finding]]
    first: bool = False


def found(ids: Iterable[str], what: str, instead: str) -> Iterator[Finding]:
    """Yield one finding about all of *ids*, if there are any; ``{n}`` in *what* is how many."""
    named = tuple(ids)
    if named:
        yield Finding(what=what.format(n=len(named)), instead=instead, ids=named)

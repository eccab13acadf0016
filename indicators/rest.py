"""Rest: the sound part of an assessment that has entries of a wrong shape, so that all its faults come in one round.

Entries that cannot be read are left out, and what was said of the others only because of that is not said.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from indicators.assessments import Assessment
from indicators.errors import Severity
from indicators.written import Fault, Path

Check = Callable[[Assessment], tuple[Fault, ...]]

_LISTS = ("places", "publishers", "groups", "scenarios", "indicators")
_TABLES = ("statements", "countries", "regions", "actors", "concepts")
_PASSABLE: Mapping[str, object] = {
    "schema": "watcher-assessment/1",
    "id": "x",
    "version": "x",
    "title": {"en": "x"},
    "author": "x",
    "as_of": "2000-01-01",
    "review_by": "2000-01-02",
    "country": "XX",
    "marking": "TLP:RED",
}
"""What takes the place of a head line that is missing or cannot be read: no check of entries depends on it."""

_ROUNDS = 3
"""An entry that is left out can make another of a wrong shape, hardly ever a third."""


@dataclass(slots=True)
class _Part:
    """The values of a file while entries are taken out: where those that are left stood, and what is gone."""

    data: dict[str, Any]
    stood: dict[str, list[int]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    headless: set[str] = field(default_factory=set)

    def without(self, paths: Iterable[Sequence[str | int]]) -> bool:
        """Take out the entries that *paths* lead into, from the last to the first; whether that was possible."""
        entries = sorted(set(map(_entry, paths)), key=lambda path: [(isinstance(step, int), step) for step in path])
        return all(self._take_out(path) for path in reversed(entries))

    def _take_out(self, path: Path) -> bool:
        key = str(path[0]) if path else ""
        values = self.data.get(key)
        if len(path) > 1 and isinstance(values, list) and isinstance(path[1], int):
            entry = values.pop(path[1])
            self.stood[key].pop(path[1])
            self.gone.add(str(entry.get("id", "")) if isinstance(entry, dict) else str(entry))
            return True
        if len(path) > 1 and isinstance(values, dict):
            self.gone.add(str(path[1]))
            return values.pop(path[1], None) is not None
        if key in _PASSABLE:
            self.data[key] = _PASSABLE[key]
            self.headless.add(key)
            return True
        return key not in (*_LISTS, *_TABLES) and self.data.pop(key, None) is not None

    def original(self, fault: Fault) -> Fault:
        """Return *fault* at the path that it has in the file."""
        path = fault.path
        if len(path) > 1 and path[0] in self.stood and isinstance(path[1], int):
            return replace(fault, path=(path[0], self.stood[str(path[0])][path[1]], *path[2:]))
        return fault

    def follows(self, fault: Fault) -> bool:
        """Whether *fault* may be said only for what was taken out."""
        if not self.gone and not self.headless:
            return False
        return (
            fault.severity is not Severity.ERROR
            or fault.path[0] in self.headless
            or "served by no" in fault.what
            or any(name in fault.what or name in fault.path for name in self.gone if name)
        )


def faults_of_rest(data: object, check: Check) -> tuple[Fault, ...]:
    """Return the faults that *check* finds in what is left of *data* when entries of a wrong shape are taken out.

    Nothing where nothing can be told: *data* is no table, or too much of it is missing.
    """
    if not isinstance(data, dict):
        return ()
    part = _Part({key: copy(value) for key, value in data.items()})  # not deep: a file may contain itself
    part.stood = {key: list(range(len(v))) for key in _LISTS if isinstance(v := data.get(key), list)}
    for _ in range(_ROUNDS):
        try:
            rest = Assessment.model_validate(part.data)
        except ValidationError as error:
            if not part.without(e["loc"] for e in error.errors(include_url=False, include_input=False)):
                return ()
        else:
            return tuple(part.original(fault) for fault in check(rest) if not part.follows(fault))
    return ()


def _entry(path: Sequence[str | int]) -> Path:
    """Return the part of *path* that leads to a whole entry."""
    return tuple(path[:2]) if path and path[0] in (*_LISTS, *_TABLES) else tuple(path[:1])

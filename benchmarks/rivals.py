"""Rivals: the other ways to match, timed on the rules that they can say and only if they find the same."""

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from statistics import median
from typing import Protocol

from benchmarks import fts5, regexes
from benchmarks.plain import PlainItem, PlainRule

Found = list[frozenset[str]]
"""The names of the rules that hold, item by item."""

BATCH = 1000
"""Items that a full-text index takes at once."""

REGEX_ITEMS = 25
"""Items for the loop, of which it does about one in a second."""


class Matching(Protocol):
    """Rules made ready for plain items."""

    def match(self, items: Sequence[PlainItem]) -> Found:
        """Return the names of the rules that hold, item by item."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Another way to match. ``target``: how many times faster we promise to be, where we do."""

    name: str
    expressible: Callable[[PlainRule], bool]
    built: Callable[[Sequence[PlainRule]], Matching]
    items: int
    runs: int
    target: float | None = None


def rivals() -> tuple[Rival, ...]:
    """Return all that is installed: tantivy comes with the bench group."""
    loop = Rival(
        name="loop over regexes",
        expressible=regexes.expressible,
        built=regexes.RegexLoop,
        items=REGEX_ITEMS,
        runs=1,
        target=500,
    )
    index = Rival(name="SQLite FTS5", expressible=fts5.expressible, built=fts5.Fts5, items=BATCH, runs=3, target=20)
    return (loop, index, *_tantivy())


def _tantivy() -> Iterator[Rival]:
    if find_spec("tantivy"):
        from benchmarks.tantivy_index import Tantivy, expressible

        yield Rival(name="tantivy", expressible=expressible, built=Tantivy, items=BATCH, runs=3)


def rate(rival: Rival, rules: Sequence[PlainRule], items: Sequence[PlainItem], found: Found) -> float:
    """Return the rival's items a second, the median of its runs; *found* is what it must find too."""
    built = rival.built(rules)
    names = {rule.name for rule in rules}
    seconds = []
    for _ in range(rival.runs):
        gc.collect()
        start = time.process_time()
        theirs = built.match(items)
        seconds.append(time.process_time() - start)
        for number, (holding, ours) in enumerate(zip(theirs, found, strict=True)):
            same(ours & names, holding, f"{rival.name}, item n{number}")
    return len(items) / median(seconds)


def same(ours: Iterable[str], theirs: Iterable[str], what: str) -> None:
    """Raise ``AssertionError`` with a few of the rules on which two ways differ about *what*."""
    differing = sorted({*ours} ^ {*theirs})
    if differing:
        raise AssertionError(f"{what}: {len(differing)} rules differ, {', '.join(differing[:5])}")

"""Archives: an ``items.jsonl`` of years, perhaps packed with gzip, as it became known on the day.

A report without a time of receipt is taken to have become known a stated while after it was published: an archive made
afterwards must not let the rules know a report before anyone could have read it.
"""

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from indicators.errors import Problem
from indicators.items import Item
from indicators.levels import Span
from watcher.item_files import by_arrival, parse_line

_MAGIC = b"\x1f\x8b"
HOLE = timedelta(days=7)
"""A silence of the whole archive that may be one of the archive: for so long a feed may be silent in service too."""
MOST_PROBLEMS = 50
"""Bad lines that are named; the rest are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The items of an archive in the order in which they became known.

    ``unfetched`` counts those without a time of receipt of their own, which were given ``delay``.
    """

    items: tuple[Item, ...]
    unfetched: int
    delay: timedelta
    problems: tuple[Problem, ...]

    @property
    def holes(self) -> tuple[Span, ...]:
        """The times longer than :data:`HOLE` in which nothing at all became known, in order."""
        moments = [item.fetched for item in self.items]
        return tuple(Span(start=a, end=b) for a, b in pairwise(moments) if b - a > HOLE)


def read_archive(path: Path, *, delay: timedelta) -> Archive:
    """Read the items in the file at *path*, packed or not; a bad line is named and the others go on."""
    items: dict[str, Item] = {}
    problems: list[Problem] = []
    unfetched = bad = 0
    try:
        with _opened(path) as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                item, what = parse_line(line)
                if item is None:
                    bad += 1
                    if bad <= MOST_PROBLEMS:
                        problems.append(Problem(where=f"{path}:{number}", what=what))
                    continue
                if item.fetched == item.published:  # no time of receipt, or one that says it was known at once
                    item, unfetched = replace(item, fetched=item.fetched + delay), unfetched + 1
                if item.id not in items or item.fetched < items[item.id].fetched:
                    items[item.id] = item  # what came twice was known from the first time on
    except (OSError, EOFError) as error:
        what = getattr(error, "strerror", None) or str(error)
        problems.append(Problem(where=str(path), what=f"cannot be read to its end: {what}"))
    if bad > MOST_PROBLEMS:
        problems.append(Problem(where=str(path), what=f"{bad - MOST_PROBLEMS} more lines cannot be read"))
    return Archive(items=by_arrival(items.values()), unfetched=unfetched, delay=delay, problems=tuple(problems))


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[str]]:
    """Open the file as lines of text, whether it is packed or not: by what it is, not by what it is called."""
    with path.open("rb") as raw:
        packed = raw.peek(2)[:2] == _MAGIC
        with gzip.open(raw) if packed else raw as plain:
            yield iter(io.TextIOWrapper(plain, "utf-8-sig", errors="replace", newline="\n"))

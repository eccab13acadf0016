"""Events: milliseconds to group one more report among those of a million items, beside grouping all of them again.

``python -m benchmarks.events`` from a checkout. The items are made up (benchmarks/archive.py). No figure is given
unless the casebook that grew holds exactly the events of one that was built at once.
"""

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice, pairwise
from multiprocessing import get_context
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import TypeVar

from benchmarks.archive import START, Archive, with_text
from benchmarks.figures import Figure, at_most
from benchmarks.footprint import resident
from benchmarks.telling import tell
from indicators.events import Casebook, Event, group_matches
from indicators.matcher import Match
from indicators.rules import Indicator
from tests.builders import mali
from watcher.store import Database, items, matches

T = TypeVar("T")

_MB = 1024
_BATCH = 10_000
_LATE = 7
"""Days by which a late report is late."""


class Target:
    """What the project promises; a figure is judged by it and never asserted."""

    one = 5  # milliseconds for one new report
    memory = 500  # MB for the reports of a million items and their events


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many items are known, over how many days, how many of them in a storm of one day, and how many are new."""

    items: int = 1_000_000
    days: int = 400
    storm: int = 2_000
    new: int = 2_000
    seed: int = 1

    def archive(self) -> Archive:
        """Return the archive of these sizes."""
        return Archive(assessment=mali(), items=self.items, days=self.days, storm=self.storm, seed=self.seed)


Told = tuple[str, str, tuple[str, ...], tuple[str, ...], str]


def measured(sizes: Sizes, *, stored: bool = True, memory: bool = True) -> list[Figure]:
    """Return all figures. Raises ``AssertionError`` before that if two ways make other events of the same reports."""
    archive = sizes.archive()
    indicators = {i.id: i for i in archive.assessment.indicators}
    known = list(archive.matches())
    found, build = timed(lambda: Casebook(indicators).with_matches(known))
    events, made = timed(found.events)
    kinds = {
        "of today": archive.new(sizes.new // 2, sizes.days - 1, "today"),
        f"{_LATE} days late": archive.new(sizes.new // 4, sizes.days - 1 - _LATE, "late"),
        "in the middle of the storm": archive.more_of_the_storm(sizes.new // 4, "more"),
    }
    times: dict[str, list[float]] = {}
    again: list[float] = []
    gc.collect()
    gc.freeze()
    for kind, new in kinds.items():
        times[kind], found = one_by_one(found, new)
        again.append(agree(found, indicators))
    gc.unfreeze()
    return [
        Figure(name="reports", value=len(known), unit="matches", note=f"of {sizes.items:,} items in {sizes.days} days"),
        Figure(name="events", value=len(events), unit="events"),
        Figure(name="compared with all grouped again", value=len(again), unit="times", target="all equal", passed=True),
        *(figure for kind, taken in times.items() for figure in _one(kind, taken)),
        Figure(name="all grouped again", value=median(again), unit="s", note="and their events made"),
        Figure(name="faster than that", value=1000 * median(again) / median(times["of today"]), unit="x"),
        Figure(name="build at once", value=build, unit="s", note=f"and {made:.2f} s to make the events"),
        *(_footprint(sizes) if memory else ()),
        *(_stored(archive, known, indicators) if stored else ()),
    ]


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what *work* returns, and the seconds of processor time it took."""
    gc.collect()
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def one_by_one(casebook: Casebook, new: Iterable[Match]) -> tuple[list[float], Casebook]:
    """Put each of *new* to *casebook* as the daemon does; return the milliseconds of each, and the last casebook.

    The events of the indicator are made each time, for a judgement needs them.
    """
    times = []
    for match in new:
        start = time.process_time()
        casebook = casebook.with_matches([match], rejudged=[match.item.id])
        casebook.events_of(match.indicator)
        times.append(1000 * (time.process_time() - start))
    return times, casebook


def agree(casebook: Casebook, indicators: Mapping[str, Indicator]) -> float:
    """Hold *casebook* against all its reports grouped again; return the seconds that took."""
    reports = list(casebook.reports())
    anew, seconds = timed(lambda: group_matches(reports, indicators))
    same(casebook.events(), anew)
    return seconds


def same(ours: Sequence[Event], anew: Sequence[Event]) -> None:
    """Raise ``AssertionError`` with the first difference unless both are the same events."""
    for one, other in zip(ours, anew, strict=False):
        assert one == other, f"events differ: {_told(one)} and {_told(other)}"
    assert len(ours) == len(anew), f"{len(ours)} events and {len(anew)}"


def _told(event: Event) -> Told:
    reports, against = (tuple(r.item.id for r in found) for found in (event.reports, event.against))
    return event.id, event.indicator, reports, against, str(event.grade)


def _one(kind: str, times: Sequence[float]) -> list[Figure]:
    worst = quantiles(times, n=100, method="inclusive")[98]
    return [
        at_most(Target.one, name=f"one {kind}", value=median(times), unit="ms"),
        at_most(Target.one, name="  99 of 100", value=worst, unit="ms", note=f"the slowest {max(times):.1f}"),
    ]


def _footprint(sizes: Sizes) -> list[Figure]:
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as fresh:
        reports, grouped, made = fresh.submit(_measure, sizes).result()
    return [
        Figure(name="memory of the reports", value=reports, unit="MB"),
        Figure(name="memory of the casebook above them", value=grouped, unit="MB"),
        Figure(name="memory of the events above that", value=made, unit="MB"),
        at_most(Target.memory, name="memory together", value=reports + grouped + made, unit="MB"),
    ]


def _measure(sizes: Sizes) -> tuple[float, float, float]:
    archive = sizes.archive()
    gc.collect()
    steps = [resident("VmRSS")]
    known = list(archive.matches())
    gc.collect()
    steps.append(resident("VmRSS"))
    casebook = Casebook({i.id: i for i in archive.assessment.indicators}).with_matches(known)
    gc.collect()
    steps.append(resident("VmRSS"))
    events = casebook.events()
    gc.collect()
    steps.append(resident("VmRSS"))
    del events, known
    reports, grouped, made = ((b - a) / _MB for a, b in pairwise(steps))
    return reports, grouped, made


def _stored(archive: Archive, known: Sequence[Match], indicators: Mapping[str, Indicator]) -> list[Figure]:
    """Keep the whole archive in a file, and read back what a daemon reads when it starts."""
    name = archive.assessment.id
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/watcher.db"
        count, kept = timed(lambda: _keep(url, archive, known))
        size = sum(f.stat().st_size for f in os.scandir(folder)) / 1e6
        database = Database(url)
        with database.read() as connection:
            found, read = timed(lambda: matches.counting(connection, name, since=START))
        database.close()
    casebook, grouped = timed(lambda: Casebook(indicators).with_matches(found))
    expected = [_told(event) for event in group_matches(known, indicators)]
    assert [_told(event) for event in casebook.events()] == expected, "what was read back makes other events"
    return [
        Figure(name="items stored", value=count, unit="items", note=f"{kept:.0f} s, {size:,.0f} MB, SQLite"),
        Figure(name="read the matches after a start", value=read, unit="s", note=f"{len(found):,} matches"),
        Figure(name="and group them", value=grouped, unit="s"),
    ]


def _keep(url: str, archive: Archive, known: Sequence[Match]) -> int:
    database = Database(url)
    database.migrate()
    silent, count = archive.silent(), 0
    while batch := list(islice(silent, _BATCH)):
        with database.write() as connection:
            count += len(items.add(connection, map(with_text, batch)))
    for first in range(0, len(known), _BATCH):
        some = known[first : first + _BATCH]
        with database.write() as connection:
            count += len(items.add(connection, [with_text(m.item) for m in some]))
            matches.replace(connection, archive.assessment.id, (), some, at=START)
    database.close()
    return count


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.events", description=__doc__)
    for name in ("items", "days", "storm", "new", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Sizes(), name), help="default: %(default)s")
    parser.add_argument("--stored", action=argparse.BooleanOptionalAction, default=True, help="also through the store")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    asked = _asked(arguments)
    sizes = Sizes(items=asked.items, days=asked.days, storm=asked.storm, new=asked.new, seed=asked.seed)
    about = f"processor time; {sizes.items:,} items, seed {sizes.seed}"
    tell(lambda: measured(sizes, stored=asked.stored), about=about, one_core=True, as_json=asked.json)


if __name__ == "__main__":
    main(sys.argv[1:])

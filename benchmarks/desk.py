"""Desk: how long the server takes for the first view of the board, and for every list page, with much stored.

``python -m benchmarks.desk`` from a checkout: the demo's desk is served over real HTTP, with a million made-up
reports beside its own, which make ten thousand events; each page is asked for again and again, by
somebody who is signed in. Times are those of the wall, from the request to the last byte, those of the
browser's side in the same process included: what a calm machine needs is less.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from benchmarks.archive import DAY, START, Archive, Shares, with_text
from benchmarks.figures import Figure, at_most
from benchmarks.telling import tell
from tests.builders import mali
from tests.desks import ServedDesk, desk_of, play_demo
from watcher.judging.judge import BATCH, judge
from watcher.people.roles import Role
from watcher.plant import Plant
from watcher.store import Database, items, matches
from watcher.web.desk.pages import PAGES

_BATCH = 10_000
_MOST = 0.1
"""The largest share of reports that the archive lets match."""


class Target:
    """What the project promises, in milliseconds; a figure is judged by it and never asserted."""

    first = 150
    lists = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many items are stored over how many days, how many of them match, and how often a page is asked for.

    About three matches make an event.
    """

    items: int = 1_000_000
    matches: int = 30_000
    days: int = 323
    times: int = 60
    seed: int = 1


def _store(folder: Path, sizes: Sizes) -> int:
    """Store the made-up reports beside the demo's, all of them marked as judged; return how many matches there are."""
    ends = START + sizes.days * DAY
    archive = Archive(
        assessment=mali(),
        items=sizes.items,
        days=sizes.days,
        storm=200,
        seed=sizes.seed,
        shares=Shares(match=min(_MOST, sizes.matches / sizes.items)),
    )
    database = Database(f"sqlite:///{folder / 'watcher.db'}")
    made, name, silent = 0, archive.assessment.id, archive.silent()
    told = (one for one in archive.matches() if one.item.fetched <= ends)
    with database.read() as connection:
        version = connection.exec_driver_sql("SELECT judged_with FROM judgements ORDER BY at DESC LIMIT 1").scalar_one()
    while batch := list(islice(silent, _BATCH)):
        with database.write() as connection:
            items.add(connection, map(with_text, batch))
            ids = [one.id for one in batch]
            items.mark_judged(connection, ids, assessment=name, judged_with=version, at=ends)
    while some := list(islice(told, _BATCH)):
        with database.write() as connection:
            items.add(connection, [with_text(one.item) for one in some])
            matches.replace(connection, name, (), some, at=ends)
            ids = [one.item.id for one in some]
            items.mark_judged(connection, ids, assessment=name, judged_with=version, at=ends)
        made += len(some)
    database.close()
    return made


def _finding(plant: Plant) -> float:
    """Return the milliseconds that a judgement takes to find what it has to judge."""
    (live,) = plant.library.live
    start = time.perf_counter()
    with plant.database.write() as connection:
        items.unjudged(connection, live.assessment.id, limit=BATCH, judged_with=live.digest)
    return 1000 * (time.perf_counter() - start)


async def _times(desk: ServedDesk, path: str, times: int) -> list[float]:
    """Return the milliseconds of each of so many requests for *path*, the first one included."""
    lead, taken = desk.browser(Role.OPERATOR), []
    for _ in range(times):
        start = time.perf_counter()
        page = await lead.get(path)
        taken.append(1000 * (time.perf_counter() - start))
        assert page.status == HTTPStatus.OK, f"{path} answers {page.status}"
    return taken


async def measured(sizes: Sizes) -> list[Figure]:
    """Return all figures."""
    with TemporaryDirectory() as made:
        folder = await asyncio.to_thread(play_demo, Path(made) / "demo")
        found = await asyncio.to_thread(_store, folder, sizes)
        figures = [Figure(name="items stored", value=sizes.items, unit="items", note=f"{found:,} of them match")]
        async with desk_of(folder) as desk:
            await desk.plant.in_writer(judge, desk.plant, desk.clock())
            waits = [await desk.plant.in_writer(_finding, desk.plant) for _ in range(sizes.times)]
            note = "by each judgement; nothing waits"
            figures.append(Figure(name="find what waits", value=median(waits), unit="ms", note=note))
            board = await _times(desk, "/", sizes.times)
            figures.append(at_most(Target.first, name="/ the first time", value=board[0], unit="ms"))
            paths = [one.menu.path for one in PAGES if one.menu is not None and Role.OPERATOR in one.menu.roles]
            for path in paths:
                taken = board if path == "/" else await _times(desk, path, sizes.times)
                note = f"median {median(taken):,.0f}, the first time {taken[0]:,.0f}"
                p95 = quantiles(taken, n=20)[-1]
                figures.append(at_most(Target.lists, name=f"{path} p95", value=p95, unit="ms", note=note))
        return figures


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    for name in ("items", "matches", "days", "times", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Sizes(), name), help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    asked = parser.parse_args(arguments)
    sizes = Sizes(items=asked.items, matches=asked.matches, days=asked.days, times=asked.times, seed=asked.seed)

    def quietly() -> list[Figure]:
        with redirect_stdout(sys.stderr):  # the demo's own messages go to the screen
            return asyncio.run(measured(sizes))

    tell(quietly, about=f"seed {sizes.seed}", as_json=asked.json)


if __name__ == "__main__":
    main(sys.argv[1:])

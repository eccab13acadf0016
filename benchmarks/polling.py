"""Polling: polls a second with their commits, and what the entry delta saves.

``python -m benchmarks.polling`` from a checkout: five hundred local feeds served by another process. Times are
processor times of this process and its readers where that is said, else by the clock; ratios are made in one run, side
by side, and only once the results are seen to be equal.
"""

import argparse
import asyncio
import gc
import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from urllib.request import Request, urlopen

import aiohttp
import structlog
from sqlalchemy import func, select

from alerts.routes import Recipient, Route
from benchmarks.feed_farm import CHANGING, ENTRIES, address_of, document
from benchmarks.figures import Figure, at_least, at_most
from benchmarks.telling import tell
from watcher.collecting.polling import Polled, poll
from watcher.plant import Plant
from watcher.settings import Settings, WrittenSource
from watcher.sources.feeds import parse_feed
from watcher.sources.source import SourceSettings
from watcher.store import tables
from watcher.wiring import build

AT_ONCE = 100
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
_MB = 1024
_SHARE = 21
"""Per cent: 1,500 polls a second were asked for where bare aiohttp did 7,000."""


@contextmanager
def farm() -> Iterator[int]:
    """Serve feeds from a process of its own; yields its port."""
    command = [sys.executable, "-m", "benchmarks.feed_farm"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as served:  # noqa: S603
        assert served.stdout is not None
        assert served.stdin is not None
        try:
            yield int(served.stdout.readline())
        finally:
            served.stdin.close()


def turn_to(edition: int, port: int) -> None:
    """Let every twentieth feed change."""
    urlopen(Request(f"http://127.0.0.1:{port}/edition/{edition}", method="POST"), timeout=10).read()


def settings_for(urls: Sequence[str], database: str) -> Settings:
    """Return settings with a source for each address."""
    sources = tuple(
        WrittenSource(id=f"wire-{n}", url=url, every=timedelta(minutes=15), allow_private=True)
        for n, url in enumerate(urls)
    )
    return Settings(
        database=f"sqlite:///{database}",
        assessments=("indicators/assessments/mali-2025-12.yaml",),
        sources=sources,
        recipients=(Recipient(id="desk", channels={"console": ""}),),
        routes=(Route(to=("desk",)),),
        last_resort="desk",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One poll of every source: how long it took by the clock, and how much of the processor."""

    seconds: float
    processor: float
    polls: tuple[Polled, ...]

    @property
    def new(self) -> int:
        """Items that were new."""
        return sum(polled.new for polled in self.polls)

    @property
    def rate(self) -> float:
        """Polls a second by the clock."""
        return len(self.polls) / self.seconds


def processor() -> float:
    """Return the processor time of this process and of the children that have ended."""
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


async def poll_all(plant: Plant, *, now: datetime) -> Round:
    """Poll every source once, a hundred at a time, as due jobs would."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(source: WrittenSource) -> Polled | None:
        async with room:
            return await poll(plant, source, now=now, ahead_of_time=True)

    begun, used = time.perf_counter(), processor()
    polls = await asyncio.gather(*map(one, plant.settings.sources))
    done = tuple(polled for polled in polls if polled is not None)
    faults = [polled.fault for polled in done if polled.fault]
    assert not faults, faults[:3]
    return Round(seconds=time.perf_counter() - begun, processor=processor() - used, polls=done)


async def bare(urls: Sequence[str]) -> Round:
    """Ask the same questions with aiohttp alone, and read what comes: the floor of what polling can cost."""
    room = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), trust_env=False) as session:

        async def one(url: str) -> Polled:
            async with room, session.get(url, headers={"If-None-Match": '"0"'}) as answer:
                await answer.read()
                return Polled(source=url, not_modified=answer.status == 304)  # noqa: PLR2004

        begun, used = time.perf_counter(), processor()
        polls = await asyncio.gather(*map(one, urls))
        return Round(seconds=time.perf_counter() - begun, processor=processor() - used, polls=tuple(polls))


async def rates(feeds: int, port: int, *, times: int) -> list[Figure]:
    """Poll *feeds* feeds: first all of them new, then rounds in which 95 % answer 304."""
    urls = [address_of(feed, port) for feed in range(feeds)]
    with tempfile.TemporaryDirectory() as folder:
        async with build(settings_for(urls, f"{folder}/watcher.db")) as plant:
            gc.freeze()  # as `watcher run` does
            first = await poll_all(plant, now=NOON)
            assert first.new == feeds * ENTRIES, first.new
            ours, floor = [], []
            for number in range(1, times + 1):
                turn_to(number, port)
                floor.append(await bare(urls))
                ours.append(await poll_all(plant, now=NOON + number * timedelta(minutes=15)))
                assert ours[-1].new == 2 * -(-feeds // CHANGING), ours[-1].new
                unchanged = [sum(p.not_modified for p in one.polls) for one in (floor[-1], ours[-1])]
                assert unchanged[0] == unchanged[1] == feeds - -(-feeds // CHANGING), unchanged
            with plant.database.read() as connection:
                logged = connection.execute(select(func.count()).select_from(tables.fetches)).scalar_one()
            assert logged == feeds * (times + 1), logged
    steady, alone = median(one.rate for one in ours), median(one.rate for one in floor)
    poll_costs, bare_costs = (median(one.processor for one in rounds) for rounds in (ours, floor))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MB
    return [
        at_least(1_500, name="polls, 95 % unchanged, committed", value=steady, unit="polls/s"),
        Figure(name="bare aiohttp, same questions", value=alone, unit="polls/s"),
        at_least(_SHARE, name="of bare aiohttp, by the clock", value=100 * steady / alone, unit="%"),
        Figure(name="processor time of a poll", value=1e3 * poll_costs / feeds, unit="ms", note="without its readers"),
        Figure(name="processor time of a bare one", value=1e3 * bare_costs / feeds, unit="ms"),
        at_most(round(100 / _SHARE, 1), name="  times a bare one", value=poll_costs / bare_costs, unit="x"),
        Figure(name="first polls, all entries new", value=first.rate, unit="polls/s"),
        at_most(400, name="memory of the daemon", value=memory, unit="MB", note="its readers hold 55 MB each besides"),
    ]


def delta(runs: int) -> list[Figure]:
    """Read a document of 30 entries whole, and with what was known of it two entries ago."""
    before, then = document(0, 0), document(0, 1)
    source = SourceSettings(id="wire", url="http://wire.example/feed")

    def read(body: bytes, known: str = "") -> "object":
        return parse_feed(body, settings=source, content_type="", now=NOON, known=known)

    known = parse_feed(before, settings=source, content_type="", now=NOON).known or ""
    whole, changed = (parse_feed(then, settings=source, content_type="", now=NOON, known=one) for one in ("", known))
    old = set(parse_feed(before, settings=source, content_type="", now=NOON).items)
    assert changed.items == tuple(item for item in whole.items if item not in old)
    assert len(changed.items) == 2  # noqa: PLR2004 - as the farm makes it
    costs: dict[str, list[float]] = {"whole": [], "two new": [], "none new": []}
    for _ in range(runs):
        for name, body, of in (("whole", then, ""), ("two new", then, known), ("none new", before, known)):
            begun = time.process_time()
            read(body, of)
            costs[name].append(time.process_time() - begun)
    middle = {name: median(times) for name, times in costs.items()}
    return [
        Figure(name="30 entries, read whole", value=1e3 * middle["whole"], unit="ms"),
        Figure(name="two of them new", value=1e3 * middle["two new"], unit="ms"),
        at_least(6, name="  times cheaper", value=middle["whole"] / middle["two new"], unit="x"),
        Figure(name="  none new: times cheaper", value=middle["whole"] / middle["none new"], unit="x"),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))

    def measured() -> list[Figure]:
        apart = delta(runs=30)
        with farm() as port:
            return [*apart, *asyncio.run(rates(given.feeds, port, times=given.rounds))]

    tell(measured, as_json=given.json)


if __name__ == "__main__":
    main()

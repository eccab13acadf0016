"""Crowding: fifty of three hundred sources that never answer, and a hundred thousand reports in one poll.

``python -m benchmarks.crowding`` from a checkout: the daemon polls 300 local feeds every ten seconds for a while, while
fifty of them take the question and say nothing; how late the others are is read off its log of polls. Then one source
brings a hundred thousand reports at once, which are kept and judged in portions, the newest first.
"""

import argparse
import asyncio
import gc
import json
import logging
import resource
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

import structlog
from sqlalchemy import func, select

from benchmarks.feed_farm import address_of
from benchmarks.figures import Figure, at_most
from benchmarks.polling import farm, settings_for
from benchmarks.telling import tell
from tests.servers import FeedServer, Page
from watcher import daemon
from watcher.collecting.polling import poll
from watcher.engine.inprocess import InProcessEngine
from watcher.judging import judge as judging
from watcher.settings import Settings, WrittenSource
from watcher.sources import readers
from watcher.store import Database, items, tables
from watcher.wiring import build

EVERY = timedelta(seconds=10)
FEEDS = 300
HANGING = 6
"""One source in so many takes the question and says nothing: fifty of three hundred."""
FLOOD = 100_000
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
_MB = 1024


async def lateness(seconds: int, port: int, *, feeds: int) -> list[Figure]:
    """Run the daemon for so long, and read off its log how long after its time each healthy source was polled.

    Everything is polled and judged once before: a service is started seldom and polls all day.
    """
    urls = [address_of(feed, port) for feed in range(feeds)]
    urls[::HANGING] = [f"http://127.0.0.1:{port}/hang/{number}" for number in range(len(urls[::HANGING]))]
    healthy = {f"wire-{number}" for number, url in enumerate(urls) if "/hang/" not in url}
    with tempfile.TemporaryDirectory() as folder:
        written = settings_for(urls, f"{folder}/watcher.db")
        sources = tuple(one.model_copy(update={"every": EVERY}) for one in written.sources)
        settings = written.model_copy(update={"sources": sources})
        stop = asyncio.Event()
        async with build(settings) as plant:
            gc.freeze()  # as `watcher run` does
            well = [one for one in sources if one.id in healthy]
            await asyncio.gather(*(poll(plant, one, now=plant.now(), ahead_of_time=True) for one in well))
            await plant.in_writer(judging.judge, plant, plant.now())
            begun = plant.now()
            running = asyncio.create_task(daemon.run(plant, InProcessEngine(), stop=stop))
            await asyncio.wait({running}, timeout=seconds)
            stop.set()
            await running
            late = _late(plant.database, healthy, since=begun)
    cuts = quantiles(late, n=100)
    every = EVERY.total_seconds()
    return [
        at_most(1, name=f"late, 99 of 100; 1 of {HANGING} hangs", value=cuts[98] / every, unit="intervals"),
        Figure(
            name="  the latest", value=max(late) / every, unit="intervals", note=f"{len(late):,} polls in {seconds} s"
        ),
    ]


def _late(database: Database, healthy: set[str], *, since: datetime) -> list[float]:
    """Return how many seconds later than its interval each poll from *since* on came, but for a source's first."""
    times: dict[str, list[datetime]] = defaultdict(list)
    with database.read() as connection:
        fetches = tables.fetches.c
        log = select(fetches.source, fetches.at).where(fetches.at >= since).order_by(fetches.id)
        for source, at in connection.execute(log):
            times[source].append(at)
    assert healthy <= times.keys(), "a healthy source was never polled"
    assert all(len(times[one]) > 1 for one in healthy), "a healthy source was polled once and no more"
    return [
        max((after - before - EVERY).total_seconds(), 0)
        for one in healthy
        for before, after in zip(times[one], times[one][1:], strict=False)
    ]


async def flood() -> list[Figure]:
    """Poll a hundred thousand records at once and judge them; what is told last is judged first."""
    body = _flood_body()
    options: dict[str, Any] = {"items": "@", "map": {"id": "i", "title": "t", "published": "d"}}
    # Memory is measured here and not patience: on a busy machine the reading alone takes longer than its 30 s.
    readers.READERS._patience = timedelta(minutes=10)  # noqa: SLF001 - no setting of the product
    async with FeedServer() as server:
        url = server.put("/flood.json", Page(body=body, content_type="application/json"))
        with tempfile.TemporaryDirectory() as folder:
            settings = _flooded(url, options, Path(folder))
            async with build(settings) as plant:
                gc.freeze()
                polled = await poll(plant, settings.sources[0], now=NOON, ahead_of_time=True)
                assert polled is not None
                assert (polled.fault, polled.new) == ("", FLOOD), polled
                with plant.database.read() as connection:
                    first = items.unjudged(connection, plant.library.live[0].assessment.id, limit=judging.BATCH)
                newest = NOON - (judging.BATCH - 1) * timedelta(minutes=1)
                assert min(item.when for item in first) == newest, "the newest are not judged first"
                await plant.in_writer(judging.judge, plant, NOON)
                with plant.database.read() as connection:
                    judged = connection.execute(select(func.count()).select_from(tables.judgements)).scalar_one()
                assert judged == FLOOD, judged
    readers.READERS.close()  # an ended child is counted
    own, child = (resource.getrusage(who).ru_maxrss / _MB for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return [
        Figure(
            name="one poll brings", value=FLOOD, unit="reports", note=f"{len(body) / 1e6:.1f} MB; newest judged first"
        ),
        at_most(512, name="memory of the daemon at its peak", value=own, unit="MB"),
        at_most(512, name="memory of the largest child", value=child, unit="MB"),
    ]


def _flood_body() -> bytes:
    """Return the records as a site would send them: only these bytes may stay in what is measured."""
    records = (
        json.dumps({"i": n, "t": f"Note {n} of the day", "d": int((NOON - n * timedelta(minutes=1)).timestamp())})
        for n in range(FLOOD)
    )
    return f"[{','.join(records)}]".encode()


def _flooded(url: str, options: dict[str, Any], folder: Path) -> Settings:
    source = WrittenSource(id="flood", url=url, kind="json", lang="en", allow_private=True, options=options)
    return settings_for([url], f"{folder}/watcher.db").model_copy(update={"sources": (source,)})


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="how long the daemon runs; 0: the flood alone")
    parser.add_argument("--feeds", type=int, default=FEEDS)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)  # the scheduler tells of every poll that a hanging source misses
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

    def measured() -> list[Figure]:
        flooded = asyncio.run(flood())  # first: the peak of a process never falls
        if not given.seconds:
            return flooded
        with farm() as port:
            return [*asyncio.run(lateness(given.seconds, port, feeds=given.feeds)), *flooded]

    tell(measured, as_json=given.json)


if __name__ == "__main__":
    main()

"""Late pages: what was busy or did not answer is asked for again, a few times with growing waits.

So is the page of what a hub pushed, for the first time. The report was judged by what its feed said meanwhile. When
its page arrives it is a revision of the report, so that what was judged before can be made again, and the report is
judged once more.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from indicators.items import Item
from watcher.collecting.full_texts import MOST, FullTexts, full_texts
from watcher.plant import Plant
from watcher.settings import WrittenSource
from watcher.store import Connection, items, late_pages
from watcher.store.late_pages import LatePage

EVERY = timedelta(minutes=5)
"""How often it is looked whether a page is due."""

WAITS = (timedelta(minutes=5), timedelta(minutes=20), timedelta(minutes=80), timedelta(minutes=320))
"""Before each further try; after the last the text that we have stays."""


def ask_soon(connection: Connection, told: Iterable[Item], *, now: datetime) -> None:
    """Ask at the next look for the pages of what was pushed to us: whoever pushes does not wait for them."""
    late_pages.put(connection, {item.id: now for item in told if item.url}, tries=0)


async def fetch_due(plant: Plant, *, now: datetime) -> int:
    """Ask again for every page whose time has come, and return how many reports are told in full now."""
    asking = [source for source in plant.settings.sources if source.full_text]
    return sum(await asyncio.gather(*(_fetch(plant, source, now) for source in asking)))


async def _fetch(plant: Plant, source: WrittenSource, now: datetime) -> int:
    waiting = await plant.in_writer(_due, plant, source, now)
    if not waiting:
        return 0
    found = await full_texts((page.told for page in waiting), source, plant.http, now=now)
    return await plant.in_writer(_keep, plant, waiting, found, now)


def _due(plant: Plant, source: WrittenSource, now: datetime) -> tuple[LatePage, ...]:
    with plant.database.read() as connection:
        return late_pages.due(connection, source.id, now=now, limit=MOST)


def _keep(plant: Plant, waiting: Iterable[LatePage], found: FullTexts, now: datetime) -> int:
    """Keep what came, in one transaction with when the rest is asked for again."""
    with plant.database.write() as connection:
        told = 0
        for page in waiting:
            name = page.item.id
            if name in found.texts:
                told += items.complete(connection, page.item, found.texts[name], at=now)
            put_off(connection, found, (name,), tries=page.tries + 1, now=now)
    return told


def put_off(connection: Connection, found: FullTexts, asked: Iterable[str], *, tries: int, now: datetime) -> None:
    """Ask again, after so many *tries*, for the pages of the items *asked* that are late by *found*; for others not."""
    names = set(asked)
    late = {name: asked_to for name, asked_to in found.late.items() if name in names and tries <= len(WAITS)}
    late_pages.forget(connection, names - late.keys())
    waits = {name: max(WAITS[tries - 1], asked_to) for name, asked_to in late.items()}
    late_pages.put(connection, {name: now + wait for name, wait in waits.items()}, tries=tries)

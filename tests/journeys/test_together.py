"""Polls that end together are committed together, and each is told done only when another process could see it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from indicators.items import Item
from tests.builders import small
from tests.daemons import configure
from tests.fakes import FakeClock, FakeSource
from watcher.collecting.polling import Polled, poll
from watcher.plant import Plant
from watcher.settings import WrittenSource, load_settings
from watcher.store import Database, items
from watcher.wiring import build

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAMES = tuple(f"wire-{number}" for number in range(40))


async def _done(plant: Plant, source: WrittenSource, other: Database) -> tuple[Polled | None, bool]:
    """Poll *source*; whether another connection sees its report at the moment in which it is told done."""
    polled = await poll(plant, source, now=NOON)
    with other.read() as connection:
        return polled, items.find(connection, f"{source.id} report") is not None


async def test_a_poll_is_done_when_it_is_committed(tmp_path: Path) -> None:
    """Forty at once, one of which cannot be kept: it fails alone, as a fault with a name, and is polled again."""
    config = configure(tmp_path, small(), sources={n: f"https://{n}.example/" for n in NAMES}, channels={"console": ""})
    settings, problems = load_settings(config)
    assert settings is not None, problems
    reports = [Item(id=f"{n} report", source=n, title="Calm", fetched=NOON) for n in NAMES]
    source = FakeSource(items=reports)
    broken = reports[7]
    object.__setattr__(broken, "codes", (object(),))  # what no adapter gives, and no database takes
    async with build(settings, now=FakeClock(NOON), sources={"feed": source}) as plant:
        other = Database(settings.database)
        told = await asyncio.gather(*(_done(plant, one, other) for one in plant.settings.sources))
        assert [n for n, (polled, _) in enumerate(told) if polled is None or polled.fault] == [7]
        assert [polled.new for polled, _ in told if polled is not None and not polled.fault] == [1] * 39
        assert [n for n, (_, seen) in enumerate(told) if not seen] == [7]
        object.__setattr__(broken, "codes", ())
        again = await poll(plant, plant.settings.sources[7], now=NOON, ahead_of_time=True)
        assert again is not None
        assert again.new == 1
        other.close()

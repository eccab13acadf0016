"""The one place where parts are chosen and joined."""

from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from alerts.channels import CHANNELS, Channel
from watcher import __version__
from watcher.assessments import Library, Now
from watcher.plant import Plant
from watcher.settings import Settings
from watcher.sources import SOURCES, Source
from watcher.sources.http import Http
from watcher.store.database import Database


def utc_now() -> datetime:
    """Return the time of this machine's clock, in UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def build(
    settings: Settings,
    *,
    now: Now = utc_now,
    sources: Mapping[str, Source] = SOURCES,
    channels: Mapping[str, Channel] = CHANNELS,
) -> AsyncIterator[Plant]:
    """Yield a plant made from *settings*: database migrated and open, HTTP door open, writer thread waiting."""
    database = Database(settings.database)
    writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
    agent = f"watcher/{__version__}" + (f" ({settings.contact})" if settings.contact else "")
    try:
        database.migrate()
        async with Http(user_agent=agent) as http:
            library = Library(settings.assessments, database, gazetteers=settings.gazetteers)
            plant = Plant(
                settings=settings,
                database=database,
                library=library,
                http=http,
                sources=sources,
                channels=channels,
                writer=writer,
                now=now,
            )
            await plant.in_writer(lambda: library.refresh(now=now()))
            yield plant
    finally:
        writer.shutdown(wait=True)
        database.close()

"""The one place where parts are chosen and joined."""

from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager

from alerts.channels import CHANNELS, Channel
from watcher import __version__
from watcher.assessments import Library
from watcher.clock import Now, utc_now
from watcher.collecting.canary import KIND, CanarySource
from watcher.judging.regrading import publishers_known, put_back_regraded
from watcher.layouts.own import own_layouts
from watcher.plant import Plant
from watcher.settings import Settings, secret
from watcher.sources import SOURCES, Source
from watcher.sources.http import Http
from watcher.sources.robots import Robots
from watcher.store import queues
from watcher.store.database import Database


def user_agent(settings: Settings) -> str:
    """Return what the sites that are polled are told of us."""
    return f"watcher/{__version__}" + (f" ({settings.contact})" if settings.contact else "")


def door(settings: Settings) -> Http:
    """Return the door out that *settings* ask for, not open yet."""
    return Http(user_agent=user_agent(settings), proxy=secret(settings.proxy).value)


@asynccontextmanager
async def build(
    settings: Settings,
    *,
    now: Now = utc_now,
    sources: Mapping[str, Source] = SOURCES,
    channels: Mapping[str, Channel] = CHANNELS,
    alone: bool = False,
) -> AsyncIterator[Plant]:
    """Yield a plant made from *settings*: database migrated and open, HTTP door open, writer thread waiting.

    With *alone* it is the only one that judges and sends on its database; raises :class:`StoreError`, before anything
    is written or taken up, while another is.
    """
    database = Database(settings.database)
    writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
    layouts = own_layouts(settings)
    held = ExitStack()
    try:
        if alone:
            held.enter_context(database.exclusive())
        database.migrate()
        with database.read() as connection:
            publishers = publishers_known(connection, settings)
        async with door(settings) as http:
            library = Library(settings.assessments, database, gazetteers=settings.gazetteers, publishers=publishers)
            plant = Plant(
                settings=settings,
                database=database,
                library=library,
                http=http,
                robots=Robots(http),
                sources={**sources, KIND: CanarySource()},
                channels=channels,
                writer=writer,
                now=now,
                layouts=layouts,
            )
            await plant.in_writer(_take_up, plant)
            yield plant
    finally:
        writer.shutdown(wait=True)
        if layouts is not None:
            layouts.close()
        held.close()
        database.close()


def _take_up(plant: Plant) -> None:
    """Take the assessments into force, and let each have in its queue whatever it has not judged as it would now."""
    plant.library.refresh(now=plant.now())
    with plant.database.write() as connection:
        queues.enlist(connection, [live.assessment.id for live in plant.library.live])
        put_back_regraded(connection, plant.library.live)

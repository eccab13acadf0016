"""The daemon: every source at its own times, judging when something new came or time has moved, sending."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from watcher.collecting import late_pages, polling, subscribing
from watcher.collecting.canary import CANARY
from watcher.engine import Engine, Job
from watcher.health.heartbeats import Stage
from watcher.health.troubles import Trouble
from watcher.judging import judge as judging
from watcher.layouts.trying import tried
from watcher.overseeing import oversight, watchdog
from watcher.overseeing.supervisor import NOBODY, Supervisor
from watcher.people import beginning
from watcher.plant import Plant
from watcher.releasing.looking_after import OFTEN, look_after
from watcher.saying.escalating import escalate
from watcher.saying.restored import tell_restored
from watcher.sending import outbox
from watcher.sending.holding import let_go_due
from watcher.sending.sender import Sender
from watcher.settings import Settings, WrittenSource
from watcher.store import StoreError, leases, pings, sources

log = structlog.get_logger(__name__)

SPREAD = timedelta(seconds=30)
"""First polls are spread over at most this long, so that a start does not hit every site at once."""

PATIENCE = timedelta(seconds=10)
"""How long a clean stop waits for what is running."""

JUDGE = "judge"
SEND = "send"
OVERSEE = "oversee"
NOTICES = "notices"
PAGES = "late pages"
SUBSCRIBE = "subscribe"
PING = "ping"
LIVE = "live"
ALONE = "alone"

ALONE_EVERY = timedelta(seconds=15)
"""How often to look whether we are still the one daemon: for so long a second one could run beside us."""

LARGEST_STEP = timedelta(minutes=2)
"""By more than this a clock is not corrected, it is changed."""


async def run(plant: Plant, engine: Engine, *, stop: asyncio.Event, supervisor: Supervisor = NOBODY) -> None:
    """Run until *stop* is set, then finish or give back what is held; *supervisor* is told that we live.

    At the start, what a killed predecessor held is taken over: the caller holds the database's
    lock, so nobody else can be sending it. Raises :class:`StoreError` where another daemon takes over meanwhile.
    """
    if not plant.library.live:
        raise StoreError("no assessment is in force: `watcher check` says why; nothing would be watched")
    now = plant.now()
    orphans = await plant.in_writer(_take_over, plant, now)
    if plant.layouts is not None:
        await asyncio.to_thread(tried, plant.layouts, plant.settings)  # a fault is told before a warning meets it
    log.info("started", sources=len(plant.settings.sources), taken_over=orphans)
    for source in plant.settings.sources:
        first = await plant.in_writer(_first_poll, plant, source, now)
        engine.every(source.every, _polling(plant, engine, source), name=f"poll {source.id}", first=first)
    engine.every(CANARY.every, _polling(plant, engine, CANARY), name=f"poll {CANARY.id}", first=now)
    engine.every(plant.settings.judge_every, _judging(plant, engine), name=JUDGE, first=now)
    sender = Sender(plant, outbox.deliver, goes_on=True)
    engine.every(plant.settings.sending.look_every, _sending(plant, sender), name=SEND, first=now)
    engine.every(OFTEN, _looking_after(plant, engine), name=NOTICES, first=now)
    if any(source.full_text for source in plant.settings.sources):
        engine.every(late_pages.EVERY, _fetching_late(plant, engine), name=PAGES, first=now)
    if plant.settings.callbacks:
        look = subscribing.LOOK_EVERY
        engine.every(look, _subscribing(plant), name=SUBSCRIBE, first=now + look / 6)
    for stage in Stage:
        plant.heartbeats.beat(stage, at=now)  # from now on each has its time to come round
    engine.every(oversight.EVERY, _overseeing(plant, engine), name=OVERSEE, first=now + oversight.EVERY)
    if plant.settings.watchdog is not None:
        engine.every(plant.settings.watchdog.every, _pinging(plant, engine), name=PING, first=now)
    if supervisor.every is not None:
        engine.every(supervisor.every, _living(plant, supervisor), name=LIVE, first=now)
    taken_over: list[StoreError] = []
    engine.every(ALONE_EVERY, _staying_alone(plant, stop, taken_over), name=ALONE, first=now + ALONE_EVERY)
    await engine.start()
    async with _web(plant, engine):
        supervisor.tell("READY=1", f"STATUS=watching {len(plant.settings.sources)} source(s)")
        await stop.wait()
        supervisor.tell("STOPPING=1")
        log.info("stopping")
    await engine.stop(patience=PATIENCE)
    await sender.stop(patience=PATIENCE)
    log.info("stopped")
    if taken_over:
        raise taken_over[0]


def stop_on_signals(stop: asyncio.Event) -> None:
    """Set *stop* when the process is asked to end."""
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)


def load(settings: Settings) -> None:
    """Load what only some *settings* ask for, all of it before the daemon begins: the web is a quarter of its start."""
    if settings.served is not None:
        import watcher.web.server  # noqa: F401 - so that it is there


@asynccontextmanager
async def _web(plant: Plant, engine: Engine) -> AsyncIterator[None]:
    """Serve the web as long as the block lasts, if it is wanted at all."""
    web = plant.settings.served
    if web is None:
        yield
        return
    from watcher.web.server import serving
    from watcher.web.site import Site
    from watcher.web.static_files import static_files

    await plant.in_writer(_invite, plant, plant.now())
    if missing := static_files().missing:
        log.warning("pages have no script, they are read without: make assets", missing=missing)
    async with serving(Site(plant=plant, web=web, judge_soon=lambda: engine.soon(JUDGE))):
        yield


def _invite(plant: Plant, now: datetime) -> None:
    """Where nobody has an account yet, say in the log how the first one is made."""
    with plant.database.write() as connection:
        if beginning.is_new(connection):
            token = beginning.new_setup_token(connection, now=now)
            log.warning("nobody has an account: open /first-account on this machine", setup_token=token)


def _take_over(plant: Plant, now: datetime) -> int:
    with plant.database.write() as connection:
        orphans = leases.free_orphans(connection, at=now)
        pings.forget(connection)  # the address may be gone from the configuration, and no person is to get them
    try:
        with plant.database.write() as connection:
            tell_restored(connection, plant.settings, now)  # before anything that may come twice for it
    except Exception:  # the look at ourselves tries again, and tells the fault
        log.exception("could not tell that the database was restored")
    return orphans


def _first_poll(plant: Plant, source: WrittenSource, now: datetime) -> datetime:
    """A source keeps its appointment across a restart; one that is overdue comes within the spread."""
    with plant.database.read() as connection:
        due = sources.state(connection, source.id).next_due_at
    share = int.from_bytes(sha256(source.id.encode()).digest()[:2], "big") / 65_536
    soon = now + min(SPREAD, source.every) * share
    return due if due is not None and soon < due <= now + source.every else soon


def _polling(plant: Plant, engine: Engine, source: WrittenSource) -> Job:
    async def job() -> None:
        polled = await polling.poll(plant, source, now=plant.now())
        if polled is not None and polled.new:
            engine.soon(JUDGE)

    return job


def _fetching_late(plant: Plant, engine: Engine) -> Job:
    async def job() -> None:
        if await late_pages.fetch_due(plant, now=plant.now()):
            engine.soon(JUDGE)

    return job


def _judging(plant: Plant, engine: Engine) -> Job:
    async def job() -> None:
        _, alerts = await plant.in_writer(judging.judge, plant, plant.now())
        if alerts:
            engine.soon(SEND)

    return job


def _looking_after(plant: Plant, engine: Engine) -> Job:
    async def job() -> None:
        if await plant.in_writer(look_after, plant, plant.now()):
            engine.soon(SEND)

    return job


def _sending(plant: Plant, sender: Sender) -> Job:
    async def job() -> None:
        now = plant.now()
        await plant.in_writer(_look, plant, now)
        await sender.begin(now=now, tried=set())

    return job


def _look(plant: Plant, now: datetime) -> None:
    """What falls due by itself: steps of chains, and what was held."""
    escalate(plant, now)
    let_go_due(plant, now)


def _subscribing(plant: Plant) -> Job:
    async def job() -> None:
        await subscribing.subscribe_due(plant, now=plant.now())

    return job


def _overseeing(plant: Plant, engine: Engine) -> Job:
    """Look at ourselves; between two looks the clock must have moved as far as time has passed."""
    loop = asyncio.get_running_loop()
    before = plant.now(), loop.time()

    async def job() -> None:
        nonlocal before
        now, passed = plant.now(), loop.time()
        jumped = stepped(now - before[0], timedelta(seconds=passed - before[1]), now=now)
        before = now, passed
        troubles = (*oversight.late_stages(plant, now=now), *jumped)
        if await plant.in_writer(oversight.oversee, plant, now, more=troubles):
            engine.soon(SEND)

    return job


def _pinging(plant: Plant, engine: Engine) -> Job:
    async def job() -> None:
        now = plant.now()
        await plant.in_writer(watchdog.ping, plant, now, late=oversight.late_stages(plant, now=now))
        engine.soon(SEND)

    return job


def _staying_alone(plant: Plant, stop: asyncio.Event, taken_over: list[StoreError]) -> Job:
    """Stop where another daemon has the database: both would judge, and send everything twice."""

    async def job() -> None:
        try:
            was_lost = await plant.in_writer(plant.database.stay_exclusive)
        except StoreError as error:
            if error.retry:
                raise
            log.critical("another watcher has the database, this one stops")
            taken_over.append(error)
            stop.set()
            return
        if was_lost:
            log.warning("the database forgot that this is its one daemon, and knows again")
            plant.casebooks.forget()

    return job


def _living(plant: Plant, supervisor: Supervisor) -> Job:
    """Give a sign of life, if the thread that judges has one: without it nothing is watched, whatever else runs."""

    async def job() -> None:
        await plant.in_writer(_nothing)
        late = oversight.late_stages(plant, now=plant.now())
        told = "; ".join(trouble.reason["en"] for trouble in late)
        supervisor.tell("WATCHDOG=1", f"STATUS={told or f'watching {len(plant.settings.sources)} source(s)'}")

    return job


def _nothing() -> None:
    """Nothing to do is done at once, where anything is."""


def stepped(moved: timedelta, passed: timedelta, *, now: datetime) -> tuple[Trouble, ...]:
    """Return the trouble of a clock that *moved* otherwise than time *passed*, if it did.

    A machine that slept looks the same, for the clock of this process stood still: it was away, and is told so.
    """
    by = moved - passed
    return (oversight.clock_jump(by, now=now),) if abs(by) > LARGEST_STEP else ()

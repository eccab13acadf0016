"""The watchdog: a real watcher outside, and what it hears when a part of us stands still."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from alerts.channels import CHANNELS, Answer, Message, Outcome, Secret
from tests.builders import an_alert, small
from tests.daemons import configure, until
from tests.fakes import FakeChannel, FakeClock, FakeSource
from tests.servers import HookServer, Reply
from watcher import cycle, daemon
from watcher.doctor.examining import examined
from watcher.engine.inprocess import InProcessEngine
from watcher.overseeing import watchdog
from watcher.overseeing.status import status_of
from watcher.plant import Plant
from watcher.saying import planning
from watcher.sending import outbox
from watcher.sending import sender as sending
from watcher.sending.holding import let_go_due
from watcher.settings import Settings, load_settings
from watcher.store import deliveries, pings, tables
from watcher.wiring import build

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
EVERY = timedelta(minutes=5)


def _settings(folder: Path, **changes: Any) -> Settings:
    config = configure(folder, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | changes), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    return settings


@pytest.fixture
async def outside() -> AsyncIterator[HookServer]:
    """The watcher outside."""
    async with HookServer() as server:
        yield server


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
async def plant(tmp_path: Path, outside: HookServer, clock: FakeClock, channel: FakeChannel) -> AsyncIterator[Plant]:
    settings = _settings(tmp_path, watchdog={"url": outside.url("/ping/1#inside=yes")})
    channels = {"console": channel, "webhook": CHANNELS["webhook"]}
    async with build(settings, now=clock, sources={"feed": FakeSource()}, channels=channels) as made:
        yield made


def _pings(plant: Plant) -> int:
    owed = tables.deliveries
    with plant.database.read() as connection:
        return int(connection.execute(select(func.count()).where(owed.c.recipient.in_(pings.OUTSIDE))).scalar_one())


async def test_a_ping_goes_the_way_of_every_alert_and_leaves_no_heap(
    plant: Plant, outside: HookServer, clock: FakeClock
) -> None:
    """One a cycle is planned, sent and taken; what is kept of them does not grow."""
    for _ in range(4):
        await cycle.run_cycle(plant, now=clock.now)
        clock.pass_(minutes=5)
    assert [post.path for post in outside.posts] == ["/ping/1"] * 4
    assert {post.json["facts"]["standing"] for post in outside.posts} == {"alive"}
    assert _pings(plant) <= 2
    with plant.database.read() as connection:
        kept = connection.execute(select(func.count()).where(tables.alerts.c.kind == "watchdog")).scalar_one()
    assert kept == _pings(plant)


async def test_pings_that_nobody_took_are_one_and_not_a_backlog(
    plant: Plant, outside: HookServer, clock: FakeClock
) -> None:
    """After half an hour without the watcher outside it hears of now, once; and the status had said so."""
    await cycle.run_cycle(plant, now=clock.now)
    outside.reply = Reply(status=503)
    for _ in range(6):
        await cycle.run_cycle(plant, now=clock.pass_(minutes=5))
    assert any("the watchdog outside was last reached" in f for f in status_of(plant.settings, now=clock.now).findings)
    assert "watchdog" in {one.name for one in examined(plant.settings, now=clock.now) if one.findings}
    outside.reply = Reply()
    before = len(outside.posts)
    await cycle.run_cycle(plant, now=clock.pass_(minutes=5))
    assert len(outside.posts) == before + 1
    assert _pings(plant) <= 2


async def test_d12_when_nothing_gets_through_the_outside_is_told_fail(
    plant: Plant, outside: HookServer, clock: FakeClock, channel: FakeChannel
) -> None:
    """All channels dead: the ping goes to the address for trouble and the status says so, until it is over."""
    with plant.database.write() as connection:
        planning.plan(connection, plant.settings, an_alert(at=NOW), now=NOW)
    channel.answers = [Answer.REFUSED] * 2
    await cycle.run_cycle(plant, now=clock.now)
    assert outside.posts[-1].path == "/ping/1"  # one refusal is not yet trouble
    await cycle.run_cycle(plant, now=clock.pass_(minutes=10))
    assert outside.posts[-1].path == "/ping/1/fail"
    assert outside.posts[-1].json["facts"]["standing"] == "fail"
    assert "nothing gets through" in outside.posts[-1].json["title"]
    report = status_of(plant.settings, now=clock.now)
    assert report.findings[0].startswith("NOTHING GETS THROUGH")
    await cycle.run_cycle(plant, now=clock.pass_(minutes=30))
    await cycle.run_cycle(plant, now=clock.pass_(minutes=5))
    assert outside.posts[-1].path == "/ping/1"
    assert not [f for f in status_of(plant.settings, now=clock.now).findings if f.startswith("NOTHING")]


async def test_a_warning_goes_before_the_ping(plant: Plant, clock: FakeClock) -> None:
    """A ping takes no warning's place: it is sent after everything that is due."""
    with plant.database.write() as connection:
        planning.plan(connection, plant.settings, an_alert(at=NOW), now=NOW)
    watchdog.ping(plant, clock.now)
    with plant.database.read() as connection:
        assert [d.recipient for d in deliveries.pending(connection)] == ["desk", "watchdog"]


async def test_without_a_watchdog_it_is_said_everywhere(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """Status, doctor and every digest say that nobody outside watches."""
    settings = _settings(tmp_path)
    settings = settings.model_copy(update={"routes": (settings.routes[0].model_copy(update={"group": EVERY}),)})
    async with build(settings, now=clock, sources={"feed": FakeSource()}, channels={"console": channel}) as plant:
        await cycle.run_cycle(plant, now=clock.now)
        assert any("No watchdog" in note for note in status_of(settings, now=clock.now).notes)
        assert "watchdog" in {one.name for one in examined(settings, now=clock.now) if one.findings}
        with plant.database.write() as connection:
            for name in ("a", "b"):
                calm = an_alert(id=name, scenario=name, level_before=2, level_after=2, at=NOW)
                planning.plan(connection, settings, calm, now=NOW)
        later = clock.pass_(minutes=6)
        assert await plant.in_writer(let_go_due, plant, later) == 1
        await outbox.deliver_due(plant, now=later)
    assert "No watchdog outside is set" in channel.sent[-1].text


def test_the_names_of_the_watchdog_are_no_persons(tmp_path: Path) -> None:
    """A recipient who is called like it would get pings by mail."""
    config = configure(tmp_path, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    raw = json.loads(config.read_text("utf-8"))
    raw["recipients"].append({"id": "watchdog", "channels": {"console": ""}})
    raw["watchdog"] = {"url": "ftp://x", "fail": ""}
    config.write_text(json.dumps(raw), "utf-8")
    settings, problems = load_settings(config)
    assert settings is None
    told = "\n".join(map(str, problems))
    assert "name of the watcher outside" in told
    assert "watchdog" in told
    assert "not a webhook" in told


@asynccontextmanager
async def _busy_judge(plant: Plant, channel: FakeChannel) -> AsyncIterator[None]:
    """The one thread that judges and writes is at something that does not end."""
    del channel
    go_on = threading.Event()
    plant.writer.submit(go_on.wait)
    try:
        yield
    finally:
        go_on.set()


@asynccontextmanager
async def _stuck_sender(plant: Plant, channel: FakeChannel) -> AsyncIterator[None]:
    """Channels that never answer and keep no deadline take every place of the sender."""
    go_on = asyncio.Event()
    quick = channel.send

    async def slow(message: Message, address: Secret, *, deadline: timedelta) -> Outcome:
        await go_on.wait()
        return await quick(message, address, deadline=deadline)

    channel.send = slow  # type: ignore[method-assign] # a channel that was quick until now
    with plant.database.write() as connection:
        ways = [r.id for r in plant.settings.recipients]
        for number in range(sending.AT_ONCE):
            alert = an_alert(id=f"m{number}", scenario=f"line{number}")
            planning.plan(connection, plant.settings, alert, now=plant.now(), to=[ways[number % len(ways)]])
    await asyncio.sleep(1.5)  # until they are being sent
    try:
        yield
    finally:
        go_on.set()


@asynccontextmanager
async def _locked_database(plant: Plant, channel: FakeChannel) -> AsyncIterator[None]:
    """Somebody else holds the database."""
    del channel
    with plant.database.write():
        yield


@pytest.mark.parametrize("stop_part", [_busy_judge, _stuck_sender, _locked_database])
async def test_m20_where_a_part_stands_still_the_outside_hears_no_more(
    tmp_path: Path, outside: HookServer, stop_part: Callable[[Plant, FakeChannel], AbstractAsyncContextManager[None]]
) -> None:
    """Stop the judge, the sender or the database of a living daemon: no ping comes until it goes on."""
    channel, stop = FakeChannel(), asyncio.Event()
    desks = [f"desk{number}" for number in range(sending.AT_ONCE // sending.AT_ONCE_A_WAY)]
    settings = _settings(
        tmp_path,
        recipients=[{"id": desk, "channels": {"console": ""}} for desk in desks],
        routes=[{"to": desks}],
        last_resort=desks[0],
        watchdog={"url": outside.url("/ping#inside=yes"), "every": "1s"},
    )
    channels = {"console": channel, "webhook": CHANNELS["webhook"]}
    async with build(settings, sources={"feed": FakeSource()}, channels=channels) as plant:
        running = asyncio.create_task(daemon.run(plant, InProcessEngine(), stop=stop))
        await until(lambda: len(outside.posts) >= 2, what="two pings")
        async with stop_part(plant, channel):
            await asyncio.sleep(1)  # what was on its way arrives
            heard = len(outside.posts)
            await asyncio.sleep(3)
            assert len(outside.posts) == heard
        await until(lambda: len(outside.posts) > heard, what="a ping after it")
        stop.set()
        await running

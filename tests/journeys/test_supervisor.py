"""A supervisor waits to hear from the daemon: a real socket, a real process."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import small
from tests.daemons import Daemon, configure, until
from watcher import daemon
from watcher.engine.inprocess import InProcessEngine
from watcher.overseeing.supervisor import NOBODY, Supervisor, supervisor_of
from watcher.settings import load_settings
from watcher.wiring import build


@pytest.fixture
def line(tmp_path: Path) -> Iterator[socket.socket]:
    """What a supervisor listens on."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(str(tmp_path / "notify"))
        made.setblocking(False)
        yield made


def _heard(line: socket.socket) -> list[str]:
    said = []
    while True:
        try:
            said += line.recv(4096).decode().splitlines()
        except BlockingIOError:
            return said


async def test_a_daemon_says_that_it_watches_lives_and_stops(tmp_path: Path, line: socket.socket) -> None:
    """READY once the web is open, signs of life again and again, STOPPING at the end, each in its order."""
    config = configure(tmp_path, small(), sources={"wire": "http://127.0.0.1:9/rss"}, channels={"console": ""})
    process = Daemon(config, NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="900000")
    await process.start()
    said: list[str] = []

    def lives() -> bool:
        said.extend(_heard(line))
        return said.count("WATCHDOG=1") > 2

    await until(lives, what="three signs of life")
    assert await process.stop() == 0
    said += _heard(line)
    assert [one for one in said if one in ("READY=1", "STOPPING=1")] == ["READY=1", "STOPPING=1"]
    assert "STATUS=watching 1 source(s)" in said
    assert "WATCHDOG=1" not in said[said.index("STOPPING=1") :]


async def test_a_judge_that_hangs_gives_no_sign_of_life(tmp_path: Path, line: socket.socket) -> None:
    """The loop alone is not the watch: while the thread that judges answers nobody, the supervisor hears nothing."""
    config = configure(tmp_path, small(), sources={"wire": "http://127.0.0.1:9/rss"}, channels={"console": ""})
    settings, problems = load_settings(config)
    assert settings is not None, problems
    supervisor = Supervisor(address=str(tmp_path / "notify"), patience=timedelta(seconds=0.6))
    stop, over, hangs = asyncio.Event(), threading.Event(), threading.Event()

    def hang() -> None:
        hangs.set()
        over.wait(60)

    async with build(settings, alone=True) as plant:
        running = asyncio.create_task(daemon.run(plant, InProcessEngine(), stop=stop, supervisor=supervisor))
        await until(lambda: "WATCHDOG=1" in _heard(line), what="a sign of life")
        hanging = asyncio.create_task(plant.in_writer(hang))
        await until(hangs.is_set, what="the thread that judges hangs")
        _heard(line)
        await asyncio.sleep(5 * 0.2)
        assert "WATCHDOG=1" not in _heard(line)
        over.set()
        await hanging
        await until(lambda: "WATCHDOG=1" in _heard(line), what="a sign of life again")
        stop.set()
        await running


@pytest.mark.parametrize(
    ("environment", "every"),
    [
        ({}, None),
        ({"NOTIFY_SOCKET": "/run/x"}, None),
        ({"NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "60000000"}, timedelta(seconds=20)),
        ({"NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"}, timedelta(seconds=20)),
        ({"NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"}, None),
        ({"NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "soon"}, None),
        ({"NOTIFY_SOCKET": "vsock:1:2", "WATCHDOG_USEC": "60000000"}, None),
    ],
)
def test_who_waits(environment: dict[str, str], every: timedelta | None) -> None:
    """Only what is meant for this process counts; what cannot be read is nobody."""
    assert supervisor_of(environment, pid=7).every == every


def test_that_nobody_listens_stops_nothing(tmp_path: Path) -> None:
    """A supervisor that is gone is noted in the log; without one, nothing is sent."""
    Supervisor(address=str(tmp_path / "gone")).tell("READY=1")
    NOBODY.tell("READY=1")

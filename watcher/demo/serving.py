"""The desk over the demo's end, with an account of each role: to look around until Ctrl-C."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from watcher.demo.story import StoryClock
from watcher.judging.judge import judge
from watcher.people import accounts
from watcher.people.accounts import NewAccount
from watcher.people.roles import Role
from watcher.plant import Plant
from watcher.settings import Web
from watcher.web.server import WebServer, serving
from watcher.web.site import Site

PEOPLE = (
    ("analyst", Role.ANALYST, ""),
    ("lead", Role.LEAD, ""),
    ("operator", Role.OPERATOR, ""),
    ("reader", Role.READ_ONLY, ""),
    ("acme", Role.CLIENT, "acme"),
)
"""Name, role and client of each account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where the desk is, and how one comes in."""

    url: str
    names: tuple[str, ...]
    password: str


async def serve(
    plant: Plant, clock: StoryClock, *, port: int, tell: Callable[[Doors], None], stop: asyncio.Event
) -> None:
    """Serve *plant*'s desk on this machine until *stop*; the story's clock goes on from its end."""
    password = secrets.token_urlsafe(9)
    await plant.in_writer(_add_people, plant, password, clock())
    judged: set[asyncio.Task[object]] = set()

    def judge_soon() -> None:
        task: asyncio.Task[object] = asyncio.create_task(plant.in_writer(judge, plant, plant.now()))
        judged.add(task)
        task.add_done_callback(judged.discard)

    web = Web(listen=f"127.0.0.1:{port}")
    async with serving(Site(plant=plant, web=web, judge_soon=judge_soon)) as server:
        await server.listening.wait()
        tell(Doors(url=_url(server), names=tuple(name for name, _, _ in PEOPLE), password=password))
        await _go_on(clock, stop)


def _url(server: WebServer) -> str:
    return f"http://127.0.0.1:{server.port}/"


async def _go_on(clock: StoryClock, stop: asyncio.Event) -> None:
    """Let the story's time pass as ours does, so that sessions end and ages grow."""
    ended, loop = clock.now, asyncio.get_running_loop()
    began = loop.time()
    while not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), 1)
        except TimeoutError:
            clock.now = _later(ended, loop.time() - began)


def _later(ended: datetime, seconds: float) -> datetime:
    return datetime.fromtimestamp(ended.timestamp() + seconds, ended.tzinfo)


def _add_people(plant: Plant, password: str, now: datetime) -> None:
    with plant.database.write() as connection:
        for name, role, client in PEOPLE:
            recipient = "desk" if role is Role.ANALYST else ""
            new = NewAccount(name=name, role=role, password=password, client=client, recipient=recipient)
            accounts.add(connection, new, settings=plant.settings, by="demo", now=now)

"""Plant: the parts of one running Watcher, joined. :mod:`watcher.wiring` makes it, everything else is given it."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from alerts.channels import Channel
from watcher.assessments import Library
from watcher.clock import Now
from watcher.judging.casebooks import Casebooks
from watcher.overseeing.heartbeats import Heartbeats
from watcher.settings import Settings
from watcher.sources import Source
from watcher.sources.http import Http
from watcher.sources.robots import Robots
from watcher.store.database import Database

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """Every judgement and every write goes through ``writer``, one thread: one order of decisions."""

    settings: Settings
    database: Database
    library: Library
    http: Http
    robots: Robots
    sources: Mapping[str, Source]
    channels: Mapping[str, Channel]
    writer: ThreadPoolExecutor
    now: Now
    casebooks: Casebooks = field(default_factory=Casebooks)
    heartbeats: Heartbeats = field(default_factory=Heartbeats)

    async def in_writer(self, function: Callable[..., _T], *arguments: object) -> _T:
        """Run *function* in the one thread that judges and writes, and wait for it."""
        return await asyncio.get_running_loop().run_in_executor(self.writer, function, *arguments)

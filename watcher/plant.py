"""Plant: the parts of one running Watcher, joined. :mod:`watcher.wiring` makes it, everything else is given it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ParamSpec, TypeVar

from alerts.channels import Channel
from alerts.layouts.apart import OwnLayouts
from watcher.assessments import Library
from watcher.casebooks import Casebooks
from watcher.clock import Now
from watcher.gathering import Gathering
from watcher.health.heartbeats import Heartbeats
from watcher.settings import Settings
from watcher.sources import Source
from watcher.sources.http import Http
from watcher.sources.robots import Robots
from watcher.store.database import Database

_T = TypeVar("_T")
_P = ParamSpec("_P")
_One = TypeVar("_One")


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
    layouts: OwnLayouts | None = None
    gathering: Gathering = field(default_factory=Gathering)

    async def in_writer(self, function: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs) -> _T:
        """Run *function* in the one thread that judges and writes, and wait for it."""
        work = partial(function, *arguments, **named)
        return await asyncio.get_running_loop().run_in_executor(self.writer, work)

    async def together(self, function: "Callable[[Plant, Sequence[_One]], Sequence[_T | Exception]]", one: _One) -> _T:
        """Have *function* do *one* in the writer's thread, along with the others that wait for it there, and wait."""

        async def go(waiting: Sequence[Any]) -> Sequence[_T | Exception]:
            return await self.in_writer(function, self, waiting)

        return await self.gathering.do(one, function, go)

"""Site: what every route of the web process is given."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from watcher.asking.opening import lent
from watcher.plant import Plant
from watcher.settings import Settings, Web, WrittenSource
from watcher.store import Connection

_T = TypeVar("_T")
_P = ParamSpec("_P")

READERS = 4
"""Pages that read the database at the same time."""

SIGNING_IN = 2
"""Passwords that are checked at the same time: each takes 64 MB and some of a second, and is meant to."""


def _pool(name: str, size: int) -> Callable[[], ThreadPoolExecutor]:
    return lambda: ThreadPoolExecutor(max_workers=size, thread_name_prefix=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The plant behind the pages, how they are served, and the way to have what came judged at once."""

    plant: Plant
    web: Web
    judge_soon: Callable[[], None]
    readers: ThreadPoolExecutor = field(default_factory=_pool("pages", READERS), repr=False)
    hashers: ThreadPoolExecutor = field(default_factory=_pool("passwords", SIGNING_IN), repr=False)

    ending: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    """Set when the server stops: what is open for ever then closes."""

    @property
    def is_secure(self) -> bool:
        """Whether people reach us over TLS, as far as the configuration says."""
        return self.web.base_url.startswith("https://")

    def source(self, wanted: str) -> WrittenSource | None:
        """Return the configured source with that id."""
        return next((source for source in self.plant.settings.sources if source.id == wanted), None)

    async def read(
        self, function: Callable[Concatenate[Connection, _P], _T], *arguments: _P.args, **named: _P.kwargs
    ) -> _T:
        """Return ``function(connection, …)``, made of one moment of the database, beside the judging."""

        def reading() -> _T:
            with self.plant.database.read() as connection:
                return function(connection, *arguments, **named)

        return await asyncio.get_running_loop().run_in_executor(self.readers, reading)

    async def write(
        self, function: Callable[Concatenate[Connection, _P], _T], *arguments: _P.args, **named: _P.kwargs
    ) -> _T:
        """Return ``function(connection, …)``, one transaction in the thread that judges and writes."""

        def writing() -> _T:
            with self.plant.database.write() as connection:
                return function(connection, *arguments, **named)

        return await self.plant.in_writer(writing)

    async def ask(
        self, function: Callable[Concatenate[Settings, _P], _T], *arguments: _P.args, **named: _P.kwargs
    ) -> _T:
        """Return ``function(settings, …)``, one that a command calls too, from the threads that only read."""
        lending = self._lending(function, *arguments, **named)
        return await asyncio.get_running_loop().run_in_executor(self.readers, lending)

    async def act(
        self, function: Callable[Concatenate[Settings, _P], _T], *arguments: _P.args, **named: _P.kwargs
    ) -> _T:
        """Return ``function(settings, …)``, one that a command calls too, from the thread that judges and writes."""
        return await self.plant.in_writer(self._lending(function, *arguments, **named))

    def _lending(
        self, function: Callable[Concatenate[Settings, _P], _T], *arguments: _P.args, **named: _P.kwargs
    ) -> Callable[[], _T]:
        def lending() -> _T:
            with lent(self.plant.database):
                return function(self.plant.settings, *arguments, **named)

        return lending

    async def compute(self, function: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs) -> _T:
        """Return ``function(…)``, which reads nothing, from the threads that read for pages."""
        work = partial(function, *arguments, **named)
        return await asyncio.get_running_loop().run_in_executor(self.readers, work)

    async def slowly(self, function: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs) -> _T:
        """Return ``function(…)`` from the threads that check passwords."""
        work = partial(function, *arguments, **named)
        return await asyncio.get_running_loop().run_in_executor(self.hashers, work)

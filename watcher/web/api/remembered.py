"""Remembered: what takes long to work out, worked out once for all who ask, until something changes."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Generic, TypeVar

from watcher.settings import Settings
from watcher.store import Connection
from watcher.store.stamps import stamp
from watcher.web.site import Site

_T = TypeVar("_T")


class Remembered(Generic[_T]):
    """``make(connection, settings, now)``, made again where the store has changed or another day (UTC) has begun."""

    def __init__(self, site: Site, make: Callable[..., _T]) -> None:
        self._site = site
        self._make = make
        self._made: tuple[str, date, _T] | None = None
        self._making = asyncio.Lock()

    async def value(self) -> _T:
        """Return it as it stands."""
        site = self._site
        async with self._making:
            known, now = await site.read(stamp), site.plant.now()
            if self._made is None or self._made[:2] != (known, now.date()):

                def made(connection: Connection, settings: Settings) -> _T:
                    return self._make(connection, settings, now=now)

                self._made = (known, now.date(), await site.read(made, site.plant.settings))
            return self._made[2]

"""Turns: how many requests one host gets at once and how soon after one another, however many sources live there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

AT_ONE_HOST = 4
"""Requests that one host answers at the same time."""

GAP = timedelta(seconds=0.1)
"""Time from one request to a host to the next."""

HELD = timedelta(seconds=5)
"""How long one request counts as being with its host: one that hangs keeps the others there waiting no longer."""

ALTOGETHER = 400
"""Connections of one process: below the 1,024 descriptors that many a system allows."""


@dataclass(slots=True)
class _Place:
    """One host: who is at it, who waits, and from when on the next may ask (in the loop's time)."""

    free: asyncio.Semaphore
    people: int = field(default=0)
    next: float = 0.0

    @asynccontextmanager
    async def taken(self, *, longest: float) -> AsyncIterator[None]:
        """Be one of the few for the block, but no longer than so many seconds."""
        await self.free.acquire()
        held = True

        def give_back() -> None:
            nonlocal held
            if held:
                held = False
                self.free.release()

        end = asyncio.get_running_loop().call_later(longest, give_back)
        try:
            yield
        finally:
            end.cancel()
            give_back()


class Turns:
    """Gives requests their turn. Who waits for a slow host holds no connection that another could use."""

    def __init__(self, *, at_one_host: int = AT_ONE_HOST, gap: timedelta = GAP, held: timedelta = HELD) -> None:
        self._at_one_host = at_one_host
        self._gap = gap.total_seconds()
        self._held = held.total_seconds()
        self._all = asyncio.Semaphore(ALTOGETHER)
        self._places: dict[str, _Place] = {}

    @asynccontextmanager
    async def at(self, host: str, *, inside: bool = False) -> AsyncIterator[None]:
        """Wait for a turn at *host* and have it for the block; one *inside* is the operator's own and has none."""
        if inside:
            async with self._all:
                yield
            return
        place = self._places.setdefault(host, _Place(asyncio.Semaphore(self._at_one_host)))
        place.people += 1
        try:
            async with place.taken(longest=self._held):
                await self._pause(place)
                async with self._all:
                    yield
        finally:
            place.people -= 1
            self._forget(host, place)

    async def _pause(self, place: _Place) -> None:
        now = asyncio.get_running_loop().time()
        begins = max(now, place.next)
        place.next = begins + self._gap
        if begins > now:
            await asyncio.sleep(begins - now)

    def _forget(self, host: str, place: _Place) -> None:
        if not place.people and place.next <= asyncio.get_running_loop().time():
            self._places.pop(host, None)

"""Live: one look at the stamp for all viewers together; whoever has a page open is told that something changed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import structlog

from watcher.showing.board import Board, board
from watcher.store import StoreError
from watcher.store.stamps import stamp
from watcher.web.kept_desks import KeptDesks
from watcher.web.site import Site

log = structlog.get_logger(__name__)

LOOK_EVERY = timedelta(seconds=2)
LASTS = timedelta(minutes=15)
"""After so long a browser asks again, and has to show its session again."""

MOST_VIEWERS = 500


class Live:
    """The board as it stands, made once for all who look, and the news that it is another one."""

    def __init__(self, site: Site, desks: KeptDesks, *, look_every: timedelta = LOOK_EVERY) -> None:
        self._site = site
        self._desks = desks
        self._every = look_every.total_seconds()
        self._made: tuple[str, Board] | None = None
        self._making = asyncio.Lock()
        self._changed = asyncio.Condition()
        self._stamp = ""
        self._looking: asyncio.Task[None] | None = None
        self.viewers = 0

    async def board(self) -> Board:
        """Return the board; it is made again only if something changed since the last time."""
        site = self._site
        async with self._making:
            known = await site.read(stamp)
            if self._made is None or self._made[0] != known:
                stands = await self._desks.stands()
                self._made = (known, await site.read(board, stands.assessments, stands.desks, site.plant.now()))
            return self._made[1]

    async def stamps(self) -> AsyncIterator[str]:
        """Yield the stamp now, and again whenever it changes, until the server ends or :data:`LASTS` is over."""
        loop = asyncio.get_running_loop()
        end = loop.time() + LASTS.total_seconds()
        self.viewers += 1
        self._look()
        try:
            known = await self._site.read(stamp)
            yield known
            while not self._site.ending.is_set() and loop.time() < end:
                async with self._changed:
                    await self._changed.wait()
                if self._stamp not in ("", known):
                    known = self._stamp
                    yield known
        finally:
            self.viewers -= 1

    def _look(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_again_and_again())

    async def _look_again_and_again(self) -> None:
        """Look while anybody is there to be told."""
        while self.viewers and not self._site.ending.is_set():
            try:
                self._stamp = await self._site.read(stamp)
            except (StoreError, RuntimeError):
                log.warning("nothing is live: the database cannot be read")
            async with self._changed:
                self._changed.notify_all()
            await self._pause()
        async with self._changed:
            self._changed.notify_all()

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._site.ending.wait(), self._every)
        except TimeoutError:
            return

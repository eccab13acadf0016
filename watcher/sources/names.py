"""Names of hosts, looked up in threads of their own: a name that hangs holds its own thread and delays nobody.

The system's look-up cannot be ended. It is given up after a deadline and goes on by itself; who asks for the same name
meanwhile waits for the same look-up, so that a name never holds more than one thread.
"""

import asyncio
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from watcher.sources.door import Door

DEADLINE = timedelta(seconds=10)
MOST = 256
"""Names that are looked up at once; beyond that a poll fails rather than wait for names that hang."""

LookUp = Callable[..., list[Any]]
"""As :func:`socket.getaddrinfo`."""

_Name = tuple[str, int, int]


class Names(AbstractResolver):
    """Looks names up one thread each."""

    def __init__(self, *, look_up: LookUp = socket.getaddrinfo, deadline: timedelta = DEADLINE) -> None:
        self._look_up = look_up
        self._deadline = deadline
        self._running: dict[_Name, asyncio.Future[list[ResolveResult]]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of *host*; raises OSError if there is none, or none in time."""
        name = (host, port, int(family))
        running = self._running.get(name)
        if running is None:
            running = self._start(name)
        try:
            return await asyncio.wait_for(asyncio.shield(running), self._deadline.total_seconds())
        except TimeoutError:
            raise OSError("the name is not answered in time") from None

    async def close(self) -> None:
        """Nothing is held that could be closed: what hangs ends by itself."""

    def _start(self, name: _Name) -> "asyncio.Future[list[ResolveResult]]":
        if len(self._running) >= MOST:
            raise OSError("too many names are waited for")
        loop = asyncio.get_running_loop()
        found: asyncio.Future[list[ResolveResult]] = loop.create_future()
        self._running[name] = found

        def settle(answer: list[ResolveResult] | OSError) -> None:
            self._running.pop(name, None)
            if isinstance(answer, OSError):
                found.set_exception(answer)
                found.exception()  # nobody may be waiting any more, and that is no fault
            else:
                found.set_result(answer)

        def run() -> None:
            answer = self._asked(name)
            try:
                loop.call_soon_threadsafe(settle, answer)
            except RuntimeError:
                return  # the loop has ended before the name was found

        # A daemon thread: the end of the program does not wait for a name.
        threading.Thread(target=run, name="name", daemon=True).start()
        return found

    def _asked(self, name: _Name) -> list[ResolveResult] | OSError:
        host, port, family = name
        try:
            rows = self._look_up(host, port, type=socket.SOCK_STREAM, family=family, flags=socket.AI_ADDRCONFIG)
        except (OSError, UnicodeError) as error:
            return error if isinstance(error, OSError) else OSError("no name that can be looked up")
        return [_record(host, row) for row in rows]


def _record(host: str, row: Any) -> ResolveResult:
    family, _, proto, _, where = row
    return ResolveResult(
        hostname=host,
        host=str(where[0]),
        port=int(where[1]),
        family=family,
        proto=proto,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


async def addresses(names: AbstractResolver, host: str) -> list[str]:
    """Return every address that *names* knows of *host*."""
    return [record["host"] for record in await names.resolve(host, family=socket.AF_UNSPEC)]


class VettedNames(AbstractResolver):
    """One bad record refuses the whole name: a host that is half inside is playing a trick."""

    def __init__(self, names: AbstractResolver, door: Door) -> None:
        self._names = names
        self._door = door

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Resolve *host* and check every record."""
        found = await self._names.resolve(host, port, family)
        for record in found:
            self._door.check(record["host"])
        return found

    async def close(self) -> None:
        """Close the resolver behind."""
        await self._names.close()

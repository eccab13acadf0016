"""Names of hosts: looked up in threads of their own, so that one that hangs delays nobody."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from tests.servers import FeedServer, Page
from watcher.sources import Fault, SourceError
from watcher.sources.http import Http
from watcher.sources.names import Names


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as one:
        yield one


async def fault_of(work: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await work
    return caught.value


class Hanging:
    """Names as the system would find them; those that begin with "hang" are not answered until the test ends."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []
        self.end = threading.Event()

    def look_up(self, host: str, *_: object, **__: object) -> list[Any]:
        self.asked.append(host)
        if host.startswith("hang"):
            self.end.wait()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", self.port))]


@contextmanager
def hanging(port: int) -> Iterator[Hanging]:
    names = Hanging(port)
    try:
        yield names
    finally:
        names.end.set()


async def test_names_that_hang_delay_nobody(server: FeedServer) -> None:
    """While a hundred names are not answered, another one is; each of them fails by itself in time."""
    server.put("/well", Page(body=b"well"))
    with hanging(server.port) as names:
        resolver = Names(look_up=names.look_up, deadline=timedelta(seconds=1))
        async with Http(resolver=resolver) as http:
            urls = [f"http://hang-{n}.example:{server.port}/" for n in range(100)]
            late = [asyncio.create_task(fault_of(http.get(url, source="late", allow_private=True))) for url in urls]
            while len(names.asked) < 100:  # noqa: ASYNC110 - they are counted in threads
                await asyncio.sleep(0)
            answer = await http.get(f"http://well.example:{server.port}/well", source="wire", allow_private=True)
            assert answer.body == b"well"
            assert not any(task.done() for task in late)
            assert {told.fault for told in await asyncio.gather(*late)} == {Fault.UNREACHABLE}


async def test_a_name_that_hangs_holds_one_thread() -> None:
    """Whoever asks for it again waits for the same look-up, also after a first one has given up."""
    with hanging(80) as names:
        resolver = Names(look_up=names.look_up, deadline=timedelta(seconds=0.05))
        for _ in range(5):
            with pytest.raises(OSError, match="not answered in time"):
                await resolver.resolve("hang.example", 80)
        assert names.asked == ["hang.example"]


async def test_a_name_that_does_not_exist_is_an_error() -> None:
    """What the system says of it is handed on as the kind of error that the connection expects."""

    def unknown(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(socket.gaierror):
        await Names(look_up=unknown).resolve("nowhere.example", 80)

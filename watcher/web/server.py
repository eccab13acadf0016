"""The web server, inside the daemon's event loop. The only file that knows uvicorn.

It never stops the watch: a server that fails is logged and started again.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Self

import structlog
import uvicorn
from fastapi import FastAPI

from watcher.settings import Web
from watcher.web.app import make_app
from watcher.web.site import Site

log = structlog.get_logger(__name__)

PAUSE = timedelta(seconds=5)
"""Between the end of a server that failed and the start of the next."""

PATIENCE = timedelta(seconds=5)
"""How long a stop waits for requests that are being answered."""


class WebServer:
    """Serves a site until it is asked to end, again and again if it must."""

    def __init__(self, site: Site, *, pause: timedelta = PAUSE) -> None:
        self._site = site
        self._pause = pause
        self._ending = asyncio.Event()
        self.listening = asyncio.Event()
        """Set while the server takes requests."""
        self.port = 0

    async def run(self) -> None:
        """Serve until :meth:`end`; a fault of the server is logged, and it is started again after a pause."""
        while not self._ending.is_set():
            try:
                await self._serve()
            except (Exception, SystemExit):  # uvicorn ends the whole process where it cannot start
                log.exception("web server failed, it is started again")
            finally:
                self.listening.clear()
            await self._wait(self._pause)

    def end(self) -> None:
        """Take no further request and finish those under way."""
        self._site.ending.set()
        self._ending.set()

    async def _serve(self) -> None:
        with _listener(self._site.web) as listener:
            app = make_app(self._site)
            server = _Server(_config(self._site, app))
            self.port = listener.getsockname()[1]
            log.info("web server listens", host=listener.getsockname()[0], port=self.port)
            ending = asyncio.create_task(self._pass_on(server))
            ahead = asyncio.create_task(app.state.desks.keep_ready())
            self.listening.set()
            try:
                await server.serve(sockets=[listener])
            finally:
                ending.cancel()
                ahead.cancel()

    async def _pass_on(self, server: uvicorn.Server) -> None:
        await self._ending.wait()
        server.should_exit = True

    async def _wait(self, time: timedelta) -> None:
        try:
            await asyncio.wait_for(self._ending.wait(), time.total_seconds())
        except TimeoutError:
            return


@asynccontextmanager
async def serving(site: Site, *, pause: timedelta = PAUSE) -> AsyncIterator[WebServer]:
    """Serve *site* as long as the block lasts."""
    server = WebServer(site, pause=pause)
    task = asyncio.create_task(server.run())
    try:
        yield server
    finally:
        server.end()
        await task


class _Server(uvicorn.Server):
    """Leaves the signals alone: the daemon stops everything in its own order."""

    @contextmanager
    def capture_signals(self: Self) -> Iterator[None]:
        """Capture nothing."""
        yield


def _config(site: Site, app: FastAPI) -> uvicorn.Config:
    trusted = ",".join(site.web.trusted_proxies)
    return uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        access_log=False,  # a path may hold a token
        log_config=None,
        log_level="critical",  # what a stranger's broken request is called is no news; our faults are logged by us
        server_header=False,
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted,
        timeout_graceful_shutdown=int(PATIENCE.total_seconds()),
    )


@contextmanager
def _listener(web: Web) -> Iterator[socket.socket]:
    host, port = web.place
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    with listener:
        listener.setblocking(False)
        # What it accepts inherits this. asyncio sets it only on sockets made with a protocol number, which this is
        # not, and head and body of an answer are two writes: the second would wait 40 ms for the first's receipt.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener

"""Guards around every route: safe headers, bounds in size, time and number, and no error that tells too much."""

import asyncio
from datetime import timedelta
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from watcher.sources.http import MAX_BYTES
from watcher.web.error_pages import answer
from watcher.web.languages import words
from watcher.web.refusals import Refusal, RefusedError

log = structlog.get_logger(__name__)

BODY_TIME = timedelta(seconds=30)
"""How long a body may take to arrive, however steadily it drips."""

MOST_BODIES = 16
"""Requests with a body that are taken at the same time; a body may be 10 MB, and memory is not endless."""

SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every answer; a page that needs more says so itself."""

_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})


class SafeHeaders:
    """Adds the headers that keep a browser from guessing, framing, sniffing and storing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with them."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class Faults:
    """Answers a fault of ours with a bare 500 and logs it; neither tells the path, which may hold a token."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens in it."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except RefusedError as error:
            if not started:
                await answer(error.refusal, Request(scope))(scope, receive, send)
        except Exception:
            log.exception("web request failed", method=scope.get("method", ""))
            if not started:
                what, status = words("a fault of ours; it is in the log"), HTTPStatus.INTERNAL_SERVER_ERROR
                await answer(Refusal(status=status, kind="fault", what=what), Request(scope))(scope, receive, send)


class Bounds:
    """Takes a body only while there is room, up to a size, within a time."""

    def __init__(self, app: ASGIApp, *, most_bytes: int = MAX_BYTES, body_time: timedelta = BODY_TIME) -> None:
        self._app = app
        self._most = most_bytes
        self._time = body_time
        self._room = asyncio.Semaphore(MOST_BODIES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request within the bounds."""
        if scope["type"] != "http" or scope["method"] in _BODILESS:
            await self._app(scope, receive, send)
            return
        if int(Headers(scope=scope).get("content-length", "0")) > self._most:
            raise RefusedError(self._too_large())
        if self._room.locked():
            raise RefusedError(_BUSY)
        async with self._room:
            await self._app(scope, self._bounded(receive), send)

    def _bounded(self, receive: Receive) -> Receive:
        size = 0
        end = asyncio.get_running_loop().time() + self._time.total_seconds()

        async def bounded() -> Message:
            nonlocal size
            try:
                async with asyncio.timeout_at(end):
                    message = await receive()
            except TimeoutError:
                raise RefusedError(_SLOW) from None
            size += len(message.get("body", b""))
            if size > self._most:
                raise RefusedError(self._too_large())
            return message

        return bounded

    def _too_large(self) -> Refusal:
        what = f"the body has more than {self._most} bytes"
        return Refusal(
            status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, kind="too-large", what=what, instead="send it in parts"
        )


_BUSY = Refusal(
    status=HTTPStatus.SERVICE_UNAVAILABLE,
    kind="busy",
    what="too many messages at the same time",
    instead="send it again in a second",
    headers={"Retry-After": "1"},
)
_SLOW = Refusal(status=HTTPStatus.REQUEST_TIMEOUT, kind="too-slow", what="the body did not arrive in time")

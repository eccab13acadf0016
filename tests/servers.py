"""Real servers on this machine for tests: a feed host, a mail server, a receiver of webhooks.

They listen on 127.0.0.1 at a free port, misbehave on demand, and remember what they were asked.
Each is a context manager; leaving it closes every connection, also those made to hang.
"""

import asyncio
import gzip
import json
import socket
from asyncio import AbstractServer
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HERE = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What :class:`FeedServer` answers at one path, and how it misbehaves while doing so."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/rss+xml"
    etag: str = ""
    last_modified: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    redirect_to: str | None = None
    """A Location to send with a 302, or with *status* where that is a redirect itself."""
    delay: float = 0
    """Seconds before the first byte."""
    drip: float = 0
    """Seconds between one byte of the body and the next."""
    hang: bool = False
    """Take the request and never answer."""
    cut: int | None = None
    """Promise the whole body, send this many bytes, and close the connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request as it reached a server."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


def gzip_bomb(size: int) -> bytes:
    """Return a small gzip document that unpacks to *size* bytes."""
    return gzip.compress(b"\0" * size)


class _WebServer:
    """The part that both web servers share: a port, a record of requests, a clean end."""

    def __init__(self) -> None:
        self.requests: list[Seen] = []
        self.asked = asyncio.Event()
        """Set when the first request has arrived; clear it to wait for the next."""
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._ending = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=50_000_000)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        listener = socket.create_server((HERE, 0))
        self.port = listener.getsockname()[1]
        await web.SockSite(self._runner, listener).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def url(self, path: str = "/") -> str:
        """Return the address of *path* on this server."""
        return f"http://{HERE}:{self.port}{path}"

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        seen = Seen(
            method=request.method,
            path=request.path,
            query=request.query_string,
            headers=request.headers.copy(),
            body=await request.read(),
        )
        self.requests.append(seen)
        self.asked.set()
        return await self._answer(seen, request)

    async def _answer(self, seen: Seen, request: web.Request) -> web.StreamResponse:
        raise NotImplementedError

    async def _pause(self, seconds: float | None) -> None:
        """Wait, but no longer than the server lives."""
        try:
            await asyncio.wait_for(self._ending.wait(), seconds)
        except TimeoutError:
            return


class FeedServer(_WebServer):
    """A feed host: put a :class:`Page` at a path, change it when the story goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, Page] = {}
        self.speakers: dict[str, Callable[[Seen], Page]] = {}
        """What answers at a path where each question has an answer of its own."""

    def put(self, path: str, page: Page | Callable[[Seen], Page]) -> str:
        """Serve *page* at *path* from now on, or what it answers to each request, and return its address."""
        self.speakers.pop(path, None)
        if isinstance(page, Page):
            self.pages[path] = page
        else:
            self.speakers[path] = page
        return self.url(path)

    async def _answer(self, seen: Seen, request: web.Request) -> web.StreamResponse:
        speaker = self.speakers.get(seen.path)
        page = speaker(seen) if speaker else self.pages.get(seen.path, Page(status=404))
        if page.hang:
            await self._pause(None)
        if page.delay:
            await self._pause(page.delay)
        if page.redirect_to is not None:
            status = page.status if page.status in range(300, 400) else 302
            return web.Response(status=status, headers={**page.headers, "Location": page.redirect_to})
        if page.status == 200 and _unchanged(page, seen):
            return web.Response(status=304, headers=_headers(page))
        return await self._send(page, request)

    async def _send(self, page: Page, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(status=page.status, headers=_headers(page))
        answer.content_length = len(page.body)
        await answer.prepare(request)
        body = page.body if page.cut is None else page.body[: page.cut]
        if page.drip:
            await self._drip(answer, body, page.drip)
        else:
            await answer.write(body)
        if page.cut is not None and request.transport is not None:
            request.transport.close()
            return answer
        await answer.write_eof()
        return answer

    async def _drip(self, answer: web.StreamResponse, body: bytes, pause: float) -> None:
        for position in range(len(body)):
            if self._ending.is_set():
                return
            try:
                await answer.write(body[position : position + 1])
            except ConnectionError:
                return
            await self._pause(pause)


def _headers(page: Page) -> dict[str, str]:
    usual = {"Content-Type": page.content_type, "ETag": page.etag, "Last-Modified": page.last_modified}
    return {name: value for name, value in usual.items() if value} | dict(page.headers)


def _unchanged(page: Page, seen: Seen) -> bool:
    """Whether the asker already has this page; an ETag is asked first, as the standard says."""
    if "If-None-Match" in seen.headers:
        return bool(page.etag) and page.etag == seen.headers["If-None-Match"]
    return bool(page.last_modified) and page.last_modified == seen.headers.get("If-Modified-Since")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What :class:`HookServer` answers to a post."""

    status: int = 200
    body: str = "ok"
    headers: Mapping[str, str] = field(default_factory=dict)
    redirect_to: str | None = None
    delay: float = 0
    hang: bool = False
    drop: bool = False
    """Take the post and close the connection without a word."""


class HookServer(_WebServer):
    """A receiver of webhooks. Its usual answer is a bare ``ok``, which is what Slack says too."""

    def __init__(self) -> None:
        super().__init__()
        self.reply = Reply()
        self.replies: dict[str, Reply] = {}
        """Answers of their own for some paths, as if several receivers lived here."""
        self.next_replies: list[Reply] = []
        """Answers to use up first, in this order; then the usual ones again."""

    @property
    def posts(self) -> list[Seen]:
        """The requests that carried a message."""
        return [seen for seen in self.requests if seen.method == "POST"]

    async def _answer(self, seen: Seen, request: web.Request) -> web.StreamResponse:
        reply = self.next_replies.pop(0) if self.next_replies else self.replies.get(seen.path, self.reply)
        if reply.hang:
            await self._pause(None)
        if reply.delay:
            await self._pause(reply.delay)
        if reply.drop and request.transport is not None:
            request.transport.close()
        headers = dict(reply.headers)
        if reply.redirect_to is None:
            return web.Response(status=reply.status, text=reply.body, headers=headers)
        status = reply.status if reply.status in range(300, 400) else 302
        return web.Response(status=status, headers=headers | {"Location": reply.redirect_to})


def faults_of_blocks(blocks: list[dict[str, Any]]) -> list[str]:
    """Return what Slack would not take of *blocks*, by the limits that it documents."""
    faults = [] if 0 < len(blocks) <= 50 else [f"{len(blocks)} blocks"]
    for block in blocks:
        if block["type"] == "header":
            words = [block["text"]["text"]]
            most = 150
        elif block["type"] == "actions":
            words, most = [element["text"]["text"] for element in block["elements"]], 75
            faults += ["a value too long" for element in block["elements"] if len(element["value"]) > 2_000]
        else:
            pieces = [piece for part in block["elements"] for piece in part["elements"]]
            words, most = ["".join(piece["text"] for piece in pieces)], 3_000
            faults += ["an empty text" for piece in pieces if not piece["text"]]
        faults += [f"{block['type']} of {len(word)}" for word in words if not 0 < len(word) <= most]
    return faults


class SlackServer(HookServer):
    """Slack's Web API as far as it is documented: tokens, channels, limits, threads, edits."""

    def __init__(self, *, token: str, channel: str) -> None:
        super().__init__()
        self.shown: dict[str, dict[str, Any]] = {}
        """What stands in the channel now, by ``ts``; a reply holds the ``thread_ts`` it stands below."""
        self.errors: list[str] = []
        """Errors to answer with first, in this order."""
        self.said: list[dict[str, Any]] = []
        """What was told in the channel after somebody had pressed a button."""
        self._token = token
        self._channel = channel

    async def _answer(self, seen: Seen, request: web.Request) -> web.StreamResponse:
        if self.next_replies or self.reply != Reply():
            return await super()._answer(seen, request)
        if seen.path.startswith("/actions/"):  # where Slack takes what is said to a press
            self.said.append(seen.json)
            return web.Response(text="ok")
        said = {"ok": False, "error": error} if (error := self._fault(seen)) else self._take(seen)
        return web.json_response(said)

    def _fault(self, seen: Seen) -> str:
        if self.errors:
            return self.errors.pop(0)
        if seen.headers.get("Authorization") != f"Bearer {self._token}":
            return "invalid_auth"
        if seen.json["channel"] != self._channel:
            return "channel_not_found"
        if faults_of_blocks(seen.json["blocks"]):
            return "invalid_blocks"
        wanted = seen.json.get("ts") or seen.json.get("thread_ts")
        return "" if wanted is None or wanted in self.shown else "message_not_found"

    def _take(self, seen: Seen) -> dict[str, Any]:
        ts = seen.json.get("ts") or f"1767500000.{len(self.shown) + 1:06}"
        self.shown[ts] = self.shown.get(ts, {}) | seen.json
        return {"ok": True, "channel": self._channel, "ts": ts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message as the server took it: the envelope, and the parsed letter."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def text(self) -> str:
        """The plain words of the letter."""
        return plain_words(self.message)

    @property
    def html(self) -> str:
        """The laid-out words of the letter, empty for none."""
        part = self.message.get_body(("html",))
        return str(part.get_content()) if isinstance(part, EmailMessage) else ""


def plain_words(message: EmailMessage) -> str:
    """Return the plain part of *message*, which every letter of ours has."""
    part = message.get_body(("plain",))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


class MailServer:
    """An SMTP server in its own thread, so that a blocking sender can be tested against it too."""

    def __init__(self, **ways: Any) -> None:
        """*ways* are aiosmtpd's own settings: TLS, logins."""
        self.mails: list[Mail] = []
        self.replies: dict[str, str] = {}
        """An SMTP reply such as ``451 try later`` for each recipient that is not simply taken."""
        self.data_reply = "250 taken"
        self.drop_after_data = False
        """Keep the message and hang up without saying so: the sender cannot know."""
        self._controller = _FreePort(self, hostname=HERE, port=0, **ways)

    @property
    def port(self) -> int:
        """Where the server listens, once it runs."""
        return self._controller.port

    def start(self) -> None:
        """Listen, and return when the server answers."""
        self._controller.start()

    def stop(self) -> None:
        """Close the port and end the thread."""
        self._controller.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def handle_RCPT(  # noqa: N802 - the library finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or give the reply that the test ordered for it."""
        del server, session, options
        if address in self.replies:
            return self.replies[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the library finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the message; then answer, or hang up."""
        del session
        if self.data_reply.startswith("2"):
            self.mails.append(_mail(envelope))
        if self.drop_after_data and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return self.data_reply


def _mail(envelope: Envelope) -> Mail:
    content = envelope.content if isinstance(envelope.content, bytes) else b""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return Mail(
        sender=envelope.mail_from or "",
        recipients=tuple(str(address) for address in envelope.rcpt_tos),
        message=message,
    )


class _FreePort(Controller):
    """A controller that takes any free port and says which: the library itself needs to be told one."""

    async def _create_server(self) -> AbstractServer:
        server = await super()._create_server()
        assert isinstance(server, asyncio.Server)
        self.port = server.sockets[0].getsockname()[1]
        return server

"""A real WebSub hub on this machine for tests: takes subscriptions, asks back, distributes, signs; and misbehaves."""

import asyncio
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

import aiohttp
from aiohttp import web

from tests.servers import Seen, _WebServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One subscription as it was asked for."""

    callback: str
    topic: str
    secret: str
    lease: int


class Hub(_WebServer):
    """A hub (W3C WebSub 5). It asks back by itself, in the background, as real ones do."""

    def __init__(self) -> None:
        super().__init__()
        self.subscribed: list[Asked] = []
        self.status = 202
        self.lease: int | None = None
        """Grant this many seconds, whatever was asked for."""
        self.answers: list[tuple[int, str]] = []
        """What the callback said when it was asked back: status and body."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def _answer(self, seen: Seen, request: web.Request) -> web.StreamResponse:
        del request
        form = {name: values[0] for name, values in parse_qs(seen.body.decode()).items()}
        one = Asked(
            callback=form["hub.callback"],
            topic=form["hub.topic"],
            secret=form.get("hub.secret", ""),
            lease=int(form.get("hub.lease_seconds", "0")),
        )
        self.subscribed.append(one)
        if self.status == 202:
            task = asyncio.get_running_loop().create_task(self._ask_back(one))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return web.Response(status=self.status)

    async def _ask_back(self, one: Asked) -> None:
        await self.verify(one, lease=one.lease if self.lease is None else self.lease)

    async def verify(self, one: Asked, *, mode: str = "subscribe", topic: str = "", lease: int = 0) -> tuple[int, str]:
        """Ask the callback whether it was it who asked; return its answer and whether it repeated the challenge."""
        challenge = secrets.token_hex(16)
        query = {"hub.mode": mode, "hub.topic": topic or one.topic, "hub.challenge": challenge}
        query |= {"hub.lease_seconds": str(lease)} if mode == "subscribe" else {"hub.reason": "no"}
        async with aiohttp.ClientSession() as session, session.get(f"{one.callback}?{urlencode(query)}") as answer:
            said = (answer.status, "challenge" if await answer.text() == challenge else await answer.text())
        self.answers.append(said)
        return said

    async def push(self, one: Asked, body: bytes, *, method: str = "sha256", secret: str | None = None) -> int:
        """Distribute *body* and return the answer's status."""
        key = one.secret if secret is None else secret
        headers = {"Content-Type": "application/rss+xml"}
        headers |= {"X-Hub-Signature": f"{method}={hmac.new(key.encode(), body, method).hexdigest()}"} if method else {}
        async with aiohttp.ClientSession() as session, session.post(one.callback, data=body, headers=headers) as answer:
            return answer.status

"""Whoever pushes reports to us: signs as the guide says, and sends over real HTTP."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

SECRET = "a secret that both sides know"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def signed(
    body: bytes, *, at: datetime, secret: str = SECRET, content_type: str = "application/json"
) -> dict[str, str]:
    """Return the headers of a signed message, made without any code of ours."""
    timestamp = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"Content-Type": content_type, "Watcher-Timestamp": timestamp, "Watcher-Signature": f"sha256={mac}"}


async def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
    """Post *body* and return the answer."""
    return await ask("POST", url, body, headers)


async def ask(method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answered:
    """Ask once and return the answer, whatever it is."""
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, data=body or None, headers=headers) as answer,
    ):
        return Answered(status=answer.status, headers=answer.headers.copy(), body=await answer.read())

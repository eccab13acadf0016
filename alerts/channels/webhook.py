"""A machine's address: the message as one JSON object by POST, signed where the receiver has a key."""

import hashlib
import hmac
import json
import re
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from alerts.channels._apart import in_own_thread
from alerts.channels._post import WebAddress, not_taken, post, read_web_address, unreachable
from alerts.channels.channel import Answer, Message, Outcome, Secret
from alerts.channels.wording import heading, plain_text
from indicators.language.text import clean, one_line

VERSION = "2"
"""Of the JSON object: it changes when a field does."""

_FACT_LIMIT = 2_000
_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
_SCHEMES = {"json": "http", "jsons": "https"}
_OPTIONS = frozenset({"key", "inside"})
_REMEDY = {"private address": ": write #inside=yes behind it, if it is meant"}
"""What lets a message go to an address that is refused; a special one nothing does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hook:
    """An address, the receiver's key, and the headers that its owner asked for."""

    web: WebAddress
    key: str = field(default="", repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)


class Webhook:
    """Posts to ``https://…`` or ``jsons://…``; accepted means a 2xx answer from that very address.

    Behind ``#``, which is never sent, stand ``key=…`` to sign with and ``inside=yes`` for a private network.
    """

    kind = "webhook"

    def problems(self, address: str) -> list[str]:
        """Return why nothing can be posted to *address*; a name is not looked up, for its address may change."""
        hook, problems = _read(address)
        reason = unreachable(hook.web) if hook is not None else ""
        return [f"This is a {reason}{_REMEDY.get(reason, ', and nothing is ever sent there')}."] if reason else problems

    async def send(self, message: Message, address: Secret, *, deadline: timedelta) -> Outcome:
        """Post the message; the receiver can drop a repeat by its ``Idempotency-Key``."""
        hook, problems = _read(address.value)
        if hook is None:
            return Outcome(answer=Answer.REFUSED, detail=problems[0])
        body = json.dumps(_fields(message), ensure_ascii=False).encode()
        headers = hook.headers | {"Idempotency-Key": one_line(message.id, limit=80).encode("ascii", "ignore").decode()}
        if hook.key:
            headers |= signed(body, hook.key, at=int(time.time()))
        return await in_own_thread(lambda: _post(hook.web, body, headers, deadline), deadline)


def signed(body: bytes, key: str, *, at: int) -> dict[str, str]:
    """Return the headers that prove who sent *body*, and when (*at*, in Unix seconds)."""
    digest = hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Watcher-Timestamp": str(at), "X-Watcher-Signature": f"v1={digest}"}


def _post(web: WebAddress, body: bytes, headers: dict[str, str], deadline: timedelta) -> Outcome:
    answer = post(web, body, headers, deadline=deadline)
    if isinstance(answer, Outcome):
        return replace(answer, detail=answer.detail + _REMEDY.get(answer.detail, ""))
    return not_taken(answer) or Outcome(answer=Answer.ACCEPTED, detail="taken by the provider")


def _fields(message: Message) -> dict[str, Any]:
    return {
        "version": VERSION,
        "id": message.id,
        "repeat": message.repeat,
        "title": heading(message),
        "message": plain_text(message),
        "facts": {name: clean(value, limit=_FACT_LIMIT) for name, value in message.data.items()},
        "details": _cleaned(message.details),
    }


def _cleaned(value: Any) -> Any:
    """Return *value* with every text in it made safe, as it is in the message."""
    if isinstance(value, str):
        return clean(value, limit=_FACT_LIMIT)
    if isinstance(value, dict):
        return {str(name): _cleaned(inner) for name, inner in value.items()}
    return [_cleaned(inner) for inner in value] if isinstance(value, list | tuple) else value


def _read(address: str) -> tuple[_Hook | None, list[str]]:
    if re.search(r"[\s\\]", address):
        return None, ["A web address has no spaces and no backslashes."]
    try:
        parts = urlsplit(address)
        options = dict(parse_qsl(parts.fragment, keep_blank_values=True, strict_parsing=bool(parts.fragment)))
    except ValueError:
        return None, ["This is not a webhook: the address cannot be read."]
    if set(options) - _OPTIONS:
        return None, ["Behind # a webhook's address takes key=… and inside=yes, nothing else."]
    query, headers = _own_headers(parts.query) if parts.scheme in _SCHEMES else (parts.query, {})
    plain = urlunsplit((_SCHEMES.get(parts.scheme, parts.scheme), parts.netloc, parts.path, query, ""))
    web = read_web_address(plain, inside=options.get("inside", "").lower() in ("yes", "true", "1"))
    if web is None:
        return None, ["This is not a webhook: use https://… or jsons://…"]
    return _Hook(web=web, key=options.get("key", ""), headers=headers), []


def _own_headers(query: str) -> tuple[str, dict[str, str]]:
    """Split what a ``jsons://`` address asks to be sent as headers (``+Name=value``) from its query."""
    pairs = parse_qsl(query, keep_blank_values=True)
    asked = {name[1:]: one_line(value) for name, value in pairs if name[:1] == "+" and _HEADER.fullmatch(name[1:])}
    return urlencode([pair for pair in pairs if pair[0][:1] != "+"]), {
        name: value for name, value in asked.items() if value.isascii()
    }

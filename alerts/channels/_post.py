"""One POST to one vetted web address, and the provider's own words; no redirect is ever followed.

The name is looked up here and every address behind it is checked before anything is dialled, so that a
webhook cannot be pointed into the network that Watcher runs in. Proxies and ``.netrc`` are not used.
"""

import http.client
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from alerts.addresses import is_host, refusal
from alerts.channels.channel import Answer, Outcome

_LONGEST_ANSWER = 64_000
_SHORTEST = 0.1
_RETRY_HELPS = frozenset({408, 425, 429, *range(500, 600)})
_GOOD, _REDIRECT_OR_WORSE = 200, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAddress:
    """Where a message is posted; ``inside`` admits loopback and private networks."""

    secure: bool
    host: str = field(repr=False)
    port: int
    target: str = field(repr=False)
    login: str = field(default="", repr=False)
    """``user:password`` for Basic, empty for none."""
    inside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What a server answered. ``retry_after`` is the pause that it asked for."""

    status: int
    body: bytes = field(default=b"", repr=False)
    retry_after: timedelta | None = None


def read_web_address(address: str, *, inside: bool = False) -> WebAddress | None:
    """Return the http or https *address* as a value, None if it is not one; what follows ``#`` is not part of it."""
    if not address.isprintable() or " " in address or "\\" in address:
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.scheme.lower() not in ("http", "https") or not is_host(host) or not address.isascii():
        return None
    secure = parts.scheme.lower() == "https"
    login = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username is not None else ""
    return WebAddress(
        secure=secure,
        host=host,
        port=port or (443 if secure else 80),
        target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        login=login,
        inside=inside,
    )


def unreachable(to: WebAddress) -> str:
    """Say why nothing may ever be sent to *to* as it is written, or nothing; no name is looked up but ``localhost``."""
    numeric = "127.0.0.1" if to.host.lower().rstrip(".") == "localhost" else to.host
    try:
        rows = socket.getaddrinfo(numeric, to.port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except OSError:
        return ""
    return next((reason for row in rows if (reason := refusal(str(row[4][0]), inside=to.inside))), "")


def post(to: WebAddress, body: bytes, headers: Mapping[str, str], *, deadline: timedelta) -> Posted | Outcome:
    """Post *body* and return the answer, or the outcome where there was none; blocks, so it needs a thread."""
    # Sockets give up a little before the deadline: their own words say more than a missed one.
    patience = max(deadline.total_seconds() * 0.9, _SHORTEST)
    connection = http.client.HTTPConnection(to.host, to.port, timeout=patience)
    try:
        connection.sock = _dialled(to, patience)
    except _RefusedAddressError as fault:
        return Outcome(answer=Answer.REFUSED, detail=str(fault))
    except ssl.SSLCertVerificationError:
        return Outcome(answer=Answer.REFUSED, detail="the server's certificate is not valid for it")
    except OSError:
        return Outcome(answer=Answer.TEMPORARY, detail="no connection to the provider")
    try:
        connection.request("POST", to.target, body, _headers(to) | dict(headers))
        return _answer(connection.getresponse())
    except (http.client.HTTPException, OSError):
        return Outcome(answer=Answer.UNKNOWN, detail="the connection ended without an answer")
    finally:
        connection.close()


def not_taken(answer: Posted, *, reason: str = "") -> Outcome | None:
    """Return what the status alone says, None for a 2xx: then the channel's own proof decides."""
    detail = f"HTTP {answer.status}" + (f" ({reason})" if reason else "")
    if answer.status in _RETRY_HELPS:
        return Outcome(answer=Answer.TEMPORARY, detail=detail, retry_after=answer.retry_after)
    if answer.status >= _REDIRECT_OR_WORSE:  # a redirect is a refusal too: nobody there has read the message
        return Outcome(answer=Answer.REFUSED, detail=detail)
    if answer.status < _GOOD:
        return Outcome(answer=Answer.UNKNOWN, detail=detail)
    return None


class _RefusedAddressError(Exception):
    """An address that may not be dialled."""


def _dialled(to: WebAddress, patience: float) -> socket.socket:
    rows = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    for row in rows:  # one bad record refuses the whole name: a host that is half inside is playing a trick
        reason = refusal(str(row[4][0]), inside=to.inside)
        if reason:
            raise _RefusedAddressError(reason)
    plain = _first(rows, patience)
    if not to.secure:
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=to.host)
    except BaseException:
        plain.close()
        raise


def _first(rows: Iterable[tuple[Any, ...]], patience: float) -> socket.socket:
    """Return a connection to the first of the checked addresses that answers."""
    last: OSError = OSError("no address")
    for family, kind, protocol, _, where in rows:
        dialled = socket.socket(family, kind, protocol)
        dialled.settimeout(patience)
        try:
            dialled.connect(where)
        except OSError as fault:
            dialled.close()
            last = fault
        else:
            return dialled
    raise last


def _headers(to: WebAddress) -> dict[str, str]:
    login = {"Authorization": "Basic " + b64encode(to.login.encode()).decode()} if to.login else {}
    return {"User-Agent": "Watcher", "Content-Type": "application/json; charset=utf-8", **login}


def _answer(response: http.client.HTTPResponse) -> Posted:
    body = b""
    with suppress(http.client.HTTPException, OSError):  # the status has been said; what follows cannot unsay it
        body = response.read(_LONGEST_ANSWER)
    return Posted(status=response.status, body=body, retry_after=_pause(response))


def _pause(response: http.client.HTTPResponse) -> timedelta | None:
    """Read ``Retry-After``: seconds, or a date beside the server's own; anything else is none."""
    asked = (response.headers.get("Retry-After") or "").strip()
    try:
        if asked.isascii() and asked.isdigit():
            return timedelta(seconds=min(int(asked[:9]), 86_400))
        said = response.headers.get("Date") or ""
        return max(parsedate_to_datetime(asked) - parsedate_to_datetime(said), timedelta(0))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None

"""The only door out for sources: a GET or a POST to a vetted address, bounded in time and in bytes.

aiohttp carries the bytes. What a feed host could abuse is done here instead: redirects,
decompression, and the choice of the address that is really dialled.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache, partial
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from watcher.sources.bodies import BrokenBodyError, Gzip, Plain, decoder_of
from watcher.sources.door import Door, RefusedAddressError
from watcher.sources.faults import Fault, SourceError
from watcher.sources.names import Names, VettedNames, addresses
from watcher.sources.proxies import Proxy
from watcher.sources.turns import Turns

MAX_BYTES = 10_000_000
MAX_HOPS = 5

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_HARMLESS = frozenset({"accept", "accept-language"})
"""The only request headers that another origin may see; any other could be a credential."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back. ``truncated`` means the connection ended before the body did.

    Only a 2xx answer is read; the body of any other is left on the wire. ``url`` is where the
    redirects ended and is for the eye only: nobody may store it in place of the operator's.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)
    url: str = field(repr=False)
    truncated: bool = False
    moved: bool = False
    """A redirect on the way here said "for good"."""


class _StopError(Exception):
    """A poll ends here, for a reason we know."""

    def __init__(self, fault: Fault, words: str) -> None:
        super().__init__(words)
        self.fault = fault
        self.words = words


class _Way(StrEnum):
    """How an address is reached."""

    OUTSIDE = "dialled, where it is outside"
    INSIDE = "dialled, for a source that may live inside"
    PROXY = "asked of the operator's proxy"


class Http:
    """A few sessions: one that never dials an inside address, one for sources allowed to live there, one for a proxy.

    With a *proxy* (``http://host:port``) everything outside is asked of it and nothing outside is dialled; what is
    inside is dialled as without. The environment's proxies are never used.
    """

    def __init__(
        self,
        *,
        user_agent: str = "watcher",
        deadline: timedelta = timedelta(seconds=30),
        connect: timedelta = timedelta(seconds=5),
        max_bytes: int = MAX_BYTES,
        resolver: AbstractResolver | None = None,
        turns: Turns | None = None,
        proxy: str = "",
    ) -> None:
        self._user_agent = user_agent
        self._deadline = deadline
        self._connect = connect
        self._max_bytes = max_bytes
        self._resolver = resolver
        self._turns = turns or Turns()
        self._proxy = Proxy(proxy, partial(addresses, resolver or Names())) if proxy else None
        self._sessions: dict[_Way, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        # The proxy is the operator's, and may well live inside; nothing else is dialled by its session.
        self._sessions = {way: self._session(inside=way is not _Way.OUTSIDE) for way in _Way}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions.values():
            await session.close()
        self._sessions = {}

    async def get(
        self, url: str, *, source: str, headers: Mapping[str, str] | None = None, allow_private: bool = False
    ) -> Response:
        """Fetch *url* once, at its host's turn. Raises :class:`SourceError` for whatever the outside world does.

        The deadline begins with the turn: a host that hangs keeps only its own sources waiting.
        """
        address = _address(url, source)
        async with self._turn(address, inside=allow_private), self._bounded(source):
            return await self._follow(self._way(inside=allow_private), address, headers or {})

    async def post(
        self,
        url: str,
        *,
        source: str,
        form: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        allow_private: bool = False,
    ) -> Response:
        """Send *form* to *url* once, as vetted and bounded as :meth:`get`; a redirect is never followed.

        What is posted may be a password: it goes to the host that the operator wrote, and to no other.
        """
        address = _address(url, source)
        async with self._turn(address, inside=allow_private), self._bounded(source):
            found = await self._hop(self._way(inside=allow_private), address, headers or {}, form=form)
            if not isinstance(found, Response):
                raise _StopError(Fault.REDIRECTS, f"{URL(url).host}: answered a POST with a redirect")
            return found

    def _way(self, *, inside: bool) -> _Way:
        if inside:
            return _Way.INSIDE
        return _Way.OUTSIDE if self._proxy is None else _Way.PROXY

    def _turn(self, url: URL, *, inside: bool) -> AbstractAsyncContextManager[None]:
        return self._turns.at(f"{url.host}:{url.port}", inside=inside)

    @asynccontextmanager
    async def _bounded(self, source: str) -> AsyncIterator[None]:
        """One clock over all hops, names and bytes: per-read timeouts never end a slow drip."""
        try:
            async with asyncio.timeout(self._deadline.total_seconds()):
                yield
        except _StopError as stop:
            raise SourceError(source, stop.fault, stop.words) from None
        except TimeoutError:
            words = f"no complete answer within {self._deadline.total_seconds():g} s"
            raise SourceError(source, Fault.TIMEOUT, words) from None

    def _session(self, *, inside: bool) -> aiohttp.ClientSession:
        door = Door(inside=inside)
        connector = aiohttp.TCPConnector(
            socket_factory=door.socket,
            resolver=VettedNames(self._resolver or Names(), door),
            limit=0,  # turns bound it; a hidden queue here would eat a source's deadline
        )
        return aiohttp.ClientSession(
            connector=connector,
            headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip"},
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._connect.total_seconds()),
        )

    async def _follow(self, way: _Way, url: URL, headers: Mapping[str, str]) -> Response:
        seen, moved = {url}, False
        while True:
            led = await self._hop(way, url, headers)
            if isinstance(led, Response):
                return replace(led, moved=True) if moved else led
            found, for_good = led
            moved = moved or for_good
            if found in seen:
                raise _StopError(Fault.REDIRECTS, f"{found.host}: redirects in a circle")
            if len(seen) > MAX_HOPS:
                raise _StopError(Fault.REDIRECTS, f"{found.host}: more than {MAX_HOPS} redirects")
            if _origin(found) != _origin(url):
                headers = {name: value for name, value in headers.items() if name.lower() in _HARMLESS}
            seen.add(found)
            url = found

    async def _hop(
        self,
        way: _Way,
        url: URL,
        headers: Mapping[str, str],
        *,
        form: Mapping[str, str] | None = None,
    ) -> Response | tuple[URL, bool]:
        """One request, a POST if there is a *form*: its answer, or the address it redirects to and whether for good."""
        method = "GET" if form is None else "POST"
        proxy = self._proxy if way is _Way.PROXY else None
        if proxy is not None and (reason := await proxy.refusal(url.host or "")):
            raise _StopError(Fault.REFUSED_ADDRESS, f"{url.host}: {reason}")
        try:
            async with self._sessions[way].request(
                method, url, headers=headers, data=form, allow_redirects=False, proxy=proxy.url if proxy else None
            ) as answer:
                if answer.status in _REDIRECTS:
                    return _next(url, answer.headers.get("Location", "")), answer.status in _FOR_GOOD
                return await self._read(answer)
        except (aiohttp.ClientError, OSError, UnicodeError) as error:
            fault, words = _named(error)
            # "from None": aiohttp's own messages print the whole URL, and a query may hold a key.
            raise _StopError(fault, f"{url.host}: {words}") from None

    async def _read(self, answer: aiohttp.ClientResponse) -> Response:
        body, truncated = b"", False
        if answer.ok and answer.status < 300:  # noqa: PLR2004 - HTTP's own number
            body, truncated = await self._body(answer)
        return Response(
            status=answer.status, headers=answer.headers.copy(), body=body, url=str(answer.url), truncated=truncated
        )

    async def _body(self, answer: aiohttp.ClientResponse) -> tuple[bytes, bool]:
        body, raw, truncated = bytearray(), 0, False
        decoder = _decoder(answer)
        try:
            async for chunk in answer.content.iter_any():
                raw += len(chunk)
                # One byte more than allowed is enough to know; the rest of a bomb is never unpacked.
                body += decoder.decode(chunk, room=self._max_bytes + 1 - len(body))
                if max(raw, len(body)) > self._max_bytes:
                    raise _StopError(Fault.TOO_LARGE, f"{answer.url.host}: more than {self._max_bytes} bytes")
        except BrokenBodyError:
            raise _StopError(Fault.NOT_A_FEED, f"{answer.url.host}: the gzip coding is broken") from None
        except (aiohttp.ClientPayloadError, aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
            truncated = True
        except ConnectionError:
            truncated = True
        return bytes(body), truncated or (raw > 0 and not decoder.complete)


def _vetted(text: str) -> URL:
    """Parse *text* with the one parser that is also the dialler's, or refuse it."""
    if not text.isprintable() or "\\" in text or "#@" in text:
        raise _StopError(Fault.REFUSED_ADDRESS, "the address holds a control character, a backslash or #@")
    try:
        url = URL(text)
        host, scheme, _ = _origin(url)
    except ValueError:
        raise _StopError(Fault.REFUSED_ADDRESS, "not a web address") from None
    if scheme not in {"http", "https"} or not host:
        raise _StopError(Fault.REFUSED_ADDRESS, "only http and https addresses with a host are fetched")
    if "@" in url.raw_authority:
        raise _StopError(Fault.REFUSED_ADDRESS, f"{host}: user name or password in the address")
    return url.with_fragment(None)


_vetted_before = lru_cache(maxsize=4_096)(_vetted)
"""The address of a source is the same at every poll."""


def _address(text: str, source: str) -> URL:
    """Return *text* as an address that may be fetched; raises :class:`SourceError` for any other."""
    try:
        return _vetted_before(text)
    except _StopError as stop:
        raise SourceError(source, stop.fault, stop.words) from None


def _origin(url: URL) -> tuple[str | None, str, int | None]:
    return url.host, url.scheme, url.port


def _next(here: URL, location: str) -> URL:
    """Return where *location* leads, checked as strictly as the address we started from."""
    if not location:
        raise _StopError(Fault.REDIRECTS, f"{here.host}: redirect without a Location")
    if not location.isprintable() or "\\" in location:
        raise _StopError(Fault.REDIRECTS, f"{here.host}: redirect to something that is no address")
    try:
        target = here.join(URL(location))
    except ValueError:
        raise _StopError(Fault.REDIRECTS, f"{here.host}: redirect to something that is no address") from None
    return _vetted(str(target))


def _decoder(answer: aiohttp.ClientResponse) -> Plain | Gzip:
    decoder = decoder_of(",".join(answer.headers.getall("Content-Encoding", [])))
    if decoder is None:
        raise _StopError(Fault.NOT_A_FEED, f"{answer.url.host}: coded in a way that was not asked for")
    return decoder


_WORDS: tuple[tuple[type[Exception], Fault, str], ...] = (
    (TimeoutError, Fault.TIMEOUT, "no connection in time"),
    (aiohttp.ClientConnectorCertificateError, Fault.UNREACHABLE, "its certificate is not valid"),
    (aiohttp.ClientSSLError, Fault.UNREACHABLE, "no TLS connection"),
    (aiohttp.ClientConnectorDNSError, Fault.UNREACHABLE, "the name does not resolve"),
    (UnicodeError, Fault.REDIRECTS, "its name is not one that can be looked up"),
    (aiohttp.ClientProxyConnectionError, Fault.UNREACHABLE, "the proxy does not answer"),
    (aiohttp.ClientHttpProxyError, Fault.UNREACHABLE, "the proxy does not let us through"),
    (aiohttp.ClientResponseError, Fault.UNREACHABLE, "its answer is not HTTP"),
)
"""Foreign errors in our own words, the special before the general."""


def _named(error: aiohttp.ClientError | OSError | UnicodeError) -> tuple[Fault, str]:
    """Name a foreign error; its own text is not used, because it may quote the URL."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, RefusedAddressError):
        return Fault.REFUSED_ADDRESS, str(cause)
    for kind, fault, words in _WORDS:
        if isinstance(error, kind):
            return fault, words
    if isinstance(cause, OSError) and cause.errno:
        return Fault.UNREACHABLE, os.strerror(cause.errno).lower()
    return Fault.UNREACHABLE, "the connection ended without an answer"

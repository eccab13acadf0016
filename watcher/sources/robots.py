"""What a site's ``robots.txt`` says of an address. It is asked for once a day, and its absence is leave."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import partial

from protego import Protego
from yarl import URL

from watcher.sources.exchange import apart
from watcher.sources.faults import SourceError
from watcher.sources.http import Http, Response

AGENT = "watcher"
"""The name under which a site may speak of us."""

KEPT_FOR = timedelta(days=1)
TRIED_AGAIN = timedelta(hours=1)
"""When a ``robots.txt`` that could not be had is asked for again; until then it forbids nothing."""

PATIENCE = timedelta(seconds=5)
"""A poll waits no longer for it: it is news of manners, not of the world."""

LARGEST = 500_000
"""Bytes of it that are read, as RFC 9309 asks at least."""

REMEMBERED = 500
"""Sites whose text is kept in memory."""


class Minding(StrEnum):
    """What the operator makes of a robots.txt that forbids a source's address."""

    OBEY = "obey"
    """The source is not polled, which is a fault of its own."""
    NOTE = "note"
    """It is polled, and the operator is told."""
    IGNORE = "ignore"
    """It is not asked for."""


@dataclass(slots=True, kw_only=True)
class _Text:
    body: bytes = b""
    until: float
    verdicts: dict[str, bool] = field(default_factory=dict)
    """Whether an address may be fetched, for those that were asked about."""


class Robots:
    """The robots.txt of every site that is polled; one that cannot be had or read forbids nothing."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._texts: OrderedDict[str, _Text] = OrderedDict()
        self._asked: dict[str, asyncio.Lock] = {}

    async def refusal(self, url: str, *, source: str, allow_private: bool = False) -> str:
        """Return what the operator is to know if the site does not want *url* to be fetched by us; else nothing."""
        try:
            address = _without_values(URL(url))
            origin = str(address.origin().with_path("/robots.txt"))
        except ValueError:
            return ""  # what is no address is refused at the door
        text = await self._text(origin, source, allow_private)
        if await _allows(text, str(address), source):
            return ""
        return f"the robots.txt of {address.host} does not want programs to fetch this address"

    async def _text(self, origin: str, source: str, allow_private: bool) -> _Text:
        now = asyncio.get_running_loop().time
        async with self._asked.setdefault(origin, asyncio.Lock()):
            kept = self._texts.get(origin)
            if kept is None or kept.until < now():
                kept = await self._fetched(origin, source, allow_private)
                self._texts[origin] = kept
                while len(self._texts) > REMEMBERED:
                    forgotten, _ = self._texts.popitem(last=False)
                    self._asked.pop(forgotten, None)
            return kept

    async def _fetched(self, origin: str, source: str, allow_private: bool) -> _Text:
        now = asyncio.get_running_loop().time
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                answer = await self._http.get(origin, source=source, allow_private=allow_private)
        except (SourceError, TimeoutError):
            return _Text(until=now() + TRIED_AGAIN.total_seconds())
        wait = KEPT_FOR if _is_final(answer) else TRIED_AGAIN
        return _Text(body=answer.body[:LARGEST], until=now() + wait.total_seconds())


def allowed(body: bytes, url: str) -> bool:
    """Whether the robots.txt *body* lets us fetch *url*. Runs in a reader: its patterns can be made to crawl."""
    text = body.decode("utf-8-sig", "replace")
    return bool(Protego.parse(text).can_fetch(url, AGENT))


async def _allows(text: _Text, url: str, source: str) -> bool:
    if text.body and url not in text.verdicts:
        try:
            text.verdicts[url] = await apart(partial(allowed, text.body, url), bool, source=source)
        except (SourceError, RuntimeError):
            text.verdicts[url] = True  # what cannot be read forbids nothing
    return text.verdicts.get(url, True)


def _without_values(url: URL) -> URL:
    """Return *url* with the names in its query alone: rules may speak of these, and a value may be a key."""
    return url.with_fragment(None).with_query([(name, "") for name in url.query])


def _is_final(answer: Response) -> bool:
    return answer.status < 500  # noqa: PLR2004 - HTTP's own number: a site that fails may have rules tomorrow

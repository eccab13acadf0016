"""Finding: the feeds behind an address that a person has, through the same door as every poll."""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from watcher.sources.exchange import apart, check_status, looks_like
from watcher.sources.faults import SourceError
from watcher.sources.http import Http, Response
from watcher.sources.recognition import Recognised, of_address, of_answer
from watcher.sources.web_pages import Named, common_addresses, feeds_named_in

MOST_ASKED = 12
"""Addresses of one site that are asked whether they are a feed."""

AT_ONCE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An address that answers with something that can be polled, and what the page called it."""

    url: str
    title: str
    what: Recognised


class NoFeedError(Exception):
    """There is nothing to poll behind the address; the message says what is there and what was tried."""


async def feeds_behind(
    url: str, http: Http, *, source: str, now: datetime, allow_private: bool
) -> tuple[Candidate, ...]:
    """Return what can be polled at *url* itself, or else what the page there leads to.

    Raises :class:`SourceError` where the address cannot be fetched, :class:`NoFeedError` where nothing is found.
    """
    known = of_address(url)
    if known is not None:
        return (Candidate(url=url, title=known.called, what=known),)
    answer = await _answer(url, http, source=source, now=now, allow_private=allow_private)
    what = await apart(partial(of_answer, answer), Recognised | None, source=source)
    if what is not None:
        return (Candidate(url=url, title=what.title, what=what),)
    kind = looks_like(answer.body) if answer.body.strip() else "an empty answer"
    if kind != "an HTML page":
        raise NoFeedError(f"there is {kind}, and no feed in it: {_by_hand(kind)}")
    named = await apart(partial(feeds_named_in, answer.body, at=answer.url), tuple[Named, ...], source=source)
    asked = named or tuple(Named(url=one) for one in common_addresses(answer.url))
    found = await _recognised(asked[:MOST_ASKED], http, source=source, now=now, allow_private=allow_private)
    if not found:
        told = f"the page names {len(named)} feed(s), but none answers as one" if named else "the page names no feed"
        tried = ", ".join(f"/{one.url.split('/', 3)[3]}" for one in asked[:MOST_ASKED])
        raise NoFeedError(f"{told}; tried {tried}. Look for RSS on the site, or give the address of its feed")
    return found


def _by_hand(kind: str) -> str:
    if kind == "JSON":
        return "an API is written by hand (kind: json with a map, see docs/sources.md)"
    return "a table is written by hand (kind: csv with columns, see docs/sources.md)"


async def _answer(url: str, http: Http, *, source: str, now: datetime, allow_private: bool) -> Response:
    answer = await http.get(url, source=source, allow_private=allow_private)
    check_status(answer, source=source, now=now)
    return answer


async def _recognised(
    named: Iterable[Named], http: Http, *, source: str, now: datetime, allow_private: bool
) -> tuple[Candidate, ...]:
    """Ask each address; what cannot be fetched is none, and of equal answers the first counts."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(wanted: Named) -> tuple[bytes, Candidate] | None:
        async with room:
            try:
                answer = await _answer(wanted.url, http, source=source, now=now, allow_private=allow_private)
                what = await apart(partial(of_answer, answer), Recognised | None, source=source)
            except SourceError:
                return None
        if what is None:
            return None
        digest = hashlib.sha256(answer.body).digest()
        return digest, Candidate(url=wanted.url, title=wanted.title or what.title, what=what)

    found: dict[bytes, Candidate] = {}
    for answered in await asyncio.gather(*map(one, named)):
        if answered is not None:
            found.setdefault(*answered)
    return tuple(found.values())

"""Full texts: for sources that print only the beginning of a report, the article behind its link, once for each text.

Through the same door as every poll, with limits of its own. What cannot be had leaves the text that we have and a
note; the report is judged all the same. What may be had later is told apart: :mod:`watcher.collecting.late_pages`.
"""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from indicators.items import Item
from watcher.settings import WrittenSource
from watcher.sources.articles import article_in
from watcher.sources.exchange import PASSING, check_status
from watcher.sources.faults import Fault, SourceError
from watcher.sources.http import Http

MOST = 20
"""Pages that are fetched after one poll, of its newest reports."""

AT_ONCE = 2
DEADLINE = 60
"""Seconds for all pages of one poll together."""

PATIENCE = 10
"""Seconds for reading one page."""

_PASSES = frozenset({Fault.UNREACHABLE, Fault.TIMEOUT})
"""Faults of a page that may be had later; so may one whose site answers with one of :data:`PASSING`."""

# A pool of its own: a thread cannot be ended, and a page made to be slow must hold up neither names nor disks. The
# readers in child processes do not take this work: the library would cost each of them a second and its memory.
_READING = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="article")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FullTexts:
    """The articles that were found, by item, and a remark where some were not.

    ``late`` are the items whose page may be had later, each with how long its site asks us to stay away.
    """

    texts: dict[str, str] = field(default_factory=dict)
    note: str = ""
    late: dict[str, timedelta] = field(default_factory=dict)


async def full_texts(items: Iterable[Item], source: WrittenSource, http: Http, *, now: datetime) -> FullTexts:
    """Return the articles behind the links of *items*; never raises for what the outside world does."""
    linked = sorted((item for item in items if item.url), key=lambda item: item.when, reverse=True)
    asked, room, texts = linked[:MOST], asyncio.Semaphore(AT_ONCE), {}
    late = dict.fromkeys((item.id for item in asked), timedelta())

    async def fetch(item: Item) -> None:
        async with room:
            page = await _page(item, source, http, now=now)
        late.pop(item.id, None)
        if page.stay_away is not None:
            late[item.id] = page.stay_away
        if page.text:
            texts[item.id] = page.text

    try:
        async with asyncio.timeout(DEADLINE):
            await asyncio.gather(*map(fetch, asked))
    except TimeoutError:
        pass  # those that came are used
    return FullTexts(texts=dict(texts), note=_note(len(linked), len(texts), len(late)), late=dict(late))


def _note(linked: int, had: int, late: int) -> str:
    if linked == had:
        return ""
    again = f"; {late} asked for again later" if late else ""
    return f"full text: {linked - had} of {linked} page(s) not had, the text that we have is used{again}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What a page gave: its article, if that says more than the feed did.

    ``stay_away`` is set where more may be had later: how long its site asks us to wait, nothing if it does not say.
    """

    text: str = ""
    stay_away: timedelta | None = None


async def _page(item: Item, source: WrittenSource, http: Http, *, now: datetime) -> _Page:
    """Ask for the page of *item* once. One that broke off gives what came of it, and may be had whole later."""
    try:
        answer = await http.get(item.url, source=source.id, allow_private=source.allow_private)
        check_status(answer, source=source.id, now=now)
        reading = asyncio.get_running_loop().run_in_executor(_READING, article_in, answer.body)
        text = await asyncio.wait_for(reading, PATIENCE)
    except SourceError as error:
        passes = error.fault in _PASSES or error.detail in PASSING
        return _Page(stay_away=(error.retry_after or timedelta()) if passes else None)
    except TimeoutError:
        return _Page()
    except Exception:  # whatever a page does to the library, the report is judged by its feed's text
        log.exception("a page could not be read", source=source.id)
        return _Page()
    longer = len(text) > len(item.content or item.summary)
    return _Page(text=text if longer else "", stay_away=timedelta() if answer.truncated else None)

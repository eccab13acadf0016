"""Full texts: for sources that print only the beginning of a report, the article behind its link, once for each text.

Through the same door as every poll, with limits of its own. What cannot be had leaves the text that we have and a
note; the report is judged all the same.
"""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from indicators.items import Item
from watcher.settings import WrittenSource
from watcher.sources.articles import article_in
from watcher.sources.exchange import check_status
from watcher.sources.faults import SourceError
from watcher.sources.http import Http

MOST = 20
"""Pages that are fetched after one poll, of its newest reports."""

AT_ONCE = 2
DEADLINE = 60
"""Seconds for all pages of one poll together."""

PATIENCE = 10
"""Seconds for reading one page."""

# A pool of its own: a thread cannot be ended, and a page made to be slow must hold up neither names nor disks. The
# readers in child processes do not take this work: the library would cost each of them a second and its memory.
_READING = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="article")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FullTexts:
    """The articles that were found, by item, and a remark where some were not."""

    texts: dict[str, str] = field(default_factory=dict)
    note: str = ""


async def full_texts(items: Iterable[Item], source: WrittenSource, http: Http, *, now: datetime) -> FullTexts:
    """Return the articles behind the links of *items*; never raises for what the outside world does."""
    linked = sorted((item for item in items if item.url), key=lambda item: item.when, reverse=True)
    room, texts = asyncio.Semaphore(AT_ONCE), {}

    async def fetch(item: Item) -> None:
        async with room:
            if text := await _article(item, source, http, now=now):
                texts[item.id] = text

    try:
        async with asyncio.timeout(DEADLINE):
            await asyncio.gather(*map(fetch, linked[:MOST]))
    except TimeoutError:
        pass  # those that came are used
    missing = len(linked) - len(texts)
    note = f"full text: {missing} of {len(linked)} page(s) not had, the text that we have is used" if missing else ""
    return FullTexts(texts=dict(texts), note=note)


async def _article(item: Item, source: WrittenSource, http: Http, *, now: datetime) -> str:
    """Return the article of *item* if it says more than the feed did, else nothing."""
    try:
        answer = await http.get(item.url, source=source.id, allow_private=source.allow_private)
        check_status(answer, source=source.id, now=now)
        reading = asyncio.get_running_loop().run_in_executor(_READING, article_in, answer.body)
        text = await asyncio.wait_for(reading, PATIENCE)
    except (SourceError, TimeoutError):
        return ""
    except Exception:  # whatever a page does to the library, the report is judged by its feed's text
        log.exception("a page could not be read", source=source.id)
        return ""
    return text if len(text) > len(item.content or item.summary) else ""

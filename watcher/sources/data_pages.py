"""Pages of an API that puts its records into ``data``: asked for one after the other, made into one harvest."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from watcher.sources.exchange import aside
from watcher.sources.faults import Fault, SourceError
from watcher.sources.http import Response
from watcher.sources.json_documents import document_of, fetched_of
from watcher.sources.json_text import odd_in, shape_of
from watcher.sources.records import Harvest, Record, RecordError
from watcher.sources.source import Fetched

PAGING_TIME = timedelta(seconds=60)
"""No further page is asked for after this long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer: its records, and whether it broke off. ``says`` is the status in the text, if there is one."""

    rows: list[Any]
    body: bytes
    cut: bool
    says: int = 0


async def page_of(answer: Response, *, source: str) -> Page:
    """Read *answer* in a thread; raises :class:`SourceError` where it holds no list of records."""
    return await aside(partial(_page, answer, source=source), source=source)


def _page(answer: Response, *, source: str) -> Page:
    try:
        return _read(answer, source=source)
    except SourceError as error:
        if answer.truncated:
            raise SourceError(source, Fault.TRUNCATED, f"broke off; {error.detail}") from None
        raise


def _read(answer: Response, *, source: str) -> Page:
    document = document_of(answer.body, source=source)
    said = document.value
    if not isinstance(said, dict):
        told = odd_in(said, "the top") or f"the top is {shape_of(said)}, not an object"
        raise SourceError(source, Fault.NOT_A_FEED, f"JSON without records: {told}")
    status = said.get("status")
    says = status if isinstance(status, int) else 0
    rows = said.get("data", [] if document.cut or says >= 400 else None)  # noqa: PLR2004 — HTTP's own number
    if not isinstance(rows, list):
        told = odd_in(rows, "data") or f"data is {shape_of(rows)}, not a list"
        raise SourceError(source, Fault.NOT_A_FEED, f"JSON without records: {told}")
    return Page(rows=rows, body=answer.body, cut=document.cut or answer.truncated, says=says)


async def further_pages(
    pages: list[Page], ask: Callable[[int], Awaitable[Page]], *, limit: int, most: int
) -> tuple[str, ...]:
    """Add the pages after the first, which is there; return remarks where not all could be had.

    A page with fewer than *limit* records is the last; never more than *most* are asked for. What goes
    wrong on a later page is a remark and no fault: the newest records are here, and they count.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + PAGING_TIME.total_seconds()
    while len(pages[-1].rows) >= limit and not pages[-1].cut:
        number = len(pages) + 1
        if number > most:
            asked = f"{most} {'page' if most == 1 else 'pages'} of {limit}"
            return (f"there is more than {asked}: ask for less, or raise pages",)
        if loop.time() > end:
            return (f"page {number}: no time left",)
        try:
            pages.append(await ask(number))
        except SourceError as error:
            return (f"page {number}: {error.fault}: {error.detail}",)
    return ()


async def harvested(
    pages: Iterable[Page], record: Callable[[Mapping[str, Any]], Record], harvest: Harvest, *, remarks: tuple[str, ...]
) -> Fetched:
    """Return all *pages* as one poll's result, in a thread; partial if a page broke off or could not be had."""
    return await aside(partial(_harvested, list(pages), record, harvest, remarks), source=harvest.source)


def _harvested(
    pages: list[Page], record: Callable[[Mapping[str, Any]], Record], harvest: Harvest, remarks: tuple[str, ...]
) -> Fetched:
    for number, page in enumerate(pages, 1):
        for place, row in enumerate(page.rows):
            where = f"data[{place}]" if number == 1 else f"page {number}, data[{place}]"
            try:
                found = record(_object(row))
            except RecordError as error:
                harvest.lose(f"{where}: {error}")
            else:
                harvest.take(found, where=where)
    cut = any(page.cut for page in pages)
    fetched = fetched_of(harvest, *(page.body for page in pages), cut=cut, more=remarks)
    return replace(fetched, partial=cut)


def _object(row: Any) -> Mapping[str, Any]:
    if isinstance(row, dict):
        return row
    raise RecordError(odd_in(row, "it") or f"it is {shape_of(row)}, not an object")

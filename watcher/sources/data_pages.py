"""Pages of an API that puts its records into ``data``: asked for one after the other, made into one harvest."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from watcher.sources.exchange import apart
from watcher.sources.faults import Fault, SourceError
from watcher.sources.http import Response
from watcher.sources.json_documents import document_of, fetched_of
from watcher.sources.json_text import odd_in, shape_of
from watcher.sources.records import Harvest, Record, RecordError
from watcher.sources.source import Fetched

PAGING_TIME = timedelta(seconds=60)
"""No further page is asked for after this long."""


Recorded = Callable[[Mapping[str, Any]], Record]
"""Makes a record of an API's own object, or raises :class:`RecordError`. Runs in a reader: picklable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer: its records, how many they were, and whether it broke off.

    ``says`` is the status in the text, if there is one.
    """

    harvest: Harvest
    records: int
    cut: bool
    says: int = 0
    body: bytes = field(default=b"", repr=False)


async def page_of(answer: Response, record: Recorded, blank: Harvest, *, number: int) -> Page:
    """Read *answer*, the page of that *number*, apart; raises :class:`SourceError` where it has no list of records.

    *blank* says whose records they are; it stays as it is.
    """
    page = await apart(partial(_page, answer, record, blank, number), Page, source=blank.source)
    return replace(page, body=answer.body)


def _page(answer: Response, record: Recorded, harvest: Harvest, number: int) -> Page:
    try:
        return _read(answer, record, harvest, number)
    except SourceError as error:
        if answer.truncated:
            raise SourceError(harvest.source, Fault.TRUNCATED, f"broke off; {error.detail}") from None
        raise


def _read(answer: Response, record: Recorded, harvest: Harvest, number: int) -> Page:
    source = harvest.source
    document = document_of(answer.body, source=source)
    said = document.value
    if not isinstance(said, dict):
        told = odd_in(said, "the top") or f"the top is {shape_of(said)}, not an object"
        raise SourceError(source, Fault.NOT_A_FEED, f"JSON without records: {told}")
    status = said.get("status")
    says = status if isinstance(status, int) else 0
    rows = said.get("data", [] if document.cut or says >= 400 else None)  # noqa: PLR2004 - HTTP's own number
    if not isinstance(rows, list):
        told = odd_in(rows, "data") or f"data is {shape_of(rows)}, not a list"
        raise SourceError(source, Fault.NOT_A_FEED, f"JSON without records: {told}")
    for place, row in enumerate(rows):
        where = f"data[{place}]" if number == 1 else f"page {number}, data[{place}]"
        try:
            found = record(_object(row))
        except RecordError as error:
            harvest.lose(f"{where}: {error}")
        else:
            harvest.take(found, where=where)
    return Page(harvest=harvest, records=len(rows), cut=document.cut or answer.truncated, says=says)


async def further_pages(
    pages: list[Page], ask: Callable[[int], Awaitable[Page]], *, limit: int, most: int
) -> tuple[str, ...]:
    """Add the pages after the first, which is there; return remarks where not all could be had.

    A page with fewer than *limit* records is the last; never more than *most* are asked for. What goes
    wrong on a later page is a remark and no fault: the newest records are here, and they count.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + PAGING_TIME.total_seconds()
    while pages[-1].records >= limit and not pages[-1].cut:
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


def harvested(pages: Iterable[Page], harvest: Harvest, *, remarks: tuple[str, ...]) -> Fetched:
    """Return all *pages*, joined in *harvest*, as one poll's result; partial if a page broke off or was not had."""
    found = list(pages)
    for page in found:
        harvest.join(page.harvest)
    cut = any(page.cut for page in found)
    fetched = fetched_of(harvest, *(page.body for page in found), cut=cut, more=remarks)
    return replace(fetched, partial=cut)


def _object(row: Any) -> Mapping[str, Any]:
    if isinstance(row, dict):
        return row
    raise RecordError(odd_in(row, "it") or f"it is {shape_of(row)}, not an object")

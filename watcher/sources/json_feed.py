"""JSON Feed 1.1 (and 1.0): a feed that is JSON from the start."""

import re
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from watcher.sources.exchange import poll_document
from watcher.sources.faults import Fault, SourceError
from watcher.sources.fields import as_markup, declared_language, language_of, title_of
from watcher.sources.http import Http, Response
from watcher.sources.json_documents import document_of, fetched_of
from watcher.sources.json_text import odd_in, shape_of
from watcher.sources.options import Options
from watcher.sources.records import Harvest, Record
from watcher.sources.source import Fetched, SourceSettings, Validators

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1")


class JsonFeedOptions(Options):
    """Nothing beyond the address."""

    for_anybody: ClassVar[bool] = True


class JsonFeedSource:
    """A kind of source: one JSON Feed behind one address. ``next_url`` leads to older reports and is not followed."""

    options = JsonFeedOptions

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Poll the feed once, asking only for what changed since *validators*."""
        read = partial(read_json_feed, settings=settings.bare, now=now)
        accept = {"Accept": "application/feed+json, application/json;q=0.9, */*;q=0.5"}
        return await poll_document(settings, http, validators, now, read=read, headers=accept)


def read_json_feed(answer: Response, *, settings: SourceSettings, now: datetime) -> Fetched:
    """Turn the answer into items; raises :class:`SourceError` where it is no JSON Feed."""
    document = document_of(answer.body, source=settings.id)
    feed = document.value
    if not isinstance(feed, dict) or not _VERSION.match(str(feed.get("version"))):
        told = odd_in(feed, "the top") if not isinstance(feed, dict) else ""
        raise SourceError(settings.id, Fault.NOT_A_FEED, told or "looks like JSON, but not like a JSON Feed")
    entries = feed.get("items", [] if document.cut else None)
    if not isinstance(entries, list):
        told = odd_in(entries, "items") or f"items is {shape_of(entries)}, not a list"
        raise SourceError(settings.id, Fault.NOT_A_FEED, told)
    own = declared_language(feed.get("language"))
    harvest = Harvest(source=settings.id, language=settings.lang, now=now)
    for number, entry in enumerate(entries):
        where = f"items[{number}]"
        if isinstance(entry, dict):
            harvest.take(_record(entry, own), where=where)
        else:
            harvest.lose(odd_in(entry, where) or f"{where} is {shape_of(entry)}, not an object")
    fetched = fetched_of(harvest, answer.body, cut=document.cut)
    return replace(fetched, title=title_of(feed.get("title")), language=language_of(feed.get("language")) or "")


def _record(entry: dict[str, Any], language: str | None) -> Record:
    html, text = entry.get("content_html"), entry.get("content_text")
    return Record(
        id=entry.get("id"),
        title=as_markup(entry.get("title")),
        summary=as_markup(entry.get("summary")),
        content=html if html is not None else as_markup(text),
        url=entry.get("url") or entry.get("external_url"),
        published=entry.get("date_published") or entry.get("date_modified"),
        lang=entry.get("language") or language,
    )

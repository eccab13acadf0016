"""GDELT's DOC API, asked in place of the files while these cannot be had: articles found by words, nothing coded."""

from datetime import datetime, timedelta
from functools import partial

from watcher.sources.exchange import check_status, read_apart, with_query
from watcher.sources.http import Http
from watcher.sources.json_api import RecordOptions, read_records
from watcher.sources.source import Fetched, SourceSettings

ADDRESS = "https://api.gdeltproject.org/api/v2/doc/doc"

PATIENCE = timedelta(hours=1)
"""How long the files may be missing, or stand still, before the API is asked."""

LONGEST = timedelta(days=3)
"""How far back it is asked for what was missed."""

MOST = 250
"""Articles of one answer: the API gives no more."""

_LANGUAGES = {"Arabic": "ar", "English": "en", "French": "fr", "Portuguese": "pt", "Russian": "ru", "Spanish": "es"}
_ARTICLES = RecordOptions(
    items="articles || `[]`",
    map={
        "id": "url",
        "title": "title",
        "url": "url",
        "published": "seendate",
        "lang": " || ".join(f"(language == '{name}' && '{code}')" for name, code in _LANGUAGES.items()) + " || ''",
    },
)


async def articles_since(
    since: datetime | None, *, query: str, address: str, settings: SourceSettings, http: Http, now: datetime
) -> Fetched:
    """Return the articles that *query* finds from *since* on (of the last hour without it), the newest 250.

    Raises :class:`SourceError` where the API gives no list. The ids of articles are those of GDELT's own files.
    """
    back = min(max(now - since, PATIENCE), LONGEST) if since is not None else PATIENCE
    asked = {
        "query": query,
        "mode": "artlist",
        "format": "json",
        "sort": "datedesc",
        "maxrecords": str(MOST),
        "timespan": f"{-(-back // timedelta(minutes=1))}min",
    }
    answer = await http.get(with_query(address, asked), source=settings.id, allow_private=settings.allow_private)
    check_status(answer, source=settings.id, now=now)
    read = partial(read_records, options=_ARTICLES, settings=settings.bare, now=now)
    return await read_apart(answer, read, source=settings.id)

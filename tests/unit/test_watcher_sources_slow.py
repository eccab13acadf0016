"""A document made to be slow: what it costs itself, and what it must not cost the others."""

import asyncio
from datetime import UTC, datetime

from tests.servers import FeedServer, Page
from watcher.sources import Fault, Fetched, SourceError, SourceSettings, Validators, feeds
from watcher.sources.http import Http

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WELL = b'<rss version="2.0"><channel><title>t</title><item><title>Calm</title></item></channel></rss>'
NESTED = b'<rss version="2.0"><channel>' + b"<a>" * 300_000


async def test_x02_a_document_that_is_too_costly_fails_its_own_poll() -> None:
    """The poll of a document made to be slow ends with a fault that says so; the other feeds are read meanwhile."""
    async with FeedServer() as server, Http() as http:
        pages = {"slow": NESTED, "well": WELL, "fine": WELL}
        urls = {name: server.put(f"/{name}.xml", Page(body=body)) for name, body in pages.items()}

        async def poll(name: str) -> Fetched | SourceError:
            settings = SourceSettings(id=name, url=urls[name], allow_private=True)
            try:
                return await feeds.FeedSource().fetch(settings, http, Validators(), NOON)
            except SourceError as error:
                return error

        late, *others = await asyncio.gather(*map(poll, pages))
    assert isinstance(late, SourceError)
    assert late.fault is Fault.COSTLY
    assert "processor time" in late.detail
    assert [[item.title for item in well.items] for well in others if isinstance(well, Fetched)] == [["Calm"]] * 2

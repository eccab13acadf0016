"""A document made to be slow: what it costs itself, and what it must not cost the others."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers import FeedServer, Page
from watcher.sources import Fault, Fetched, SourceError, SourceSettings, Validators, feeds
from watcher.sources.http import Http

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_a_document_that_takes_too_long_to_read_fails_its_own_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    """The poll ends with a fault that names the time; the loop and the other feeds go on meanwhile."""
    real = feeds.parse_feed

    def slow(body: bytes, *, settings: SourceSettings, content_type: str, now: datetime) -> Fetched:
        if settings.id == "slow":
            time.sleep(1)
        return real(body, settings=settings, content_type=content_type, now=now)

    monkeypatch.setattr(feeds, "parse_feed", slow)
    monkeypatch.setattr(feeds, "PARSE_DEADLINE", timedelta(seconds=0.2))
    async with FeedServer() as server, Http() as http:
        body = b'<rss version="2.0"><channel><title>t</title><item><title>Calm</title></item></channel></rss>'
        url = server.put("/feed.xml", Page(body=body))

        async def poll(name: str) -> Fetched | SourceError:
            settings = SourceSettings(id=name, url=url, allow_private=True)
            try:
                return await feeds.FeedSource().fetch(settings, http, Validators(), NOON)
            except SourceError as error:
                return error

        late, well = await asyncio.gather(poll("slow"), poll("well"))
    assert isinstance(late, SourceError)
    assert late.fault is Fault.TIMEOUT
    assert isinstance(well, Fetched)
    assert [item.title for item in well.items] == ["Calm"]

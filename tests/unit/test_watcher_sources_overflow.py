"""A feed with more entries than can be read at once: never blind, never half without saying so, whole in the end."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.daemons import settings_with
from tests.fakes import FakeClock
from tests.servers import FeedServer, Page
from watcher.collecting import polling
from watcher.plant import Plant
from watcher.sources.feeds import parse_feed
from watcher.sources.known import MOST_READ
from watcher.sources.source import Fetched, SourceSettings
from watcher.store import items, sources
from watcher.wiring import build

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WIRE = SourceSettings(id="wire", url="http://wire.example/feed")


def feed(*numbers: int, guid: str = "{}") -> bytes:
    """Return a feed that shows these reports, from the top."""
    shown = "".join(f"<item><title>Report {n}</title><guid>{guid.format(n)}</guid></item>" for n in numbers)
    return f"<rss version='2.0'><channel>{shown}</channel></rss>".encode()


def read(body: bytes, known: str = "") -> Fetched:
    return parse_feed(body, settings=WIRE, content_type="", now=NOON, known=known)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as one:
        yield one


async def test_x13_a_hundred_thousand_reports_in_one_poll_are_read_in_portions(
    server: FeedServer, tmp_path: Path
) -> None:
    """The newest are kept at once, what waits is told, the next poll reads on; in a real reader, with its bounds."""
    url = server.put("/", Page(body=feed(*range(100_000, 0, -1)), etag='"one"'))
    wire = {"id": "wire", "url": url, "allow_private": True}
    async with build(settings_with(tmp_path, sources=[wire]), now=FakeClock(NOON)) as plant:
        told = [await _poll(plant) for _ in range(2)]
        with plant.database.read() as connection:
            kept = {item.title for item in items.recent(connection, limit=2 * MOST_READ + 1)}
    assert kept == {f"Report {n}" for n in range(100_000, 100_000 - 2 * MOST_READ, -1)}
    assert [note.partition(" wait")[0] for note in told] == [
        "partial; feed overflow: 98,000 of its 100,000 entries",
        "partial; feed overflow: 96,000 of its 100,000 entries",
    ]
    assert not any("If-None-Match" in seen.headers for seen in server.requests), "or nothing would ever be read on"


async def _poll(plant: Plant) -> str:
    (source,) = plant.settings.sources
    polled = await polling.poll(plant, source, now=NOON, ahead_of_time=True)
    assert polled is not None
    assert (polled.fault, polled.new) == ("", MOST_READ)
    with plant.database.read() as connection:
        return sources.state(connection, "wire").last_detail


def test_what_waits_is_read_at_the_next_polls_and_then_nothing_waits() -> None:
    """In the end the items are those of reading everything; what came meanwhile goes before what waits."""
    numbers = [*range(2 * MOST_READ + 10, 0, -1)]
    first = read(feed(*numbers))
    second = read(feed(0, *numbers), first.known or "")
    third = read(feed(0, *numbers), second.known or "")
    assert second.items[0].title == "Report 0"
    assert [len(one.items) for one in (first, second, third)] == [MOST_READ, MOST_READ, 11]
    assert [one.partial for one in (first, second, third)] == [True, True, False]
    whole = {f"Report {n}" for n in (0, *numbers)}
    assert {item.title for one in (first, second, third) for item in one.items} == whole


def test_reports_that_turn_out_to_share_a_guid_make_no_feed_blind() -> None:
    """Identity has to be made anew, which is too much at once: it is begun again from the top, and told."""
    numbers = [*range(2 * MOST_READ, 0, -1)]
    body = feed(*numbers, guid="the same")
    first = read(body)
    second = read(body, first.known or "")
    third = read(body, second.known or "")
    assert [len(one.items) for one in (first, second)] == [MOST_READ] * 2
    assert third.known, "nor does it forget what it is"
    assert {item.title for one in (first, second) for item in one.items} == {f"Report {n}" for n in numbers}

"""What a source asks of others: one host's turn, and what a robots.txt says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import NOON
from tests.daemons import settings_with
from tests.fakes import FakeClock
from tests.servers import FeedServer, Page
from watcher.collecting import polling
from watcher.settings import WrittenSource
from watcher.sources import SOURCES, SourceError
from watcher.sources.http import Http
from watcher.sources.robots import Robots, allowed
from watcher.sources.turns import Turns
from watcher.store import sources
from watcher.wiring import build

NO_GAP = timedelta()


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as one:
        yield one


# Turns.


async def test_a_host_is_asked_by_few_at_once() -> None:
    """However many sources live at one host, four requests are with it; another host does not wait for them."""
    turns, inside, most, done = Turns(gap=NO_GAP), 0, 0, asyncio.Event()

    async def ask(host: str) -> None:
        nonlocal inside, most
        async with turns.at(host):
            inside += 1
            most = max(most, inside)
            await done.wait()
            inside -= 1

    slow = [asyncio.create_task(ask("slow")) for _ in range(20)]
    while inside < 4:  # noqa: ASYNC110 - no event tells when a turn is given
        await asyncio.sleep(0)
    async with turns.at("quick"):
        done.set()
    await asyncio.gather(*slow)
    assert most == 4


async def test_a_host_is_asked_one_after_the_other() -> None:
    """The second request waits for the gap, that of another host does not."""
    turns, granted = Turns(gap=timedelta(hours=1)), []

    async def ask(name: str, host: str) -> None:
        async with turns.at(host):
            granted.append(name)

    tasks = [asyncio.create_task(ask(*one)) for one in (("first", "a"), ("second", "a"), ("other", "b"))]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.gather(tasks[0], tasks[2])
    assert sorted(granted) == ["first", "other"]
    tasks[1].cancel()


async def test_a_host_of_the_operators_own_is_asked_without_turns() -> None:
    """Politeness to one's own machine only makes warnings late."""
    turns = Turns(at_one_host=1, gap=timedelta(hours=1))
    async with turns.at("inside", inside=True), turns.at("inside", inside=True):
        pass


async def test_a_request_that_hangs_gives_up_its_turn() -> None:
    """Others at the same host are asked while it still waits; and nobody gets a turn twice for it."""
    turns, ended = Turns(at_one_host=1, gap=NO_GAP, held=timedelta(milliseconds=10)), asyncio.Event()

    async def hang() -> None:
        async with turns.at("host"):
            await ended.wait()

    slow = [asyncio.create_task(hang()) for _ in range(3)]
    await asyncio.sleep(0)
    async with turns.at("host"):
        assert not any(one.done() for one in slow)
    ended.set()
    await asyncio.gather(*slow)


class LateTurns(Turns):
    """Whose turn comes later than the deadline."""

    @asynccontextmanager
    async def at(self, host: str, *, inside: bool = False) -> AsyncIterator[None]:
        await asyncio.sleep(0.5)
        async with super().at(host, inside=inside):
            yield


async def test_the_deadline_begins_with_the_turn(server: FeedServer) -> None:
    """Waiting for others at its host is not a source's fault."""
    well, silent = server.put("/well", Page(body=b"well")), server.put("/silent", Page(hang=True))
    async with Http(deadline=timedelta(seconds=0.4), turns=LateTurns()) as http:
        assert (await http.get(well, source="wire", allow_private=True)).body == b"well"
        with pytest.raises(SourceError, match="timeout"):
            await http.get(silent, source="wire", allow_private=True)


# Robots.

FORBIDDEN = b"User-agent: *\nDisallow: /private/\n"


async def asked(server: FeedServer, path: str, *, times: int = 1) -> list[str]:
    """What the robots.txt of *server* has against *path*, asked so many times."""
    async with Http(deadline=timedelta(seconds=5), turns=Turns(gap=NO_GAP)) as http:
        robots = Robots(http)
        return [await robots.refusal(server.url(path), source="wire", allow_private=True) for _ in range(times)]


async def test_what_a_site_forbids_is_told_without_the_address(server: FeedServer) -> None:
    """The words name the host, and no key that stands in the address."""
    server.put("/robots.txt", Page(body=FORBIDDEN, content_type="text/plain"))
    (told,) = await asked(server, "/private/feed.xml?key=hush")
    assert "the robots.txt of 127.0.0.1" in told
    assert "hush" not in told
    assert await asked(server, "/news/feed.xml") == [""]


async def test_a_rule_may_speak_of_a_query_and_never_sees_its_values(server: FeedServer) -> None:
    """What a rule says of names in a query counts; the values stay here."""
    server.put("/robots.txt", Page(body=b"User-agent: *\nDisallow: /feed?all=\nDisallow: /*hush\n"))
    assert await asked(server, "/feed?all=1") != [""]
    assert await asked(server, "/feed?key=hush") == [""]


async def test_a_site_is_asked_once_a_day(server: FeedServer) -> None:
    """Twenty polls, one question."""
    server.put("/robots.txt", Page(body=FORBIDDEN))
    await asked(server, "/news/feed.xml", times=20)
    assert [seen.path for seen in server.requests] == ["/robots.txt"]


@pytest.mark.parametrize(
    "page",
    [
        Page(status=404),
        Page(status=500, body=FORBIDDEN),
        Page(body=b"<html>Not found</html>"),
        Page(body=b"\xff\xfe\x00" * 1000),
        Page(redirect_to="/robots.txt"),
        Page(body=FORBIDDEN, cut=3, headers={"Content-Encoding": "br"}),
    ],
    ids=["none", "failing", "a page", "binary", "a circle", "another coding"],
)
async def test_a_robots_file_that_cannot_be_had_forbids_nothing(server: FeedServer, page: Page) -> None:
    """A site that cannot say what it forbids does not make a source blind."""
    server.put("/robots.txt", page)
    assert await asked(server, "/private/feed.xml") == [""]


async def test_a_robots_file_made_to_be_slow_forbids_nothing(server: FeedServer) -> None:
    """Its patterns are tried in a reader, which they end; the poll goes on."""
    doom = b"User-agent: *\nDisallow: /" + b"*a" * 3_000 + b"*b$\n"
    server.put("/robots.txt", Page(body=doom))
    assert await asked(server, "/" + "a" * 1_000) == [""]


def test_we_are_spoken_to_by_our_name() -> None:
    """A rule for ``watcher`` goes before that for everybody."""
    body = b"User-agent: *\nDisallow: /\n\nUser-agent: watcher\nAllow: /\n"
    assert allowed(body, "http://site.example/feed")
    assert not allowed(b"User-agent: *\nDisallow: /\n", "http://site.example/feed")


@pytest.mark.parametrize(
    ("written", "minding"),
    [
        ({"kind": "feed"}, "note"),
        ({"kind": "csv"}, "note"),
        ({"kind": "acled"}, "ignore"),
        ({"kind": "feed", "robots": "ignore"}, "ignore"),
        ({"kind": "feed", "robots": "obey"}, "obey"),
        ({"kind": "feed", "allow_private": True}, "ignore"),
        ({"kind": "acled", "robots": "obey"}, "obey"),
    ],
)
def test_which_sources_mind_it(written: dict[str, Any], minding: str) -> None:
    """Pages for anybody do; APIs and what lies inside do not; the operator's word goes before both."""
    source = WrittenSource(id="a", url="http://a.example/", **written)
    assert polling.minding_of(source, SOURCES[source.kind]) == minding


@pytest.mark.parametrize(
    ("robots", "new", "fault", "told"),
    [
        ("note", 1, "", "the robots.txt of 127.0.0.1 does not want programs to fetch this address"),
        ("obey", 0, "robots.txt says no", "or write robots: note"),
        ("ignore", 1, "", ""),
    ],
)
async def test_a_source_is_blind_by_a_robots_file_only_where_its_operator_obeys(
    server: FeedServer, tmp_path: Path, robots: str, new: int, fault: str, told: str
) -> None:
    """Written to be noted it is polled, and both are said beside the source."""
    server.put("/robots.txt", Page(body=FORBIDDEN))
    body = b"<rss version='2.0'><channel><item><title>One</title><guid>1</guid></item></channel></rss>"
    url = server.put("/private/feed.xml", Page(body=body))
    source = {"id": "wire", "url": url, "allow_private": True, "robots": robots}
    async with build(settings_with(tmp_path, sources=[source]), now=FakeClock(NOON)) as plant:
        polled = await polling.poll(plant, plant.settings.sources[0], now=NOON, ahead_of_time=True)
        with plant.database.read() as connection:
            state = sources.state(connection, "wire")
    assert polled is not None
    assert (polled.new, state.last_fault) == (new, fault)
    assert told in state.last_detail
    assert bool(told) == bool(state.last_detail)

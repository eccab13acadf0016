"""GDELT's mentions, and its DOC API in place of the files: real files and answers of a local server."""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import small
from tests.daemons import configure
from tests.fakes import FakeClock
from tests.gdelt import SUFFIX, event, packed
from tests.servers import FeedServer, Page
from watcher.collecting.polling import poll
from watcher.health.conditions import Condition, health_of
from watcher.health.troubles import source_troubles
from watcher.settings import load_settings
from watcher.sources import Fault, Fetched, SourceError, SourceSettings, Validators
from watcher.sources.gdelt.events import Wanted, events_in
from watcher.sources.gdelt.mentions import COLUMNS, MOST_REMEMBERED, mentions_in, remembered, to_remember
from watcher.sources.gdelt.source import GdeltSource
from watcher.sources.http import Http
from watcher.store import sources
from watcher.wiring import build

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STAMP = "20260301114500"
LIST = "/v2/lastupdate.txt"
DOC = "/doc"


def mention(number: int = 1, **changes: str) -> str:
    """One line of a mentions file: a paper's article on the event of that number."""
    row = [""] * COLUMNS
    values = {
        "c0": str(number),
        "c1": "20260301114500",
        "c2": "20260301120000",
        "c3": "1",
        "c4": "paper.example",
        "c5": f"https://paper.example/on-{number}",
        "c11": "60",
    }
    for name, value in (values | changes).items():
        row[int(name[1:])] = value
    return "\t".join(row)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as running:
        yield running


def publish(server: FeedServer, stamp: str, events: list[str], mentions: list[str] | None) -> None:
    """Put a quarter hour's files there, and the list that names them; ``None``: the mentions are left out."""
    bodies = {SUFFIX: packed(*events), SUFFIX.replace("export", "mentions"): packed(*(mentions or []))}
    listed = ""
    for suffix, body in bodies.items():
        if mentions is not None or suffix == SUFFIX:
            server.put(f"/v2/{stamp}{suffix}", Page(body=body))
            listed += f"1 {hashlib.md5(body).hexdigest()} http://data.example/gdeltv2/{stamp}{suffix}\n"
    server.put(LIST, Page(body=listed.encode()))


async def ask(server: FeedServer, before: Validators | None = None, now: datetime = NOON, **options: Any) -> Fetched:
    settings = SourceSettings(
        id="gdelt", url=server.url(LIST), kind="gdelt", allow_private=True, options={"countries": ["ML"], **options}
    )
    async with Http(deadline=timedelta(seconds=10)) as http:
        return await GdeltSource().fetch(settings, http, before or Validators(), now)


async def test_an_article_that_mentions_a_wanted_event_is_a_report_of_it(server: FeedServer) -> None:
    """Event and mention have one place, day and code; the event's own article is no mention, nor is a stranger's."""
    own = mention(1, c5="https://news.example/1")
    publish(server, STAMP, [event(1), event(2, c53="NG")], [mention(1), own, mention(2), mention(99)])
    fetched = await ask(server, files="mentions")
    coded, told = fetched.items
    assert (coded.url, told.url) == ("https://news.example/1", "https://paper.example/on-1")
    assert replace(told, id=coded.id, url=coded.url, summary=coded.summary, published=coded.published) == coded
    assert told.published == NOON
    assert told.summary == "One more article on it, of paper.example; found by a machine, 60 % sure"


async def test_a_mention_hours_later_finds_its_event(server: FeedServer) -> None:
    """Events are remembered for a day, through what the source knows; then their mentions are let go."""
    publish(server, STAMP, [event(1)], [])
    first = await ask(server, files="mentions")
    later = "20260301120000"
    publish(server, later, [], [mention(1)])
    for now, found in ((NOON + timedelta(hours=2), 1), (NOON + timedelta(days=2), 1)):
        fetched = await ask(server, replace(first.validators, known=first.known or ""), now, files="mentions")
        assert len(fetched.items) == found
        assert bool(remembered(fetched.known or "")) == (now < NOON + timedelta(days=1))


async def test_mentions_that_cannot_be_had_are_asked_for_again(server: FeedServer) -> None:
    """The events are kept at once; the place in the series stays until their mentions are read."""
    publish(server, STAMP, [event(1)], [mention(1)])
    server.put(f"/v2/{STAMP}{SUFFIX.replace('export', 'mentions')}", Page(status=503))
    fetched = await ask(server, files="mentions")
    assert (len(fetched.items), fetched.partial, fetched.validators) == (1, True, Validators())


async def test_a_list_without_mentions_gives_events(server: FeedServer) -> None:
    """A mirror that has only the events is no fault."""
    publish(server, STAMP, [event(1)], None)
    fetched = await ask(server, files="mentions")
    assert (len(fetched.items), fetched.partial) == (1, False)


def test_lines_of_another_format_are_counted_and_memory_is_bounded() -> None:
    """X09; and a flood of events, or a text that is not ours, costs no memory."""
    found = mentions_in(f"a\tb\n{mention(1)}\n".encode(), {}, source="g", now=NOON)
    assert (found.items, found.events, found.unread) == ((), 1, 1)
    flood = mentions_in("\n".join(mention(n, c3="2") for n in range(5)).encode(), {}, source="g", now=NOON)
    assert flood.events == 5
    many = events_in(
        "\n".join(event(n) for n in range(MOST_REMEMBERED + 10)).encode(),
        Wanted(countries=frozenset({"ML"})),
        source="g",
        now=NOON,
    )
    assert len(remembered(to_remember(many.items, now=NOON))) == MOST_REMEMBERED
    assert remembered("{}") == {}


# The DOC API, in place of files that fail.


def articles(*titles: str) -> Page:
    told = [
        {"url": f"https://paper.example/{n}", "title": t, "seendate": "20260301T113000Z", "language": "French"}
        for n, t in enumerate(titles)
    ]
    return Page(body=json.dumps({"articles": told} if titles else {}).encode(), content_type="application/json")


async def with_doc(server: FeedServer, page: Page, *, seen: str, now: datetime = NOON) -> Fetched:
    url = server.put(DOC, page)
    validators = Validators(etag=seen) if seen else Validators()
    return await ask(server, validators, now, fallback='"mali convoi"', fallback_url=url)


@pytest.mark.parametrize("page", [Page(status=503), Page(status=404), Page(body=b"<html>gone</html>"), Page(body=b"")])
async def test_files_that_fail_for_an_hour_are_replaced_by_the_api(server: FeedServer, page: Page) -> None:
    """Asked from the newest file on, with the operator's words; the place in the files stays where it was."""
    server.put(LIST, page)
    fetched = await with_doc(server, articles("Convoi attaqué près de Kolokani"), seen="20260301094500")
    (item,) = fetched.items
    assert (item.title, item.lang, item.url) == ("Convoi attaqué près de Kolokani", "fr", "https://paper.example/0")
    assert fetched.validators == Validators(etag="20260301094500")
    assert fetched.instead.startswith("its DOC API is read instead of its files (")
    query = server.requests[-1].query
    assert "timespan=135min" in query
    assert "mode=artlist" in query


async def test_files_that_fail_for_a_moment_are_a_fault_as_ever(server: FeedServer) -> None:
    """A quarter of an hour is no reason to change what is read."""
    server.put(LIST, Page(status=503))
    with pytest.raises(SourceError, match="503"):
        await with_doc(server, articles("x"), seen="20260301113000")
    assert all(seen.path != DOC for seen in server.requests)


async def test_files_that_were_never_had_are_replaced_at_once(server: FeedServer) -> None:
    """A new installation on a day on which GDELT's files are gone is not blind."""
    server.put(LIST, Page(status=503))
    assert len((await with_doc(server, articles("x", "y"), seen="")).items) == 2


async def test_files_that_stand_still_are_too_and_what_they_bring_is_kept(server: FeedServer) -> None:
    """An old list answers 200 for days: that is no quiet country."""
    publish(server, "20260301060000", [event(1)], None)
    fetched = await with_doc(server, articles("Later news"), seen="20260301054500")
    assert [item.title for item in fetched.items] == ["Fighting: MALI and REBEL (Mopti, Mopti, Mali)", "Later news"]
    assert fetched.validators.etag.startswith("20260301060000")
    assert "stand still" in fetched.instead
    again = await with_doc(server, articles("Later news"), seen="20260301060000")
    assert (again.not_modified, len(again.items)) == (False, 1)


@pytest.mark.parametrize("page", [Page(status=429), Page(body=b"Your query was too short.")])
async def test_where_both_fail_the_fault_is_told_of_both(server: FeedServer, page: Page) -> None:
    """T17, T20: the API answers a refusal with a good status and a sentence."""
    server.put(LIST, Page(status=503, headers={"Retry-After": "600"}))
    with pytest.raises(SourceError) as failure:
        await with_doc(server, page, seen="20260301094500")
    assert failure.value.fault is Fault.HTTP_STATUS
    assert failure.value.retry_after == timedelta(minutes=10)
    assert "answered 503; its DOC API fails too" in failure.value.detail


async def test_nothing_found_is_no_fault(server: FeedServer) -> None:
    """The API answers an empty object."""
    server.put(LIST, Page(status=503))
    assert (await with_doc(server, articles(), seen="20260301094500")).items == ()


async def test_the_detour_is_told_in_health_and_ends_by_itself(server: FeedServer, tmp_path: Path) -> None:
    """Through the daemon's own poll: a condition and a trouble while it lasts; then the files are read again."""
    config = configure(tmp_path, small(), sources={"gdelt": server.url(LIST)}, channels={"console": ""})
    raw = json.loads(config.read_text("utf-8"))
    options = {"countries": ["ML"], "fallback": "mali convoi", "fallback_url": server.put(DOC, articles("News"))}
    raw["sources"][0] |= {"kind": "gdelt", "every": "15m", "options": options}
    config.write_text(json.dumps(raw), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    clock, (source,) = FakeClock(NOON), settings.sources
    publish(server, STAMP, [event(1)], None)
    working = server.pages[LIST]
    async with build(settings, now=clock) as plant:

        async def condition(page: Page) -> tuple[Condition, bool, int]:
            server.put(LIST, page)
            await poll(plant, source, now=clock.now, ahead_of_time=True)
            with plant.database.read() as connection:
                states = sources.states(connection)
            health = health_of(source, states[source.id], now=clock.now)
            return health.condition, health.sees, len(source_troubles(settings, states, now=clock.now))

        assert await condition(working) == (Condition.OK, True, 0)
        clock.pass_(hours=1)
        assert await condition(Page(status=503)) == (Condition.DETOUR, True, 1)
        assert await condition(Page(status=503)) == (Condition.DETOUR, True, 1)
        publish(server, "20260301124500", [event(2)], None)
        assert await condition(server.pages[LIST]) == (Condition.OK, True, 0)

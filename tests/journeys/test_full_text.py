"""The article behind a report's link: fetched once for each text, matched, and never a reason to be blind."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.builders import small
from tests.daemons import configure, until
from tests.fakes import FakeChannel, FakeClock
from tests.servers import FeedServer, Page
from watcher import cycle, daemon
from watcher.clock import utc_now
from watcher.collecting import late_pages, subscribing
from watcher.engine.inprocess import InProcessEngine
from watcher.plant import Plant
from watcher.settings import Settings, load_settings
from watcher.sources import articles
from watcher.sources.articles import article_in
from watcher.store import item_stream, items, sources, tables
from watcher.wiring import build

DAY_ONE = datetime(2026, 1, 2, 8, tzinfo=UTC)
STORY = (
    "Residents of the town said on Friday that they had heard shots from the north for most of the morning.",
    "The convoy of forty tankers was attacked near Kolokani before noon, two drivers said by telephone.",
    "The army did not answer questions, and the road stayed closed until the evening of the same day.",
)


def article(*paragraphs: str) -> bytes:
    menu = "<nav><ul>" + "".join(f'<li><a href="/{n}">Section {n}</a></li>' for n in range(30)) + "</ul></nav>"
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    footer = "<footer>All rights reserved. <a href='/imprint'>Imprint</a></footer><script>alert(1)</script>"
    head = "<head><title>Friday</title></head>"
    body = f"<body>{menu}<article><h1>Friday</h1>{text}</article>{footer}</body>"
    return f"<!doctype html><html>{head}{body}</html>".encode()


def feed(*, link: str, title: str = "Friday in the north", text: str = "Residents said") -> Page:
    entry = f"<item><title>{title}</title><guid>1</guid><link>{link}</link><description>{text}</description></item>"
    return Page(body=f'<rss version="2.0"><channel><title>Wire</title>{entry}</channel></rss>'.encode())


def configured(folder: Path, url: str) -> Settings:
    config = configure(folder, small(), sources={"wire": url}, channels={"console": ""})
    raw = json.loads(config.read_text("utf-8"))
    raw["sources"][0]["full_text"] = True
    config.write_text(json.dumps(raw), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    return settings


def test_an_article_is_its_text_alone() -> None:
    """Paragraphs stay lines; menus, footers and scripts are left; a page without an article says nothing."""
    found = article_in(article(*STORY))
    assert all(paragraph in found for paragraph in STORY)
    assert "Section 7" not in found
    assert "alert(1)" not in found
    assert article_in(b"") == article_in(b"\xff\xfe\x00") == ""


async def test_what_only_the_article_says_is_matched_and_makes_no_revision(tmp_path: Path) -> None:
    """The feed prints the beginning; the article warns. Later polls, and an edit of the page, fetch it no more."""
    clock = FakeClock(DAY_ONE)
    async with FeedServer() as server:
        link = server.put("/story", Page(body=article(*STORY), content_type="text/html"))
        settings = configured(tmp_path, server.put("/wire", feed(link=link)))
        async with build(settings, now=clock, channels={"console": FakeChannel()}) as plant:
            for _ in range(3):
                done = await cycle.run_cycle(plant, now=clock(), all_sources=True)
                clock.pass_(hours=1)
                server.put("/story", Page(body=article(*STORY, "Corrected."), content_type="text/html"))
            assert len(done.evaluations[-1].events) == 1
            with plant.database.read() as connection:
                (item,) = items.recent(connection, limit=2)
                revisions = connection.execute(select(func.count()).select_from(tables.item_revisions)).scalar_one()
            assert (STORY[1] in item.content, item.summary, revisions) == (True, "Residents said", 0)
            assert [seen.path for seen in server.requests].count("/story") == 1
            server.put("/wire", feed(link=link, text="Residents said more"))
            await cycle.run_cycle(plant, now=clock(), all_sources=True)
            with plant.database.read() as connection:
                (item,) = items.recent(connection, limit=2)
            assert "Corrected." in item.content


@pytest.mark.parametrize("page", [Page(status=403), Page(body=b"%PDF-1.7"), Page(body=article("Short."))])
async def test_a_page_that_cannot_be_read_leaves_the_feeds_text_and_a_note(tmp_path: Path, page: Page) -> None:
    """The report is kept and judged by what the feed says, and the operator is told."""
    clock = FakeClock(DAY_ONE)
    async with FeedServer() as server:
        link = server.put("/story", page)
        settings = configured(tmp_path, server.put("/wire", feed(link=link, title="Convoy ambushed near Kolokani")))
        async with build(settings, now=clock, channels={"console": FakeChannel()}) as plant:
            done = await cycle.run_cycle(plant, now=clock(), all_sources=True)
            assert len(done.evaluations[-1].events) == 1
            with plant.database.read() as connection:
                state = sources.state(connection, "wire")
            assert "full text: 1 of 1 page(s) not had" in state.last_detail
            assert state.next_due_at is not None
            assert state.next_due_at <= clock() + timedelta(minutes=1)


async def test_an_edit_whose_page_cannot_be_had_keeps_the_article_that_we_have(tmp_path: Path) -> None:
    """What only the article said goes on counting; a shorter article that can be had takes its place."""
    clock = FakeClock(DAY_ONE)
    async with FeedServer() as server:
        link = server.put("/story", Page(body=article(*STORY), content_type="text/html"))
        settings = configured(tmp_path, server.put("/wire", feed(link=link)))
        async with build(settings, now=clock, channels={"console": FakeChannel()}) as plant:

            async def edited(text: str, page: Page) -> int:
                server.put("/story", page)
                server.put("/wire", feed(link=link, text=text))
                done = await cycle.run_cycle(plant, now=clock(), all_sources=True)
                clock.pass_(hours=1)
                return len(done.evaluations[-1].events)

            whole = Page(body=article(*STORY), content_type="text/html")
            without = Page(body=article(STORY[0], STORY[2]), content_type="text/html")
            assert await edited("Residents said", whole) == 1
            assert await edited("Residents said.", Page(status=503)) == 1
            assert await edited("Residents said so.", without) == 0


@pytest.mark.parametrize(
    "first", [Page(status=503), Page(status=429, headers={"Retry-After": "600"}), Page(cut=20, body=article(*STORY))]
)
async def test_a_page_that_was_busy_is_asked_for_again_and_judged_when_it_arrives(tmp_path: Path, first: Page) -> None:
    """The report is judged at once by what its feed says; what only its page says counts once that is there."""
    clock = FakeClock(DAY_ONE)
    async with FeedServer() as server:
        link = server.put("/story", first)
        settings = configured(tmp_path, server.put("/wire", feed(link=link)))
        async with build(settings, now=clock, channels={"console": FakeChannel()}) as plant:
            done = await cycle.run_cycle(plant, now=clock(), all_sources=True)
            assert done.evaluations[-1].events == ()
            server.put("/story", Page(body=article(*STORY), content_type="text/html"))
            clock.pass_(minutes=4)
            await cycle.run_cycle(plant, now=clock())
            assert asked(server) == 1, "not before its time"
            clock.pass_(minutes=11)
            done = await cycle.run_cycle(plant, now=clock())
            assert (asked(server), len(done.evaluations[-1].events)) == (2, 1)
            (before, after) = texts_of(plant)
            assert (STORY[1] in before, STORY[1] in after) == (False, True)
            clock.pass_(days=1)
            done = await cycle.run_cycle(plant, now=clock(), all_sources=True)
            assert (asked(server), len(texts_of(plant))) == (2, 2), "no edit, no more asking"


async def test_a_page_is_asked_for_a_few_times_with_growing_waits(tmp_path: Path) -> None:
    """Then the feed's text stays, and nobody is asked any more."""
    clock = FakeClock(DAY_ONE)
    tries: list[int] = []
    async with FeedServer() as server:
        link = server.put("/story", Page(status=503))
        settings = configured(tmp_path, server.put("/wire", feed(link=link)))
        async with build(settings, now=clock, channels={"console": FakeChannel()}) as plant:
            await cycle.run_cycle(plant, now=clock(), all_sources=True)
            for minute in range(0, 24 * 60, 5):
                clock.now = DAY_ONE + timedelta(minutes=minute)
                known = asked(server)
                await late_pages.fetch_due(plant, now=clock())
                tries += [minute] * (asked(server) - known)
            assert tries == [5, 25, 105, 425]
            assert len(texts_of(plant)) == 1


async def test_a_page_that_is_refused_is_not_asked_for_again(tmp_path: Path) -> None:
    """A page that we may not read, or that says no more than the feed, says the same tomorrow."""
    clock = FakeClock(DAY_ONE)
    async with FeedServer() as server:
        link = server.put("/story", Page(status=403))
        settings = configured(tmp_path, server.put("/wire", feed(link=link)))
        async with build(settings, now=clock, channels={"console": FakeChannel()}) as plant:
            await cycle.run_cycle(plant, now=clock(), all_sources=True)
            await late_pages.fetch_due(plant, now=clock.pass_(hours=6))
            assert asked(server) == 1


async def test_a_late_page_does_not_take_the_place_of_an_edit(tmp_path: Path) -> None:
    """What the feed says by now was asked for anew: the page of the text before is waited for no more."""
    clock = FakeClock(DAY_ONE)
    async with FeedServer() as server:
        link = server.put("/story", Page(status=503))
        settings = configured(tmp_path, server.put("/wire", feed(link=link)))
        async with build(settings, now=clock, channels={"console": FakeChannel()}) as plant:
            await cycle.run_cycle(plant, now=clock(), all_sources=True)
            server.put("/story", Page(body=article(*STORY), content_type="text/html"))
            server.put("/wire", feed(link=link, text="Residents said more"))
            await cycle.run_cycle(plant, now=clock.pass_(minutes=1), all_sources=True)
            assert await late_pages.fetch_due(plant, now=clock.pass_(hours=1)) == 0
            assert (asked(server), len(texts_of(plant))) == (2, 2)


async def test_a_late_page_of_an_edit_takes_the_place_of_the_article_before(tmp_path: Path) -> None:
    """A correction may be shorter: what stood in the article before it counts until the new one is there, no longer."""
    clock = FakeClock(DAY_ONE)
    async with FeedServer() as server:
        link = server.put("/story", Page(body=article(*STORY), content_type="text/html"))
        settings = configured(tmp_path, server.put("/wire", feed(link=link)))
        async with build(settings, now=clock, channels={"console": FakeChannel()}) as plant:
            await cycle.run_cycle(plant, now=clock(), all_sources=True)
            server.put("/story", Page(status=503))
            server.put("/wire", feed(link=link, text="Residents said so"))
            done = await cycle.run_cycle(plant, now=clock.pass_(hours=1), all_sources=True)
            assert len(done.evaluations[-1].events) == 1
            server.put("/story", Page(body=article(STORY[0], STORY[2]), content_type="text/html"))
            done = await cycle.run_cycle(plant, now=clock.pass_(hours=1))
            assert done.evaluations[-1].events == ()
            assert [STORY[1] in text for text in texts_of(plant)] == [True, True, False]


async def test_a_daemon_asks_again_and_judges_what_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without another poll of the feed: a page has its own time."""
    monkeypatch.setattr(late_pages, "EVERY", timedelta(seconds=1))
    monkeypatch.setattr(late_pages, "WAITS", (timedelta(),))
    stop, console = asyncio.Event(), FakeChannel()
    async with FeedServer() as server:
        pages = iter([Page(status=503)])
        whole = Page(body=article(*STORY), content_type="text/html")
        link = server.put("/story", lambda _: next(pages, whole))
        settings = configured(tmp_path, server.put("/wire", feed(link=link)))
        async with build(settings, now=utc_now, channels={"console": console}) as plant:
            running = asyncio.create_task(daemon.run(plant, InProcessEngine(), stop=stop))
            await until(lambda: len(texts_of(plant)) == 2 and judged(plant), what="the page came and was judged")
            stop.set()
            await running
        assert [seen.path for seen in server.requests].count("/wire") == 1


def asked(server: FeedServer) -> int:
    """How often the page of the report was asked for."""
    return [seen.path for seen in server.requests].count("/story")


def texts_of(plant: Plant) -> tuple[str, ...]:
    """The long texts that the one report had and has, the oldest first."""
    with plant.database.read() as connection:
        found = [item for item in items.recent(connection, limit=9) if item.source == "wire"]
        before = [edition.item.content for item in found for edition in item_stream.earlier_texts(connection, item)]
    return (*before, *(item.content for item in found))


def judged(plant: Plant) -> bool:
    """Whether the report was matched."""
    with plant.database.read() as connection:
        return bool(connection.execute(select(func.count()).select_from(tables.matches)).scalar_one())


async def test_the_article_behind_what_a_hub_pushed_is_fetched(tmp_path: Path) -> None:
    """A push has what the feed prints, and the next poll finds nothing new in it: its page is asked for still."""
    clock = FakeClock(DAY_ONE)
    async with FeedServer() as server:
        link = server.put("/story", Page(body=article(*STORY), content_type="text/html"))
        news = feed(link=link)
        settings = configured(tmp_path, server.put("/wire", news))
        async with build(settings, now=clock, channels={"console": FakeChannel()}) as plant:
            (wire,) = settings.sources
            kind = "application/rss+xml"
            received = await subscribing.receive_pushed(plant, wire, news.body, content_type=kind, now=clock())
            assert received is not None
            assert received.new == 1
            for _ in range(2):
                done = await cycle.run_cycle(plant, now=clock(), all_sources=True)
                clock.pass_(hours=1)
            assert len(done.evaluations[-1].events) == 1
            assert [seen.path for seen in server.requests].count("/story") == 1


def test_without_the_extra_the_setting_is_a_fault_with_its_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would silently read less than was asked is refused when the configuration is read."""
    monkeypatch.setattr(articles, "EXTRA", "no_such_package")
    with pytest.raises(AssertionError, match=r"iw-watcher\[fulltext\]"):
        configured(tmp_path, "https://wire.example/rss")

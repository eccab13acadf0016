"""The article behind a report's link: fetched once for each text, matched, and never a reason to be blind."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.builders import small
from tests.daemons import configure
from tests.fakes import FakeChannel, FakeClock
from tests.servers import FeedServer, Page
from watcher import cycle
from watcher.settings import Settings, load_settings
from watcher.sources import articles
from watcher.sources.articles import article_in
from watcher.store import items, sources, tables
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


def test_without_the_extra_the_setting_is_a_fault_with_its_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would silently read less than was asked is refused when the configuration is read."""
    monkeypatch.setattr(articles, "EXTRA", "no_such_package")
    with pytest.raises(AssertionError, match=r"iw-watcher\[fulltext\]"):
        configured(tmp_path, "https://wire.example/rss")

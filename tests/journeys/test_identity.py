"""One source over many polls: guids that change, guids that are shared or used again, edits back and forth.

A real feed server, the real poll and the real store; only the time is the test's. What a site does to its poller
over hours stands here too.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from tests.builders import small
from tests.daemons import configure
from tests.fakes import FakeChannel, FakeClock
from tests.servers import FeedServer, Page
from watcher import cycle
from watcher.collecting.identities import PATIENCE, TOLD
from watcher.collecting.polling import poll
from watcher.health.source_state import SourceState
from watcher.plant import Plant
from watcher.settings import load_settings
from watcher.store import items, sources, tables
from watcher.wiring import build

DAY_ONE = datetime(2026, 1, 2, 8, tzinfo=UTC)
ATTACK = "Convoy ambushed near Kolokani"


def entry(title: str, *, guid: str = "", link: str = "", at: datetime | None = DAY_ONE) -> str:
    parts = {"title": title, "guid": guid, "link": link, "pubDate": format_datetime(at) if at else ""}
    return "<item>" + "".join(f"<{name}>{text}</{name}>" for name, text in parts.items() if text) + "</item>"


def feed(*entries: str) -> Page:
    return Page(body=f'<rss version="2.0"><channel><title>Wire</title>{"".join(entries)}</channel></rss>'.encode())


class Desk:
    """A plant that polls one feed, and a clock that the test moves."""

    def __init__(self, plant: Plant, clock: FakeClock, server: FeedServer, channel: FakeChannel) -> None:
        self.plant, self.clock, self.server, self.channel = plant, clock, server, channel

    async def poll(self, *entries: str, hours: float = 1) -> cycle.Cycle:
        self.server.put("/wire", feed(*entries))
        done = await cycle.run_cycle(self.plant, now=self.clock(), all_sources=True)
        self.clock.pass_(hours=hours)
        return done

    def count(self, table: Any = tables.items) -> int:
        with self.plant.database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())

    def state(self) -> SourceState:
        with self.plant.database.read() as connection:
            return sources.state(connection, "wire")


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    async with FeedServer() as server:
        url = server.url("/wire")
        settings, problems = load_settings(configure(folder, small(), sources={"wire": url}, channels={"console": ""}))
        assert settings is not None, problems
        clock, channel = FakeClock(DAY_ONE), FakeChannel()
        async with build(settings, now=clock, channels={"console": channel}) as plant:
            yield Desk(plant, clock, server, channel)


def renewed(number: int, *titles: str) -> list[str]:
    """The same reports behind the same links, with guids that only this poll has."""
    return [
        entry(t, guid=f"{number}-{n}", link=f"https://wire.example/{n}?utm_source={number}")
        for n, t in enumerate(titles)
    ]


async def test_a_guid_that_is_new_at_every_fetch_makes_no_second_report(tmp_path: Path) -> None:
    """I02: text and link hold a report; after three polls its link alone does, and the operator is told."""
    titles = (ATTACK, "Market day", "Rain")
    async with desk(tmp_path) as here:
        await here.poll(*renewed(0, *titles))
        for number in range(1, PATIENCE + 1):
            assert not here.state().by_link
            done = await here.poll(*renewed(number, *titles))
            assert [p.new for p in done.polls] == [0]
        assert here.count() == len(titles)
        assert here.state().by_link
        assert TOLD in here.state().last_detail
        await here.poll(*renewed(9, "Market day: two dead", *titles[1:]))
        assert here.count() == len(titles)
        assert here.count(tables.item_revisions) == 1


async def test_new_reports_with_new_guids_are_no_churn(tmp_path: Path) -> None:
    """I02: a busy wire whose every poll is new, and one daily text under one link, keep every report."""
    async with desk(tmp_path) as here:
        for number in range(PATIENCE + 2):
            at = DAY_ONE + number * timedelta(days=1)
            daily = entry("Curfew in force", guid=f"curfew {number}", link="https://wire.example/curfew", at=at)
            fresh = entry(f"Story {number}", guid=f"s{number}", link=f"https://wire.example/s{number}", at=at)
            await here.poll(daily, fresh, hours=24)
        assert not here.state().by_link
        assert here.count() == 2 * (PATIENCE + 2)


async def test_one_guid_for_all_loses_nobody(tmp_path: Path) -> None:
    """I01, I03: with a shared guid, or none and no link, each text is a report of its own, poll after poll."""
    shared = [entry(f"Story {n}", guid="same", link=f"https://wire.example/{n}") for n in range(3)]
    bare = [entry(f"Note {n}") for n in range(3)]
    async with desk(tmp_path) as here:
        await here.poll(*shared, *bare)
        await here.poll(*shared, *bare)
        assert here.count() == 6
        assert here.count(tables.item_revisions) == 0


async def test_a_guid_that_is_used_again_for_a_new_story_warns_of_it(tmp_path: Path) -> None:
    """I04, I05: the new story is a revision, judged again, and counts on the day on which it took the place."""
    async with desk(tmp_path) as here:
        await here.poll(entry("Market day", guid="top", link="https://wire.example/top"), hours=24 * 20)
        done = await here.poll(entry(ATTACK, guid="top", link="https://wire.example/top"))
        (evaluation,) = done.evaluations
        assert [e.day for e in evaluation.events] == [(DAY_ONE + timedelta(days=20)).date()]
        assert here.count(tables.item_revisions) == 1


async def test_a_guid_that_is_given_to_a_later_report_loses_neither(tmp_path: Path) -> None:
    """I04: behind another link, of another day, it is a report of its own, also where the place is the same."""
    later = DAY_ONE + timedelta(days=20)
    again = entry("Tankers ambushed at Kolokani", guid="top", link="https://wire.example/2", at=later)
    async with desk(tmp_path) as here:
        await here.poll(entry(ATTACK, guid="top", link="https://wire.example/1"), hours=24 * 20)
        done = await here.poll(again)
        assert sorted(e.day for e in done.evaluations[-1].events) == [DAY_ONE.date(), later.date()]
        await here.poll(again)
        assert (here.count(), here.count(tables.item_revisions)) == (2, 0)
        await here.poll(again.replace("Tankers ambushed", "Two tankers ambushed"))
        assert (here.count(), here.count(tables.item_revisions)) == (2, 1)


async def test_guids_that_are_places_on_the_page_lose_no_report(tmp_path: Path) -> None:
    """I04: with each report that comes all others move on by one guid, and each stays the one that it is."""
    titles = [f"{ATTACK}, day {n}" for n in range(5)]
    async with desk(tmp_path) as here:
        for shown in range(2, len(titles) + 1):
            page = [
                entry(titles[n], guid=f"{shown - n}", link=f"https://wire.example/{n}", at=DAY_ONE + timedelta(hours=n))
                for n in reversed(range(shown))
            ]
            await here.poll(*page, hours=24)
        assert (here.count(), here.count(tables.item_revisions)) == (len(titles), 0)


async def test_a_corrected_language_is_judged_anew(tmp_path: Path) -> None:
    """A report that was read in another language by an operator's slip is read once more, not only those to come."""
    async with desk(tmp_path) as here:
        await here.poll(entry("Convoi attaqué à Kolokani", guid="1"))
        assert here.count(tables.matches) == 0
        wire = here.plant.settings.sources[0].model_copy(update={"lang": "fr"})
        here.plant = replace(here.plant, settings=here.plant.settings.model_copy(update={"sources": (wire,)}))
        await here.poll(entry("Convoi attaqué à Kolokani", guid="1"))
        assert here.count(tables.matches) == 1


async def test_a_page_that_goes_on_to_the_next_attack_warns_of_that_one(tmp_path: Path) -> None:
    """I05: one rule, one page, another town: it counts today, and not on the day of the attack before it."""
    link = "https://wire.example/live"
    async with desk(tmp_path) as here:
        await here.poll(entry(ATTACK, guid="live", link=link), hours=24 * 20)
        done = await here.poll(entry("Tankers attacked on the road to Bamako", guid="live", link=link))
        (event,) = done.evaluations[-1].events
        assert (event.place, event.day) == ("bamako", (DAY_ONE + timedelta(days=20)).date())
        assert {r.indicator: r.count for r in done.evaluations[-1].readings}["convoy_attack"] == 1


async def test_an_edit_back_and_forth_warns_once(tmp_path: Path) -> None:
    """I06: a hundred edits are a hundred revisions of one report, one event, and the moves of one."""
    texts = (f"{ATTACK}; officers arrested in Bamako", "Market day")
    async with desk(tmp_path) as here:
        moves = 0
        for number in range(100):
            done = await here.poll(entry(texts[number % 2], guid="live", link="https://wire.example/live"), hours=0.1)
            moves += sum(len(e.moves) for e in done.evaluations)
        assert here.count() == 1
        assert here.count(tables.item_revisions) == 99
        assert moves <= 1
        assert len(here.channel.sent) == moves


async def test_a_report_that_vanishes_stays_on_record(tmp_path: Path) -> None:
    """I07: what a source takes out of its feed is not taken back by that: event and evidence stand."""
    async with desk(tmp_path) as here:
        await here.poll(entry(ATTACK, guid="1"), hours=6)
        done = await here.poll(entry("Rain", guid="2"))
        assert [[r.item.title for r in e.reports] for e in done.evaluations[-1].events] == [[ATTACK]]


async def test_a_date_ahead_hides_nothing_that_comes_later(tmp_path: Path) -> None:
    """I09, I11: a report dated 2099 is undated; those of today are judged as if it were not there."""
    ahead = entry("Rain", guid="1", at=datetime(2099, 1, 1, tzinfo=UTC))
    async with desk(tmp_path) as here:
        await here.poll(ahead)
        done = await here.poll(ahead, entry(ATTACK, guid="2"))
        assert [p.new for p in done.polls] == [1]
        assert len(done.evaluations[-1].events) == 1
        with here.plant.database.read() as connection:
            assert {i.title: i.published for i in items.recent(connection, limit=9)}["Rain"] is None


async def test_a_report_that_is_dated_back_is_judged(tmp_path: Path) -> None:
    """I10: there is no high-water mark: what appears today and is of last week counts on its day of last week."""
    async with desk(tmp_path) as here:
        await here.poll(entry("Rain", guid="1", at=DAY_ONE + timedelta(hours=1)), hours=72)
        done = await here.poll(entry(ATTACK, guid="2", at=DAY_ONE))
        assert [e.day for e in done.evaluations[-1].events] == [DAY_ONE.date()]


async def test_the_first_poll_of_a_source_is_judged_whole(tmp_path: Path) -> None:
    """I21: what a new source shows is news to us and judged; what is older than the assessment moves nothing."""
    older = entry(ATTACK, guid="1", at=datetime(2025, 12, 1, tzinfo=UTC))
    async with desk(tmp_path) as here:
        done = await here.poll(older, entry(f"{ATTACK} again", guid="2"))
        (evaluation,) = done.evaluations
        assert len(evaluation.matches) == 2
        counted = {r.indicator: r.count for r in evaluation.readings}
        assert counted["convoy_attack"] == 1
        again = await here.poll(older, entry(f"{ATTACK} again", guid="2"))
        assert [p.new for p in again.polls] == [0]


async def test_a_flood_is_judged_whole_and_warns_as_often_as_lines_moved(tmp_path: Path) -> None:
    """I20, X13: of two thousand matches in one poll every one is on record, and each line of the outlook warns once."""
    flood = [entry(f"{ATTACK}, convoy {n}", guid=str(n)) for n in range(2_000)]
    async with desk(tmp_path) as here:
        done = await here.poll(*flood)
        assert here.count() == here.count(tables.matches) == here.count(tables.judgements) == 2_000
        moves = [move.key for evaluation in done.evaluations for move in evaluation.moves]
        assert len(moves) == len(set(moves)) == len(here.channel.sent)


async def test_a_server_that_says_nothing_new_for_ever_is_asked_for_the_whole(tmp_path: Path) -> None:
    """T19: an ETag that stays while the feed changes hides it for six hours at most."""
    lying = '"always"'
    async with desk(tmp_path) as here:
        here.server.put("/wire", replace(feed(entry("Rain", guid="1")), etag=lying))
        await cycle.run_cycle(here.plant, now=here.clock(), all_sources=True)
        here.server.put("/wire", replace(feed(entry("Rain", guid="1"), entry(ATTACK, guid="2")), etag=lying))
        seen = []
        for _ in range(7):
            here.clock.pass_(hours=1)
            done = await cycle.run_cycle(here.plant, now=here.clock(), all_sources=True)
            seen += [p.new for p in done.polls]
        assert seen == [0, 0, 0, 0, 0, 1, 0]


async def test_a_site_that_moved_for_good_is_told_and_followed(tmp_path: Path) -> None:
    """T09: its reports come at every poll, the note names the host to look at, and the address stays as written."""
    async with desk(tmp_path) as here:
        here.server.put("/new", feed(entry(ATTACK, guid="1")))
        here.server.put("/wire", Page(status=301, redirect_to="/new?key=hush"))
        for _ in range(2):
            await cycle.run_cycle(here.plant, now=here.clock(), all_sources=True)
            here.clock.pass_(hours=1)
        assert "moved for good, to 127.0.0.1" in here.state().last_detail
        assert "hush" not in here.state().last_detail
        assert here.state().url.endswith("/wire")
        assert [seen.path for seen in here.server.requests] == ["/wire", "/new"] * 2


async def test_sources_that_hang_delay_no_other(tmp_path: Path) -> None:
    """T23: while fifty of three hundred sources never answer, the others are polled, kept and judged."""
    names = {f"slow{n}": "/hang" for n in range(50)} | {f"good{n}": f"/good{n}" for n in range(250)}
    async with FeedServer() as server:
        server.put("/hang", Page(hang=True))
        for n in range(250):
            server.put(f"/good{n}", feed(entry(f"{ATTACK} {n}", guid="1")))
        written = {name: server.url(path) for name, path in names.items()}
        settings, problems = load_settings(configure(tmp_path, small(), sources=written, channels={"console": ""}))
        assert settings is not None, problems
        async with build(settings, now=FakeClock(DAY_ONE), channels={"console": FakeChannel()}) as plant:
            polls = {s.id: asyncio.create_task(poll(plant, s, now=DAY_ONE)) for s in settings.sources}
            good = await asyncio.gather(*(task for name, task in polls.items() if name.startswith("good")))
            assert [one.new for one in good if one] == [1] * 250
            assert not any(task.done() for name, task in polls.items() if name.startswith("slow"))
            for task in polls.values():
                task.cancel()
            await asyncio.gather(*polls.values(), return_exceptions=True)


async def test_after_three_days_without_a_network_every_source_polls_again_by_itself(tmp_path: Path) -> None:
    """T18, T22: whatever they answered, they are asked at least every hour; the first good answer is read."""
    faults = (404, 410, 403, 500, 503)
    async with FeedServer() as server:
        written = {f"s{status}": server.put(f"/{status}", Page(status=status)) for status in faults}
        config = configure(tmp_path, small(), sources=written, channels={"console": ""})
        settings, problems = load_settings(config)
        assert settings is not None, problems
        clock = FakeClock(DAY_ONE)
        async with build(settings, now=clock, channels={"console": FakeChannel()}) as plant:
            for _ in range(36):
                done = await cycle.run_cycle(plant, now=clock())
                assert [bool(one.fault) for one in done.polls] == [True] * len(faults)
                clock.pass_(hours=2)
            for status in faults:
                server.put(f"/{status}", feed(entry(f"{ATTACK} {status}", guid="1", at=clock())))
            done = await cycle.run_cycle(plant, now=clock())
            assert [(one.new, one.fault) for one in done.polls] == [(1, "")] * len(faults)

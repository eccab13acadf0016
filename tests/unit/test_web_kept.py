"""What the desk keeps at hand: the same as if it were made anew, and never older than what somebody decided last."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from indicators.decisions import MoveDecisionKind
from indicators.events import DecisionKind
from indicators.items import Item
from tests.builders import small
from tests.daemons import configure, until
from tests.fakes import FakeChannel, FakeClock, FakeSource
from watcher.assessments import in_force
from watcher.cycle import run_cycle
from watcher.deciding.desk import Desk, desk_of
from watcher.deciding.moves import decide_on, waiting_moves
from watcher.plant import Plant
from watcher.scoring.scorecards import Status
from watcher.settings import load_settings
from watcher.store import event_decisions, matches, rulings
from watcher.store.rulings import Ruling
from watcher.web.kept_card import KeptCard
from watcher.web.kept_desks import KeptDesks
from watcher.web.live import Live
from watcher.web.site import Site
from watcher.wiring import build

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
ATTACKS = ("Convoy ambushed near Kolokani", "Tankers attacked on the road to Bamako", "Third convoy attack, Kolokani")
ARREST = "Officers arrested in Bamako"


def written(**changes: Any) -> str:
    """The small assessment, dated so that what happens now counts; a person decides on its moves."""
    day = {"as_of": f"{NOW - timedelta(days=20):%Y-%m-%d}", "review_by": f"{NOW + timedelta(days=70):%Y-%m-%d}"}
    return small(**(day | {"moves": "reviewed"} | changes))


@dataclass
class Watch:
    """A plant whose wire prints what the test says, and what its pages would keep."""

    plant: Plant
    source: FakeSource
    clock: FakeClock
    folder: Path
    desks: KeptDesks
    live: Live
    card: KeptCard

    async def cycle(self, *titles: str, **more: Any) -> None:
        """Let the wire print *titles*, then poll and judge a minute later."""
        now = self.clock.pass_(minutes=1)
        usual: dict[str, Any] = {"source": "wire", "lang": "en", "fetched": now, "published": now}
        self.source.items += [Item(**(usual | {"id": title, "title": title} | more)) for title in titles]
        await run_cycle(self.plant, now=now, all_sources=True)

    async def moved(self) -> None:
        """Let days pass, and three attacks in three days and an arrest become known: the outlook moves."""
        self.clock.now = NOW
        for number, title in enumerate(ATTACKS):
            await self.cycle(title, published=NOW - timedelta(days=3 - number))
        await self.cycle(ARREST)

    def anew(self) -> Desk:
        """Return the desk as it is made of all that is stored."""
        with self.plant.database.read() as connection:
            (assessment,) = in_force(connection, self.plant.settings.assessments)
            made = desk_of(connection, assessment)
        assert made is not None
        return made


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    async with watching(tmp_path) as made:
        yield made


@asynccontextmanager
async def watching(folder: Path) -> AsyncIterator[Watch]:
    config = configure(folder, written(), sources={"wire": "https://wire.example/rss"}, channels={"console": "console"})
    config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | {"web": {"listen": "127.0.0.1:0"}}), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    assert settings.web is not None
    clock, source = FakeClock(NOW - timedelta(days=6)), FakeSource()
    parts: dict[str, Any] = {"sources": {"feed": source}, "channels": {"console": FakeChannel()}}
    async with build(settings, now=clock, **parts) as plant:
        site = Site(plant=plant, web=settings.web, judge_soon=lambda: None)
        desks = KeptDesks(site)
        yield Watch(plant, source, clock, folder, desks, Live(site, desks), KeptCard(site))


def _same(one: Desk, other: Desk) -> None:
    """Say of all that a page reads from a desk that it is the same."""
    assert one.events == other.events
    assert one.evaluation.readings == other.evaluation.readings
    assert one.evaluation.outlook == other.evaluation.outlook
    assert one.evaluation.published == other.evaluation.published
    assert (one.decisions, one.happened, one.about_moves) == (other.decisions, other.happened, other.about_moves)
    assert (one.last, one.at, one.state.sight) == (other.last, other.at, other.state.sight)
    assert (one.state.published, one.state.salt) == (other.state.published, other.state.salt)
    assert one.judged().outlook == other.judged().outlook


async def test_what_is_brought_up_to_date_is_what_would_be_made_anew(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After news, an edited report, decisions and rulings; without reading again all that was matched before."""
    assert await watch.desks.of() == ()
    await watch.cycle(*ATTACKS[:2])
    (first,) = await watch.desks.of()
    _same(first, watch.anew())
    anew = watch.anew

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("all matches are read again")

    async def checked() -> Desk:
        with monkeypatch.context() as patch:
            patch.setattr(matches, "counting", never)
            (kept,) = await watch.desks.of()
        _same(kept, anew())
        return kept

    await watch.cycle(ATTACKS[2], ARREST)
    assert len((await checked()).events) > len(first.events)
    edited = [replace(i, title="Nothing happened at all") if i.title == ARREST else i for i in watch.source.items]
    known = {event.indicator for event in (await checked()).events}
    watch.source.items[:] = edited
    await watch.cycle()
    assert known - {event.indicator for event in (await checked()).events} == {"officer_unrest"}
    await watch.cycle()
    await watch.cycle("Convoy ambushed near Kati")
    wanted = (await checked()).events[0]
    with watch.plant.database.write() as connection:
        event_decisions.add(
            connection,
            first.assessment.id,
            kind=DecisionKind.REJECT,
            indicator=wanted.indicator,
            reports=[report.item.id for report in wanted.reports],
            who="ines",
            why="withdrawn by the agency",
            at=watch.clock(),
        )
    assert len((await checked()).decisions) == 1
    await watch.cycle("Tankers burnt near Kati, army says")
    assert len((await checked()).decisions) == 1
    with watch.plant.database.write() as connection:
        said = Ruling(
            assessment=first.assessment.id, key="coup", happened=True, who="ines", why="seen", at=watch.clock()
        )
        rulings.add(connection, said)
    assert (await checked()).happened == {"coup": True}


async def test_other_rules_read_everything_again(watch: Watch) -> None:
    """Old reports match other rules in another way: nothing of the old desk may stay."""
    await watch.cycle(*ATTACKS, ARREST)
    (before,) = await watch.desks.of()
    text = written(version='"2"').replace("convoy*, tanker*", "convoy*")
    (watch.folder / "assessment.yaml").write_text(text, "utf-8")
    await watch.cycle()
    (after,) = await watch.desks.of()
    assert after.assessment is not before.assessment
    assert after.last.judged_with != before.last.judged_with
    assert len(after.events) < len(before.events)
    _same(after, watch.anew())


async def test_a_decision_shows_to_whoever_looks_next(watch: Watch) -> None:
    """On the board and on every page, before anything is judged again; many who look at once see the same."""
    await watch.cycle()
    await watch.moved()
    (before,) = await watch.desks.of()
    board = await watch.live.board()
    assert board.assessments[0].at == before.at
    with watch.plant.database.write() as connection:
        move = waiting_moves(connection, before.assessment)[0].move
        kind = MoveDecisionKind.ACCEPT
        decide_on(connection, [before.assessment], move.id, kind, who="ines", why="agreed", now=watch.clock())
    seen = await asyncio.gather(*(watch.desks.of() for _ in range(8)))
    assert {len(desks[0].about_moves) for desks in seen} == {1}
    assert all(desks[0] is seen[0][0] for desks in seen), "made once for all of them"
    assert await watch.live.board() is not board
    await watch.cycle()
    assert (await watch.live.board()).assessments[0].at == watch.clock()
    assert (await watch.desks.of("none such")) == ()


async def test_desks_are_ready_before_anybody_asks(watch: Watch) -> None:
    """A judgement is worked out in the background until the server ends; a fault of one try ends nothing."""
    await watch.cycle(*ATTACKS)
    site = watch.desks._site
    keeper = KeptDesks(site, look_every=timedelta(milliseconds=5))
    ahead = asyncio.create_task(keeper.keep_ready())
    await until(lambda: bool(keeper._made.desks), what="the first desk")
    await watch.cycle(ARREST)
    await until(lambda: keeper._made.desks[0].at == watch.clock(), what="the desk of the next judgement")
    site.ending.set()
    await ahead


async def test_the_card_is_kept_until_it_would_read_otherwise(watch: Watch) -> None:
    """What was published, ruled or fell due shows at once; a judgement that publishes nothing costs nothing."""
    assert (await watch.card.card()).entries == ()
    await watch.cycle()
    first = await watch.card.card()
    assert first.entries, "the first figures of a version are no moves"
    await watch.cycle("A quiet day")
    assert await watch.card.card() is first
    await watch.moved()
    assert len((await watch.card.card()).entries) > len(first.entries)
    with watch.plant.database.write() as connection:
        rulings.add(
            connection,
            Ruling(assessment="small", key="coup", happened=True, who="i", why="w", at=watch.clock.pass_(minutes=1)),
        )
    assert (await watch.card.card()).count(Status.RESOLVED)
    watch.clock.pass_(days=400)
    later = await watch.card.card()
    assert (later.count(Status.OPEN), later.at) == (0, watch.clock())
    assert later.count(Status.DUE)


async def test_a_ruling_under_a_clock_that_is_ahead_of_ours_shows_from_its_time_on(watch: Watch) -> None:
    """Somebody rules on another machine, half a minute ahead: the card that did not count it is not kept for ever."""
    await watch.moved()
    ahead = watch.clock() + timedelta(seconds=30)
    with watch.plant.database.write() as connection:
        rulings.add(connection, Ruling(assessment="small", key="coup", happened=True, who="i", why="w", at=ahead))
    assert not (await watch.card.card()).count(Status.RESOLVED)
    watch.clock.pass_(minutes=1)
    assert (await watch.card.card()).count(Status.RESOLVED)

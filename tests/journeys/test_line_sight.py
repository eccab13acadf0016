"""A line whose own sources are down while the rest of the assessment sees: its quiet is nobody's observation."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from typer.testing import CliRunner

from indicators.bands import WarningLevel
from indicators.evaluation import Evaluation
from indicators.items import Item
from indicators.moves import OutlookMove, Published
from indicators.outlooks import Sureness
from tests.builders import small
from tests.daemons import configure
from tests.fakes import FakeChannel, FakeClock, FakeSource
from watcher import cycle
from watcher.assessments import in_force
from watcher.cli import app
from watcher.deciding.desk import desk_of
from watcher.overseeing.status import status_of
from watcher.plant import Plant
from watcher.settings import Settings, load_settings
from watcher.showing.board import board
from watcher.showing.standing import standings
from watcher.sources import Fault
from watcher.wiring import build

AGENCIES = ("wire", "daily", "post")

OUTAGE = 8
"""Days of an outage: longer than the holds of two steps together."""

HOLD = timedelta(hours=72)


def _settings(folder: Path) -> Settings:
    """Return a watch over two lines: what officers do is seen by the radio alone, the blockade by three agencies."""
    text = small().replace("group: officers\n", "group: officers\n    seen_by: [radio]\n", 1)
    text = text.replace("window_days: 30, thresholds: [1, 2, 4], half_life_days: 45", _SHORT)
    config = configure(folder, text, sources={"wire": "https://wire.example/"}, channels={"console": ""})
    raw = json.loads(config.read_text("utf-8"))
    feeds = [{"id": n, "url": f"https://{n}.example/", "every": "6h"} for n in AGENCIES]
    radio = {"id": "radio", "url": "https://radio.example/", "kind": "json_feed", "every": "6h", "grade": "B"}
    raw["sources"] = [*feeds, radio]
    config.write_text(json.dumps(raw), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    return settings


_SHORT = "window_days: 2, thresholds: [0.5, 1, 2], half_life_days: 1"


def _calm(source: str, now: datetime) -> Item:
    return Item(id=f"{source} {now}", source=source, title="A calm night", fetched=now)


class Watch:
    """The daemon's cycle over days: three agencies and a radio that print all the time."""

    def __init__(self, plant: Plant, clock: FakeClock, feed: FakeSource, radio: FakeSource) -> None:
        self.plant, self.clock, self.feed, self.radio = plant, clock, feed, radio
        self.told: list[Item] = []
        self.moves: list[OutlookMove] = []

    async def live(self, days: float) -> Evaluation:
        """Look every six hours for so many *days*; return the last judgement."""
        for _ in range(round(days * 4)):
            now = self.clock.pass_(hours=6)
            self.feed.items = [_calm(name, now) for name in AGENCIES]
            self.radio.items = [*self.told, _calm("radio", now)]
            found = (await cycle.run_cycle(self.plant, now=now, all_sources=True)).evaluations[-1]
            self.moves += [move for move in found.moves if move.key == "coup"]
        return found

    def hear(self) -> None:
        """Let the radio tell of officers arrested at three places."""
        now = self.clock.now
        self.told = [
            Item(
                id=f"arrest {place}",
                source="radio",
                title=f"Officers arrested in {place}",
                lang="en",
                fetched=now,
                published=now,
            )
            for place in ("Bamako", "Kolokani", "Gao")
        ]


@asynccontextmanager
async def _watch(folder: Path) -> AsyncIterator[Watch]:
    clock, feed, radio = FakeClock(datetime(2026, 1, 4, tzinfo=UTC)), FakeSource(), FakeSource()
    kinds, channel = {"feed": feed, "json_feed": radio}, FakeChannel()
    async with build(_settings(folder), now=clock, sources=kinds, channels={"console": channel}) as plant:
        yield Watch(plant, clock, feed, radio)


async def _sinking(watch: Watch) -> Published:
    """Raise the line by what the radio tells, and live on until its level has begun to wait for its fall."""
    await watch.live(1)
    watch.hear()
    for _ in range(60):
        stands = (await watch.live(0.25)).published["coup"]
        if stands.level_down_since is not None:
            break
    watch.moves.clear()
    return stands


async def test_nothing_is_lowered_while_the_lines_own_sources_are_down(tmp_path: Path) -> None:
    """The figure had sunk and the hold ran when the radio broke down: the level stands until it was back for a hold."""
    async with _watch(tmp_path) as watch:
        before = await _sinking(watch)
        watch.radio.fault = Fault.UNREACHABLE
        during = await watch.live(OUTAGE)
        assert during.outlook.coverage == 0.75, "the assessment as a whole sees enough"
        assert watch.moves == []
        assert during.published["coup"].level is before.level is WarningLevel.ADVISORY
        watch.radio.fault = None
        await watch.live(OUTAGE)
    back = watch.clock.now - timedelta(days=OUTAGE)
    assert [(m.level_before, m.level_after, m.degraded) for m in watch.moves] == [(2, 1, False), (1, 0, False)]
    assert watch.moves[0].at - back >= HOLD


async def test_a_hold_does_not_run_while_we_were_away(tmp_path: Path) -> None:
    """The figure had sunk when the daemon went down for days: what nobody watched is no part of a hold."""
    async with _watch(tmp_path) as watch:
        await _sinking(watch)
        back = watch.clock.pass_(days=OUTAGE)
        await watch.live(HOLD / timedelta(days=2))
        assert watch.moves == []
        await watch.live(OUTAGE)
    assert watch.moves[0].at - back >= HOLD


async def test_a_line_that_cannot_be_seen_says_so_by_name(tmp_path: Path) -> None:
    """On the board, in the outlook and in `watcher status`, while the assessment is not degraded."""
    async with _watch(tmp_path) as watch:
        await _sinking(watch)
        watch.radio.fault = Fault.UNREACHABLE
        await watch.live(2)
        with watch.plant.database.read() as connection:
            assessments = in_force(connection, watch.plant.settings.assessments)
            desk = desk_of(connection, assessments[0])
            assert desk is not None
            shown = board(connection, assessments, [desk], watch.clock.now).assessments[0]
        found = status_of(watch.plant.settings, now=watch.clock.now).findings
    lines = {line.estimate.key: line for line in standings(desk)}
    assert [line.estimate.key for line in shown.hardly_seen] == ["coup"]
    assert not shown.degraded
    assert lines["coup"].confidence.level is Sureness.LOW
    assert [i.id for i in lines["coup"].unseen] == ["officer_unrest"]
    assert not lines["blockade"].degraded
    told = "small coup: 0% of what bears on it can be seen, it is not lowered; cannot be seen: officer_unrest"
    assert told in found
    printed = CliRunner().invoke(app, ["outlook", "coup", "--config", str(tmp_path / "watcher.yaml")]).stdout
    assert (
        "DEGRADED: 0 % of what bears on it can be seen; it does not move down; cannot be seen: officer_unrest"
        in printed
    )

"""What was said can be said again: live and replayed decision logs are one, whatever happened in between."""

import json
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from indicators.bands import WarningLevel
from indicators.concepts import shared
from indicators.evaluation import Evaluation
from indicators.events import DecisionKind
from indicators.items import Item
from indicators.moves import MoveReason
from tests.builders import OFFICERS, a_report, small
from tests.daemons import configure
from tests.fakes import FakeChannel, FakeClock, FakeSource
from watcher import cycle
from watcher.cli import app
from watcher.judging.remembering import NothingRememberedError, Remembered, ReplayDoubt, Rules, remembered
from watcher.plant import Plant
from watcher.settings import Settings, load_settings
from watcher.sources import Fault
from watcher.store import Database, event_decisions
from watcher.wiring import build

DAY_ONE = datetime(2026, 1, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DUMP = Path(__file__).parents[1] / "corpus" / "geonames" / "ML.txt"
PUBLISHERS = "[{match: [wire], family: wire, grade: B}, {match: [daily], family: daily, grade: C}]"


def _settings(folder: Path, *, gazetteers: Sequence[str] | None = None, **own: str) -> Settings:
    """Return the settings of a folder; *own* is what the operator says of the source."""
    config = configure(
        folder, small(publishers=PUBLISHERS), sources={"wire": "https://wire.example/rss"}, channels={"console": ""}
    )
    raw = json.loads(config.read_text("utf-8"))
    raw["sources"][0] |= {"every": "1h", **own}
    raw |= {"gazetteers": list(gazetteers)} if gazetteers is not None else {}
    config.write_text(json.dumps(raw), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    return settings


@dataclass
class _Life:
    """Weeks of a watcher's life in real cycles, with a log of what was decided."""

    plant: Plant
    clock: FakeClock
    source: FakeSource
    log: list[tuple[Any, ...]] = field(default_factory=list)

    async def cycle(self, *new: Item, hours: float = 6, seeing: bool = True) -> None:
        """Let the source give *new* items beside those it had, judge, and note what was said."""
        self.source.items = [*(i for i in self.source.items if i.id not in {n.id for n in new}), *new]
        self.source.fault = None if seeing else Fault.UNREACHABLE
        done = await cycle.run_cycle(self.plant, now=self.clock(), all_sources=True)
        self.log += [_said(e) for e in done.evaluations]
        self.clock.pass_(hours=hours)


def _said(evaluation: Evaluation) -> tuple[Any, ...]:
    """Return everything one judgement said, exactly."""
    e = evaluation
    return e.at, e.readings, e.outlook, dict(e.published), e.moves, e.events


def _learn_a_word(settings: Settings) -> None:
    path = Path(settings.assessments[0])
    path.write_text(path.read_text("utf-8").replace("attack*, ambush*", "attack*, ambush*, burn*"), "utf-8")


async def _lived(folder: Path, clock: FakeClock) -> tuple[Settings, list[tuple[Any, ...]]]:
    """Live through attacks, a late record, edited reports, a denial, blindness, people, new rules and a restart."""
    settings, source = _settings(folder), FakeSource()
    log: list[tuple[Any, ...]] = []
    async with build(settings, now=clock, sources={"feed": source}, channels={"console": FakeChannel()}) as plant:
        life = _Life(plant, clock, source, log)
        await life.cycle(a_report("one", DAY_ONE), a_report("page", DAY_ONE, title="Market day at Kolokani"))
        await life.cycle(a_report("two", DAY_ONE + 6 * HOUR, source="wire", title="Tanker attacked at Kolokani"))
        for day in range(2, 12, 3):
            clock.now = DAY_ONE + day * DAY
            await life.cycle(a_report(f"day {day}", clock() - HOUR), a_report(f"officers {day}", clock(), OFFICERS))
        await life.cycle(a_report("one", DAY_ONE, title="Film: convoy ambushed near Kolokani"))
        await life.cycle(a_report("late", clock(), occurred=DAY_ONE + 2 * DAY))
        await life.cycle(a_report("page", DAY_ONE, title="Tanker burnt and attacked near Kolokani"))
        await life.cycle(a_report("page", DAY_ONE, title="Market day at Kolokani"))
        await life.cycle(a_report("page", DAY_ONE, title="Tanker burnt and attacked near Kolokani"))
        for _ in range(6):
            await life.cycle(seeing=False)
        await life.cycle(a_report("denied", clock(), title="Army denies convoy ambush near Kolokani"))
        with plant.database.write() as connection:
            event_decisions.add(
                connection,
                "small",
                kind=DecisionKind.REJECT,
                indicator="convoy_attack",
                reports=["day 5"],
                who="A. Keita",
                why="no such convoy",
                at=clock(),
            )
        await life.cycle()
        _learn_a_word(settings)
        await life.cycle(a_report("new rule", clock(), title="Convoy burned at Kolokani"))
    async with build(settings, now=clock, sources={"feed": source}, channels={"console": FakeChannel()}) as plant:
        life = _Life(plant, clock, source, log)
        for _ in range(20):
            await life.cycle(hours=24)
        await life.cycle(a_report("after", clock()))
    return settings, log


async def test_live_and_remembered_logs_are_equal(tmp_path: Path) -> None:
    """Every reading, probability, move and event of every judgement comes back bit for bit."""
    clock = FakeClock(DAY_ONE)
    settings, log = await _lived(tmp_path, clock)
    database = Database(settings.database)
    with database.read() as connection:
        again = list(remembered(connection, settings, "small", until=clock()))
    database.close()
    assert len(again) == len(log) > 30
    assert all(one.exact for one in again)
    assert {one.version for one in again} == {"1"}
    for now, then in zip(again, log, strict=True):
        assert _said(now.evaluation) == then
    assert [m for said in log for m in said[4]], "something moved, or there was nothing to compare"


async def test_a_past_day_is_told_as_it_was_known_then(tmp_path: Path) -> None:
    """What came later, was decided later or ruled otherwise later is not there yet."""
    clock = FakeClock(DAY_ONE)
    settings, _ = await _lived(tmp_path, clock)
    database = Database(settings.database)
    with database.read() as connection:
        *_, last = remembered(connection, settings, "small", until=DAY_ONE + 6 * DAY)
        *_, of_now = remembered(connection, settings, "small", until=DAY_ONE + 6 * DAY, rules=Rules.NOW)
    database.close()
    assert last.evaluation.at <= DAY_ONE + 6 * DAY
    known = {r.item.id for e in last.evaluation.events for r in e.reports}
    assert {"one", "two", "day 2", "day 5"} <= known
    assert not known & {"late", "new rule", "day 8"}
    assert not any(e.decision for e in last.evaluation.events)
    assert not of_now.exact


async def test_rules_of_now_find_in_the_past_what_they_look_for(tmp_path: Path) -> None:
    """With the new word the same reports of then say more; what was not known then is still not known."""
    clock = FakeClock(DAY_ONE)
    settings, source = _settings(tmp_path), FakeSource()
    async with build(settings, now=clock, sources={"feed": source}, channels={"console": FakeChannel()}) as plant:
        life = _Life(plant, clock, source)
        await life.cycle(a_report("burned", DAY_ONE, title="Convoy burned at Kolokani"))
        _learn_a_word(settings)
        await life.cycle(hours=1)
        with plant.database.read() as connection:
            first = {
                rules: next(iter(remembered(connection, settings, "small", until=clock(), rules=rules)))
                for rules in Rules
            }
    assert [len(first[rules].evaluation.events) for rules in (Rules.THEN, Rules.NOW)] == [0, 1]


def _edit_the_library(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put another shared library in the place of the program's, as an upgrade does: nobody "denies" any more."""
    library = Path(shutil.copytree(shared._FOLDER, folder / "library"))
    markers = library / "markers.yaml"
    markers.write_text(markers.read_text("utf-8").replace("en: [deny, denies, denied,", "en: ["), "utf-8")
    monkeypatch.setattr(shared, "_FOLDER", library)
    for remembered_so_far in (shared.shared_digest, shared._texts, shared._files, shared._read):
        remembered_so_far.cache_clear()


@pytest.fixture
def _own_library() -> Iterator[None]:
    """Forget, after the test, the library that it put in the place of the program's."""
    yield
    for remembered_so_far in (shared.shared_digest, shared._texts, shared._files, shared._read):
        remembered_so_far.cache_clear()


async def _few_days(folder: Path, clock: FakeClock, **options: Any) -> tuple[Settings, list[tuple[Any, ...]]]:
    """Live through two attacks, one of them denied, told by a source whose grade is the operator's."""
    settings, source = _settings(folder, **options), FakeSource()
    async with build(settings, now=clock, sources={"feed": source}, channels={"console": FakeChannel()}) as plant:
        life = _Life(plant, clock, source)
        await life.cycle(a_report("one", DAY_ONE))
        await life.cycle(a_report("two", DAY_ONE + 4 * DAY, place="Gao", fetched=DAY_ONE + 6 * HOUR))
        clock.now = DAY_ONE + DAY
        await life.cycle(a_report("no", clock(), title="Army denies convoy ambush near Kolokani"))
        return settings, life.log


def _again(settings: Settings, clock: FakeClock) -> list[Remembered]:
    database = Database(settings.database)
    try:
        with database.read() as connection:
            return list(remembered(connection, settings, "small", until=clock()))
    finally:
        database.close()


@pytest.mark.usefixtures("_own_library")
async def test_what_was_edited_since_does_not_change_what_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shared concepts and the operator's publishers are those of each judgement, kept with it."""
    clock = FakeClock(DAY_ONE)
    _, log = await _few_days(tmp_path, clock, grade="E")
    assert {str(event.grade) for said in log for event in said[5]} == {"E3"}
    assert any(event.against for event in log[-1][5])
    _edit_the_library(tmp_path, monkeypatch)
    edited = _settings(tmp_path, grade="A", family="another")
    again = _again(edited, clock)
    assert [one.doubt for one in again] == [None] * len(log)
    for now, then in zip(again, log, strict=True):
        assert _said(now.evaluation) == then
    with closing(Database(edited.database)) as database, database.read() as connection:
        *_, today = remembered(connection, edited, "small", until=clock(), rules=Rules.NOW)
    assert {str(event.grade) for event in today.evaluation.events} == {"A3"}
    assert not any(event.against for event in today.evaluation.events)


async def test_a_gazetteer_that_changed_is_said_of_every_judgement_that_read_it(tmp_path: Path) -> None:
    """Gazetteers are too large to be kept: which judgements are not exact, and why, is said and not hidden."""
    clock = FakeClock(DAY_ONE)
    places = tmp_path / "ML.tsv"
    assert CliRunner().invoke(app, ["places", "import", str(DUMP), "--to", str(places)]).exit_code == 0
    settings, log = await _few_days(tmp_path, clock, gazetteers=[str(places)])
    assert [one.doubt for one in _again(settings, clock)] == [None] * len(log)
    places.write_text(places.read_text("utf-8") + "8\t15\t-3\tML\t0\tNew Village\n", "utf-8")
    assert {one.doubt for one in _again(settings, clock)} == {ReplayDoubt.GAZETTEERS}
    done = CliRunner().invoke(app, ["replay", "-c", str(tmp_path / "watcher.yaml"), "--until", "2026-02-01"])
    assert done.exit_code == 0, done.output
    told = " ".join(done.output.split())
    assert f"NOT EXACT: {len(log)} of {len(log)} judgement(s), the first of 2026-01-02 00:00" in told
    assert "a gazetteer has changed since" in told


@pytest.mark.parametrize(
    ("lost", "doubt"),
    [
        ("UPDATE evaluations SET footing = NULL", ReplayDoubt.NOT_KEPT),
        ("UPDATE footings SET rules = 'gone'", ReplayDoubt.RULES_LOST),
    ],
)
async def test_what_is_no_longer_on_record_is_said_with_its_reason(
    tmp_path: Path, lost: str, doubt: ReplayDoubt
) -> None:
    """What was judged before footings were kept, and what was judged by a text that is gone, is not called exact."""
    clock = FakeClock(DAY_ONE)
    settings, log = await _few_days(tmp_path, clock)
    with closing(sqlite3.connect(settings.database.removeprefix("sqlite:///"))) as raw, raw:
        raw.execute(lost)
    assert [one.doubt for one in _again(settings, clock)] == [doubt] * len(log)
    told = _replayed("-c", str(tmp_path / "watcher.yaml"), "--until", "2026-02-01")
    assert (told["exact"], [d["why"] for d in told["doubts"]]) == (False, [doubt.value])


async def test_nothing_on_record_is_said_so(tmp_path: Path) -> None:
    """A day before the first judgement, and an assessment nobody knows, have no memory."""
    clock = FakeClock(DAY_ONE)
    settings, _ = await _lived(tmp_path, clock)
    database = Database(settings.database)
    with database.read() as connection:
        with pytest.raises(NothingRememberedError, match="was not judged before 2025-12-01"):
            list(remembered(connection, settings, "small", until=datetime(2025, 12, 1, tzinfo=UTC)))
        with pytest.raises(NothingRememberedError, match="no version of other"):
            list(remembered(connection, settings, "other", until=clock()))
    database.close()


async def test_the_command_says_a_past_day_again(tmp_path: Path) -> None:
    """The command prints what was said, that it is as on record, and what today's rules would say."""
    clock = FakeClock(DAY_ONE)
    await _lived(tmp_path, clock)
    config = str(tmp_path / "watcher.yaml")
    then = _replayed("-c", config, "--as-of", "2026-01-20")
    assert then["differing_moves"] == []
    assert then["exact"]
    assert then["moves"]
    now = _replayed("-c", config, "--as-of", "2026-01-20", "--rules", "now")
    assert (now["rules"], now["judgements"]) == ("now", then["judgements"])
    words = CliRunner().invoke(app, ["replay", "-c", config, "--as-of", "2026-01-20"])
    assert "The moves are those on record, to the last bit." in words.stdout


async def test_a_move_that_was_tampered_with_is_a_finding(tmp_path: Path) -> None:
    """If the record says otherwise than its own inputs, the command says so and exits with 1."""
    clock = FakeClock(DAY_ONE)
    settings, _ = await _lived(tmp_path, clock)
    with closing(sqlite3.connect(settings.database.removeprefix("sqlite:///"))) as raw, raw:
        raw.execute("UPDATE moves SET data = json_set(data, '$.after', 0.5)")
    done = CliRunner().invoke(app, ["replay", "-c", str(tmp_path / "watcher.yaml")])
    assert done.exit_code == 1
    assert "differ from the record" in done.stdout


def _replayed(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["replay", *arguments, "--json"])
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    return told


async def test_a_scenario_that_left_the_assessment_stands_down_aloud(tmp_path: Path) -> None:
    """Its warning does not stand for ever, nor vanish: one last message says that the paper no longer asks."""
    clock, settings, source, channel = FakeClock(DAY_ONE), _settings(tmp_path), FakeSource(), FakeChannel()
    async with build(settings, now=clock, sources={"feed": source}, channels={"console": channel}) as plant:
        life = _Life(plant, clock, source)
        for day in range(0, 12, 2):
            clock.now = DAY_ONE + day * DAY
            await life.cycle(a_report(f"day {day}", clock()))
        assert any(m.key == "blockade" for said in life.log for m in said[4])
        path = Path(settings.assessments[0])
        _rename_the_blockade(path)
        before = len(channel.sent)
        await life.cycle()
        await life.cycle()
    (last,) = [m for said in life.log[-2:] for m in said[4] if m.key == "blockade"]
    assert (last.reasons, last.level_after) == ((MoveReason.WITHDRAWN,), WarningLevel.BASELINE)
    told = [message for message in channel.sent[before:] if "the scenario is gone from the assessment" in message.text]
    assert len(told) == 1


def _rename_the_blockade(path: Path) -> None:
    text = path.read_text("utf-8").replace("id: blockade\n", "id: siege\n").replace("{blockade:", "{siege:")
    path.write_text(text, "utf-8")

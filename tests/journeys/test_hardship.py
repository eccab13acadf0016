"""What goes wrong around the pipeline, and what must not come of it. Real store, cycle and outbox."""

import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from alerts.channels import Answer
from indicators.items import Item
from indicators.levels import Level
from indicators.matcher import Match, Matcher
from indicators.outlooks import logit
from indicators.sight import EVERYWHERE
from tests.builders import small
from tests.daemons import configure
from tests.fakes import FakeChannel, FakeClock, FakeSource
from watcher import cycle
from watcher.collecting import polling
from watcher.health.heartbeats import Stage
from watcher.judging import judge as judging
from watcher.logs import log_as_json
from watcher.plant import Plant
from watcher.settings import Settings, load_settings
from watcher.sources import Fault
from watcher.store import audit, rulings, sight
from watcher.wiring import build

DAY_ONE = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(DAY_ONE)


@pytest.fixture
def source() -> FakeSource:
    return FakeSource()


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


def _settings(folder: Path, assessment: str = "", **changes: Any) -> Settings:
    config = configure(
        folder, assessment or small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""}
    )
    raw = json.loads(config.read_text("utf-8"))
    raw["sources"][0]["every"] = "1h"
    config.write_text(json.dumps(raw | changes), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    return settings


@asynccontextmanager
async def _plant(
    settings: Settings, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> AsyncIterator[Plant]:
    async with build(settings, now=clock, sources={"feed": source}, channels={"console": channel}) as plant:
        yield plant


def _attacks(clock: FakeClock, count: int = 3, words: str = "Convoy ambushed") -> list[Item]:
    """As many reports, each of an event of its own: one a day, near Kolokani and 100 km away in turn, the last now."""
    return [
        Item(
            id=f"{words} {i}",
            source="wire",
            title=f"{words} near {('Kolokani', 'Bamako')[i % 2]} {i}",
            lang="en",
            fetched=clock.now,
            published=clock.now - timedelta(days=count - 1 - i),
        )
        for i in range(count)
    ]


async def test_three_attacks_are_one_alert(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> None:
    """The harness itself: kept, judged, sent, once."""
    clock.pass_(days=3)
    source.items = _attacks(clock)
    async with _plant(_settings(tmp_path), clock, source, channel) as plant:
        for _ in range(5):
            await cycle.run_cycle(plant, now=clock.pass_(hours=1))
    assert len(channel.sent) == 1


async def test_each_stage_tells_when_it_came_to_an_end(
    tmp_path: Path,
    clock: FakeClock,
    source: FakeSource,
    channel: FakeChannel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A cycle leaves a heartbeat of each stage, a poll of nothing due its own, and a failed judgement none."""
    async with _plant(_settings(tmp_path), clock, source, channel) as plant:
        await cycle.run_cycle(plant, now=clock.now)
        assert {stage: plant.heartbeats.last(stage) for stage in Stage} == dict.fromkeys(Stage, DAY_ONE)

        def fails(*_: object, **__: object) -> None:
            raise ValueError("as the test said")

        monkeypatch.setattr(judging, "evaluate", fails)
        with pytest.raises(ValueError, match="as the test said"):
            await plant.in_writer(judging.judge, plant, clock.pass_(minutes=5))
        assert await polling.poll(plant, plant.settings.sources[0], now=clock.now) is None
    assert plant.heartbeats.last(Stage.JUDGE) == DAY_ONE
    assert plant.heartbeats.last(Stage.POLL) == clock.now


async def test_a_judgement_that_fails_keeps_nothing_from_leaving(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`watcher once` sends what was owed before, and what it has to say of itself, and then tells the fault."""
    clock.pass_(days=3)
    source.items, channel.always = _attacks(clock), Answer.TEMPORARY
    async with _plant(_settings(tmp_path), clock, source, channel) as plant:
        await cycle.run_cycle(plant, now=clock.pass_(hours=1))
        channel.always = None
        channel.sent.clear()

        def fails(*_: object, **__: object) -> None:
            raise ValueError("as the test said")

        monkeypatch.setattr(judging, "evaluate", fails)
        for _ in range(3):
            with pytest.raises(ValueError, match="as the test said"):
                await cycle.run_cycle(plant, now=clock.pass_(hours=1))
    subjects = [message.subject for message in channel.sent]
    assert [("[Watcher]" in one, "canary" in one) for one in subjects] == [(False, False), (True, True)]


async def test_batches_of_one_look_are_told_one_after_the_other(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Judged at one moment, a warning and the graver one that a later batch makes of it would have no order."""
    monkeypatch.setattr(judging, "BATCH", 1)
    clock.pass_(days=12)
    source.items = _attacks(clock, 12)
    async with _plant(_settings(tmp_path), clock, source, channel) as plant:
        done = await cycle.run_cycle(plant, now=clock.pass_(hours=1))
    moments = [evaluation.at for evaluation in done.evaluations]
    assert len(moments) > len(source.items)
    assert moments == sorted(set(moments))


async def test_a_corrected_rule_is_applied_to_what_was_kept(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> None:
    """A new version of the assessment judges kept items again; what only it sees is told."""
    clock.pass_(days=3)
    source.items = _attacks(clock, words="Lorries ambushed")
    settings = _settings(tmp_path)
    async with _plant(settings, clock, source, channel) as plant:
        await cycle.run_cycle(plant, now=clock.pass_(hours=1))
        assert channel.sent == []
        better = small(version='"2"').replace("convoy: {en: [convoy*,", "convoy: {en: [lorries, convoy*,")
        (tmp_path / "assessment.yaml").write_text(better, "utf-8")
        await cycle.run_cycle(plant, now=clock.pass_(hours=1))
    assert len(channel.sent) == 1


async def test_one_poisoned_item_holds_up_nobody(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I22: An item that makes the matcher fail is set aside by name; its neighbours are judged and told."""
    whole: Callable[..., tuple[Match, ...]] = Matcher.match_item

    def poisoned(self: Matcher, item: Item, **more: Any) -> tuple[Match, ...]:
        if item.title == "poison":
            raise RecursionError
        return whole(self, item, **more)

    monkeypatch.setattr(Matcher, "match_item", poisoned)
    clock.pass_(days=3)
    source.items = [Item(id="p", source="wire", title="poison", fetched=clock.now), *_attacks(clock)]
    async with _plant(_settings(tmp_path), clock, source, channel) as plant:
        await cycle.run_cycle(plant, now=clock.pass_(hours=1))
        with plant.database.read() as connection:
            assert [e.detail for e in audit.recent(connection, limit=9)] == [{"item": "p"}]
    assert len(channel.sent) == 1


async def test_a_source_that_fails_in_a_new_way_stops_neither_judging_nor_itself(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> None:
    """T18: An exception nobody foresaw is a fault of that poll; the next poll comes."""
    clock.pass_(days=3)
    source.crash = ValueError("https://wire.example/?key=hunter2")
    async with _plant(_settings(tmp_path), clock, source, channel) as plant:
        done = await cycle.run_cycle(plant, now=clock.pass_(hours=1))
        assert "our own fault: ValueError" in done.polls[0].fault
        source.crash, source.items = None, _attacks(clock)
        await cycle.run_cycle(plant, now=clock.pass_(hours=2))
    assert len(channel.sent) == 1


@pytest.mark.parametrize("asleep", ["the sources", "the daemon"])
async def test_a_month_in_which_nobody_looked_lowers_nothing(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel, asleep: str
) -> None:
    """Sources down or daemon down: activation stays where it was, and quiet is not what is read."""
    clock.pass_(days=3)
    source.items = _attacks(clock, count=6)
    async with _plant(_settings(tmp_path), clock, source, channel) as plant:
        before = (await cycle.run_cycle(plant, now=clock.pass_(hours=1))).evaluations[-1]
        source.items = []
        if asleep == "the sources":
            source.fault = Fault.UNREACHABLE
            for _ in range(30):
                seen = (await cycle.run_cycle(plant, now=clock.pass_(days=1))).evaluations[-1]
            assert {r.level for r in seen.readings if r.count == 0} == {Level.NOT_OBSERVABLE}
        else:
            clock.pass_(days=30)
        source.fault = None
        after = (await cycle.run_cycle(plant, now=clock.pass_(hours=2), all_sources=True)).evaluations[-1]
    assert after.readings[0].activation == pytest.approx(before.readings[0].activation, abs=0.02)


async def test_the_same_month_with_open_eyes_lowers_what_should_be_lower(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> None:
    """That a source which goes on printing prints nothing of the kind is evidence."""
    clock.pass_(days=3)
    source.items = _attacks(clock, count=6)
    async with _plant(_settings(tmp_path), clock, source, channel) as plant:
        before = (await cycle.run_cycle(plant, now=clock.pass_(hours=1))).evaluations[-1]
        for hour in range(30 * 24):
            source.items = [Item(id=f"calm {hour}", source="wire", title="A calm night", fetched=clock.now)]
            after = (await cycle.run_cycle(plant, now=clock.pass_(hours=1))).evaluations[-1]
    assert after.readings[0].activation < before.readings[0].activation / 2
    assert after.readings[0].level is Level.QUIET


async def test_what_a_removed_recipient_was_owed_goes_to_the_last_resort(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> None:
    """A name taken out of the configuration does not take its warnings along."""
    clock.pass_(days=3)
    source.items = _attacks(clock)
    people = [{"id": "desk", "channels": {"console": ""}}, {"id": "gone", "channels": {"console": ""}}]
    two = _settings(tmp_path, recipients=people, routes=[{"to": ["gone"]}])
    async with _plant(two, clock, source, channel) as plant:
        await polling.poll(plant, two.sources[0], now=clock.pass_(hours=1))
        await plant.in_writer(judging.judge, plant, clock.now)
    one = _settings(tmp_path, recipients=people[:1])
    async with _plant(one, clock, source, channel) as plant:
        await cycle.run_cycle(plant, now=clock.pass_(minutes=1))
        await cycle.run_cycle(plant, now=clock.pass_(hours=1))
    assert len(channel.sent) == 1


async def test_what_was_owed_by_a_way_that_is_gone_goes_by_the_ways_that_are_there(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> None:
    """Who moves from one channel to another loses no warning on the way, the last resort least of all."""
    clock.pass_(days=3)
    source.items = _attacks(clock)
    by_console = _settings(tmp_path)
    async with _plant(by_console, clock, source, channel) as plant:
        await polling.poll(plant, by_console.sources[0], now=clock.pass_(hours=1))
        await plant.in_writer(judging.judge, plant, clock.now)
    people = [{"id": "desk", "channels": {"webhook": "https://desk.example/in"}}]
    by_hook, hook = _settings(tmp_path, recipients=people), FakeChannel(kind="webhook")
    ways = {"console": channel, "webhook": hook}
    async with build(by_hook, now=clock, sources={"feed": source}, channels=ways) as plant:
        for _ in range(3):
            await cycle.run_cycle(plant, now=clock.pass_(minutes=1))
    assert channel.sent == []
    assert len(hook.sent) == 1


@pytest.mark.parametrize("answer", [Answer.UNKNOWN, Answer.TEMPORARY, Answer.REFUSED, ZeroDivisionError("x")])
async def test_whatever_a_channel_does_the_message_is_tried_again_later_and_not_at_once(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel, answer: Answer | Exception
) -> None:
    """One try in one round, even under a clock that is set back; and in the end it arrives."""
    clock.pass_(days=3)
    source.items = _attacks(clock)
    channel.answers = [answer]
    async with _plant(_settings(tmp_path), clock, source, channel) as plant:
        await polling.poll(plant, plant.settings.sources[0], now=clock.pass_(hours=1))
        await plant.in_writer(judging.judge, plant, clock.now)
        now = clock.now
        clock.pass_(days=-1)
        await cycle.run_cycle(plant, now=now)
        assert len(channel.sent) == 1
        clock.pass_(days=1)
        for _ in range(3):
            await cycle.run_cycle(plant, now=clock.pass_(hours=1))
    alerts = [message for message in channel.sent if not message.subject.startswith("[Watcher]")]
    assert len(alerts) == 2
    assert alerts[0].id == alerts[1].id


async def test_a_clock_that_was_ahead_switches_nothing_off(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> None:
    """After one cycle a year ahead and a correction, sources are polled and warnings sent again."""
    settings = _settings(tmp_path)
    right = clock.pass_(days=3)
    async with _plant(settings, clock, source, channel) as plant:
        await cycle.run_cycle(plant, now=clock.pass_(days=365))
        clock.now = right
        polls = source.polls
        source.items = _attacks(clock)
        await cycle.run_cycle(plant, now=clock.pass_(hours=1))
        assert source.polls == polls + 1
        assert len(channel.sent) == 1


async def test_a_warning_of_an_assessment_that_is_left_out_is_not_forgotten(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> None:
    """Taken out of the configuration, nothing ends what it had said: the operators are told, until it is back."""
    clock.pass_(days=3)
    source.items = _attacks(clock)
    for name in ("assessment.yaml", "other.yaml", "assessment.yaml"):
        settings = _settings(tmp_path, assessments=[name])
        (tmp_path / "other.yaml").write_text(small(id="other"), "utf-8")
        async with _plant(settings, clock, source, channel) as plant:
            for _ in range(2):
                await cycle.run_cycle(plant, now=clock.pass_(hours=1))
    told = [message.subject for message in channel.sent if "small is not judged any more" in message.subject]
    assert ["OVER" in subject for subject in told] == [False, True]


@pytest.mark.parametrize("hours", [3, 24 * 365])
async def test_a_clock_that_was_ahead_leaves_nobody_blind(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel, hours: int
) -> None:
    """After one cycle ahead and a correction each source is polled at once, and every indicator sees again."""
    clock.pass_(days=3)
    async with _plant(_settings(tmp_path), clock, source, channel) as plant:
        for _ in range(3):
            await cycle.run_cycle(plant, now=clock.pass_(hours=1))
        right = clock.now
        await cycle.run_cycle(plant, now=clock.pass_(hours=hours))
        clock.now, polls = right, source.polls
        done = await cycle.run_cycle(plant, now=clock.pass_(minutes=1))
        assert source.polls == polls + 1
        assert {reading.level for reading in done.evaluations[-1].readings} == {Level.QUIET}


@pytest.mark.parametrize("weekly", [1, 3])
async def test_ten_days_without_us_were_blind_though_one_source_is_read_once_a_week(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel, weekly: int
) -> None:
    """What nobody watched fades nothing, unless most of what we read shows it afterwards."""
    written = [
        {"id": "wire", "url": "https://wire.example/rss", "every": "1h"},
        {"id": "daily", "url": "https://d.example/"},
    ]
    seldom = [{"id": f"table-{n}", "url": f"https://t{n}.example/", "every": "7d"} for n in range(weekly)]
    clock.pass_(days=3)
    async with _plant(_settings(tmp_path, sources=[*written, *seldom]), clock, source, channel) as plant:
        begun = clock.pass_(hours=1)
        await cycle.run_cycle(plant, now=begun, all_sources=True)
        back = clock.pass_(days=10)
        await cycle.run_cycle(plant, now=back, all_sources=True)
        with plant.database.read() as connection:
            spans = sight.blind(connection, "small").get(EVERYWHERE, ())
    assert ((begun, back) in [(span.start, span.end) for span in spans]) is (weekly == 1)


@dataclass(frozen=True)
class _Word:
    """What the operator says of the source ``wire`` from one start on, where anything; whether a rule changed too."""

    wire: dict[str, str] | None
    version: str = "1"


@pytest.mark.parametrize(
    ("then", "families", "grade"),
    [
        (_Word({"grade": "B", "family": "afp"}), {"afp"}, "B3"),
        (_Word({"grade": "D"}), {"wire"}, "D3"),
        (_Word({}), {"wire"}, "F6"),
        (_Word(None, version="2"), {"wire"}, "B3"),
    ],
)
async def test_one_house_keeps_one_voice_whatever_the_operator_says_of_it_later(
    tmp_path: Path,
    clock: FakeClock,
    source: FakeSource,
    channel: FakeChannel,
    then: _Word,
    families: set[str],
    grade: str,
) -> None:
    """Its reports are graded anew; those of a source that is taken out keep the grade they had."""
    clock.pass_(days=3)
    first, second = _attacks(clock, 1), _attacks(clock, 1, words="Tankers attacked, drivers say")
    for word, reports in ((_Word({"grade": "B"}), first), (then, [*first, *second])):
        wire = (
            [{"id": "wire", "url": "https://wire.example/", "every": "1h"} | word.wire] if word.wire is not None else []
        )
        written = [*wire, {"id": "other", "url": "https://other.example/", "kind": "json_feed", "every": "1h"}]
        changed = small(version=f'"{word.version}"').replace("ambush*", f"ambush*, burn{word.version}")
        source.items, kinds = reports, {"feed": source, "json_feed": FakeSource()}
        settings = _settings(tmp_path, changed, sources=written)
        async with build(settings, now=clock, sources=kinds, channels={"console": channel}) as plant:
            done = await cycle.run_cycle(plant, now=clock.pass_(hours=1), all_sources=True)
    events = done.evaluations[-1].events
    assert {(str(event.grade), event.families) for event in events} == {(grade, frozenset(families))}


async def test_ten_days_without_us_were_blind_for_what_only_a_feed_shows(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> None:
    """Weekly tables make up for most of what is read, and for nothing of what they never tell."""
    text = small().replace("group: officers\n", "group: officers\n    seen_by: [wire]\n", 1)
    written = [{"id": "wire", "url": "https://wire.example/rss", "every": "1h"}]
    seldom = [{"id": f"table-{n}", "url": f"https://t{n}.example/", "every": "7d"} for n in range(3)]
    clock.pass_(days=3)
    async with _plant(_settings(tmp_path, text, sources=[*written, *seldom]), clock, source, channel) as plant:
        begun = clock.pass_(hours=1)
        await cycle.run_cycle(plant, now=begun, all_sources=True)
        back = clock.pass_(days=10)
        await cycle.run_cycle(plant, now=back, all_sources=True)
        with plant.database.read() as connection:
            spans = sight.blind(connection, "small")
    pauses = {name for name, found in spans.items() if (begun, back) in [(span.start, span.end) for span in found]}
    assert pauses == {"officer_unrest"}


async def test_a_ruling_is_told_once_and_taken_back_once(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> None:
    """A named person's word goes out at once as critical, whatever stood before."""
    clock.pass_(days=3)
    async with _plant(_settings(tmp_path), clock, source, channel) as plant:
        await cycle.run_cycle(plant, now=clock.pass_(hours=1))
        for happened in (True, None):
            ruling = rulings.Ruling(
                assessment="small", key="coup", happened=happened, who="A. Diallo", why="seen", at=clock.now
            )
            with plant.database.write() as connection:
                rulings.add(connection, ruling)
            for _ in range(3):
                await cycle.run_cycle(plant, now=clock.pass_(hours=1))
    assert "CRITICAL" in channel.sent[0].subject
    assert "Ruled by a person: it occurred." in channel.sent[0].text
    assert len(channel.sent) == 2


async def test_a_revised_prior_is_a_row_and_the_ledger_still_adds_up(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> None:
    """A new version of the paper that moves the outlook is told as that, and no factor is missing."""
    clock.pass_(days=3)
    async with _plant(_settings(tmp_path), clock, source, channel) as plant:
        await cycle.run_cycle(plant, now=clock.pass_(hours=1))
        revised = small(version='"2"').replace("{p: 0.12, term: very unlikely", "{p: 0.40, term: unlikely")
        (tmp_path / "assessment.yaml").write_text(revised, "utf-8")
        done = await cycle.run_cycle(plant, now=clock.pass_(hours=1))
    moves = [m for m in done.evaluations[-1].moves if m.key == "coup"]
    assert len(moves) == 1
    total = sum(row.nats for row in moves[0].differences)
    assert total == pytest.approx(logit(moves[0].after) - logit(moves[0].before), abs=1e-9)
    assert any("a new version of the assessment" in message.text for message in channel.sent)


async def test_two_files_with_one_id_are_not_mixed(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> None:
    """The second is refused by name: sharing an id they would hide each other's items."""
    (tmp_path / "twin.yaml").write_text(small(), "utf-8")
    settings = _settings(tmp_path, assessments=["assessment.yaml", "twin.yaml"])
    async with _plant(settings, clock, source, channel) as plant:
        assert [Path(live.file).name for live in plant.library.live] == ["assessment.yaml"]


def _fail_with(address: str) -> None:
    raise ValueError(len(address))


def test_a_traceback_in_the_log_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Local variables of a failing function are not printed: they hold addresses and passwords."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    log_as_json()
    try:
        _fail_with("postgresql://watcher:" + "hunter2" + "@db/watcher")
    except ValueError:
        structlog.get_logger("test").exception("something failed")
    assert "something failed" in stream.getvalue()
    assert "_fail_with" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()


def test_a_log_that_cannot_be_written_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed or full standard error is no reason not to warn."""
    stream = io.StringIO()
    stream.close()
    monkeypatch.setattr("sys.stderr", stream)
    log_as_json()
    structlog.get_logger("test").error("nobody reads this")


async def test_a_clock_years_ahead_for_one_cycle_stops_no_later_judgement(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> None:
    """What was let go of as too old under the wrong time is read again under the right one."""
    right = clock.pass_(days=3)
    async with _plant(_settings(tmp_path), clock, source, channel) as plant:
        await cycle.run_cycle(plant, now=clock.pass_(days=800))
        clock.now = right
        source.items = _attacks(clock)
        await cycle.run_cycle(plant, now=clock.pass_(hours=1))
        assert len(channel.sent) == 1


async def test_an_indicator_that_no_longer_depends_on_one_source_sees_again(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> None:
    """With `seen_by` a source that is not there it is not observable; once that is gone it sees what all see."""
    clock.pass_(days=3)
    text = small().replace("    where: {region: near}\n", "    where: {region: near}\n    seen_by: [other]\n")
    async with _plant(_settings(tmp_path, text), clock, source, channel) as plant:
        done = await cycle.run_cycle(plant, now=clock.pass_(hours=1))
        assert [r.level for r in done.evaluations[-1].readings] == [Level.NOT_OBSERVABLE, Level.QUIET]
        (tmp_path / "assessment.yaml").write_text(small(version='"2"'), "utf-8")
        for _ in range(4):
            done = await cycle.run_cycle(plant, now=clock.pass_(hours=12), all_sources=True)
        assert [r.level for r in done.evaluations[-1].readings] == [Level.QUIET, Level.QUIET]


async def test_a_restart_groups_reports_around_the_assessments_date_as_before(
    tmp_path: Path, clock: FakeClock, source: FakeSource, channel: FakeChannel
) -> None:
    """An event that began on the eve of the assessment stays that event, before and after a restart."""
    settings = _settings(tmp_path)
    source.items = [
        Item(id=name, source="wire", title="Convoy ambushed near Kolokani", lang="en", fetched=DAY_ONE, published=at)
        for name, at in (("eve", datetime(2025, 12, 31, 20, tzinfo=UTC)), ("day", datetime(2026, 1, 1, 9, tzinfo=UTC)))
    ]
    seen = []
    for _ in range(2):
        async with _plant(settings, clock, source, channel) as plant:
            (evaluation,) = (await cycle.run_cycle(plant, now=clock.pass_(hours=1), all_sources=True)).evaluations
            seen.append(([e.id for e in evaluation.events], [(r.count, r.level) for r in evaluation.readings]))
    assert seen[0] == seen[1]

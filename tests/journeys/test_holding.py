"""What waits and how it goes out: real store, judge and outbox, a clock that the test moves."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from alerts.channels import Answer
from alerts.channels.wording import OVERTAKEN, heading
from alerts.deliveries import DeliveryState
from alerts.said import AnyAlert
from alerts.silences import Silence
from indicators.bands import WarningLevel
from tests.builders import a_system_warning, an_alert, small
from tests.daemons import configure
from tests.fakes import FakeChannel, FakeClock, FakeSource
from tests.noticing import SIGNED, a_notice, a_written_client
from watcher.cli import app
from watcher.deciding.silencing import end_silence, set_silence, silences_listed
from watcher.plant import Plant
from watcher.saying import owing, planning
from watcher.sending import outbox
from watcher.settings import Settings, load_settings
from watcher.store import deliveries, tables
from watcher.store.notices import ClientNotices
from watcher.wiring import build

EVENING = datetime(2026, 1, 5, 21, 0, tzinfo=UTC)
MORNING = datetime(2026, 1, 6, 6, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(EVENING)


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


def _settings(folder: Path, **changes: Any) -> Settings:
    """The recipient *desk* and one route; *changes* to either come over them."""
    config = configure(folder, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    raw = json.loads(config.read_text("utf-8"))
    raw["recipients"][0] |= changes.pop("recipient", {})
    raw["routes"][0] |= changes.pop("route", {})
    config.write_text(json.dumps(raw | changes), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    return settings


@asynccontextmanager
async def _plant(settings: Settings, clock: FakeClock, channel: FakeChannel) -> AsyncIterator[Plant]:
    async with build(settings, now=clock, sources={"feed": FakeSource()}, channels={"console": channel}) as plant:
        yield plant


def _plan(plant: Plant, *alerts: AnyAlert) -> None:
    with plant.database.write() as connection:
        for alert in alerts:
            planning.plan(connection, plant.settings, alert, now=plant.now())


async def _send(plant: Plant, clock: FakeClock, at: datetime) -> None:
    clock.now = at
    await outbox.deliver_due(plant, now=at)


def _moves(count: int, **more: Any) -> list[AnyAlert]:
    return [an_alert(id=f"m{i}", scenario=f"line{i}", at=EVENING + i * MINUTE, **more) for i in range(count)]


def _states(plant: Plant) -> dict[str, int]:
    with plant.database.read() as connection:
        return {state: n for state, n in deliveries.counts(connection).items() if n}


async def test_a_night_ends_in_one_message_with_everything_in_it(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """D16: quiet hours hold and do not drop; the morning is no flood; the gravest went out at once."""
    settings = _settings(tmp_path, recipient={"quiet": {"from": "20:00", "to": "06:00"}})
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, *_moves(3), an_alert(id="grave", level_after=4))
        await _send(plant, clock, EVENING + MINUTE)
        assert [m.data["alert"] for m in channel.sent] == ["grave"]
        await _send(plant, clock, MORNING - MINUTE)
        assert len(channel.sent) == 1
        await _send(plant, clock, MORNING)
        assert len(channel.sent) == 2
        assert channel.sent[1].data["kind"] == "digest"
        assert channel.sent[1].data["count"] == "3"
        assert _states(plant) == {DeliveryState.ACCEPTED: 2, DeliveryState.BUNDLED: 3}
        await _send(plant, clock, MORNING + HOUR)
        assert len(channel.sent) == 2


async def test_one_alone_goes_out_as_it_was_decided(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """A digest of one would only hide it."""
    settings = _settings(tmp_path, recipient={"quiet": {"from": "20:00", "to": "06:00"}})
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, an_alert())
        await _send(plant, clock, MORNING)
    assert [m.data["kind"] for m in channel.sent] == ["move"]


async def test_a_silence_holds_counts_and_lets_go(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """D16: what it held comes together at its end; a level above it went out at once."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        wanted = Silence(who="Awa", why="drill", start=EVENING, end=EVENING + HOUR, up_to=WarningLevel.ADVISORY)
        done = set_silence(settings, wanted, now=EVENING)
        _plan(plant, *_moves(2), an_alert(id="grave", level_after=3))
        await _send(plant, clock, EVENING + MINUTE)
        assert [m.data["alert"] for m in channel.sent] == ["grave"]
        assert [(one.silence.number, one.holds) for one in silences_listed(settings, now=clock.now)] == [(1, 2)]
        await _send(plant, clock, done.silence.end)
        assert "silence 1" in channel.sent[1].text
        assert silences_listed(settings, now=clock.now) == ()


async def test_ending_a_silence_lets_go_at_once(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """Undo: what it held does not wait for the end that was planned."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        wanted = Silence(who="Awa", why="drill", start=EVENING, end=EVENING + 9 * HOUR)
        set_silence(settings, wanted, now=EVENING)
        _plan(plant, *_moves(2))
        ended = end_silence(settings, 1, who="Ben", now=EVENING + MINUTE)
        assert (ended.holds, ended.silence.ended_by) == (2, "Ben")
        await _send(plant, clock, EVENING + MINUTE)
    assert len(channel.sent) == 1


async def test_a_silence_that_ends_in_the_night_waits_for_the_morning(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """The end of one reason to wait does not overrule another."""
    settings = _settings(tmp_path, recipient={"quiet": {"from": "22:00", "to": "06:00"}})
    async with _plant(settings, clock, channel) as plant:
        wanted = Silence(who="Awa", why="drill", start=EVENING, end=EVENING + 2 * HOUR)
        set_silence(settings, wanted, now=EVENING)
        _plan(plant, *_moves(2))
        await _send(plant, clock, EVENING + 3 * HOUR)
        assert channel.sent == []
        await _send(plant, clock, MORNING)
    assert len(channel.sent) == 1


async def test_the_end_goes_to_exactly_those_who_heard(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """A stand-down goes through a silence to who was told, and not to a recipient that a route names since."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, an_alert(id="up", level_before=0, level_after=2))
        await _send(plant, clock, EVENING + MINUTE)
    again = _settings(
        tmp_path,
        recipients=[{"id": n, "channels": {"console": ""}} for n in ("desk", "new")],
        routes=[{"to": ["desk", "new"]}],
    )
    async with _plant(again, clock, channel) as plant:
        set_silence(again, Silence(who="A", why="w", start=EVENING, end=EVENING + HOUR), now=EVENING)
        _plan(plant, an_alert(id="down", level_before=2, level_after=0, at=EVENING + 2 * MINUTE))
        await _send(plant, clock, EVENING + 2 * MINUTE)
        with plant.database.read() as connection:
            told = [d.recipient for d in deliveries.of_alert(connection, "down")]
    assert told == ["desk"]
    assert [m.data["alert"] for m in channel.sent] == ["up", "down"]


async def test_who_knows_nothing_yet_hears_of_both_in_one(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """A rise that is still held and its end are one entry of one digest."""
    settings = _settings(tmp_path, recipient={"quiet": {"from": "20:00", "to": "06:00"}})
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, an_alert(id="up", level_before=0, level_after=2, at=EVENING))
        _plan(plant, an_alert(id="down", level_before=2, level_after=0, at=EVENING + MINUTE))
        await _send(plant, clock, MORNING)
    assert [m.data["count"] for m in channel.sent] == ["2"]


async def test_a_flood_is_a_few_messages(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """I20/M7: 500 alerts in ten minutes are at most 30 messages, and none of the alerts is lost."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        for second in range(0, 600, 6):
            clock.now = EVENING + timedelta(seconds=second)
            _plan(plant, *(an_alert(id=f"a{second}-{i}", scenario=f"s{second}-{i}", at=clock.now) for i in range(5)))
            await _send(plant, clock, clock.now)
        within_ten_minutes = len(channel.sent)
        await _send(plant, clock, clock.now + 2 * MINUTE)
    assert within_ten_minutes <= 30
    told = sum(int(m.data.get("count", "1")) for m in channel.sent)
    assert told == 500


async def test_troubles_of_watcher_go_to_the_operators_and_end_with_them(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """The one path: planned, sent, and its end to who heard."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, a_system_warning(id="s1"))
        await _send(plant, clock, EVENING + MINUTE)
        _plan(plant, a_system_warning(id="s2", standing="cleared", at=EVENING + MINUTE))
        await _send(plant, clock, EVENING + 2 * MINUTE)
    assert [m.data["standing"] for m in channel.sent] == ["raised", "cleared"]


async def test_a_person_hurries_gives_up_and_takes_back(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """D11: only a named person ends a delivery, and can undo it."""
    settings = _settings(tmp_path, recipient={"quiet": {"from": "20:00", "to": "06:00"}})
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, an_alert())
        (owed,) = owing.owed_now(settings)
        assert owed.why == "held: quiet hours"
        owing.give_up(settings, owed.delivery.key[:8], who="Awa", why="known", now=EVENING)
        assert owing.owed_now(settings) == ()
        owing.revive(settings, owed.delivery.key[:8], who="Ben", now=EVENING)
        await _send(plant, clock, EVENING + MINUTE)
    assert len(channel.sent) == 1


def test_the_commands_say_what_to_do_next(tmp_path: Path) -> None:
    """`routes`, `routes test`, `silence` and `outbox` on a database that one cycle made."""
    settings = _settings(tmp_path, route={"min_level": "watch"})
    config = str(tmp_path / "watcher.yaml")
    database = settings.database.removeprefix("sqlite:///")
    from watcher.store.database import Database

    made = Database(settings.database)
    made.migrate()
    made.close()
    assert Path(database).exists()
    run = CliRunner()

    def asked(*words: str, code: int = 0) -> str:
        done = run.invoke(app, [*words, "-c", config])
        assert done.exit_code == code, done.output
        return done.output

    assert "desk" in asked("routes")
    assert "at once" in asked("routes", "test", "--scenario", "coup")
    assert "below the level" in asked("routes", "test", "--scenario", "coup", "--to", "baseline")
    assert "coup" in asked("routes", "test", "--scenario", "cup", code=2)
    mistyped = ("silence", "set", "--for", "4h", "--why", "drill", "--by", "Awa", "--scenario", "cuop")
    assert "did you mean coup?" in asked(*mistyped, code=2)
    assert "silence end 1" in asked("silence", "set", "--for", "4h", "--why", "drill", "--by", "Awa")
    assert "later" in asked("routes", "test", "--scenario", "coup", "--to", "advisory")
    assert "drill" in asked("silence", "list")
    assert "it held nothing" in asked("silence", "end", "1", "--by", "Awa")
    assert "there is no silence 7" in asked("silence", "end", "7", "--by", "Awa", code=1)
    assert "at most" in asked("silence", "set", "--for", "90d", "--why", "x", "--by", "Awa", code=2)
    assert "Nothing is owed" in asked("outbox")
    assert json.loads(asked("outbox", "--json")) == []


async def test_three_days_without_a_way_out_end_without_a_flood(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """D11, M8: a receiver that is down for 72 hours gets everything within 15 minutes, the gravest first, in few.

    Every warning singly; what is lower in one digest; nothing lost, nothing given up.
    """
    settings = _settings(tmp_path)
    until = EVENING + timedelta(hours=72)
    channel.always = Answer.TEMPORARY
    async with _plant(settings, clock, channel) as plant:
        number = 0
        while clock.now < until:
            level = 3 if number % 24 == 0 else 1 + number % 2
            _plan(plant, an_alert(id=f"a{number}", scenario=f"s{number % 40}", level_after=level, at=clock.now))
            number += 1
            for _ in range(3):
                await _send(plant, clock, clock.now + 10 * MINUTE)
        channel.always = None
        channel.sent.clear()
        back = clock.now
        while clock.now < back + 15 * MINUTE:
            await _send(plant, clock, clock.now + timedelta(seconds=20))
        assert {*_states(plant)} == {DeliveryState.ACCEPTED, DeliveryState.BUNDLED}
    grave = [m for m in channel.sent if m.data["kind"] == "move" and m.data["level"] == "warning"]
    assert len(grave) == number // 24 + bool(number % 24)
    assert sum(int(m.data.get("count", "1")) for m in channel.sent) == number
    assert len(channel.sent) - len(grave) <= 6


async def test_a_client_gets_each_notice_that_could_not_get_through_for_hours(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """What a person released is gathered into no digest: a client is shown none, and it would never arrive."""
    settings = _settings(tmp_path, clients=[a_written_client("acme")], notices=SIGNED)
    client = settings.client("acme")
    assert client is not None
    channel.always = Answer.TEMPORARY
    async with _plant(settings, clock, channel) as plant:
        for number in range(6):
            notice = a_notice(id=f"n-{number}", supersedes="", at=EVENING)
            with plant.database.write() as connection:
                ClientNotices(connection, client).add(notice, move=f"m{number}", rows={})
                planning.plan(connection, settings, notice, now=clock.now)
        for _ in range(3):
            await _send(plant, clock, clock.now + HOUR)
        channel.always = None
        channel.sent.clear()
        for _ in range(3):
            await _send(plant, clock, clock.now + HOUR)
        assert _states(plant) == {DeliveryState.ACCEPTED: 6}
    assert sorted(m.data["notice"] for m in channel.sent) == [f"n-{number}" for number in range(6)]


async def test_an_end_that_waited_for_the_morning_is_not_the_last_word_on_what_rose_in_the_night(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """An all-clear that goes out after a graver warning of the same line says that it is the older news."""
    settings = _settings(tmp_path, recipient={"quiet": {"from": "22:00", "to": "06:00"}})
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, an_alert(id="up", level_before=0, level_after=3, at=EVENING))
        await _send(plant, clock, EVENING)
        clock.now = EVENING + 2 * HOUR
        _plan(plant, an_alert(id="over", level_before=3, level_after=0, at=clock.now))
        clock.now = EVENING + 4 * HOUR
        _plan(plant, an_alert(id="again", level_before=0, level_after=4, at=clock.now))
        await _send(plant, clock, clock.now)
        await _send(plant, clock, MORNING)
    assert [(m.data["alert"], m.overtaken) for m in channel.sent] == [("up", False), ("again", False), ("over", True)]
    assert channel.sent[-1].aside, "what is kept up to date keeps the newer news"
    assert OVERTAKEN in heading(channel.sent[-1])


async def test_a_digest_tells_what_was_overtaken_in_the_night(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """A line of the evening stands beside the critical one that came at night, and is not taken for what holds now."""
    settings = _settings(tmp_path, recipient={"lang": "fr", "quiet": {"from": "20:00", "to": "06:00"}})
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, an_alert(id="low", level_after=2, at=EVENING), *_moves(1))
        clock.now = EVENING + HOUR
        _plan(plant, an_alert(id="grave", level_before=2, level_after=4, at=clock.now))
        await _send(plant, clock, clock.now)
        await _send(plant, clock, MORNING)
    told = [line for line in channel.sent[-1].text.splitlines() if line.startswith("- ")]
    assert sum("vous avez reçu plus récent depuis" in line for line in told) == 1
    assert len(told) == 2


async def test_who_is_on_call_is_woken_when_a_silence_ends_in_the_night(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """Only a person's word holds what wakes who is on call; whoever is not on call hears of it in the morning."""
    settings = _settings(
        tmp_path,
        recipients=[
            {"id": who, "channels": {"console": ""}, "quiet": {"from": "22:00", "to": "06:00"}}
            for who in ("desk", "awa")
        ],
        rotas=[{"id": "duty", "people": ["awa"], "start": "2026-01-01"}],
        routes=[{"to": ["rota:duty", "desk"]}],
    )
    async with _plant(settings, clock, channel) as plant:
        wanted = Silence(who="Ben", why="drill", start=EVENING, end=EVENING + 2 * HOUR, up_to=WarningLevel.WARNING)
        set_silence(settings, wanted, now=EVENING)
        _plan(plant, an_alert(id="up", level_before=0, level_after=3, at=EVENING))
        await _send(plant, clock, EVENING + 2 * HOUR)
        with plant.database.read() as connection:
            states = {d.recipient: d.state for d in deliveries.of_alert(connection, "up")}
        assert states == {"awa": DeliveryState.ACCEPTED, "desk": DeliveryState.HELD}


async def test_a_held_message_that_nobody_can_read_holds_no_other_up(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """One alert whose record is damaged costs the digest that it would be in, and no warning of anybody."""
    settings = _settings(tmp_path, recipient={"quiet": {"from": "20:00", "to": "06:00"}})
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, *_moves(3))
        with plant.database.write() as connection:
            damaged = update(tables.alerts).where(tables.alerts.c.id == "m1").values(body='{"kind": "move"}')
            connection.execute(damaged)
        _plan(plant, an_alert(id="grave", level_after=4))
        await _send(plant, clock, MORNING)
    assert [m.data["alert"] for m in channel.sent] == ["grave", "m0", "m2"]


NIGHT = {"recipient": {"quiet": {"from": "20:00", "to": "06:00"}}}
STORM = {"sending": {"storm": {"most": 1, "per": "10m"}, "deadline": "5s", "lease": "15s", "look_every": "1s"}}


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"recipient": {"digest": {"every": "day", "below": "critical"}}}, id="a digest"),
        pytest.param(STORM, id="a storm"),
        pytest.param({"route": {"group": "2h"}}, id="a group"),
    ],
)
async def test_what_was_held_under_a_clock_that_was_ahead_goes_out(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel, more: dict[str, Any]
) -> None:
    """Its time would come in forty days, and nobody would know of it until then."""
    async with _plant(_settings(tmp_path, **more), clock, channel) as plant:
        clock.now = EVENING + timedelta(days=40)
        _plan(plant, *_moves(3, level_before=2))
        await _send(plant, clock, EVENING + MINUTE)
        assert DeliveryState.HELD not in _states(plant)
        assert {name for name in ("line0", "line1", "line2") if any(name in str(m.details) for m in channel.sent)} == {
            "line0",
            "line1",
            "line2",
        }


async def test_a_night_of_a_clock_that_was_ahead_is_waited_for_by_the_real_one(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """What goes out at once would wake whoever asked not to be woken."""
    async with _plant(_settings(tmp_path, **NIGHT), clock, channel) as plant:
        clock.now = EVENING + timedelta(days=40)
        _plan(plant, an_alert())
        await _send(plant, clock, EVENING + MINUTE)
        assert _states(plant) == {DeliveryState.HELD: 1}
        await _send(plant, clock, MORNING)
        assert len(channel.sent) == 1


async def test_a_night_put_off_under_a_clock_that_was_ahead_ends_with_the_real_one(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """It was owed at its own time, and only what it waits for is of a clock that was wrong."""
    async with _plant(_settings(tmp_path, **NIGHT), clock, channel) as plant:
        _plan(plant, an_alert())
        await _send(plant, clock, EVENING + timedelta(days=40))
        assert _states(plant) == {DeliveryState.HELD: 1}
        await _send(plant, clock, EVENING + MINUTE)
        assert channel.sent == []
        await _send(plant, clock, MORNING)
        assert len(channel.sent) == 1


async def test_a_silence_holds_what_a_clock_that_was_ahead_owed(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """It was set by a person, and neither its beginning nor its end is of that clock."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        wanted = Silence(who="Ben", why="drill", start=EVENING, end=EVENING + 2 * HOUR, up_to=WarningLevel.WARNING)
        set_silence(settings, wanted, now=EVENING)
        clock.now = EVENING + HOUR
        _plan(plant, an_alert())
        await _send(plant, clock, EVENING + MINUTE)
        assert _states(plant) == {DeliveryState.HELD: 1}
        await _send(plant, clock, EVENING + 2 * HOUR)
        assert len(channel.sent) == 1

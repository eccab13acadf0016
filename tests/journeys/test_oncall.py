"""Being on call: real store, planning, chains and outbox, and a clock that the test moves."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from alerts.acknowledgements import Answer
from alerts.alert import Alert
from alerts.chains import MISSED
from alerts.rotas import Override
from alerts.said import AnyAlert
from alerts.silences import Silence
from alerts.system import Standing
from indicators.bands import WarningLevel
from tests.builders import a_system_warning, an_alert, small
from tests.daemons import configure
from tests.fakes import FakeChannel, FakeClock, FakeSource
from watcher import cycle
from watcher.asking.refusal import DecisionError
from watcher.cli import app
from watcher.deciding.acknowledging import acknowledge, give_back, open_alerts
from watcher.deciding.rostering import override, plans, undo
from watcher.deciding.silencing import set_silence
from watcher.judging.judge import judge
from watcher.overseeing.oversight import oversee
from watcher.plant import Plant
from watcher.saying import planning
from watcher.saying.escalating import advance, escalate
from watcher.sending import outbox
from watcher.settings import Settings, load_settings
from watcher.store import acknowledgements, deliveries, escalations
from watcher.wiring import build

NIGHT = datetime(2026, 1, 5, 21, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
QUIET = {"from": "20:00", "to": "06:00"}
PEOPLE: list[dict[str, Any]] = [
    {"id": "awa", "channels": {"console": ""}, "quiet": QUIET},
    {"id": "ben", "channels": {"console": "", "webhook": "https://hook.example/ben"}, "quiet": QUIET},
    {"id": "chief", "channels": {"console": ""}},
]
ONCALL: dict[str, Any] = {
    "recipients": PEOPLE,
    "routes": [{"to": ["chain:night"]}],
    "last_resort": "chief",
    "rotas": [{"id": "desk", "people": ["awa", "ben"], "start": "2026-01-05", "at": "09:00"}],
    "chains": [
        {
            "id": "night",
            "steps": [
                {"to": ["rota:desk"]},
                {"to": ["ben"], "after": "10m", "channels": ["webhook"]},
                {"to": ["last_resort"], "after": "20m"},
            ],
        }
    ],
}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NIGHT)


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


def _settings(folder: Path, **changes: Any) -> Settings:
    config = configure(folder, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    raw = json.loads(config.read_text("utf-8"))
    config.write_text(json.dumps(raw | ONCALL | changes), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    return settings


@asynccontextmanager
async def _plant(settings: Settings, clock: FakeClock, channel: FakeChannel) -> AsyncIterator[Plant]:
    ways = {"console": channel, "webhook": channel}
    async with build(settings, now=clock, sources={"feed": FakeSource()}, channels=ways) as plant:
        yield plant


def _plan(plant: Plant, *alerts: AnyAlert) -> None:
    with plant.database.write() as connection:
        for alert in alerts:
            planning.plan(connection, plant.settings, alert, now=plant.now())


async def _gone_through(plant: Plant, clock: FakeClock) -> None:
    """Let a warning go through its whole chain, with nobody who answers."""
    _plan(plant, _rise())
    for minute in (0, 10, 30, 31):
        await _look(plant, clock, NIGHT + minute * MINUTE)


async def _look(plant: Plant, clock: FakeClock, at: datetime) -> list[tuple[str, str, str]]:
    """Escalate and send at *at*; return who was told since the last look, by which way, for which step."""
    clock.now = at
    before = _accepted(plant)
    await plant.in_writer(escalate, plant, at)
    await outbox.deliver_due(plant, now=at)
    return sorted(set(_accepted(plant)) - set(before))


def _accepted(plant: Plant) -> list[tuple[str, str, str]]:
    with plant.database.read() as connection:
        query = "SELECT recipient, channel, step, alert_id FROM deliveries WHERE state = 'accepted'"
        rows = connection.exec_driver_sql(query)
        return [(f"{row[0]} {row[3]}", row[1], row[2]) for row in rows]


def _rise(name: str = "up", level: int = 3, *, since: int = 0, at: datetime = NIGHT, **more: Any) -> Alert:
    return an_alert(id=name, level_before=since, level_after=level, at=at, **more)


def _take(settings: Settings, name: str, *, who: str = "awa", now: datetime, hours: float = 4) -> Answer:
    return acknowledge(settings, name, who=who, note="", lasts=timedelta(hours=hours), now=now).answer


async def test_a_chain_reaches_the_next_until_somebody_has_it(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """The second person on the second channel, then nobody; a rise begins again; the end reaches all who were told."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, _rise())
        assert await _look(plant, clock, NIGHT) == [("awa up", "console", "first")]
        assert await _look(plant, clock, NIGHT + 9 * MINUTE) == []
        assert await _look(plant, clock, NIGHT + 10 * MINUTE) == [("ben up", "webhook", "night 1.2")]
        assert _take(settings, "up", who="ben", now=NIGHT + 11 * MINUTE) is Answer.TAKEN
        assert await _look(plant, clock, NIGHT + 3 * HOUR) == []
        _plan(plant, _rise("worse", 4, since=3, at=NIGHT + 3 * HOUR))
        assert open_alerts(settings, now=clock.now)[0].acknowledgement is None
        assert await _look(plant, clock, NIGHT + 3 * HOUR) == [
            ("awa worse", "console", "first"),
            ("ben worse", "console", "first"),
            ("ben worse", "webhook", "first"),
        ]
        assert await _look(plant, clock, NIGHT + 3 * HOUR + 10 * MINUTE) == [("ben worse", "webhook", "night 1.2")]
        assert await _look(plant, clock, NIGHT + 3 * HOUR + 30 * MINUTE) == [("chief worse", "console", "night 1.3")]
        assert await _look(plant, clock, NIGHT + 4 * HOUR) == []
        _plan(plant, _rise("over", 0, since=4, at=NIGHT + 9 * HOUR))
        told = {who for who, _, _ in await _look(plant, clock, NIGHT + 9 * HOUR)}
        assert told == {"awa over", "ben over", "chief over"}
        assert open_alerts(settings, now=clock.now) == ()


async def test_two_who_take_it_at_once(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """D14: the second is told who has it, and the first is not asked again."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, _rise())
        assert _take(settings, "up", now=NIGHT) is Answer.TAKEN
        second = acknowledge(settings, "coup", who="ben", note="", lasts=HOUR, now=NIGHT + MINUTE)
        assert second.answer is Answer.OTHERS
        assert "awa has it already" in second.told
        assert _take(settings, "up", now=NIGHT + MINUTE) is Answer.YOURS


async def test_what_was_overtaken_is_not_taken(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """D14: an acknowledgement of an older alert leaves the chain of the newer one running."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, _rise(level=3), _rise("worse", 4, since=3, at=NIGHT + MINUTE))
        assert _take(settings, "up", now=NIGHT + 2 * MINUTE) is Answer.OVERTAKEN
        assert ("ben worse", "webhook", "night 1.2") in await _look(plant, clock, NIGHT + 12 * MINUTE)


async def test_news_does_not_put_the_next_step_off(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """D14: a stream of new evidence while a chain runs: the second person still hears in time, of the newest."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, _rise())
        for minute in (3, 6, 9):
            clock.now = NIGHT + minute * MINUTE
            _plan(plant, _rise(f"news{minute}", since=3, at=clock.now))
        assert ("ben news9", "webhook", "night 1.2") in await _look(plant, clock, NIGHT + 10 * MINUTE)


async def test_what_expires_is_open_again_and_its_owner_reminded(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """An acknowledgement is no way to forget: the owner hears, and the chain begins anew, at once."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, _rise())
        await _look(plant, clock, NIGHT)
        _take(settings, "up", who="chief", now=NIGHT + MINUTE, hours=1)
        assert await _look(plant, clock, NIGHT + HOUR) == []
        assert await _look(plant, clock, NIGHT + HOUR + MINUTE) == [
            ("awa up", "console", "night 2.1"),
            ("chief up", "console", "reminder 1"),
        ]
        assert await _look(plant, clock, NIGHT + HOUR + 2 * MINUTE) == []
        assert await _look(plant, clock, NIGHT + HOUR + 11 * MINUTE) == [("ben up", "webhook", "night 2.2")]


async def test_a_rise_in_the_moment_of_the_acknowledgement_is_not_acknowledged(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D14: two transactions that do not see each other: the person has seen the warning, not that it is critical."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, _rise(), _rise("worse", 4, since=3))
        await _look(plant, clock, NIGHT)
        monkeypatch.setattr(acknowledgements, "later", lambda *_: ())  # as it was when the taking began
        assert _take(settings, "up", who="chief", now=NIGHT) is Answer.TAKEN
        monkeypatch.undo()
        told = await _look(plant, clock, NIGHT + MINUTE)
        assert [(who, step) for who, _, step in told] == [("awa worse", "night 2.1")]
        assert open_alerts(settings, now=clock.now)[0].acknowledgement is None
        assert ("ben worse", "webhook", "night 2.2") in await _look(plant, clock, NIGHT + 11 * MINUTE)


async def test_what_happened_and_does_not_last_is_over_once_somebody_has_had_it(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """A fault of ours that was looked into calls nobody again when the time of who took it is over, and is told so."""
    settings = _settings(tmp_path, routes=[{"to": ["awa"]}, {"kind": "system", "to": ["chain:night"]}])
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, a_system_warning(about="oversight", urgency=4, at=NIGHT, passing=True))
        await _look(plant, clock, NIGHT)
        assert _take(settings, "sys-1", now=NIGHT + MINUTE, hours=1) is Answer.TAKEN
        told = await _look(plant, clock, NIGHT + HOUR + 2 * MINUTE)
        assert {(who.split()[0], step) for who, _, step in told} == {("awa", "first"), ("chief", "first")}
        assert all("SYSTEM, OVER" in m.subject for m in channel.sent[-len(told) :])
        assert open_alerts(settings, now=clock.now) == ()
        for hours in (2, 10, 80):
            assert await _look(plant, clock, NIGHT + hours * HOUR) == []


async def test_what_was_taken_under_a_clock_that_was_ahead_is_open_again(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """It would stop the chain until that time has come, in forty days; what lasts three days is a person's word."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        for name, ahead in (("up", 40), ("sure", 0)):
            _plan(plant, _rise(name, scenario=name))
            _take(settings, name, now=NIGHT + timedelta(days=ahead), hours=72)
        await _look(plant, clock, NIGHT)
        with plant.database.read() as connection:
            assert [progress.alert_id for progress in escalations.running(connection)] == ["up"]


async def test_given_back_is_open_at_once(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """Undo: whoever gives it back does not wait for the time that they had."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, _rise())
        await _look(plant, clock, NIGHT)
        _take(settings, "up", now=NIGHT + MINUTE)
        give_back(settings, "up", who="awa", now=NIGHT + 2 * MINUTE)
        assert await _look(plant, clock, NIGHT + 2 * MINUTE) == [("awa up", "console", "night 2.1")]
        with pytest.raises(DecisionError, match="nobody has this alert"):
            give_back(settings, "up", who="awa", now=NIGHT + 3 * MINUTE)


async def test_after_a_night_without_power_the_wait_begins_again(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """S16: nothing is timed in memory; a step that fell due meanwhile is taken one wait after we are back."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, _rise())
        await _look(plant, clock, NIGHT)
    async with _plant(settings, clock, channel) as plant:
        back = NIGHT + 10 * MINUTE + MISSED + HOUR
        assert await _look(plant, clock, back) == []
        assert await _look(plant, clock, back + 10 * MINUTE) == [("ben up", "webhook", "night 1.2")]


async def test_nobody_on_call_is_the_last_resort_and_a_system_warning(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """D13: the warning goes to the last resort, and a whole cycle tells the operators of the hole, once."""
    settings = _settings(tmp_path, rotas=[ONCALL["rotas"][0] | {"end": "2026-01-06"}], judge_every="1h")
    async with _plant(settings, clock, channel) as plant:
        done = await cycle.run_cycle(plant, now=NIGHT)
        assert [w.about for w in done.warnings] == ["rota desk"]
        clock.now = NIGHT + 24 * HOUR
        _plan(plant, _rise(at=clock.now))
        assert await _look(plant, clock, clock.now) == [("chief up", "console", "first")]
        again = await cycle.run_cycle(plant, now=clock.now)
        assert "rota desk" not in [w.about for w in again.warnings]


async def test_the_whole_cycle_escalates(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """The stage stands in the cycle, not only in a test."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, _rise())
        await cycle.run_cycle(plant, now=NIGHT)
        clock.now = NIGHT + 10 * MINUTE
        await cycle.run_cycle(plant, now=clock.now)
        assert ("ben up", "webhook", "night 1.2") in _accepted(plant)


async def test_an_override_counts_at_the_moment_of_the_alert(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """D13: a swap is in force without a restart, and undone the same way."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        swap = Override(rota="desk", person="chief", start=NIGHT, end=NIGHT + HOUR, who="Dia", why="ill")
        (done,) = override(settings, swap, now=NIGHT)
        _plan(plant, _rise())
        assert await _look(plant, clock, NIGHT) == [("chief up", "console", "first")]
        undo(settings, done.number, who="Dia", now=NIGHT)
        assert plans(settings, now=NIGHT)[0].duties[0].person == "awa"
        with pytest.raises(DecisionError, match="no recipient 'nobody'"):
            override(settings, replace(swap, person="nobody"), now=NIGHT)


async def test_a_silence_is_a_persons_word_also_over_a_chain(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """Whoever silenced these very alerts meant who is on call too; what was held comes at its end."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        drill = Silence(who="Awa", why="drill", start=NIGHT, end=NIGHT + HOUR, up_to=WarningLevel.WARNING)
        set_silence(settings, drill, now=NIGHT)
        _plan(plant, _rise())
        assert await _look(plant, clock, NIGHT + 10 * MINUTE) == []
        assert open_alerts(settings, now=clock.now)[0].held == ("silence 1",)
        assert ("ben up", "webhook", "night 1.2") in await _look(plant, clock, NIGHT + 9 * HOUR)


async def test_the_chain_of_the_configuration_begins_where_no_route_names_one(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """From its level on; what is lower is the route's alone."""
    first = ONCALL["chains"][0] | {"steps": [{"to": ["rota:desk"], "after": "5m"}]}
    changes = {"routes": [{"to": ["chief"]}], "chains": [first], "escalation": {"chain": "night"}}
    settings = _settings(tmp_path, **changes)
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, _rise("low", 2, scenario="other"), _rise())
        assert len(await _look(plant, clock, NIGHT)) == 2
        assert await _look(plant, clock, NIGHT + 5 * MINUTE) == [("awa up", "console", "night 1.1")]
        with plant.database.read() as connection:
            assert escalations.of_alert(connection, "low") == ()
        _plan(plant, _rise("lower", 2, since=3, at=clock.now))
        with plant.database.read() as connection:
            assert escalations.running(connection) == ()


async def test_planned_twice_begins_one_chain(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """A crash between two looks takes a step once or not at all."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, _rise())
        clock.now = NIGHT + 10 * MINUTE
        assert escalate(plant, clock.now) == 1
        _plan(plant, _rise())
        assert escalate(plant, clock.now) == 0
        with plant.database.read() as connection:
            assert [d.step for d in deliveries.of_alert(connection, "up")].count("night 1.2") == 1


async def test_an_acknowledgement_between_look_and_step_counts(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """D14: a command in another process comes between reading what is due and taking it: nobody more is woken."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, _rise())
        with plant.database.read() as connection:
            (read_before,) = escalations.running(connection)
        assert _take(settings, "up", now=NIGHT + 10 * MINUTE) is Answer.TAKEN
        assert not advance(plant, read_before, NIGHT + 10 * MINUTE)
        with plant.database.read() as connection:
            assert escalations.running(connection) == ()
            assert [d.step for d in deliveries.of_alert(connection, "up")] == ["first"]


def _run(folder: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*arguments, "--config", str(folder / "watcher.yaml")], env={"USER": "awa"})
    return done.exit_code, done.output


async def test_the_commands(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """Each says what it did and what to type next; taking what another has is a finding."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        await plant.in_writer(judge, plant, NIGHT)
        _plan(plant, _rise())
    code, told = _run(tmp_path, "alerts")
    assert (code, "chain night, step 1" in told, "watcher ack ALERT" in told) == (1, True, True)
    code, told = _run(tmp_path, "ack", "up", "--note", "calling Kati")
    assert (code, "awa has it" in told, "watcher unack up" in told) == (0, True, True)
    assert _run(tmp_path, "alerts")[0] == 0
    code, told = _run(tmp_path, "ack", "coup", "--by", "ben")
    assert (code, "awa has it already" in told) == (1, True)
    assert _run(tmp_path, "ack", "nothing")[0] == 2
    assert _run(tmp_path, "ack", "up", "--for", "9d")[0] == 2
    code, told = _run(tmp_path, "unack", "up")
    assert (code, "open again" in told) == (0, True)
    code, told = _run(tmp_path, "escalate", "up", "--why", "nobody answers")
    assert (code, "called" in told, "watcher outbox" in told) == (0, True, True)
    assert _run(tmp_path, "escalate", "nothing", "--why", "x")[0] == 2
    found = json.loads(CliRunner().invoke(app, ["alerts", "--json", "-c", str(tmp_path / "watcher.yaml")]).output)
    assert [(one["alert"], one["level"], one["owner"]) for one in found] == [("up", "warning", None)]


async def test_what_was_never_judged_is_not_called_quiet(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """Before the first judgement no warning can stand, and that is a finding and no calm."""
    async with _plant(_settings(tmp_path), clock, channel) as plant:
        code, told = _run(tmp_path, "alerts")
        assert (code, "never judged" in told, "watcher once" in told, "baseline" in told) == (1, True, True, False)
        await plant.in_writer(judge, plant, NIGHT)
    code, told = _run(tmp_path, "alerts")
    assert (code, "never judged" in told, "baseline" in told) == (0, False, True)


async def test_the_commands_of_the_rota(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """Who is on, a swap, its undoing, and a calendar out and in."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel):
        pass
    code, told = _run(tmp_path, "oncall")
    assert (code, "Rota desk (UTC)" in told, "No hole" in told) == (0, True, True)
    span = ("--from", "2036-01-01 00:00", "--to", "2036-01-02 00:00", "--why", "holiday")
    code, told = _run(tmp_path, "oncall", "override", "desk", "ben", *span)
    assert (code, "watcher oncall undo 1" in told) == (0, True)
    assert _run(tmp_path, "oncall", "override", "desk", "nobody", *span)[0] == 2
    assert _run(tmp_path, "oncall", "undo", "1")[0] == 0
    calendar = tmp_path / "desk.ics"
    assert _run(tmp_path, "oncall", "export", "desk", "--output", str(calendar))[0] == 0
    code, told = _run(tmp_path, "oncall", "import", "desk", str(calendar), "--why", "as agreed")
    assert (code, "Override 2" in told) == (0, True)
    calendar.write_text("no calendar", "utf-8")
    assert _run(tmp_path, "oncall", "import", "desk", str(calendar), "--why", "as agreed")[0] == 1


async def test_a_swap_is_told_in_utc_and_has_a_length_whatever_the_clocks_do(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """Written on the clocks of the rota; an hour that is skipped in spring is none."""
    settings = _settings(tmp_path, rotas=[ONCALL["rotas"][0] | {"zone": "Europe/Paris"}])
    async with _plant(settings, clock, channel):
        pass
    swap = ("oncall", "override", "desk", "ben", "--why", "swap")
    code, told = _run(tmp_path, *swap, "--from", "2035-12-31 18:00", "--to", "2036-01-01 02:00")
    assert (code, "2035-12-31 17:00 to 2036-01-01 01:00 UTC" in " ".join(told.split())) == (0, True)
    code, told = _run(tmp_path, *swap, "--from", "2035-12-31T18:00-05:00", "--to", "2036-01-01 02:00")
    assert (code, "2035-12-31 23:00 to 2036-01-01 01:00 UTC" in " ".join(told.split())) == (0, True)
    code, told = _run(tmp_path, *swap, "--from", "2036-03-30 02:15", "--to", "2036-03-30 03:10")
    assert (code, "later than --from" in told) == (2, True)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"routes": [{"to": ["chain:day"]}]}, "chain:day"),
        ({"routes": [{"to": ["rota:day"]}]}, "rota:day"),
        ({"rotas": [ONCALL["rotas"][0] | {"people": ["dia"]}]}, "'dia'"),
        ({"rotas": ONCALL["rotas"] * 2}, "used twice"),
        ({"recipients": [*PEOPLE, PEOPLE[0] | {"channels": {"webhook": "https://hook.example/awa"}}]}, "used twice"),
        ({"escalation": {"chain": "day"}}, "'day'"),
        ({"chains": [{"id": "night", "steps": [{"to": ["team:x"]}]}]}, "team:x"),
        ({"chains": [{"id": "night", "steps": [{"to": ["awa"], "channels": ["pigeon"]}]}]}, "no channel 'pigeon'"),
    ],
)
def test_a_name_that_is_nobody_is_refused(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    """A typing error in a chain is found before the night."""
    config = configure(tmp_path, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | ONCALL | changes), "utf-8")
    settings, problems = load_settings(config)
    assert settings is None
    assert told in "\n".join(map(str, problems))


def test_the_check_warns_of_holes(tmp_path: Path) -> None:
    """D13: a rota that ends is no error today, and a warning that says when and what to do."""
    _settings(tmp_path, rotas=[ONCALL["rotas"][0] | {"end": "2026-01-06"}])
    done = CliRunner().invoke(app, ["check", str(tmp_path / "watcher.yaml"), "--no-history"])
    assert done.exit_code == 0
    assert "nobody is on call in the rota desk" in done.output
    assert "watcher oncall override" in done.output


async def test_a_chain_that_runs_out_is_a_system_warning_until_somebody_has_it(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """Nobody answered in the whole chain: the operators hear of it, once, and of its end."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        await _gone_through(plant, clock)
        assert _unanswered(plant, clock, NIGHT + 32 * MINUTE) == []
        assert _unanswered(plant, clock, NIGHT + 55 * MINUTE) == ["unanswered small/coup"]
        assert _unanswered(plant, clock, NIGHT + 56 * MINUTE) == []
        await outbox.deliver_due(plant, now=clock.now)
        told = [m for m in channel.sent if m.data.get("about") == "unanswered small/coup"]
        assert "the chain night is gone through" in told[0].text
        assert _take(settings, "up", now=NIGHT + 57 * MINUTE) is Answer.TAKEN
        warnings = [w for _ in range(2) for w in oversee(plant, clock.pass_(minutes=1))]
        over = [w.standing for w in warnings if w.about == "unanswered small/coup"]
        assert over == [Standing.CLEARED]


def _unanswered(plant: Plant, clock: FakeClock, at: datetime) -> list[str]:
    clock.now = at
    return [warning.about for warning in oversee(plant, at) if warning.about.startswith("unanswered")]


async def test_what_was_at_rest_since_is_not_unanswered(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """A chain that nobody answered weeks ago says nothing of what comes up anew, below the level of any chain."""
    settings = _settings(tmp_path, routes=[{"to": ["awa"]}], escalation={"chain": "night", "min_level": "warning"})
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, _rise())
        for minute in (0, 1, 11, 31, 32):
            await _look(plant, clock, NIGHT + minute * MINUTE)
        for days, (before, after) in ((9, (3, 0)), (30, (0, 1))):
            clock.now = NIGHT + days * 24 * HOUR
            _plan(plant, _rise(f"day {days}", after, since=before, at=clock.now))
        assert _unanswered(plant, clock, clock.now + HOUR) == []


@pytest.mark.parametrize("gone", ["renamed", "given up"])
async def test_a_chain_that_leaves_the_configuration_leaves_nobody_alone_with_the_alert(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel, gone: str
) -> None:
    """The chain that calls people now begins at once; where there is none, the operators are told."""
    async with _plant(_settings(tmp_path), clock, channel) as plant:
        _plan(plant, _rise())
        await _look(plant, clock, NIGHT)
    chains = [ONCALL["chains"][0] | {"id": "nights"}]
    routes = [{"to": ["chain:nights"]}] if gone == "renamed" else [{"to": ["awa"]}]
    settings = _settings(tmp_path, chains=chains, routes=routes)
    async with _plant(settings, clock, channel) as plant:
        told = [(await _look(plant, clock, NIGHT + m * MINUTE)) for m in (5, 6, 16, 36)]
        reached = [[(who, step) for who, _, step in one] for one in told]
        called = [("awa up", "nights 2.1")], [("ben up", "nights 2.2")], [("chief up", "nights 2.3")]
        assert reached == ([[], *called] if gone == "renamed" else [[], [], [], []])
        assert _unanswered(plant, clock, NIGHT + 37 * MINUTE) == (
            [] if gone == "renamed" else ["unanswered small/coup"]
        )


async def test_an_alert_that_was_taken_and_fell_wakes_nobody_whose_chain_asks_for_more(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """Its owner is reminded at the end of their time; the chain for warnings does not begin for an advisory."""
    for routes, default in (
        ([{"to": ["chief"]}], {"escalation": {"chain": "night", "min_level": "warning"}}),
        ([{"to": ["chief"]}, {"min_level": "warning", "routes": [{"scenario": "coup", "to": ["chain:night"]}]}], {}),
    ):
        folder = tmp_path / str(len(routes))
        folder.mkdir()
        settings = _settings(folder, routes=routes, **default)
        async with _plant(settings, clock, channel) as plant:
            _plan(plant, _rise())
            await _look(plant, clock, NIGHT)
            assert _take(settings, "up", who="chief", now=NIGHT + MINUTE) is Answer.TAKEN
            clock.now = NIGHT + HOUR
            _plan(plant, _rise("down", 2, since=3, at=clock.now))
            await _look(plant, clock, NIGHT + HOUR)
            told = await _look(plant, clock, NIGHT + 4 * HOUR + 2 * MINUTE)
            assert [(who, step) for who, _, step in told] == [("chief down", "reminder 1")]
            assert await _look(plant, clock, NIGHT + 4 * HOUR + 20 * MINUTE) == []


async def test_a_chain_that_was_gone_through_begins_again_whatever_was_said_since(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """Nobody answered, somebody took it hours later, by a message that was no news, and fell asleep over it."""
    settings = _settings(tmp_path)
    async with _plant(settings, clock, channel) as plant:
        await _gone_through(plant, clock)
        later = _rise("later", since=3, at=NIGHT + HOUR)
        clock.now = NIGHT + HOUR
        _plan(plant, later.model_copy(update={"line": later.line.model_copy(update={"before": 0.9, "after": 0.8})}))
        assert _take(settings, "later", now=NIGHT + 2 * HOUR, hours=1) is Answer.TAKEN
        told = await _look(plant, clock, NIGHT + 3 * HOUR)
        assert ("awa later", "night 2.1") in [(who, step) for who, _, step in told]
        told = await _look(plant, clock, NIGHT + 3 * HOUR + 10 * MINUTE)
        assert [(who, step) for who, _, step in told] == [("ben later", "night 2.2")]


async def test_the_others_hear_who_has_it(tmp_path: Path, clock: FakeClock, channel: FakeChannel) -> None:
    """Where the configuration asks for it: once, to whoever else was told, by every way; not to the owner again."""
    settings = _settings(tmp_path, sending={"say_who_has_it": "warning"})
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, _rise())
        await _look(plant, clock, NIGHT)
        await _look(plant, clock, NIGHT + 10 * MINUTE)
        assert _take(settings, "up", who="ben", now=NIGHT + 11 * MINUTE) is Answer.TAKEN
        assert _take(settings, "up", who="ben", now=NIGHT + 12 * MINUTE) is Answer.YOURS
        before = len(channel.sent)
        told = await _look(plant, clock, NIGHT + 13 * MINUTE)
        assert {who.split()[0] for who, _, _ in told} == {"awa"}
        (word,) = channel.sent[before:]
        assert word.subject.startswith("ben has it: [TLP:AMBER]")
        assert word.aside
        assert word.data["owner"] == "ben"
        assert (await _look(plant, clock, NIGHT + HOUR)) == []
        assert [one.line for one in open_alerts(settings, now=clock.now)] != [word.subject]


async def test_who_has_it_is_told_to_nobody_who_knows_of_nothing(
    tmp_path: Path, clock: FakeClock, channel: FakeChannel
) -> None:
    """Whose message still waits hears of the alert first; below the level, and by default, nobody hears."""
    quiet = {"quiet": {"from": "20:00", "to": "06:00"}}
    people = [r | (quiet if r["id"] == "ben" else {}) for r in ONCALL["recipients"]]
    settings = _settings(
        tmp_path,
        recipients=people,
        routes=[{"to": ["awa", "ben", "chief"]}],
        sending={"say_who_has_it": "warning"},
    )
    async with _plant(settings, clock, channel) as plant:
        _plan(plant, _rise(), _rise("low", 2, scenario="fuel"))
        await _look(plant, clock, NIGHT)
        assert _take(settings, "up", who="awa", now=NIGHT + MINUTE) is Answer.TAKEN
        assert _take(settings, "low", who="awa", now=NIGHT + MINUTE) is Answer.TAKEN
        told = await _look(plant, clock, NIGHT + 2 * MINUTE)
        assert {who.split()[0] for who, _, _ in told} == {"chief"}
        assert len(told) == 1

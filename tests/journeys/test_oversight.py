"""Watcher's own troubles, from the poll to the operator's message, on a clock that the test moves."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.channels import Answer
from alerts.system import SystemWarning
from indicators.items import Item
from tests.builders import an_alert, small
from tests.daemons import configure
from tests.fakes import FakeChannel, FakeClock, FakeSource
from watcher import cycle, daemon
from watcher.collecting.canary import CANARY
from watcher.health.heartbeats import Stage
from watcher.health.troubles import Trouble, TroubleKind
from watcher.health.wording import raised
from watcher.overseeing import looks, oversight
from watcher.overseeing.status import status_of
from watcher.plant import Plant
from watcher.saying import planning
from watcher.settings import Settings, load_settings
from watcher.sources import Fault
from watcher.store import StoreError, alerts, items, sources, troubles
from watcher.store import canary as canary_store
from watcher.wiring import build

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
NAMES = ("alpha", "beta", "gamma", "delta", "epsilon")
PEOPLE: list[dict[str, Any]] = [
    {"id": "desk", "channels": {"console": ""}},
    {"id": "night", "channels": {"console": ""}, "operator": True},
]


def _settings(folder: Path, **changes: Any) -> Settings:
    urls = {name: f"https://{name}.example/rss" for name in NAMES}
    config = configure(folder, small(), sources=urls, channels={"console": ""})
    raw = json.loads(config.read_text("utf-8")) | {"recipients": PEOPLE, "judge_every": "15m"} | changes
    for number, source in enumerate(raw["sources"]):
        source["every"] = "15m" if number < 4 else "1h"
    config.write_text(json.dumps(raw), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    return settings


@dataclass
class _Watch:
    """A plant whose sources print one calm report each a cycle, and whatever it has said so far."""

    plant: Plant
    clock: FakeClock
    source: FakeSource
    channel: FakeChannel
    ill: set[str] = field(default_factory=set)

    async def live(self, *, hours: float, minutes: int = 15) -> None:
        """Let so much time pass in cycles."""
        for _ in range(int(hours * 60 / minutes)):
            now = self.clock.pass_(minutes=minutes)
            fresh = [
                Item(id=f"{name} {now:%d %H %M}", source=name, title="A calm night", lang="en", fetched=now)
                for name in NAMES
            ]
            if self.source.fault is None:  # else each would rightly have a gap as well
                self.source.items = [*self.source.items[-45:], *fresh]
            await cycle.run_cycle(self.plant, now=now)

    @property
    def subjects(self) -> list[str]:
        """The subject of every message that was sent."""
        return [message.subject for message in self.channel.sent]


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[_Watch]:
    """A watch that has run for a day."""
    clock, source, channel = FakeClock(MONDAY), FakeSource(), FakeChannel()
    async with build(_settings(tmp_path), now=clock, sources={"feed": source}, channels={"console": channel}) as plant:
        one = _Watch(plant, clock, source, channel)
        await one.live(hours=4)
        assert channel.sent == []
        yield one


def _recipients(plant: Plant) -> list[tuple[str, str]]:
    from sqlalchemy import select

    from watcher.store import tables

    told = select(tables.alerts.c.subject, tables.deliveries.c.recipient).join(
        tables.deliveries, tables.deliveries.c.alert_id == tables.alerts.c.id
    )
    with plant.database.read() as connection:
        return [(row.subject, row.recipient) for row in connection.execute(told.order_by(tables.alerts.c.at))]


async def test_t22_72_hours_without_anything_are_one_warning_and_one_end(watch: _Watch) -> None:
    """Every source polls again by itself afterwards, and nobody but the operator heard of it."""
    watch.source.fault = Fault.UNREACHABLE
    await watch.live(hours=2)
    await watch.live(hours=70, minutes=30)
    assert len(watch.subjects) == 1
    assert "we are blind" in watch.subjects[0]
    assert status_of(watch.plant.settings, now=watch.clock()).findings[0].startswith("BLIND: we are blind")
    watch.source.fault = None
    await watch.live(hours=6)
    assert len(watch.subjects) == 2
    assert "OVER" in watch.subjects[1]
    with watch.plant.database.read() as connection:
        states = sources.states(connection)
    assert all(states[name].failures == 0 for name in NAMES)
    assert _recipients(watch.plant) == [("blind", "night"), ("blind", "night")]
    assert not status_of(watch.plant.settings, now=watch.clock()).findings


async def test_t18_m9_one_source_that_fails_is_told_within_two_intervals_and_its_end_to_who_heard(
    watch: _Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silence that nobody asked about is told; whoever heard of it hears that it is over, whoever else is added."""
    whole = watch.source.fetch

    async def one_fails(settings: Any, http: Any, validators: Any, now: datetime) -> Any:
        watch.source.fault = Fault.HTTP_STATUS if settings.id in watch.ill else None
        return await whole(settings, http, validators, now)

    monkeypatch.setattr(watch.source, "fetch", one_fails)
    watch.ill = {"beta"}
    await watch.live(hours=0.75)
    assert len(watch.subjects) == 1
    assert "beta: failing, http status" in watch.subjects[0]
    await watch.live(hours=0.5)
    watch.ill = set()
    await watch.live(hours=2)
    assert len(watch.subjects) == 2
    assert _recipients(watch.plant) == [("source beta", "night")] * 2


async def test_an_hourly_canary_comes_out_and_leaves_no_trace(watch: _Watch) -> None:
    """It is polled, kept, judged and gone: no item, no judgement, no evaluation of it; the status shows when."""
    with watch.plant.database.read() as connection:
        state = canary_store.state(connection)
        kept = items.recent(connection, limit=500)
    assert state.waiting is None
    assert state.out is not None
    assert watch.clock() - state.out <= timedelta(hours=1, minutes=15)
    assert {item.source for item in kept} == set(NAMES)
    assert status_of(watch.plant.settings, now=watch.clock()).as_json()["canary"]["out_at"] == state.out


async def test_a_canary_that_does_not_come_out_is_told(watch: _Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge no longer matches, and nothing else would show it."""
    monkeypatch.setattr("watcher.collecting.canary.RULE", "never")
    from watcher.collecting import canary

    canary._rule.cache_clear()
    await watch.live(hours=3)
    canary._rule.cache_clear()
    assert [subject for subject in watch.subjects if "canary" in subject] == watch.subjects[:1]


def _change(settings: Settings, before: str, after: str) -> None:
    path = Path(settings.assessments[0])
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")


async def test_a_broken_file_is_told_and_so_is_its_repair(watch: _Watch) -> None:
    """The last good version stays in force meanwhile."""
    _change(watch.plant.settings, "match:", "mtach:")
    await watch.live(hours=1)
    _change(watch.plant.settings, "mtach:", "match:")
    await watch.live(hours=1)
    assert [("OVER" in s, "the assessment assessment.yaml is refused" in s) for s in watch.subjects] == [
        (False, True),
        (True, True),
    ]


async def test_a_stage_that_stands_still_is_told(watch: _Watch) -> None:
    """A process that lives and no longer judges: two intervals and five minutes later its operators know."""
    plant = watch.plant
    for stage in Stage:
        plant.heartbeats.beat(stage, at=watch.clock())
    now = watch.clock.pass_(minutes=36)
    plant.heartbeats.beat(Stage.POLL, at=now)
    plant.heartbeats.beat(Stage.SEND, at=now)
    (late,) = oversight.late_stages(plant, now=now)
    assert late.about == "stage judge"
    (warning,) = await plant.in_writer(lambda: oversight.oversee(plant, now, more=(late,)))
    assert "the stage judge has not come to an end since" in warning.headline["en"]


async def test_d05_a_channel_that_refuses_is_told_by_whatever_is_left(watch: _Watch) -> None:
    """The refusal itself is a trouble; it waits in the same outbox, and the desk's way is tried, which refuses too."""
    watch.channel.answers = [Answer.REFUSED] * 40
    watch.source.fault = Fault.UNREACHABLE
    await watch.live(hours=2)
    with watch.plant.database.read() as connection:
        about = {one.about for one in troubles.told(connection, now=watch.clock())}
    assert about == {"blind", "channel night console", "channel desk console"}


async def test_a_look_at_ourselves_that_fails_is_told_once_a_day(
    watch: _Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs Watcher must not take it for well because it has stopped to look."""

    def fails(*_: object, **__: object) -> None:
        raise ValueError("as the test said")

    monkeypatch.setattr(troubles, "told", fails)
    await watch.live(hours=2)
    assert watch.subjects == ["[Watcher] SYSTEM ! Watcher cannot look at itself"]


@pytest.mark.parametrize("kind", [TroubleKind.BLIND, TroubleKind.SOURCE, TroubleKind.UNANSWERED])
async def test_each_look_at_ourselves_stands_for_itself(
    watch: _Watch, monkeypatch: pytest.MonkeyPatch, kind: TroubleKind
) -> None:
    """One that fails is told by its name once a day; what the others find is told as if nothing were."""
    (look,) = (one for one in looks.LOOKS if one.kind is kind)
    _let_fail(monkeypatch, kind)
    watch.source.fault = Fault.UNREACHABLE
    await watch.live(hours=2)
    name = f"Watcher cannot look at itself: {look.at['en']}"
    assert len([one for one in watch.subjects if name in one]) == 1
    others = [one for one in watch.subjects if name not in one]
    assert others  # that we are blind, or, where that cannot be seen, each source
    assert ["we are blind" in one for one in others] == [kind is not TroubleKind.BLIND] * len(others)


async def test_a_look_that_fails_calls_nothing_over(watch: _Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not to have looked is not to have found it gone: the end is told once a look has seen it."""
    watch.source.fault = Fault.UNREACHABLE
    await watch.live(hours=2)
    with monkeypatch.context() as patched:
        _let_fail(patched, TroubleKind.BLIND)
        watch.source.fault = None
        await watch.live(hours=3)
        assert [one for one in watch.subjects if "OVER" in one] == []
    await watch.live(hours=3)
    assert len([one for one in watch.subjects if "OVER" in one and "we are blind" in one]) == 1


async def test_a_trouble_that_cannot_be_worded_keeps_no_other_untold(
    watch: _Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told by its name, and told itself once it can be."""

    def fails(group: tuple[Trouble, ...], **more: Any) -> SystemWarning:
        if group[0].kind is TroubleKind.CHANNEL:
            raise KeyError("as the test said")
        return raised(group, **more)

    watch.channel.answers = [Answer.REFUSED] * 400
    with monkeypatch.context() as patched:
        patched.setattr(oversight, "raised", fails)
        watch.source.fault = Fault.UNREACHABLE
        await watch.live(hours=2)
        assert _about(watch) == {"blind"}
    with watch.plant.database.read() as connection:
        told = [alert.subject_key for alert in alerts.recent(connection, limit=20)]
    assert "oversight telling channel night console" in told
    await watch.live(hours=1)
    assert _about(watch) == {"blind", "channel night console", "channel desk console"}


def _about(watch: _Watch) -> set[str]:
    with watch.plant.database.read() as connection:
        return {one.about for one in troubles.told(connection, now=watch.clock())}


def _let_fail(monkeypatch: pytest.MonkeyPatch, kind: TroubleKind) -> None:
    """Let the look for troubles of that *kind* raise, after it has found one."""

    def fails(seen: looks.Seen) -> Iterator[Trouble]:
        words = {"en": "half of it", "fr": "la moitié"}
        yield Trouble(about=f"{kind} half", kind=kind, since=seen.now, reason=words)
        raise ValueError("as the test said")

    patched = tuple(replace(one, find=fails) if one.kind is kind else one for one in looks.LOOKS)
    monkeypatch.setattr(oversight, "LOOKS", patched)


@pytest.mark.parametrize("fault", [ValueError, StoreError])
async def test_a_source_whose_reports_cannot_be_kept_is_told(
    watch: _Watch, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    """It answers, and we see nothing of it: that is a fault with a name like every other, and the others go on."""
    whole = items.add_kept

    def cannot_keep(connection: Any, kept: Any, **more: Any) -> Any:
        if any(item.source == "beta" for item in kept.items):
            raise fault("as the test said")
        return whole(connection, kept, **more)

    monkeypatch.setattr(items, "add_kept", cannot_keep)
    await watch.live(hours=1)
    (told,) = watch.subjects
    assert "beta" in told
    assert "our own fault" in told
    monkeypatch.undo()
    await watch.live(hours=2)
    assert "OVER" in watch.subjects[-1]


@pytest.mark.parametrize("answer", [Answer.TEMPORARY, Answer.UNKNOWN])
async def test_a_channel_that_takes_nothing_for_long_is_told_by_another(tmp_path: Path, answer: Answer) -> None:
    """A warning that is tried for ever and never taken has not gone out: the operators hear of it, and of its end."""
    clock, source, sound, dead = FakeClock(MONDAY), FakeSource(), FakeChannel(), FakeChannel(kind="webhook")
    people = [{"id": "desk", "channels": {"webhook": "https://desk.example/in"}}, PEOPLE[1]]
    ways = {"console": sound, "webhook": dead}
    async with build(_settings(tmp_path, recipients=people), now=clock, sources={"feed": source}, channels=ways) as p:
        one = _Watch(p, clock, source, sound)
        await one.live(hours=1)
        dead.always = answer
        with p.database.write() as connection:
            planning.plan(connection, p.settings, an_alert(level_after=3, at=clock.now), now=clock.now)
        await one.live(hours=6)
        (told,) = one.subjects
        assert "webhook does not take a message for desk" in told
        dead.always = None
        await one.live(hours=3)
    assert len(one.subjects) == 2
    assert "OVER" in one.subjects[1]


def test_a_clock_that_was_changed_is_told_and_one_that_was_corrected_is_not() -> None:
    """Two minutes more or less than time has passed."""
    minute = timedelta(minutes=1)
    assert daemon.stepped(minute, minute + timedelta(seconds=20), now=MONDAY) == ()
    (ahead,) = daemon.stepped(61 * minute, minute, now=MONDAY)
    (back,) = daemon.stepped(-59 * minute, minute, now=MONDAY)
    assert "set ahead by 60 min" in ahead.reason["en"]
    assert "set back by 60 min" in back.reason["en"]


def test_nobody_can_write_a_canary_into_a_configuration(tmp_path: Path) -> None:
    """Its kind is not among those of an operator."""
    config = configure(tmp_path, small(), sources={"wire": "https://wire.example/"}, channels={"console": ""})
    raw = json.loads(config.read_text("utf-8"))
    raw["sources"][0]["kind"] = CANARY.kind
    config.write_text(json.dumps(raw), "utf-8")
    settings, problems = load_settings(config)
    assert settings is None
    assert "no source kind 'canary'" in str(problems[0])


async def test_t24_a_gap_is_told_beside_the_end_of_what_caused_it(watch: _Watch) -> None:
    """Sources that failed are well again, and what they printed meanwhile may have been missed."""
    watch.source.fault = Fault.TIMEOUT
    await watch.live(hours=2)
    watch.source.items = []
    watch.source.fault = None
    for name in NAMES:
        watch.source.items += [Item(id=f"new {name} {n}", source=name, title="News", fetched=MONDAY) for n in range(9)]
    await watch.live(hours=4)
    told = [subject.removeprefix("[Watcher] SYSTEM") for subject in watch.subjects]
    assert [("blind" in s, "OVER" in s) for s in told[:2]] == [(True, False), (True, True)]
    gaps = {subject[3:].partition(": gap, none of its reports was known")[0] for subject in told[2:]}
    assert gaps == {"beta", "gamma", "delta", "epsilon"}
    assert len(told) == 6


async def test_a_scenario_that_is_renamed_leaves_no_route_behind_in_silence(tmp_path: Path) -> None:
    """The route and the subscription that named it are told to the operators, and that they fit again."""
    contact = {"id": "ops", "channels": {"webhook": "https://hook.example/acme"}}
    client = {"id": "acme", "name": "Acme", "contacts": [contact], "subscriptions": [{"scenarios": ["coup"]}]}
    routes = [{"to": ["night"], "min_level": "critical"}, {"to": ["desk"], "scenario": "coup"}]
    signed = {"issuer": "Desk", "contact": "+223"}
    settings = _settings(tmp_path, routes=routes, clients=[client], notices=signed)
    clock, source, channel = FakeClock(MONDAY), FakeSource(), FakeChannel()
    async with build(settings, now=clock, sources={"feed": source}, channels={"console": channel}) as plant:
        watch = _Watch(plant, clock, source, channel)
        await watch.live(hours=1)
        assert watch.subjects == []
        (file,) = map(Path, settings.assessments)
        text = file.read_text("utf-8")
        file.write_text(text.replace("id: coup", "id: putsch").replace("{coup:", "{putsch:"), "utf-8")
        await watch.live(hours=1)
        told = " ".join(watch.subjects)
        assert "the route 2 (coup, move) fits nothing that is watched" in told
        assert "the subscription 1 of acme fits nothing that is watched with coup" in told
        assert len(watch.subjects) == 2
        file.write_text(text, "utf-8")
        await watch.live(hours=1)
        assert [subject for subject in watch.subjects[2:] if "OVER" in subject] == watch.subjects[2:]
        assert len(watch.subjects) == 4


@pytest.mark.parametrize("last", ["desk", "night"])
async def test_operators_who_cannot_be_reached_are_no_hole(tmp_path: Path, last: str) -> None:
    """Their one channel refuses: the last resort hears, or, where that is them, everybody else."""
    people = [PEOPLE[0], PEOPLE[1] | {"channels": {"webhook": "https://hook.example/night"}}]
    settings = _settings(tmp_path, recipients=people, last_resort=last)
    clock, source, channel = FakeClock(MONDAY), FakeSource(), FakeChannel()
    ways = {"console": channel, "webhook": FakeChannel(kind="webhook", always=Answer.REFUSED)}
    async with build(settings, now=clock, sources={"feed": source}, channels=ways) as plant:
        watch = _Watch(plant, clock, source, channel)
        await watch.live(hours=1)
        source.fault = Fault.UNREACHABLE
        await watch.live(hours=3)
        assert [subject for subject in watch.subjects if "webhook refuses messages for night" in subject]
        ways["webhook"].always = None
        source.fault = None
        await watch.live(hours=4)
        assert sum("OVER" in subject and "webhook refuses" in subject for subject in watch.subjects) == 1

"""The doctor on a real database: a sound one, and each fault planted and named."""

import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update
from typer.testing import CliRunner

from alerts.deliveries import Delivery, DeliveryState, delivery_key
from alerts.silences import Silence
from alerts.system import Standing
from tests.builders import a_system_warning, an_alert, an_item, small
from tests.daemons import configure
from tests.fakes import FakeChannel, FakeClock, FakeSource
from watcher import built_assets, cycle
from watcher.cli import app
from watcher.doctor import CHECKS
from watcher.doctor.examining import examined
from watcher.plant import Plant
from watcher.saying import planning
from watcher.settings import load_settings
from watcher.store import (
    Connection,
    StoreError,
    audit,
    audit_chain,
    deliveries,
    items,
    migrations,
    silences,
    soundness,
    tables,
)
from watcher.store import alerts as alert_store
from watcher.wiring import build

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class _Clinic:
    """A plant that has lived for a few cycles and warned once."""

    plant: Plant
    config: Path

    def findings(self) -> dict[str, tuple[str, ...]]:
        """What is wrong: the ids by the name of the check."""
        found = examined(self.plant.settings, now=self.plant.now(), deep=True)
        return {one.name: tuple(i for f in one.findings for i in f.ids) for one in found if one.findings}

    def owe(self, connection: Connection, **changes: Any) -> Delivery:
        """Owe an alert to the desk, and return the delivery with *changes*."""
        alert = an_alert(id="planted")
        alert_store.add(connection, alert)
        (sound,) = planning.owed(alert, self.plant.settings.recipients[0], None, now=self.plant.now())
        owed = replace(sound, **changes)
        owed = replace(owed, key=delivery_key(owed.alert_id, owed.recipient, owed.channel))
        deliveries.plan(connection, [owed], at=self.plant.now())
        return owed


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[_Clinic]:
    config = configure(tmp_path, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    raw = json.loads(config.read_text("utf-8")) | {"watchdog": {"url": "https://outside.example/ping"}}
    config.write_text(json.dumps(raw), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    clock, source, channel = FakeClock(NOW - HOUR), FakeSource(), FakeChannel()
    channels = {"console": channel, "webhook": FakeChannel(kind="webhook")}
    async with build(settings, now=clock, sources={"feed": source}, channels=channels) as plant:
        await cycle.run_cycle(plant, now=clock())
        attacks = ("Kolokani", "Kati", "Kolokani again")
        source.items = [
            an_item(f"Convoy ambushed near {place}", source="wire", lang="en", fetched=NOW, published=NOW - HOUR)
            for place in attacks
        ]
        clock.now = NOW
        done = await cycle.run_cycle(plant, now=NOW, all_sources=True)
        assert done.evaluations
        with plant.database.write() as connection:
            planning.plan(connection, settings, an_alert(id="said", at=NOW), now=NOW)
        await cycle.run_cycle(plant, now=clock.pass_(seconds=30))
        assert channel.sent
        yield _Clinic(plant, config)


async def test_a_database_that_lives_is_sound(clinic: _Clinic) -> None:
    """Every promise is looked at and kept, and the command says so."""
    found = examined(clinic.plant.settings, now=clinic.plant.now(), deep=True)
    assert {one.name for one in found} == set(CHECKS)
    assert not any(one.findings or one.skipped for one in found), found


async def test_the_command_tells_a_finding_by_its_exit_code_and_names_the_next_step(clinic: _Clinic) -> None:
    """Months after the last cycle of this test's clock the canary is long overdue."""
    told = CliRunner().invoke(app, ["doctor", "--config", str(clinic.config)])
    assert told.exit_code == 1
    assert "canary     FINDING" in told.output
    assert "Next: is `watcher run` running?" in told.output
    told = CliRunner().invoke(app, ["doctor", "--config", str(clinic.config), "--json"])
    states = {one["check"]: one["state"] for one in json.loads(told.output)}
    assert states["canary"] == "finding"
    assert states["moves"] == "sound"


async def test_pages_without_their_assets_are_found(
    clinic: _Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where pages are served; a watch without pages needs none. The files that are missing are named."""
    monkeypatch.setattr(built_assets, "STATIC", tmp_path)
    assert "assets" not in clinic.findings()
    raw = json.loads(clinic.config.read_text("utf-8")) | {"web": {}}
    clinic.config.write_text(json.dumps(raw), "utf-8")
    settings, problems = load_settings(clinic.config)
    assert settings is not None, problems
    found = {one.name: one for one in examined(settings, now=clinic.plant.now())}
    (finding,) = found["assets"].findings
    assert "make assets" in finding.instead
    assert finding.ids == built_assets.BUILT
    for name in built_assets.BUILT:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert not any(one.findings for one in examined(settings, now=clinic.plant.now()))


def _no_alert(_: _Clinic, connection: Connection) -> str:
    move = {"id": "lost-move", "assessment": "small", "key": "coup", "sequence": 99, "at": NOW, "before": 0.1}
    rest = {"after": 0.2, "reasons": "[]", "data": "{}", "number": 99}
    names = ", ".join([*move, *rest])
    marks = ", ".join(f":{name}" for name in [*move, *rest])
    connection.execute(text(f"INSERT INTO moves ({names}) VALUES ({marks})"), move | rest | {"at": NOW.isoformat()})
    return "lost-move"


def _nobody_owed(_: _Clinic, connection: Connection) -> str:
    alert_store.add(connection, an_alert(id="unheard"))
    return "unheard"


def _gone(clinic: _Clinic, connection: Connection) -> str:
    return clinic.owe(connection, recipient="leaver").key


def _far_future(clinic: _Clinic, connection: Connection) -> str:
    return clinic.owe(connection, due=NOW + 3 * HOUR).key


def _overdue(clinic: _Clinic, connection: Connection) -> str:
    return clinic.owe(connection, due=NOW - HOUR).key


def _unknown_hold(clinic: _Clinic, connection: Connection) -> str:
    return clinic.owe(connection, state=DeliveryState.HELD, held="silence 77", due=NOW + HOUR).key


def _held_too_long(clinic: _Clinic, connection: Connection) -> str:
    one = silences.add(connection, Silence(who="ana", why="exercise", start=NOW, end=NOW + HOUR), at=NOW)
    return clinic.owe(connection, state=DeliveryState.HELD, held=one.name, due=NOW + 2 * HOUR).key


def _no_digest(clinic: _Clinic, connection: Connection) -> str:
    return clinic.owe(connection, state=DeliveryState.BUNDLED, last_detail="told in digest dig-gone").key


def _lost_claim(clinic: _Clinic, connection: Connection) -> str:
    key = clinic.owe(connection, state=DeliveryState.SENDING).key
    here = tables.deliveries.c.key == key
    connection.execute(update(tables.deliveries).where(here).values(claimed_by="x", claimed_until=NOW - HOUR))
    return key


def _unjudged(_: _Clinic, connection: Connection) -> str:
    items.add(connection, [an_item(id="forgotten", source="wire", fetched=NOW - HOUR)])
    return "forgotten"


def _edited(_: _Clinic, connection: Connection) -> str:
    audit.write(connection, at=NOW, who="ines", what="gave up a delivery", detail={"key": "k"})
    audit_chain.link(connection)
    connection.execute(text("UPDATE audit SET who = 'awa' WHERE who = 'ines'"))
    end = audit_chain.head(connection).count
    what = "is not as it was written: who, what, when or its detail was changed"
    return f"link {end} ({NOW:%Y-%m-%d %H:%M} UTC, awa: gave up a delivery) {what}"


_FAULTS: list[tuple[str, Callable[[_Clinic, Connection], str]]] = [
    ("moves", _no_alert),
    ("alerts", _nobody_owed),
    ("owners", _gone),
    ("due", _far_future),
    ("due", _overdue),
    ("holds", _unknown_hold),
    ("holds", _held_too_long),
    ("bundles", _no_digest),
    ("leases", _lost_claim),
    ("items", _unjudged),
    ("audit", _edited),
]


@pytest.mark.parametrize(("check", "plant"), _FAULTS, ids=[f.__name__.strip("_") for _, f in _FAULTS])
async def test_each_fault_is_found_by_its_check_and_by_no_other(
    clinic: _Clinic, check: str, plant: Callable[[_Clinic, Connection], str]
) -> None:
    """One broken promise, one name. P16: an edited row of the record is one of them."""
    with clinic.plant.database.write() as connection:
        broken = plant(clinic, connection)
    assert clinic.findings() == {check: (broken,)}


async def test_a_refusal_or_a_reason_on_record_makes_it_sound(clinic: _Clinic) -> None:
    """What was decided not to be said, by name, is no lost warning."""
    with clinic.plant.database.write() as connection:
        move, alert = _no_alert(clinic, connection), _nobody_owed(clinic, connection)
        audit.write(connection, at=NOW, who="watcher", what="alert refused", detail={"move": move, "why": "x"})
        audit.write(connection, at=NOW, who="watcher", what=planning.UNHEARD, detail={"alert": alert, "why": "x"})
    assert clinic.findings() == {}


async def test_an_alert_that_nobody_hears_says_so_on_record(clinic: _Clinic) -> None:
    """The end of what nobody was told of goes to nobody, and the audit says why."""
    over = a_system_warning(id="sys-over", about="source never told", standing=Standing.CLEARED)
    with clinic.plant.database.write() as connection:
        planning.plan(connection, clinic.plant.settings, over, now=NOW)
        planning.plan(connection, clinic.plant.settings, over, now=NOW)
        (told,) = audit.entries(connection, planning.UNHEARD)
    assert told.detail["alert"] == "sys-over"
    assert "nobody was told" in told.detail["why"]
    assert clinic.findings() == {}


async def test_what_was_handed_to_the_last_resort_has_an_owner(clinic: _Clinic) -> None:
    """Whoever left the configuration leaves no orphan once the last resort is owed the same."""
    with clinic.plant.database.write() as connection:
        _gone(clinic, connection)
        clinic.owe(connection)
    assert clinic.findings() == {}


async def test_a_canary_that_stays_inside_is_named(clinic: _Clinic) -> None:
    """Hours without a judgement and without a ping are told, whatever else is sound."""
    found = examined(clinic.plant.settings, now=NOW + 3 * HOUR)
    assert {one.name for one in found if one.findings} == {"canary", "watchdog"}


async def test_tables_of_another_version_stop_every_other_look(clinic: _Clinic) -> None:
    """What cannot be read is not called sound."""
    with clinic.plant.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))
    found = examined(clinic.plant.settings, now=NOW)
    assert found[0].name == "schema"
    assert "0009" in found[0].findings[0].what
    assert all(one.skipped for one in found[1:])


def _raises(error: Exception) -> Callable[..., Any]:
    def fails(*_: object, **__: object) -> Any:
        raise error

    return fails


def _no_such_table(connection: Connection, **_: object) -> Any:
    return connection.execute(text("SELECT 1 FROM gone")).all()


_FAILING = {
    "ours": (_raises(KeyError("hunter2")), "a fault of ours, KeyError at watcher/doctor/", "report it"),
    "the store's": (_raises(StoreError("the disk is full")), "the disk is full", "mend that first"),
    "the database's": (_no_such_table, "its tables are not those of this version yet", "mend that first"),
}


@pytest.mark.parametrize(
    ("check", "reads"), [("schema", (migrations, "standing")), ("leases", (soundness, "lost_claims"))]
)
@pytest.mark.parametrize("why", list(_FAILING))
async def test_a_check_that_fails_is_a_finding_and_stops_no_other(
    clinic: _Clinic, monkeypatch: pytest.MonkeyPatch, check: str, reads: tuple[object, str], why: str
) -> None:
    """Not to have looked is not sound; a fault beside it is found as before. The error's own text is not printed."""
    fails, told, instead = _FAILING[why]
    with clinic.plant.database.write() as connection:
        gone = _gone(clinic, connection)
    monkeypatch.setattr(*reads, fails)
    found = {one.name: one for one in examined(clinic.plant.settings, now=clinic.plant.now())}
    assert list(found) == list(CHECKS)
    (failed,) = found[check].findings
    assert failed.what.startswith(f"{check} could not be checked: ")
    assert told in failed.what
    assert "hunter2" not in failed.what
    assert instead in failed.instead
    assert found["owners"].findings[0].ids == (gone,)
    states = {one.name: one.state for one in found.values() if one.state != "sound"}
    assert states == {check: "failed", "owners": "finding"}


async def test_the_command_fails_as_on_a_finding_where_a_check_could_not_be_made(
    clinic: _Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cron asks by the exit code; a person reads which check it was, and that the others were made."""
    monkeypatch.setattr(soundness, "lost_claims", _raises(ValueError("x")))
    told = CliRunner().invoke(app, ["doctor", "--config", str(clinic.config)])
    assert told.exit_code == 1
    assert "leases     FAILED: what is being sent has a sender" in told.output
    assert "moves      sound" in told.output
    told = CliRunner().invoke(app, ["doctor", "--config", str(clinic.config), "--json"])
    states = {one["check"]: one["state"] for one in json.loads(told.output)}
    assert (states["leases"], states["moves"], len(states)) == ("failed", "sound", len(CHECKS))


async def test_damage_is_found(clinic: _Clinic, tmp_path: Path) -> None:
    """A row whose owner is gone."""
    with sqlite3.connect(tmp_path / "watcher.db") as loose:
        loose.execute("INSERT INTO judgements (item_id, assessment, judged_with, at) VALUES ('no', 'x', 'y', 'z')")
    loose.close()
    assert "judgements row" in clinic.findings()["storage"][0]

"""Fatigue: who was told how much, what of it was false, and which rule to tune."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from indicators.decisions import MoveDecision, MoveDecisionKind
from indicators.events import DecisionKind
from tests.builders import a_sighting, an_alert, small
from tests.daemons import configure
from watcher.cli import app
from watcher.cli.fatigue import bars
from watcher.overseeing.fatigue import burdens, noises, rejections, verdicts
from watcher.overseeing.tiring import tiredness
from watcher.saying import planning
from watcher.settings import Settings, load_settings
from watcher.store import Database, event_decisions
from watcher.store.loads import Load

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SINCE = NOW - 7 * DAY


def _load(alert: str, *, recipient: str = "desk", at: datetime = NOW, kind: str = "move", **more: bool) -> Load:
    flags = {"held": False, "bundled": False} | more
    return Load(recipient=recipient, alert=alert, kind=kind, assessment="small", subject="coup", at=at, **flags)


def _decision(move: str, kind: MoveDecisionKind, number: int = 1) -> MoveDecision:
    return MoveDecision(
        number=number,
        assessment="small",
        key="coup",
        move=move,
        kind=kind,
        p=None,
        confidence=None,
        who="ana",
        why="looked",
        at=NOW,
    )


def test_a_message_is_counted_once_on_the_day_of_who_reads_it() -> None:
    """What a digest told is no message of its own; a day begins at the reader's midnight."""
    late = datetime(2026, 1, 9, 23, 30, tzinfo=UTC)
    loads = (_load("a", at=late), _load("b", bundled=True, held=True), _load("c", kind="digest"))
    (one,) = burdens(loads, {}, zones={"desk": ZoneInfo("Europe/Paris")}, since=SINCE, now=NOW)
    assert one.messages[NOW.date()] == 2
    assert one.messages[late.date()] == 0
    assert (one.total, one.alerts, one.digests, one.held) == (2, 2, 1, 1)
    assert len(one.messages) == 8
    assert one.per_week == pytest.approx(2 / 8 * 7)


def test_what_people_decided_is_what_was_true_and_what_was_false() -> None:
    """Accepted and amended is acted on, rejected is false, withdrawn is undecided again."""
    told = (
        _decision("a", MoveDecisionKind.ACCEPT),
        _decision("b", MoveDecisionKind.REJECT),
        _decision("c", MoveDecisionKind.REJECT),
        _decision("c", MoveDecisionKind.WITHDRAW),
    )
    stands = verdicts(told)
    assert stands == {"a": MoveDecisionKind.ACCEPT, "b": MoveDecisionKind.REJECT}
    loads = (_load("a"), _load("b"), _load("c"), _load("sys", kind="system"))
    (one,) = burdens(loads, stands, taken=frozenset({"a", "sys", "not theirs"}), zones={}, since=SINCE, now=NOW)
    assert (one.acted, one.false, one.about_moves, one.alerts) == (1, 1, 3, 4)
    assert one.acknowledged == 2


def test_the_noisiest_is_what_people_called_false_and_the_command_is_named() -> None:
    """A rule whose events are rejected goes before one that only speaks often."""
    alerts = [
        an_alert(id="a", evidence=(a_sighting(indicator="busy"), a_sighting(indicator="busy"))),
        an_alert(id="b", evidence=(a_sighting(indicator="busy"),)),
        an_alert(id="c", scenario="blockade", evidence=(a_sighting(indicator="wrong"),)),
    ]
    found = noises(alerts, {"c": MoveDecisionKind.REJECT}, {("small", "wrong"): 3, ("small", "mute"): 1})
    assert [(n.kind, n.name, n.alerts, n.false, n.rejected) for n in found] == [
        ("indicator", "wrong", 1, 1, 3),
        ("scenario", "blockade", 1, 1, 0),
        ("indicator", "mute", 0, 0, 1),
        ("indicator", "busy", 2, 0, 0),
        ("scenario", "coup", 2, 0, 0),
    ]
    assert found[0].next_step == "watcher try wrong -a small"


def test_bars_show_the_days() -> None:
    """Nothing is a dot, the busiest day is the highest."""
    assert bars([0, 1, 4, 8]) == "·▁▄█"
    assert bars([]) == ""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A configuration whose database has two alerts and a rejected event."""
    config = configure(tmp_path, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    read, problems = load_settings(config)
    assert read is not None, problems
    database = Database(read.database)
    database.migrate()
    with database.write() as connection:
        for name in ("one", "two"):
            planning.plan(connection, read, an_alert(id=name, at=NOW), now=NOW)
        first, second = (
            event_decisions.add(
                connection,
                "small",
                kind=DecisionKind.REJECT,
                indicator="officer_unrest",
                reports=(f"r{n}",),
                who="ana",
                why="an exercise",
                at=NOW,
            )
            for n in (1, 2)
        )
        event_decisions.add(
            connection,
            "small",
            kind=DecisionKind.WITHDRAW,
            indicator="officer_unrest",
            reports=(),
            who="ana",
            why="it was real",
            at=NOW,
            withdraws=second.number,
        )
        known = event_decisions.decisions(connection, "small")
    database.close()
    assert rejections("small", known, since=NOW - DAY) == {("small", "officer_unrest"): 1}
    assert first.number
    return read


def test_it_is_read_from_the_live_database(settings: Settings, tmp_path: Path) -> None:
    """Each alert once, whatever its channels; the rejected event names its rule; the command prints it."""
    found = tiredness(settings, since=SINCE, now=NOW + DAY)
    (desk,) = found.burdens
    assert (desk.recipient, desk.total, desk.alerts) == ("desk", 2, 2)
    assert [(n.name, n.alerts, n.rejected) for n in found.noises[:2]] == [("officer_unrest", 2, 1), ("coup", 2, 0)]
    told = CliRunner().invoke(app, ["fatigue", "--since", "2026-01-01", "--config", str(tmp_path / "watcher.yaml")])
    assert told.exit_code == 0, told.output
    assert "watcher try officer_unrest -a small" in told.output
    assert "desk" in told.output


def test_the_command_that_it_names_can_be_typed(settings: Settings, tmp_path: Path) -> None:
    """It names the assessment by its id, whatever its file is called."""
    here = ["--config", str(tmp_path / "watcher.yaml")]
    tried = CliRunner().invoke(app, ["try", "officer_unrest", "-a", "small", "--since", "2026-01-01", *here])
    assert tried.exit_code == 0, tried.output
    assert "officer_unrest: Officer unrest (small, version 1)" in tried.output
    assert len(settings.assessments) == 1
    assert Path(settings.assessments[0]).name != "small"
    nobody = CliRunner().invoke(app, ["try", "officer_unrest", "-a", "smal", *here])
    assert nobody.exit_code == 2
    assert "no assessment 'smal'" in nobody.output

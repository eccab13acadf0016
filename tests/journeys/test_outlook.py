"""What stands, asked for by a person: every figure with its word, its range, its doubts and what would change it."""

import json
import math
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.builders import a_report, small
from tests.daemons import configure
from tests.fakes import FakeChannel, FakeClock, FakeSource
from watcher import cycle
from watcher.cli import app
from watcher.settings import load_settings
from watcher.wiring import build

DAY = datetime(2026, 1, 2, tzinfo=UTC)
PUBLISHERS = "[{match: [wire], family: wire, grade: B}, {match: [daily], family: daily, grade: C}]"


@pytest.fixture
async def config(tmp_path: Path) -> str:
    """A store in which three attacks were judged, two told by one family alone."""
    text = small(publishers=PUBLISHERS).replace(
        "    impact: extreme\n", "    impact: extreme\n    deadline: 2026-02-01\n", 1
    )
    sources = {"wire": "https://wire.example/rss", "daily": "https://daily.example/rss"}
    settings, problems = load_settings(configure(tmp_path, text, sources=sources, channels={"console": ""}))
    assert settings is not None, problems
    clock, source = FakeClock(DAY), FakeSource()
    async with build(settings, now=clock, sources={"feed": source}, channels={"console": FakeChannel()}) as plant:
        for day in range(3):
            source.items += [a_report(f"wire {day}", clock()), a_report(f"officers {day}", clock(), "officers")]
            if not day:
                source.items.append(a_report("daily", clock(), source="daily"))
            await cycle.run_cycle(plant, now=clock(), all_sources=True)
            clock.pass_(days=2)
    return str(tmp_path / "watcher.yaml")


def _told(*arguments: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(app, ["outlook", *arguments, "--json"])
    assert done.exit_code == 0, done.output
    told: list[dict[str, Any]] = json.loads(done.stdout)
    return told


def test_every_line_is_told_with_word_range_horizon_and_confidence(config: str) -> None:
    """Unknown is not calm, and a number never stands alone."""
    coup, blockade = _told("-c", config)
    for line in (coup, blockade):
        assert line["term"]
        assert "%" in line["range"]
        assert line["low"] <= line["p"] <= line["high"]
        assert line["confidence"]["level"] in ("low", "moderate")
    assert coup["by_last_day"] < coup["p"], "less time is left than the horizon has"
    assert blockade["by_last_day"] is None


def test_status_says_the_same_term_as_the_outlook(config: str) -> None:
    """One moment, one figure, one word for it, whichever command is asked."""
    done = CliRunner().invoke(app, ["status", "-c", config, "--json"])
    told = {line["scenario"]: (line["term"], line["range"]) for line in json.loads(done.stdout)["outlooks"][0]["lines"]}
    assert told == {line["scenario"]: (line["term"], line["range"]) for line in _told("-c", config)}


def test_the_next_step_below_the_warnings_leads_behind_the_figure(config: str) -> None:
    """Who copies what `watcher alerts` says next is not refused."""
    told = CliRunner().invoke(app, ["alerts", "-c", config]).stdout
    (scenario,) = re.findall("`watcher outlook ([^`]+)`", told)
    done = CliRunner().invoke(app, ["outlook", scenario, "-c", config])
    assert done.exit_code == 0, done.output
    assert "change our mind" in done.stdout


def test_one_line_adds_up_and_says_who_carries_it_and_what_would_change_it(config: str) -> None:
    """Rows sum to the change in nats and in points; without the family that reported all, nothing is left of it."""
    (line,) = _told("blockade", "-c", config)
    logit = [math.log(p / (1 - p)) for p in (line["prior"], line["p"])]
    assert math.fsum(r["nats"] for r in line["rows"]) == pytest.approx(logit[1] - logit[0], abs=1e-9)
    assert math.fsum(r["points"] for r in line["rows"]) == pytest.approx(line["p"] - line["prior"], abs=1e-12)
    assert {r["source"]: r["level"] for r in line["rows"]}["convoy_attack"] == "level 2"
    assert line["without"]["wire"] < line["p"]
    assert line["without"].get("daily", line["p"]) <= line["p"]
    assert line["change_our_mind"]["up"]["edge"] == 0.8
    assert any("one publisher family, wire" in doubt for doubt in line["confidence"]["doubts"])


def test_the_page_reads_for_people(config: str) -> None:
    """It says word and figure, what each row did, what would change our mind, and where to look next."""
    done = CliRunner().invoke(app, ["outlook", "blockade", "-c", config])
    assert done.exit_code == 0, done.output
    for part in (
        "likely (55-80 %)",
        "Confidence, proposed:",
        "points",
        "level 2",
        "Without the family wire",
        "change our mind, up",
        "Next:",
    ):
        assert part in done.stdout
    every = CliRunner().invoke(app, ["outlook", "-c", config]).stdout
    assert "by its last day" in every


def test_a_line_nobody_knows_is_named_with_the_nearest(config: str) -> None:
    """A slip of the pen is no dead end."""
    done = CliRunner().invoke(app, ["outlook", "blokade", "-c", config])
    assert done.exit_code == 2
    assert "blockade" in done.stderr


def test_only_a_person_sets_a_high_confidence(config: str) -> None:
    """It stands with the move it was set for, by name and reason, with the machine's doubts beside it."""
    runner = CliRunner()
    told = json.loads(runner.invoke(app, ["moves", "--since", "2026-01-01", "-c", config, "--json"]).stdout)
    move = told["moves"][-1]
    key = move["scenario"]
    person = ["--by", "A. Keita", "--why", "two drivers were called", "-c", config]
    done = runner.invoke(app, ["decide", move["id"], "accept", "--confidence", "high", *person])
    assert done.exit_code == 0, done.output
    (line,) = _told(key, "-c", config)
    assert (line["confidence"]["level"], line["confidence"]["set_by"]) == ("high", "A. Keita")
    shown = runner.invoke(app, ["outlook", key, "-c", config]).stdout
    assert "Confidence, set by A. Keita (two drivers were called): high" in shown
    wrong = runner.invoke(app, ["decide", move["id"], "accept", "--confidence", "sure", *person])
    assert (wrong.exit_code, "low, moderate, high" in wrong.stderr) == (2, True)

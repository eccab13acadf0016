"""Planning: who is owed an alert of which kind."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from indicators.bands import WarningLevel
from tests.builders import a_system_warning, an_alert, small
from tests.daemons import configure
from watcher.saying.planning import heard_by, owed
from watcher.settings import Settings, load_settings

NOW = datetime(2026, 1, 4, 7, tzinfo=UTC)


def _settings(folder: Path, recipients: list[dict[str, Any]]) -> Settings:
    config = configure(folder, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    raw = json.loads(config.read_text("utf-8"))
    config.write_text(json.dumps(raw | {"recipients": [*raw["recipients"], *recipients]}), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    return settings


def test_a_system_warning_goes_to_the_operators_and_not_to_the_desk(tmp_path: Path) -> None:
    """Who runs Watcher is told of its troubles; a route for moves does not speak of them."""
    settings = _settings(tmp_path, [{"id": "ops", "operator": True, "channels": {"console": ""}}])
    assert [h.recipient.id for h in heard_by(a_system_warning(), settings)] == ["ops"]
    assert "ops" not in [h.recipient.id for h in heard_by(an_alert(), settings)]


def test_without_an_operator_the_last_resort_hears_of_troubles(tmp_path: Path) -> None:
    """A trouble that nobody hears of is the worst kind."""
    settings = _settings(tmp_path, [])
    assert [h.recipient.id for h in heard_by(a_system_warning(), settings)] == [settings.last_resort]


@pytest.mark.parametrize("channels", [{"console": ""}, {"console": "", "webhook": "https://hook.example/x"}])
def test_one_delivery_for_each_channel(tmp_path: Path, channels: dict[str, str]) -> None:
    """Each way out is owed the message by itself, as urgent as the trouble is."""
    settings = _settings(tmp_path, [{"id": "ops", "operator": True, "channels": channels}])
    found = owed(a_system_warning(), settings.operators[0], None, now=NOW)
    assert [d.channel for d in found] == list(channels)
    assert {d.level for d in found} == {WarningLevel.ADVISORY}
    assert len({d.key for d in found}) == len(channels)

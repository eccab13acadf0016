"""Warnings about Watcher itself: worded whole in both languages, kept and read back like every alert."""

import json

import pytest
from jinja2 import DictLoader

from alerts.layouts.environment import shipped_sandbox
from alerts.messages import LAYOUTS, render
from alerts.said import AnyAlert, read_alert
from alerts.system import Standing, system_warning_id
from indicators.bands import WarningLevel
from tests.builders import a_system_warning, an_alert
from tests.noticing import a_notice

PARTS = {
    "en": ("Source wire is failing", "wire: timed out", "What only wire", "watcher sources test wire", "04:00 UTC"),
    "fr": ("La source wire est en panne", "wire : pas de", "Ce que wire est", "watcher sources test wire", "04:00 UTC"),
}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_it_says_what_since_when_what_it_means_and_what_to_do(lang: str) -> None:
    """A reader at 3 a.m. needs all of it, in one language."""
    words = render(a_system_warning(), lang=lang)
    assert not words.fallback
    assert [part for part in PARTS[lang] if part not in words.text] == []
    assert PARTS[lang][0] in words.subject


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_is_over_asks_for_nothing(lang: str) -> None:
    """A warning that is cleared names its end, and no step to take."""
    words = render(a_system_warning(standing=Standing.CLEARED), lang=lang)
    assert not words.fallback
    assert "✓" in words.subject
    assert "sources test" not in words.text


def test_a_repeat_says_so() -> None:
    """The same promise as for every alert."""
    assert "may be a repeat" in render(a_system_warning(), lang="en", repeat=True).text


def test_a_broken_layout_does_not_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """J03: the plain words go out."""
    monkeypatch.setattr(shipped_sandbox(), "loader", DictLoader({"system.en.txt.j2": "{{ nothing.at.all }}"}))
    shipped_sandbox().cache.clear()  # type: ignore[union-attr] # it has one: the default size is not 0
    words = render(a_system_warning(), lang="en")
    shipped_sandbox.cache_clear()
    assert words.fallback
    assert "wire: timed out" in words.text


@pytest.mark.parametrize("alert", [an_alert(), a_system_warning(), a_notice()], ids=lambda a: a.kind)
def test_every_kind_comes_back_as_it_was_worded(alert: AnyAlert) -> None:
    """What was said can be shown years later, whatever kind it was."""
    assert read_alert(alert.model_dump_json()) == alert
    assert alert.kind in LAYOUTS
    assert {alert.subject_key, alert.level, alert.urgency}  # what the store files it by


def test_a_kind_that_is_unknown_is_refused() -> None:
    """A body of a newer version is an error, never another kind's words."""
    with pytest.raises(ValueError, match="poem"):
        read_alert(json.dumps({"kind": "poem"}))


def test_what_is_cleared_is_filed_under_no_level_but_as_urgent_as_it_was() -> None:
    """The end of a trouble must overtake what waits, as its beginning did."""
    over = a_system_warning(standing=Standing.CLEARED)
    assert (over.level, over.urgency) == (WarningLevel.BASELINE, WarningLevel.ADVISORY)


def test_one_trouble_at_one_moment_has_one_id() -> None:
    """Planning it twice owes it once; its end is another message."""
    at = a_system_warning().at
    first = system_warning_id("blind", Standing.RAISED, at)
    assert first == system_warning_id("blind", Standing.RAISED, at)
    assert first != system_warning_id("blind", Standing.CLEARED, at)

"""``watcher status``: what is missing is said, and what to type next; what a feed wrote is text."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.builders import an_item, small
from tests.daemons import configure
from tests.fakes import FakeClock, FakeSource
from watcher import cycle
from watcher.cli import app
from watcher.settings import load_settings
from watcher.wiring import build


@pytest.fixture
def asked(tmp_path: Path) -> Result:
    """The status of ten sources before the first poll."""
    sources = {f"paper-{n}": f"https://paper-{n}.example/rss" for n in range(10)}
    config = configure(tmp_path, small(), sources=sources, channels={"console": ""})
    return CliRunner().invoke(app, ["status", "-c", str(config)])


def test_what_was_never_judged_has_no_table_and_a_next_step(asked: Result) -> None:
    """An empty table, and a command that would be refused, help nobody."""
    words = " ".join(asked.stdout.split())
    assert asked.exit_code == 1
    assert "never judged, so nothing can be said of it" in words
    assert "Next: watcher once or watcher run" in words
    assert "at never" not in words


def test_a_list_that_is_cut_says_so(asked: Result) -> None:
    """Eight of ten blind sources are not all of them."""
    words = " ".join(asked.stdout.split())
    assert "10 of 10 sources cannot see" in words
    assert "paper-7, …; `watcher sources` says why" in words


async def test_a_hostile_headline_that_waits_for_a_look_ends_nothing(tmp_path: Path) -> None:
    """A report that names no place is shown for a person's look, as its source wrote it."""
    text, now = small().replace("{region: near}", "{region: near, unlocated: watch}"), datetime(2026, 1, 2, tzinfo=UTC)
    config = configure(tmp_path, text, sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    settings, problems = load_settings(config)
    assert settings is not None, problems
    source = FakeSource()
    source.items.append(an_item("Convoy ambushed [/bold] on the road", lang="en", published=now, fetched=now))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("watcher.clock.utc_now", lambda: now)
        async with build(settings, now=FakeClock(now), sources={"feed": source}) as plant:
            await cycle.run_cycle(plant, now=now, all_sources=True)
        done = CliRunner().invoke(app, ["status", "-c", str(config)])
    assert "Convoy ambushed [/bold] on the road" in done.stdout

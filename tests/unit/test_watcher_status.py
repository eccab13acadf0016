"""``watcher status`` where nothing is known yet: what is missing is said, and what to type next."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.builders import small
from tests.daemons import configure
from watcher.cli import app


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

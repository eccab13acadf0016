"""What every test starts from: no settings from outside, and logs as a fresh process has them."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from tests.daemons import RUNNING
from tests.databases import upgrade_at_once
from tests.desks import ServedDesk, copied, desk_of, play_demo
from watcher.store import migrations

settings.register_profile("untimed", parent=settings.default, deadline=None)
settings.load_profile("untimed")
"""No test asserts a time: on a busy machine the first example also pays for what is imported at first use.

The rest stays as it was chosen: where CI is set, hypothesis draws the same examples every time.
"""


@pytest.fixture(autouse=True)
def _as_a_fresh_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [n for n in os.environ if n.startswith("WATCHER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(migrations, "upgrade", upgrade_at_once)
    yield
    structlog.reset_defaults()
    while RUNNING:
        with suppress(ProcessLookupError):
            os.kill(RUNNING.pop(), signal.SIGKILL)


@pytest.fixture(scope="session")
def demo_data(pytestconfig: pytest.Config) -> Path:
    """What the demo's story left behind by 20 November 2025, played once; copy it before you change it."""
    return play_demo(pytestconfig.rootpath / ".pytest_cache" / "demo")


@pytest.fixture
async def desk(demo_data: Path, tmp_path: Path) -> AsyncIterator[ServedDesk]:
    """A served desk over a copy of the demo's data, with an account of each role."""
    async with desk_of(copied(demo_data, tmp_path / "desk")) as served:
        yield served

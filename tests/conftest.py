"""What every test starts from: no settings from outside, and logs as a fresh process has them."""

import gc
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import settings

from tests.daemons import RUNNING

if TYPE_CHECKING:
    from tests.desks import ServedDesk

# What is heavy is imported where it is used: the process that hands tests out to others needs none of it.

settings.register_profile("untimed", parent=settings.default, deadline=None)
settings.load_profile("untimed")
"""No test asserts a time: on a busy machine the first example also pays for what is imported at first use.

The rest stays as it was chosen: where CI is set, hypothesis draws the same examples every time.
"""


def pytest_sessionstart() -> None:
    """Look for no rubbish while tests are collected: half a million values are made then, and all of them stay."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave those values alone from now on, and look less often: it was a tenth of the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(autouse=True)
def _as_a_fresh_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from tests.databases import upgrade_at_once
    from watcher.store import migrations

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
    from tests.desks import play_demo

    return play_demo(pytestconfig.rootpath / ".pytest_cache" / "demo")


@pytest.fixture
async def desk(demo_data: Path, tmp_path: Path) -> AsyncIterator["ServedDesk"]:
    """A served desk over a copy of the demo's data, with an account of each role."""
    from tests.desks import copied, desk_of

    async with desk_of(copied(demo_data, tmp_path / "desk")) as served:
        yield served

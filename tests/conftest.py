"""What every test starts from: no settings from outside, and logs as a fresh process has them."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest
import structlog

from tests.daemons import RUNNING


@pytest.fixture(autouse=True)
def _as_a_fresh_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [n for n in os.environ if n.startswith("WATCHER_")]:
        monkeypatch.delenv(name)
    yield
    structlog.reset_defaults()
    while RUNNING:
        with suppress(ProcessLookupError):
            os.kill(RUNNING.pop(), signal.SIGKILL)

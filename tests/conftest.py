"""What every test starts from: no settings from outside, and logs as a fresh process has them."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest
import structlog
from hypothesis import settings

from tests.daemons import RUNNING

settings.register_profile("untimed", parent=settings.default, deadline=None)
settings.load_profile("untimed")
"""No test asserts a time: on a busy machine the first example also pays for what is imported at first use.

The rest stays as it was chosen: where CI is set, hypothesis draws the same examples every time.
"""


@pytest.fixture(autouse=True)
def _as_a_fresh_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [n for n in os.environ if n.startswith("WATCHER_")]:
        monkeypatch.delenv(name)
    yield
    structlog.reset_defaults()
    while RUNNING:
        with suppress(ProcessLookupError):
            os.kill(RUNNING.pop(), signal.SIGKILL)

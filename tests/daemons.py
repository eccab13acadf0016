"""A real ``watcher run`` as a process, for tests that stop, kill and watch it."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from tests.builders import small
from watcher.settings import Settings, WrittenSource, load_settings

LONGEST = 60.0
"""Seconds a test waits for something that must happen; only a broken product ever waits that long."""


RUNNING: set[int] = set()
"""Processes that a test has started and not ended; ``conftest.py`` ends what a failed test leaves behind."""


class Daemon:
    """One process of ``watcher run``. Its log goes to a file beside the configuration."""

    def __init__(self, config: Path, **environment: str) -> None:
        self._config = config
        self._environment = environment
        self.log = config.with_suffix(".log")
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the process; it may take a second until it does anything."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "watcher",
                "run",
                "--config",
                str(self._config),
                stdout=log,
                stderr=log,
                env=_clean() | self._environment,
            )

        RUNNING.add(self.process.pid)

    async def stop(self) -> int:
        """Ask it to end as a service manager does, and return its exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(self.process.wait(), LONGEST)
        RUNNING.discard(self.process.pid)
        return code

    async def kill(self) -> None:
        """End it as a power cut does."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        RUNNING.discard(self.process.pid)


def _clean() -> dict[str, str]:
    """The environment without anything that could configure the product from outside the test."""
    return {k: v for k, v in os.environ.items() if not k.startswith("WATCHER_")} | {"PYTHONUNBUFFERED": "1"}


async def until(happened: Callable[[], bool], *, what: str, seconds: float = LONGEST) -> None:
    """Wait until *happened*; fail with *what* if it never does."""
    for _ in range(int(seconds * 20)):
        if happened():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"never happened: {what}")


def rss(titles: list[str], *, newest: datetime | None = None) -> bytes:
    """Return a feed with *titles*, the last one newest, one a day."""
    now = newest or datetime.now(UTC)
    items = "".join(
        f"<item><title>{escape(t)}</title><guid>{escape(t)}</guid>"
        f"<pubDate>{format_datetime(now - timedelta(days=len(titles) - 1 - i))}</pubDate></item>"
        for i, t in enumerate(titles)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()


def configure(folder: Path, assessment: str, *, sources: dict[str, str], channels: dict[str, str]) -> Path:
    """Write an assessment and a configuration with one recipient into *folder*; return the configuration."""
    (folder / "assessment.yaml").write_text(assessment, "utf-8")
    settings: dict[str, Any] = {
        "assessments": ["assessment.yaml"],
        "sources": [
            {"id": name, "url": url, "every": "1s", "lang": "en", "family": name, "grade": "B", "allow_private": True}
            for name, url in sources.items()
        ],
        "recipients": [{"id": "desk", "channels": channels}],
        "routes": [{"to": ["desk"]}],
        "last_resort": "desk",
        "judge_every": "1s",
        "sending": {"deadline": "5s", "lease": "15s", "look_every": "1s"},
    }
    path = folder / "watcher.yaml"
    path.write_text(json.dumps(settings), "utf-8")  # JSON is YAML
    return path


def settings_with(folder: Path, **changes: Any) -> Settings:
    """Return settings with one feed and *changes*."""
    config = configure(folder, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    raw = json.loads(config.read_text("utf-8")) | {"web": {"listen": "127.0.0.1:0"}}
    config.write_text(json.dumps(raw | changes), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    return settings


def small_settings(*sources: WrittenSource) -> Settings:
    """Return the smallest settings there are, with *sources*."""
    recipient: dict[str, Any] = {"id": "desk", "channels": {"console": ""}}
    return Settings(
        assessments=("small",),
        sources=sources,
        recipients=(recipient,),  # type: ignore[arg-type] # pydantic makes it a recipient
        routes=({"to": ["desk"]},),  # type: ignore[arg-type] # and a route
        last_resort="desk",
    )

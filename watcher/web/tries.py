"""Tries: drafts of rules that run over the past, each in a process of its own; bounded in time, number and age."""

import asyncio
import json
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from watcher.web.languages import words
from watcher.workbench.trial_apart import AskedTrial

log = structlog.get_logger(__name__)

LONGEST = timedelta(seconds=60)
"""After so long a try is ended, and a shorter stretch of time is proposed."""

AT_ONCE = 1
"""Tries that run at the same time; others wait their turn."""

MOST = 20
KEPT = timedelta(hours=1)
_ANSWER = 4_000_000
_COMMAND = (sys.executable, "-P", "-m", "watcher.workbench.trial_apart")

_TOO_LONG = words("It took longer than a minute and was ended. Try a shorter stretch of time.")
_FAILED = words("It could not be tried; the log says why.")


@dataclass
class Try:
    """One draft that runs, or ran. ``fault`` says why there is no result."""

    id: str
    who: str
    assessment: str
    rule: str
    draft: str
    made_from: str
    since: str
    begun: datetime
    read: int = 0
    of: int = 0
    result: Mapping[str, Any] | None = None
    fault: str = ""

    @property
    def runs(self) -> bool:
        """Whether it is not over."""
        return self.result is None and not self.fault


@dataclass
class Tries:
    """Those of the last hour, in the memory of this process: a draft that was never saved is nobody's record."""

    longest: timedelta = field(default_factory=lambda: LONGEST)
    _kept: dict[str, Try] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def find(self, wanted: str, who: str) -> Try | None:
        """Return a person's own try."""
        found = self._kept.get(wanted)
        return found if found is not None and found.who == who else None

    def begin(self, made: Try, asked: AskedTrial) -> Try:
        """Let *made* run."""
        self._forget(made.begun)
        self._kept[made.id] = made
        task = asyncio.create_task(self._run(made, asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return made

    def _forget(self, now: datetime) -> None:
        old = [name for name, one in self._kept.items() if now - one.begun > KEPT]
        more = list(self._kept)[: max(0, len(self._kept) - len(old) - MOST + 1)]
        for name in {*old, *more}:
            self._kept.pop(name, None)

    async def _run(self, made: Try, asked: AskedTrial) -> None:
        async with self._turn:
            try:
                async with asyncio.timeout(self.longest.total_seconds()):
                    await self._ask(made, asked)
            except TimeoutError:
                made.fault = _TOO_LONG
            except (OSError, ValueError) as error:
                log.warning("try failed", error=type(error).__name__)
            if made.runs:
                made.fault = _FAILED

    async def _ask(self, made: Try, asked: AskedTrial) -> None:
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(
            *_COMMAND, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, limit=_ANSWER
        )
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(asked.written().encode())
            child.stdin.write_eof()
            async for line in child.stdout:
                told = json.loads(line)
                made.read, made.of = told.get("read", made.read), told.get("of", made.of)
                made.fault = str(told.get("fault", ""))
                made.result = told.get("trial")
        finally:
            if child.returncode is None:
                child.kill()
            await child.wait()


def new_id() -> str:
    """Return an id that nobody guesses."""
    return secrets.token_urlsafe(12)

"""Readers from outside: a few child processes that read documents, replaced when one of them ends or has to be ended.

Each is started afresh (no fork: it inherits no connection, no file and no secret) when the first document waits for
it, and lives on. A document that costs too much processor time, memory or patience costs its own poll and one reader.
"""

import asyncio
import atexit
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from watcher.sources.faults import Fault, SourceError
from watcher.sources.reader_line import ASKED, FAILED, FAULT, FULL, MEMORY, READY, TOLD, adapter

MOST = max(2, min(4, os.cpu_count() or 2))
"""Readers at once: what is waited for here is processor time."""

PATIENCE = timedelta(seconds=30)
"""Longest time for one document, by the clock on the wall."""

PROCESSOR = timedelta(seconds=2)
PROCESSOR_PER_MB = timedelta(seconds=3)
"""Processor time for one document, and so much more for each megabyte of it.

A table of six megabytes and a hundred thousand rows took more than eight seconds on a slow machine.
"""

MOST_DOCUMENTS = 2_000
"""Documents that one reader reads before a fresh one takes over."""

LONGEST_ANSWER = 100_000_000

_START = timedelta(seconds=60)
_STEP = 1 << 20
_COMMAND = (sys.executable, "-P", "-c", "from watcher.sources.reader import main; main()")

_T = TypeVar("_T")


class Readers:
    """A pool of readers, usable from any event loop. Nothing is started before it is asked."""

    def __init__(self, *, most: int = MOST, patience: timedelta = PATIENCE, processor: timedelta = PROCESSOR) -> None:
        self._threads = ThreadPoolExecutor(max_workers=most, thread_name_prefix="reader")
        self._idle: list[_Reader] = []
        self._patience = patience
        self._processor = processor
        atexit.register(self.close)

    async def read(self, work: Callable[[], _T], kind: Any, *, source: str) -> _T:
        """Return what *work* returns, a value of the type *kind* made of plain values; *work* has to be picklable.

        Raises :class:`SourceError`: that of *work*, or COSTLY for a document that ended its reader. A fault of
        ours in *work* is a :class:`RuntimeError` that names its place.
        """
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._threads, self._read, work, kind, source)
        value: _T = adapter(kind).validate_json(answer)
        return value

    def close(self) -> None:
        """End the readers that wait; one that is busy ends with its document."""
        while self._idle:
            self._idle.pop().close()

    def _read(self, work: Callable[[], object], kind: Any, source: str) -> bytes:
        question = pickle.dumps((work, kind), pickle.HIGHEST_PROTOCOL)
        seconds = self._processor + PROCESSOR_PER_MB * (len(question) / 1_000_000)
        try:
            reader = self._idle.pop()
        except IndexError:
            reader = _Reader()
        try:
            told, leaves, answer = reader.ask(question, seconds.total_seconds(), self._patience.total_seconds())
        except (OSError, EOFError) as error:
            raise SourceError(source, Fault.COSTLY, reader.end(error, seconds, self._patience)) from None
        except BaseException:
            reader.kill()
            raise
        if leaves or reader.documents >= MOST_DOCUMENTS:
            reader.close()
        else:
            self._idle.append(reader)
        return _value(told, answer, source)


def _value(told: bytes, answer: bytes, source: str) -> bytes:
    """Return the answer if it is a value, or raise what it says instead."""
    if told == FAULT:
        fault, detail = json.loads(answer)
        raise SourceError(source, Fault(fault), str(detail))
    if told == FULL:
        raise SourceError(source, Fault.COSTLY, f"it needs more than {MEMORY // 2**20} MB of memory to be read")
    if told == FAILED:
        raise RuntimeError(f"a reader failed: {answer.decode('utf-8', 'replace')[:200]}")
    return answer


class _Reader:
    """One child process and the line to it."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
                _COMMAND, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env=_environment(), start_new_session=True
            )
        self.documents = 0
        try:
            told, _, _ = self._answer(time.monotonic() + _START.total_seconds())
        except (OSError, EOFError):
            self.kill()
            raise RuntimeError("a reader could not be started") from None
        assert told == READY

    def ask(self, question: bytes, seconds: float, patience: float) -> tuple[bytes, bool, bytes]:
        """Return kind of answer, whether the reader ends with it, and the answer; raises OSError or EOFError."""
        self.documents += 1
        end = time.monotonic() + patience
        self._line.settimeout(patience)
        self._line.sendall(ASKED.pack(seconds, len(question)))
        self._line.sendall(question)
        return self._answer(end)

    def _answer(self, end: float) -> tuple[bytes, bool, bytes]:
        told, leaves, length = TOLD.unpack(self._take(TOLD.size, end))
        if length > LONGEST_ANSWER:
            raise EOFError
        return told, leaves, self._take(length, end)

    def _take(self, length: int, end: float) -> bytes:
        parts: list[bytes] = []
        while length:
            self._line.settimeout(max(end - time.monotonic(), 0.001))
            part = self._line.recv(min(length, _STEP))
            if not part:
                raise EOFError
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def end(self, error: Exception, processor: timedelta, patience: timedelta) -> str:
        """End the reader, if it has not ended by itself, and say in words what it was."""
        if isinstance(error, TimeoutError):
            self.kill()
            return f"not read within {patience.total_seconds():g} s"
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)  # the line closes a moment before the process has ended
        code = self._process.poll()
        self.kill()
        if code == -signal.SIGPROF:
            return f"it needs more than {processor.total_seconds():.1f} s of processor time to be read"
        if code is not None and code < 0:
            return f"its reader ended by signal {-code}"
        return "its reader ended"

    def kill(self) -> None:
        """End the process now."""
        self._process.kill()
        self._process.wait()
        self._line.close()

    def close(self) -> None:
        """Let the process end by itself: it does when the line is closed."""
        self._line.close()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self.kill()


def _environment() -> dict[str, str]:
    """Return where Python finds its modules, and nothing else: our own environment holds secrets."""
    return {"PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path), "PYTHONUTF8": "1"}


READERS = Readers()
"""The readers of this process."""

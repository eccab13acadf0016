"""An operator's own layouts, run in a child process: time, memory and length of what they make are bounded.

One child, asked by one thread at a time. It is started when the first message wants it and replaced when a layout
ends it. A layout that had to be stopped is left out for a while, so that it costs that time once and not per message.
"""

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LONGEST = 200_000
"""Characters of one message beyond which a layout has failed."""

PATIENCE = 5.0
"""Seconds by the clock on the wall; the child's own bound of processor time is far below."""

PAUSE = 600.0
"""Seconds for which a layout that had to be stopped is left out."""

STANDS = 3600.0
"""Seconds for which a fault stands though other messages come out well: a layout may fail on some alerts only."""

_START = 60.0
_STEP = 1 << 16
_COMMAND = (sys.executable, "-P", "-c", "from alerts.layouts.child import main; main()")


class LayoutError(Exception):
    """An operator's layout made no message; the text says why, in a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """What a layout made: the whole, and those sections that it has as blocks of its own."""

    text: str
    sections: Mapping[str, str] = field(default_factory=dict)


class OwnLayouts:
    """The layouts of an operator, by name: ``alert.fr.txt.j2``, ``acme/notice.en.html.j2``."""

    def __init__(
        self,
        own: Mapping[str, str],
        *,
        refused: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._own = dict(own)
        self._refused = dict(refused or {})
        self._clock = clock
        self._turn = threading.Lock()
        self._child: _Child | None = None
        self._stopped: dict[str, float] = {}
        self._faults: dict[str, str] = {}
        self._failed: dict[str, float] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Every layout there is."""
        return tuple(sorted(self._own))

    @property
    def faults(self) -> dict[str, str]:
        """The layouts that cannot be used, and those that failed on a message lately, each with the reason."""
        return self._refused | self._faults

    def which(self, name: str, *, client: str = "") -> str:
        """Return which of the operator's own speaks for the layout *name*, empty if what ships does."""
        mine = f"{client}/{name}" if client else ""
        return mine if mine in self._own else name if name in self._own else ""

    def lay_out(
        self, name: str, context: Mapping[str, Any], *, client: str = "", sections: Iterable[str] = ()
    ) -> LaidOut:
        """Return what the operator's layout makes of *context*. Raises :class:`LayoutError`, whatever it does."""
        which = self.which(name, client=client)
        with self._turn:
            try:
                made = self._made(which, {"name": name, "client": client, "context": context, "sections": [*sections]})
            except LayoutError as error:
                self._faults[which], self._failed[which] = str(error), self._clock()
                raise
            if which in self._faults and self._clock() >= self._failed[which] + STANDS:
                del self._faults[which]
            return made

    def close(self) -> None:
        """End the child."""
        with self._turn:
            self._end()

    def _made(self, which: str, asked: Mapping[str, Any]) -> LaidOut:
        if self._clock() < self._stopped.get(which, 0.0):
            raise LayoutError(self._faults.get(which, "it had to be stopped"))
        try:
            answer = self._asked(asked)
        except (OSError, EOFError, TimeoutError) as error:
            self._stopped[which] = self._clock() + PAUSE
            raise LayoutError(self._why(error)) from None
        except TypeError as error:
            raise LayoutError(f"what it is given is no plain value: {error}") from None
        if "fault" in answer:
            raise LayoutError(str(answer["fault"]))
        text = str(answer["text"])
        if not text.strip():
            raise LayoutError("it makes an empty message")
        if len(text) > LONGEST:
            raise LayoutError(f"it makes more than {LONGEST} characters")
        return LaidOut(text=text, sections=answer["sections"])

    def _asked(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        if self._child is None:
            self._child = _Child(self._own)
        return self._child.ask(asked, PATIENCE)

    def _why(self, error: Exception) -> str:
        self._end()
        if isinstance(error, TimeoutError):
            return f"it took longer than {PATIENCE:g} s"
        if isinstance(error, _TooLongError):
            return f"it makes more than {LONGEST} characters"
        return "it was stopped: it takes too much processor time or memory"

    def _end(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None


class _TooLongError(OSError):
    """An answer that is no message any more."""


class _Child:
    """One child process and the line to it."""

    def __init__(self, own: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )
        self._told = b""
        self.ask(own, _START)

    def ask(self, asked: Mapping[str, Any], patience: float) -> dict[str, Any]:
        """Return the answer; raises TimeoutError, EOFError or OSError."""
        question = json.dumps(asked).encode() + b"\n"
        line_in = self._process.stdin
        assert line_in is not None
        line_in.write(question)
        line_in.flush()
        answer: dict[str, Any] = json.loads(self._line(time.monotonic() + patience))
        return answer

    def close(self) -> None:
        """End the process now."""
        self._process.kill()
        self._process.wait()
        for line in (self._process.stdin, self._process.stdout):
            if line is not None:
                try:
                    line.close()
                except OSError:  # what was never read
                    continue

    def _line(self, end: float) -> bytes:
        out = self._process.stdout
        assert out is not None
        with selectors.DefaultSelector() as ready:
            ready.register(out, selectors.EVENT_READ)
            while b"\n" not in self._told:
                if len(self._told) > 12 * LONGEST:  # so many bytes JSON takes for one character at most
                    raise _TooLongError
                if not ready.select(max(end - time.monotonic(), 0)):
                    raise TimeoutError
                part = os.read(out.fileno(), _STEP)
                if not part:
                    raise EOFError
                self._told += part
        line, _, self._told = self._told.partition(b"\n")
        return line


def _environment() -> dict[str, str]:
    """Return where Python finds its modules, and nothing else: our own environment holds secrets."""
    return {"PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path), "PYTHONUTF8": "1"}

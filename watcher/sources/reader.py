"""A reader: the child process that makes plain values of bytes from outside, and can do nothing else.

What a document can do to its parser it does here: the process holds no database, no secret of the environment and no
way out. Once it is sealed the system gives it no further file or socket, so that a parser that is talked into opening
one fails; a document that costs too much time or memory ends it. :mod:`watcher.sources.readers` starts it, asks it,
and replaces it.
"""

import codecs
import gc
import json
import os
import pickle
import resource
import signal
import sys
import time
import traceback
from contextlib import suppress
from encodings.aliases import aliases
from importlib.abc import MetaPathFinder
from pathlib import Path

from watcher.sources import warming  # the parsers themselves, each once
from watcher.sources.faults import SourceError
from watcher.sources.reader_line import ASKED, FAILED, FAULT, FULL, LINE, MEMORY, READY, TOLD, VALUE, adapter

GROWS_BY = 100 * 2**20
"""Bytes of resident memory that a reader may take in its life: what it has taken it does not give back.

Counted from when it was ready: the system's peak begins with that of the process that started it, so a reader of a
large daemon would otherwise seem too large from its first document on, and every document would cost a start.
"""

_OPEN = 3
_STEP = 1 << 20
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Answer questions until the other side of the line is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the process, whatever code runs
    warm_up()
    seal()
    largest = _peak() + GROWS_BY
    _write(TOLD.pack(READY, False, 0))
    while head := _read(ASKED.size):
        seconds, length = ASKED.unpack(head)
        question = _read(length)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        kind, answer = answered(question)
        del question
        signal.setitimer(signal.ITIMER_PROF, 0)
        leaves = kind == FULL or _peak() > largest
        _write(TOLD.pack(kind, leaves, len(answer)))
        _write(answer)
        if leaves:
            return


def _peak() -> int:
    """Return the most memory, in bytes, that was resident at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT


def warm_up() -> None:
    """Load what Python would otherwise load at its first use, when it can open nothing any more."""
    for name in set(aliases.values()):
        with suppress(LookupError):  # one of another system
            codecs.lookup(name)
    time.localtime()
    warming.read_samples()
    gc.freeze()


def seal() -> None:
    """Give up what no parser needs: further files and sockets, written files, core dumps, memory beyond a bound."""
    os.dup2(1, 2)
    # A parser that looks for a module it can do without (feedparser's does, at every document) is to be told that there
    # is none. Python would list a folder that has changed since, cannot, and would call that another kind of error.
    sys.meta_path[:] = [_Nothing()]
    for name, most in (("NOFILE", _OPEN), ("FSIZE", 0), ("CORE", 0), ("AS", MEMORY)):
        with suppress(ValueError, OSError):  # macOS knows no bound of the address space
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


class _Nothing(MetaPathFinder):
    """Finds no module: whatever was not loaded before is not there."""

    def find_spec(self, *_: object) -> None:
        """Say that there is none."""


def answered(question: bytes) -> tuple[bytes, bytes]:
    """Do what *question* asks, the pickled pair of a call and the type of its value; return kind and answer."""
    try:
        # It comes from our own parent over a private line. What goes back is never a pickle.
        work, kind = pickle.loads(question)  # noqa: S301 - our own process asks
        # What a field is without being told is not told: of a hundred thousand records that is half of the answer.
        return VALUE, adapter(kind).dump_json(work(), exclude_defaults=True)
    except SourceError as error:
        return FAULT, json.dumps([error.fault, error.detail]).encode()
    except MemoryError:
        return FULL, b""
    except Exception as error:  # noqa: BLE001 - a fault of ours is told by its place, never by words of the document
        place = traceback.extract_tb(error.__traceback__)[-1]
        return FAILED, f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}".encode()


def _read(length: int) -> bytes:
    """Return the next *length* bytes, or nothing if the line is closed."""
    parts: list[bytes] = []
    while length:
        part = os.read(LINE, min(length, _STEP))
        if not part:
            return b""
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _write(content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(LINE, rest[:_STEP]) :]

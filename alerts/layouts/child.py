"""The child process that an operator's own layouts run in: it can open nothing, and a costly layout ends it.

It is given the layouts once, then one request a line (JSON), and answers one line. :mod:`alerts.layouts.apart` starts,
asks and replaces it. No signal is handled here: the timer of processor time ends the process, whatever code runs.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from jinja2.sandbox import ImmutableSandboxedEnvironment

from alerts.layouts.environment import SHIPPED, Load, blocks, laid_out, sandbox, shipped, shipped_names

SECONDS = 0.5
"""Processor time for one message."""

MEMORY = 64 * 2**20
"""Bytes of address space that a message may take beyond what the process has when it is ready."""

_OPEN = 3


def main() -> None:
    """Answer requests until there is none."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the process
    own: dict[str, str] = json.loads(sys.stdin.readline())
    _warm_up()
    _seal()
    _tell({"ready": True})
    environments: dict[str, ImmutableSandboxedEnvironment] = {}
    while line := sys.stdin.readline():
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        answer = answered(own, environments, json.loads(line))
        signal.setitimer(signal.ITIMER_PROF, 0)
        _tell(answer)


def loader(own: Mapping[str, str], client: str) -> Load:
    """Return what finds a layout for *client*: its own, else the operator's, else what ships; no other client's."""

    def load(name: str) -> str | None:
        if name.startswith(SHIPPED):
            return shipped(name)
        if "/" in name:
            return None
        found = own.get(f"{client}/{name}") if client else None
        return found if found is not None else own.get(name, shipped(name))

    return load


def answered(
    own: Mapping[str, str], environments: dict[str, ImmutableSandboxedEnvironment], asked: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the words that *asked* is laid out to, or what went wrong in a line."""
    client = asked["client"]
    if client not in environments:
        environments[client] = sandbox(loader(own, client))
    environment, context = environments[client], asked["context"]
    try:
        return {
            "text": laid_out(environment, asked["name"], context),
            "sections": blocks(environment, asked["name"], asked["sections"], context),
        }
    except MemoryError:
        return {"fault": "it needs too much memory"}
    except RecursionError:
        return {"fault": "it calls itself without end"}
    except Exception as error:  # noqa: BLE001 - whatever a layout does is told, and stops nothing
        line = getattr(error, "lineno", None)
        return {"fault": f"{type(error).__name__}: {error}"[:300] + (f" (line {line})" if line else "")}


def _warm_up() -> None:
    """Load what Python would otherwise load at its first use, when no file can be opened any more."""
    slips = {
        "a.html.j2": "{{ nobody }}",
        "b.txt.j2": "{% if %}",
        "c.txt.j2": "{{ ''.__class__ }}",
        "d.txt.j2": "{{ 1/0 }}",
    }
    environment = sandbox(lambda name: slips.get(name, shipped(name)))
    for name in (*shipped_names(), *slips, "nobody.txt.j2"):
        with suppress(Exception):  # that is what they are for
            laid_out(environment, name, {})


def _seal() -> None:
    """Give up further files and sockets, written files, core dumps, and memory beyond a bound."""
    os.dup2(1, 2)
    for name, most in (("NOFILE", _OPEN), ("FSIZE", 0), ("CORE", 0), ("AS", _size() + MEMORY)):
        with suppress(ValueError, OSError):  # macOS knows no bound of the address space
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


def _size() -> int:
    """Return the bytes of address space that this process has; where the system does not say, a gigabyte."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 2**30


def _tell(answer: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()

"""Footprint: how long a rulebook takes to compile, and what memory it and its matching need.

Measured in a process of its own, so that nothing is known yet and nothing else is counted.
"""

import gc
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.news import news
from benchmarks.rules import USUAL, Habit, rules
from benchmarks.vocabulary import LANGUAGES
from indicators.query import Document
from indicators.rulebook import Rulebook

Footprint = dict[str, float]
"""``compile`` in seconds; ``book`` and ``peak`` in MB above what the process had before it."""

_PROCESS = Path("/proc/self")
_MB = 1024


def measured(count: int, items: int, seed: int, *, habit: Habit = USUAL) -> Footprint:
    """Return what *count* rules cost in a fresh process that then matches *items* items."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as fresh:
        return fresh.submit(_measure, count, items, seed, habit).result()


def _measure(count: int, items: int, seed: int, habit: Habit) -> Footprint:
    written = rules(count, seed=seed, habit=habit)
    sample = [Document(item).line for item in news(1000, seed=seed + 1)]
    gc.collect()
    forget_peak()
    before = resident("VmRSS")
    start = time.process_time()
    book = Rulebook(written.queries, written.concepts, LANGUAGES, sample=sample)
    seconds = time.process_time() - start
    gc.collect()
    compiled = resident("VmRSS")
    for item in news(items, seed=seed):
        book.match(Document(item))
    return {"compile": seconds, "book": (compiled - before) / _MB, "peak": (resident("VmHWM") - before) / _MB}


def forget_peak() -> None:
    """Let the peak begin anew; where the system has no such switch, the peak of the whole process is taken."""
    switch = _PROCESS / "clear_refs"
    if switch.exists():
        switch.write_text("5")


def resident(name: str) -> float:
    """Return VmRSS (now) or VmHWM (peak) in kB."""
    status = _PROCESS / "status"
    if not status.exists():
        return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    line = next(line for line in status.read_text("utf-8").splitlines() if line.startswith(name))
    return float(line.split()[1])

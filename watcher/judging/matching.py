"""Matching: the matches of many items, in the items' order, found here or ahead of time by other processes."""

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from multiprocessing import get_context

import structlog

from indicators.assessments import Assessment
from indicators.items import Item
from indicators.matcher import Match, Matcher
from indicators.places import NO_ATLAS, Atlas

Matching = Callable[[Sequence[Item]], Generator[tuple[Match, ...], None, None]]
"""Yields the matches of each of the items, none where it matches nothing. Whoever stops before the end closes it."""

_Found = dict[int, tuple[Match, ...]]
"""The matches of a batch by the place of their item, which is at hand where they are asked for and left out."""

FEW = 4_000
"""So many items are matched here: other processes would take as long to begin."""
_BATCH = 100
_AHEAD = 4
"""Batches that are under way for each process: what is found and not yet asked for stays little."""
_NO_ITEM = Item(id="", source="", title="", fetched=datetime.min.replace(tzinfo=UTC))


def here(matcher: Matcher) -> Matching:
    """Return a matching that reads each item when it is asked for, and has read none before."""
    return lambda items: (matcher.match_item(item) for item in items)


def ahead(assessment: Assessment, *, atlas: Atlas = NO_ATLAS, processes: int | None = None, few: int = FEW) -> Matching:
    """Return a matching of which *processes* read the next items while the last ones are judged.

    Without a number there is one for each core that we may use; of one core, or up to *few* items, all is read
    here. A process that ends before its time is told in the log, and what it left is read here: nothing is lost.
    """
    count = cores() if processes is None else processes

    def matched(items: Sequence[Item]) -> Generator[tuple[Match, ...], None, None]:
        done = 0
        if count > 1 and len(items) > few:
            try:
                with _pool(count, assessment, atlas) as pool:
                    for found in _in_order(pool, items, _AHEAD * count):
                        yield found
                        done += 1
            except (BrokenProcessPool, OSError, NotImplementedError) as error:
                structlog.get_logger().warning("matching goes on in one process", because=str(error), items=done)
        if done < len(items):
            yield from here(Matcher(assessment, atlas=atlas))(items[done:])

    return matched


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _pool(processes: int, assessment: Assessment, atlas: Atlas) -> Iterator[ProcessPoolExecutor]:
    """Yield processes that have read the rules; what they were not asked for any more is dropped at the end."""
    # Begun anew and not copied: a copy of a process with threads may hang.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), initializer=_begin, initargs=(assessment, atlas))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, items: Sequence[Item], most: int) -> Iterator[tuple[Match, ...]]:
    """Yield the matches of each of *items*, of which at most so many batches are under way."""
    batches = (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
    waiting: deque[tuple[Sequence[Item], Future[_Found]]] = deque()
    while True:
        waiting.extend((batch, pool.submit(_matched, batch)) for batch in islice(batches, most - len(waiting)))
        if not waiting:
            return
        batch, coming = waiting.popleft()
        found = coming.result()
        for place, item in enumerate(batch):
            yield tuple([replace(match, item=item) for match in found.get(place, ())])


_matchers: list[Matcher] = []
"""The one of this process, where it was begun to match."""


def _begin(assessment: Assessment, atlas: Atlas) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the one who asked; it ends us in its own way
    _matchers[:] = [Matcher(assessment, atlas=atlas)]
    gc.freeze()  # the rules stay to the end


def _matched(batch: Sequence[Item]) -> _Found:
    (matcher,) = _matchers
    found = ((place, matcher.match_item(item)) for place, item in enumerate(batch))
    return {place: tuple([replace(m, item=_NO_ITEM) for m in matches]) for place, matches in found if matches}

"""Items that other processes match ahead of time are matched as they are here, in their order."""

import os
import signal
from collections.abc import Sequence
from contextlib import closing
from itertools import islice
from multiprocessing import active_children

from structlog.testing import capture_logs

from indicators.items import Item
from indicators.matcher import Match, Matcher
from tests.builders import a_small_assessment, an_item
from watcher.judging.matching import ahead, cores, here

SMALL = a_small_assessment()
ITEMS = [
    an_item(f"Convoy attacked near Kolokani, report {n}" if n % 3 else f"Cotton harvest {n}", id=f"i{n}")
    for n in range(1_050)
]
PLAIN = [*map(Matcher(SMALL).match_item, ITEMS)]


def found(items: Sequence[Item], processes: int, few: int = 0) -> list[tuple[Match, ...]]:
    return list(ahead(SMALL, processes=processes, few=few)(items))


def test_matches_found_by_other_processes_are_those_found_here() -> None:
    assert sum(map(bool, PLAIN)) == 700
    assert found(ITEMS, 2) == PLAIN
    assert list(here(Matcher(SMALL))(ITEMS)) == PLAIN


def test_a_match_from_another_process_holds_the_item_that_was_given() -> None:
    for item, matches in zip(ITEMS, found(ITEMS, 2), strict=True):
        assert all(match.item is item for match in matches)


def test_few_items_and_one_core_need_no_other_process() -> None:
    for matching in (ahead(SMALL, processes=2, few=len(ITEMS)), ahead(SMALL, processes=1, few=0)):
        with closing(matching(ITEMS)) as matches:
            assert next(matches) == PLAIN[0]
            assert active_children() == []
            assert list(matches) == PLAIN[1:]
    assert found([], 2) == []


def test_what_a_lost_process_left_is_matched_here() -> None:
    with capture_logs() as logs, closing(ahead(SMALL, processes=2, few=0)(ITEMS)) as matches:
        first = list(islice(matches, 5))
        for child in active_children():
            os.kill(child.pid or 0, signal.SIGKILL)
        assert first + list(matches) == PLAIN
    (log,) = logs
    assert log["log_level"] == "warning"
    assert log["event"] == "matching goes on in one process"
    assert log["items"] >= len(first)


def test_whoever_stops_early_leaves_no_process_behind() -> None:
    with closing(ahead(SMALL, processes=2, few=0)(ITEMS)) as matches:
        assert next(matches) == PLAIN[0]
        assert len(active_children()) == 2
    assert active_children() == []


def test_no_more_cores_are_counted_than_this_process_may_use() -> None:
    ours = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(ours)})
        assert cores() == 1
    finally:
        os.sched_setaffinity(0, ours)
    assert cores() == len(ours)

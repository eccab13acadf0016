"""The kinds of counting: one row each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from indicators.levels.basis import Basis
from indicators.levels.course import Cut
from indicators.levels.together import combination
from indicators.levels.waiting import duration, silence
from indicators.levels.windows import due_after, events, novelty, publishers, rise
from indicators.rules import Count, CountKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind counts: ``cuts`` says where its count changes.

    ``ready`` is the observed days it needs before it can say anything, ``reach`` how many days after an
    event that event still matters. ``sharp``: less than the first threshold is no evidence at all.
    ``windowed``: it counts its own events in a window, which can be refuted and are shown. ``by_figures``: of an
    event it reads no more than its figures, not who reported it or where.
    """

    cuts: Callable[[Basis], Iterable[Cut]]
    reach: Callable[[Count], float]
    ready: Callable[[Count], float]
    sharp: bool = False
    windowed: bool = False
    by_figures: bool = False


def _window(count: Count) -> float:
    return count.window_days


def _nothing(count: Count) -> float:
    del count
    return 0.0


def _first_threshold(count: Count) -> float:
    return count.thresholds[0]


_EVENTS = Kind(cuts=events, reach=_window, ready=_nothing, windowed=True, by_figures=True)

KINDS: Mapping[CountKind, Kind] = {
    CountKind.EVENT: _EVENTS,
    CountKind.PLACE_DAY: _EVENTS,
    CountKind.PUBLISHERS: Kind(cuts=publishers, reach=_window, ready=_nothing, windowed=True),
    CountKind.DURATION: Kind(cuts=duration, reach=_nothing, ready=_first_threshold),
    CountKind.RISE: Kind(
        cuts=rise,
        reach=lambda count: count.window_days + count.against_days,
        ready=due_after,
        sharp=True,
        windowed=True,
        by_figures=True,
    ),
    CountKind.SILENCE: Kind(cuts=silence, reach=_nothing, ready=_first_threshold, sharp=True),
    CountKind.NOVELTY: Kind(
        cuts=novelty,
        reach=lambda count: count.window_days + count.unseen_days,
        ready=_nothing,
        windowed=True,
    ),
    CountKind.COMBINATION: Kind(cuts=combination, reach=_nothing, ready=_nothing, sharp=True),
}
"""What each kind does; a new one is a function and a row."""

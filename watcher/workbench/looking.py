"""Looking: the stream of items read on until a page is full, the time is up, or nothing is left; never further."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from indicators.items import Item
from watcher.store.item_stream import Spot
from watcher.workbench.searching import Hit, Searcher

PATIENCE = 0.5
"""Seconds after which a look ends with what it has; whoever looks says whether to go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found, how many items were looked at, and the last of them (``None``: there were none).

    ``over`` says that nothing is left behind it.
    """

    hits: tuple[Hit, ...]
    looked: int
    last: Item | None
    over: bool

    @property
    def behind(self) -> Spot | None:
        """Where to look on; ``None`` if nothing is left."""
        return None if self.over or self.last is None else Spot.of(self.last)


def look(
    items: Iterable[Item],
    searcher: Searcher | None,
    *,
    most: int,
    patience: float = PATIENCE,
    clock: Callable[[], float] = time.monotonic,
) -> Look:
    """Return the first *most* of *items* for which *searcher* holds (``None``: all), within *patience* seconds.

    At least one item is looked at, so that going on always comes to an end.
    """
    hits: list[Hit] = []
    looked, last = 0, None
    end = clock() + patience
    for item in items:
        if len(hits) == most or (looked and searcher is not None and clock() > end):
            return Look(hits=tuple(hits), looked=looked, last=last, over=False)
        looked, last = looked + 1, item
        hits += [Hit(item=item, evidence=())] if searcher is None else searcher.search((item,))
    return Look(hits=tuple(hits), looked=looked, last=last, over=True)

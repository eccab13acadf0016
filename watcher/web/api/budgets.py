"""Budget: how many requests one caller may make. Each caller has a bucket that fills steadily and is emptied by one."""

from collections import OrderedDict
from collections.abc import Callable

A_SECOND = 20.0
"""Requests that a caller may make again each second."""

AT_ONCE = 400
"""Requests that a caller who was quiet for a while may make at once."""

MOST_CALLERS = 10_000
"""Callers that are remembered; the one that was quiet longest is forgotten, and begins with a full bucket."""


class Budget:
    """The buckets of all callers. *clock* counts seconds and never goes back."""

    def __init__(self, clock: Callable[[], float], *, at_once: int = AT_ONCE, a_second: float = A_SECOND) -> None:
        self._clock = clock
        self._size = float(at_once)
        self._rate = a_second
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, caller: str) -> float:
        """Take one request off *caller*'s bucket; return 0, or in how many seconds there will be one again."""
        now = self._clock()
        left, then = self._buckets.pop(caller, (self._size, now))
        left = min(self._size, left + (now - then) * self._rate)
        waits = 0.0 if left >= 1 else (1 - left) / self._rate
        self._buckets[caller] = (left if waits else left - 1, now)
        while len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
        return waits

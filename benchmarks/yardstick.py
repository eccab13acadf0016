"""Yardstick: something that is no part of ours, timed beside it, so that a reader can judge what the machine was worth.

The absolute targets were set where the text of so many made-up reports was case-folded by Python itself at
52,000 a second, and normalised and scanned for 10,000 rules at 17,500 a second.
"""

import time
from collections.abc import Sequence
from statistics import median

from benchmarks.figures import Figure
from benchmarks.news import news

CASEFOLD = 52_000
SCAN = 17_500
_ITEMS = 300
_ROUNDS = 15


def rate() -> float:
    """Return how many reports a second of processor time are case-folded now, the median of several rounds."""
    texts = [f"{item.title} {item.summary} {item.content}" for item in news(_ITEMS, seed=1)]
    seconds = []
    for _ in range(_ROUNDS):
        start = time.process_time()
        for text in texts:
            text.casefold()
        seconds.append(time.process_time() - start)
    return _ITEMS / median(seconds)


def figure(rates: Sequence[float]) -> Figure:
    """Return the line that says what the machine was worth, from *rates* taken before and after the measuring."""
    shares = " and ".join(f"{100 * one / CASEFOLD:.0f} %" for one in rates)
    note = f"before and after, {shares} of where the targets were set"
    return Figure(name="yardstick: casefold", value=median(rates), unit="items/s", note=note)

"""Values of several kinds drawn as one number: drawn one by one they take hypothesis longer than what is tested."""

import math
from collections.abc import Sequence
from itertools import permutations
from typing import Any, TypeVar

from hypothesis import strategies as st

_T = TypeVar("_T")

_MOST = 1 << 24
"""Of a wider range hypothesis draws small numbers far more often than others."""


def together(**choices: Sequence[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw one of each of *choices*, every combination as often as any other; a failure comes down to the first ones.

    A value that stands twice in its row is drawn twice as often. Only for rows in which two draws are often alike by
    chance: hypothesis repeats a value on purpose where it is drawn by itself, and here it cannot. Raises ValueError
    for more than 16 million combinations.
    """
    size = math.prod(len(values) for values in choices.values())
    if size > _MOST:
        raise ValueError(f"{size} combinations are too many for one number")

    def of(number: int) -> dict[str, Any]:
        found = {}
        for name, values in choices.items():
            number, place = divmod(number, len(values))
            found[name] = values[place]
        return found

    return st.integers(0, size - 1).map(of)


def rows_of(values: Sequence[_T], *, most: int) -> list[tuple[_T, ...]]:
    """Return the rows of up to *most* different *values*, each length as often as any other."""
    found = [list(permutations(values, length)) for length in range(most + 1)]
    longest = math.lcm(*(len(rows) for rows in found))
    return [row for rows in found for row in rows * (longest // len(rows))]

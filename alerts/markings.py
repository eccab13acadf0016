"""Markings: the labels of the Traffic Light Protocol 2.0 in order, from what all may read to what stays with one.

The order is that of FIRST's standard (TLP 2.0, 2022): each label allows less than the one before it.
"""

from typing import Literal

Marking = Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]

MARKINGS: tuple[Marking, ...] = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")


def strictness(marking: str) -> int:
    """Return how strict *marking* is, 0 for ``TLP:CLEAR``. Raises ``ValueError`` for what is no marking."""
    for number, known in enumerate(MARKINGS):
        if known == marking:
            return number
    raise ValueError(f"{marking!r} is no marking of TLP 2.0: write one of {', '.join(MARKINGS)}")

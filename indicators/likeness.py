"""Likeness: whether two reports are one text, whole or rewritten, without keeping the texts.

A signature is a MinHash of the runs of three words (Broder 1997): the share of places in which two
signatures agree estimates the share of runs that the texts have in common.
"""

import struct
from collections.abc import Iterator
from operator import eq

from rensa import RMinHash

from indicators.documents import FIELD_END, Document

SIGNATURE = 64
"""Numbers in a signature: the estimate is off by 0.06 on average at one half (1 / (2 sqrt 64))."""

_PACKED = struct.Struct(f">{SIGNATURE}I")
_SEED = 20251203
_ROWS = 4
_DIGITS = 8
_RUN = 3
_FEWEST_RUNS = 12
"""A text of fewer runs says too little of its own: *convoy attacked near Kayes* is no copy of itself next month."""

_READ_WORDS = 400
"""A rewrite keeps the top of a story; the tail is background that many stories share."""

Signature = str
"""64 numbers of 32 bits as hexadecimal digits; empty where a text is too short to tell."""


def signature_of(document: Document) -> Signature:
    """Return the signature of the first words of *document*; empty if it has too few to be told by."""
    words = [word for word in document.words[:_READ_WORDS] if word != FIELD_END]
    runs = set(map(" ".join, zip(*(words[start:] for start in range(_RUN)), strict=False)))
    if len(runs) < _FEWEST_RUNS:
        return ""
    hashed = RMinHash(num_perm=SIGNATURE, seed=_SEED)
    hashed.update(list(runs))
    return _PACKED.pack(*hashed.digest()).hex()


def likeness(one: Signature, other: Signature) -> float:
    """Return the estimated share of three-word runs that both texts have, 0 to 1; 0 where one has no signature."""
    if not one or not other:
        return 0.0
    alike: int = sum(map(eq, _numbers(one), _numbers(other)))
    return alike / SIGNATURE


def bands(signature: Signature) -> Iterator[str]:
    """Yield pieces of *signature*: texts that are half alike share one of them in two cases of three.

    At a likeness of 0.7 it is 99 of 100, at 0.2 it is 3 (1 - (1 - s^4)^16).
    """
    width = _DIGITS * _ROWS
    for place in range(0, len(signature), width):
        yield f"{place}:{signature[place : place + width]}"


def _numbers(signature: Signature) -> memoryview:
    """Return the numbers of *signature*, in this machine's order of bytes: they are only told from one another."""
    return memoryview(bytes.fromhex(signature)).cast("I")

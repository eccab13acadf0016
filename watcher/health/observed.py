"""Observed: what one good poll showed, as facts to compare with the polls before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from indicators.items import Item
from indicators.language.languages import written_in

_GARBLED = ("\ufffd", "Ã©", "Ã¨", "Ã ", "Ã§", "Ãª", "Ã´", "Ã®", "â€™", "â€œ", "â€“", "Ø§", "Ù„")
"""What stands for a lost character; and UTF-8 read as Latin-1: é è à ç ê ô î, quotation marks, dash, Arabic."""

ENOUGH_TEXT = 200
"""Characters below which nothing is said about a language or about garbled text."""

ENOUGH_TO_TELL = 5_000
"""Characters of a poll that are read for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One whole answer: how many reports it shows, how many of them we had, and what the document says of itself."""

    at: datetime
    shown: int
    known: int
    new: int
    newest: datetime | None = None
    """The newest time that a report gives for itself, never later than the poll."""
    dates: tuple[datetime, ...] = ()
    title: str = ""
    language: str = ""
    """What the texts are written in, as far as their words tell; else what the document declares."""
    garbled: float = 0.0
    """Share of the characters that are no longer what was written, 0 to 1."""


def observed(
    items: Iterable[Item], *, at: datetime, known: int, shown: int | None = None, title: str = "", language: str = ""
) -> Observed:
    """Return the facts of a poll at *at* that gave *items*, of which *known* were kept before.

    *shown* is how many the document shows, where *items* are only those of them that changed.
    """
    given = tuple(items)
    dates = tuple(sorted(when for item in given if (when := item.occurred or item.published) and when <= at))
    text = "\n".join(f"{item.title}\n{item.summary}" for item in given)[:ENOUGH_TO_TELL]
    left_out = max((shown or 0) - len(given), 0)
    return Observed(
        at=at,
        shown=len(given) + left_out,
        known=known + left_out,
        new=len(given) - known,
        newest=dates[-1] if dates else None,
        dates=dates,
        title=title,
        language=(written_in(text) if len(text) >= ENOUGH_TEXT else None) or language,
        garbled=garbled_share(text),
    )


def garbled_share(text: str) -> float:
    """Return the share of *text* that was lost on the way; 0 for a text too short to say."""
    if len(text) < ENOUGH_TEXT:
        return 0.0
    return sum(text.count(mark) for mark in _GARBLED) / len(text)

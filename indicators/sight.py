"""Sight: what could be seen, of everything or for one indicator. Not being able to look is not calm."""

from dataclasses import dataclass

from indicators.levels import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The share of the sources that can see now, 0 to 1, and the spans in which too few could."""

    coverage: float = 1.0
    blind: tuple[Span, ...] = ()


EVERYWHERE = ""
"""The key under which the sight of a whole assessment stands, beside those of single indicators."""

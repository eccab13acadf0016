"""Stacked bar: the states of an exclusive set, which share one hundred per cent among them."""

from collections.abc import Sequence

from watcher.web.charts.drawing import Drawing
from watcher.web.languages import Language

HEIGHT = 32
"""Pixels; the bar is as wide as the page lets it be."""

_ROOM = 0.14
"""Share of the bar from which a piece has room for its number on the narrowest phone."""

_ROOM_WHERE_WIDE = 0.05
"""And on a page of some width; a smaller piece has its number in the list beside the bar alone."""

_HUES = 5


def stacked(shares: Sequence[tuple[str, float]], *, lang: Language) -> Drawing:
    """Return one bar of (name, probability) in the given order; each piece has its number, and its name as its tip."""
    whole = sum(p for _, p in shares) or 1.0
    told = "; ".join(f"{name} {lang.percent(p)}" for name, p in shares)
    drawing, x = Drawing(100, HEIGHT, told=told, look="stacked", fluid=True), 0.0
    for number, (name, p) in enumerate(shares):
        share, hue = p / whole, f"s{number % _HUES}"
        tip = f"{name} {lang.percent(p)}"
        drawing.add("rect", look=hue, x=_along(x), y=0, width=_along(share), height=HEIGHT, tip=tip)
        if share >= _ROOM_WHERE_WIDE:
            look = f"on-{hue}" if share >= _ROOM else f"on-{hue} slim"
            drawing.text(_along(x + share / 2), HEIGHT / 2 + 5, lang.percent(p), look=look, anchor="middle")
        x += share
    return drawing


def _along(share: float) -> str:
    return f"{100 * share:.2f}%"

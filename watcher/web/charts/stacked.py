"""Stacked bar: the states of an exclusive set, which share one hundred per cent among them."""

from collections.abc import Sequence

from watcher.web.charts.drawing import Drawing
from watcher.web.languages import Language

WIDTH, HEIGHT = 600, 30
_ROOM_FOR_NUMBER = 34
_HUES = 5


def stacked(shares: Sequence[tuple[str, float]], *, lang: Language) -> Drawing:
    """Return one bar of (name, probability) in the given order; each piece has its number, and its name as its tip."""
    whole = sum(p for _, p in shares) or 1.0
    told = "; ".join(f"{name} {lang.percent(p)}" for name, p in shares)
    drawing, x = Drawing(WIDTH, HEIGHT, told=told, look="stacked"), 0.0
    for number, (name, p) in enumerate(shares):
        width = WIDTH * p / whole
        drawing.add(
            "rect", look=f"s{number % _HUES}", x=x, y=0, width=width, height=HEIGHT, tip=f"{name} {lang.percent(p)}"
        )
        if width >= _ROOM_FOR_NUMBER:
            drawing.text(x + width / 2, HEIGHT / 2 + 5, lang.percent(p), look=f"on-s{number % _HUES}", anchor="middle")
        x += width
    return drawing

"""Sparkline: how a probability came to where it is, above the terms it passed through."""

from collections.abc import Sequence
from datetime import datetime

from indicators.bands import Scale
from watcher.showing.history import Figure
from watcher.web.charts.drawing import Drawing
from watcher.web.languages import Language

WIDTH, HEIGHT = 240, 64
_DOT = 3.5
_MARGIN = 5


def sparkline(
    figures: Sequence[Figure], p: float, *, scale: Scale, since: datetime, now: datetime, lang: Language
) -> Drawing:
    """Return the line of *figures* from *since* to *now*, ending at *p*; the stripe it ends in is marked."""
    drawing = Drawing(WIDTH, HEIGHT, told=_told(figures, p, lang), look="spark")
    for number, band in enumerate(scale):
        look = "band here" if band.low <= p < band.high else f"band b{number % 2}"
        top, bottom = _y(band.high), _y(band.low)
        drawing.add("rect", look=look, x=0, y=top, width=WIDTH, height=bottom - top, tip=band.spelled(lang.code))
    drawing.add("path", look="line", d=_steps(figures, p, since, now))
    drawing.add("circle", look="now", cx=WIDTH - _MARGIN, cy=_y(p), r=_DOT)
    return drawing


def _steps(figures: Sequence[Figure], p: float, since: datetime, now: datetime) -> str:
    """Each figure stands until the next one; the last stands until now."""
    path: list[str] = []
    for figure in figures:
        x, y = _x(figure.at, since, now), _y(figure.p)
        path.append(f"H{x:g}V{y:g}" if path else f"M{x:g},{y:g}")
    end = f"H{WIDTH - _MARGIN}" if path else f"M0,{_y(p):g}H{WIDTH - _MARGIN}"
    return "".join((*path, end))


def _x(at: datetime, since: datetime, now: datetime) -> float:
    whole = (now - since).total_seconds() or 1.0
    share = min(1.0, max(0.0, (at - since).total_seconds() / whole))
    return round(share * (WIDTH - _MARGIN), 1)


def _y(p: float) -> float:
    return round(2 + (1 - p) * (HEIGHT - 4), 1)


def _told(figures: Sequence[Figure], p: float, lang: Language) -> str:
    if not figures:
        return lang.says("It stands at %(now)s; nothing else was kept.", now=lang.percent(p))
    lowest, highest = min(f.p for f in figures), max(f.p for f in figures)
    return lang.says(
        "From %(first)s on %(day)s to %(now)s; between %(lowest)s and %(highest)s.",
        first=lang.percent(figures[0].p),
        day=lang.day(figures[0].at),
        now=lang.percent(p),
        lowest=lang.percent(min(lowest, p)),
        highest=lang.percent(max(highest, p)),
    )

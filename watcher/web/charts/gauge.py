"""Gauge: what was counted beside the thresholds it is compared with."""

from collections.abc import Sequence

from watcher.web.charts.drawing import Drawing
from watcher.web.languages import Language

_WIDTH, _HEIGHT, _BAR = 380.0, 46.0, 16.0


def gauge(count: float, thresholds: Sequence[float], *, lang: Language) -> Drawing:
    """Return a bar as long as *count*, crossed by each of the *thresholds*, with their numbers below."""
    most = max(*thresholds, count, 1e-9) * 1.12
    reached = sum(1 for t in thresholds if count >= t)
    drawing = Drawing(_WIDTH, _HEIGHT, told=_told(count, thresholds, lang), look="chart gauge")
    drawing.add("rect", look="rail", x=0, y=4, width=_WIDTH, height=_BAR)
    drawing.add("rect", look=f"level l{reached}", x=0, y=4, width=_WIDTH * max(count, 0.0) / most, height=_BAR)
    for number, threshold in enumerate(thresholds, 1):
        x = _WIDTH * threshold / most
        drawing.add("line", look="axis", x1=x, x2=x, y1=1, y2=_BAR + 8)
        drawing.text(x, _HEIGHT - 6, f"{number}: {lang.number(threshold, 2)}", look="soft", anchor="middle")
    return drawing


def _told(count: float, thresholds: Sequence[float], lang: Language) -> str:
    levels = "; ".join(f"{number}: {lang.number(t, 2)}" for number, t in enumerate(thresholds, 1))
    return lang.says("Counted %(count)s; levels begin at %(levels)s.", count=lang.number(count, 2), levels=levels)

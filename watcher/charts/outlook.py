"""The course of one line of an outlook as a picture: the figure over time, on the words that it was given."""

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from alerts.catalogue import day
from indicators.bands import Band

WIDE, HIGH = 600, 210
"""How large the picture is shown, in pixels; it has twice as many for screens that show more."""

_SETTINGS: Any = {
    "text.parse_math": False,  # a term is text and never a formula
    "font.size": 8,
    "font.family": "DejaVu Sans",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#8a9099",
    "xtick.color": "#3d444d",
    "ytick.color": "#3d444d",
}
_OURS, _BAND = "#14425f", "#8aa2b5"
_LEAST = timedelta(days=1)
_APART = 0.08
"""How far an edge lies from the ends of the scale at least, or their figures would stand in each other."""


def outlook_png(
    course: Sequence[tuple[datetime, float]], *, until: datetime, scale: Sequence[Band], lang: str
) -> bytes:
    """Return the figures of *course* (oldest first, times in UTC) until *until* as a PNG, with the words of *scale*.

    Each figure stands until the next one. There must be one at least.
    """
    times: Any = [at for at, _ in course]
    figures = [p for _, p in course]
    end = max(until, times[0] + _LEAST)
    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(WIDE / 100, HIGH / 100), dpi=200, layout="constrained")
        axes = figure.subplots()
        now = figures[-1]
        for number, band in enumerate(scale):
            ours = band.low <= now < band.high or (band.high >= 1 and now >= band.low)
            axes.axhspan(band.low, band.high, color=_BAND, alpha=0.45 if ours else 0.16 if number % 2 else 0.06, lw=0)
        axes.plot([*times, end], [*figures, now], color=_OURS, lw=1.8, drawstyle="steps-post")
        axes.plot([end], [now], "o", color=_OURS, ms=5, clip_on=False)
        axes.set(xlim=(times[0], end), ylim=(0, 1))
        axes.set_yticks([0, *(band.high for band in scale if _APART <= band.high <= 1 - _APART), 1])
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
        shown: Any = [times[0], times[0] + (end - times[0]) / 2, end]
        axes.set_xticks(shown, [day(at.isoformat(), lang) for at in shown])
        first, _, last = axes.get_xticklabels()
        first.set_horizontalalignment("left")
        last.set_horizontalalignment("right")
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()

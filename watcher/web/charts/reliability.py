"""Reliability: of all figures that were called so, how many came true. On the diagonal the words keep their promise."""

from collections.abc import Sequence

from indicators.bands import Band
from indicators.scoring.calibration import Bin
from watcher.web.charts.drawing import Drawing
from watcher.web.languages import Language

SIZE = 320
_LEFT, _BOTTOM, _TOP = 46, 40, 10
_SMALLEST, _LARGEST = 4.0, 14.0


def reliability(bins: Sequence[Bin], *, lang: Language) -> Drawing:
    """Return the plot of *bins*: a dot for each that has figures, the larger the more it has."""
    drawing = Drawing(SIZE + _LEFT, SIZE + _BOTTOM, told=_told(bins, lang), look="chart")
    for number, band in enumerate(_stripes(bins)):
        x, width = _x(band.low), _x(band.high) - _x(band.low)
        drawing.add(
            "rect", look=f"b{number % 2}", x=x, y=_TOP, width=width, height=SIZE - _TOP, tip=band.spelled(lang.code)
        )
    drawing.add("line", look="axis", x1=_x(0), y1=_y(0), x2=_x(1), y2=_y(0))
    drawing.add("line", look="axis", x1=_x(0), y1=_y(0), x2=_x(0), y2=_y(1))
    drawing.add("line", look="line2", x1=_x(0), y1=_y(0), x2=_x(1), y2=_y(1), tip=lang.says("what was said came true"))
    for share in (0.0, 0.5, 1.0):
        told = f"{lang.number(100 * share)} %"
        drawing.text(_x(share), SIZE + 16, told, look="soft", anchor="middle")
        drawing.text(_LEFT - 6, _y(share) + 4, told, look="soft", anchor="end")
    drawing.text(_x(0.5), SIZE + 34, lang.says("published probability"), anchor="middle")
    most = max((one.forecasts for one in bins), default=1) or 1
    for one in bins:
        if one.mean_p is not None and one.share is not None:
            radius = _SMALLEST + (_LARGEST - _SMALLEST) * (one.forecasts / most) ** 0.5
            drawing.add("circle", look="now", cx=_x(one.mean_p), cy=_y(one.share), r=radius, tip=_one(one, lang))
    return drawing


def _stripes(bins: Sequence[Bin]) -> tuple[Band, ...]:
    """Return the terms to shade: those of the one scale that is spoken; of two scales none, as they overlap."""
    bands = tuple(one.band for one in bins)
    return bands if len(dict.fromkeys(band.low for band in bands)) == len(bands) else ()


def _x(p: float) -> float:
    return _LEFT + p * (SIZE - 10)


def _y(share: float) -> float:
    return _TOP + (1 - share) * (SIZE - _TOP)


def _one(one: Bin, lang: Language) -> str:
    return lang.says(
        "%(term)s: %(happened)s of %(forecasts)s came true, said %(mean)s",
        term=one.band.term(lang.code),
        happened=one.happened,
        forecasts=one.forecasts,
        mean=lang.percent(one.mean_p or 0.0),
    )


def _told(bins: Sequence[Bin], lang: Language) -> str:
    return "; ".join(_one(one, lang) for one in bins if one.forecasts)

"""Thresholds: the display rule's numbers as they are compared, read off the written assessment once."""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from indicators.assessments import Assessment, Forecast, Impact, forecasts
from indicators.bands import band_of
from indicators.kept import once_for_each
from indicators.moves.published import Published, first_published
from indicators.outlooks import logit


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLine:
    """A line of the outlook as the rule looks at it: its prior, also in log-odds, and how grave it would be."""

    forecast: Forecast
    key: str
    prior: float
    start: float
    """Log-odds of the prior."""
    band: int
    """The word of the prior."""
    grave: bool
    extreme: bool
    first: Published
    """What the assessment itself publishes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The numbers that hold for every line: margins in probability, factors of odds in nats, holds as times."""

    lines: tuple[JudgedLine, ...]
    concern: Mapping[str, int]
    """The level at which each indicator by itself puts the lines that it raises on Watch."""
    lows: tuple[float, ...]
    """Where each word of the scale begins."""
    margin: float
    double: float
    fourfold: float
    hold_up_alone: timedelta
    hold_down: timedelta
    floor: float

    def bands_around(self, p: float) -> tuple[int, int]:
        """Return the words for *p* less the margin and for *p* and the margin; the first is -1 below all words."""
        return bisect_right(self.lows, p - self.margin) - 1, bisect_right(self.lows, p + self.margin) - 1


@once_for_each
def thresholds_of(assessment: Assessment) -> Thresholds:
    """Return the thresholds of *assessment*; worked out once for each object."""
    warn, scale = assessment.model.warn, assessment.scale
    return Thresholds(
        lines=tuple(_line(assessment, forecast) for forecast in forecasts(assessment)),
        concern={indicator.id: indicator.raises_watch_at for indicator in assessment.indicators},
        lows=tuple(band.low for band in scale),
        margin=warn.band_margin,
        double=math.log(warn.notify_odds),
        fourfold=math.log(warn.escalate_odds),
        hold_up_alone=timedelta(hours=warn.hold_up_single_family_hours),
        hold_down=timedelta(hours=warn.hold_down_hours),
        floor=warn.coverage_floor,
    )


def _line(assessment: Assessment, forecast: Forecast) -> JudgedLine:
    prior = forecast.prior.p
    return JudgedLine(
        forecast=forecast,
        key=forecast.key,
        prior=prior,
        start=logit(prior),
        band=band_of(prior, assessment.scale),
        grave=forecast.impact in (Impact.HIGH, Impact.EXTREME),
        extreme=forecast.impact is Impact.EXTREME,
        first=first_published(forecast, at=assessment.start, scale=assessment.scale),
    )

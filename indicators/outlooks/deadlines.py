"""Deadlines: the probability that something happens by a fixed day, beside the rolling horizon's."""

import math
from datetime import datetime, timedelta

from indicators.assessments import Forecast

_DAY = timedelta(days=1)


def p_by_deadline(forecast: Forecast, p: float, *, now: datetime, happened: bool | None = None) -> float | None:
    """Return P(it happens by the fixed last day), or ``None`` if it has none or only a ruling can tell.

    *p* is the rolling horizon's, and *happened* what a person ruled.

    ``1 - (1 - p) ** (days left / horizon in days)``: the same chance each day as the rolling horizon
    has, over the days that are left, the last one included (UTC). So silence alone lowers it day by
    day. A person's ruling stands in its place, as 1 or 0; once the last day is over nothing else counts.
    """
    closes = forecast.closes
    if closes is None:
        return None
    if happened is not None:
        return float(happened)
    if now >= closes:
        return None
    share = (closes - now) / (forecast.horizon_days * _DAY)
    return -math.expm1(share * math.log1p(-p)) if p < 1 else 1.0

"""Spans: what the numbers are fitted on lies strictly before what they are tested on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from indicators.assessments import Assessment, forecasts
from indicators.calibration.resolved import Resolved

TEST_SHARE = 1 / 3
"""The last part of the time the forecasts cover that is kept for the test where nobody says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Forecasts whose horizon had ended before *begin*, those made from then on, and those in between."""

    begin: datetime
    fit: tuple[Resolved, ...]
    test: tuple[Resolved, ...]
    between: int
    """Forecasts made before *begin* that were open then: their outcome lies in the test span, so nobody uses them."""


def split(rows: Iterable[Resolved], assessment: Assessment, begin: datetime) -> Split:
    """Part *rows* at *begin*, the start of the test span."""
    own = tuple(rows)
    horizons = {line.key: timedelta(days=line.horizon_days) for line in forecasts(assessment)}
    fit = tuple(row for row in own if row.at + horizons[row.scenario] <= begin)
    test = tuple(row for row in own if row.at >= begin)
    return Split(begin=begin, fit=fit, test=test, between=len(own) - len(fit) - len(test))


def usual_begin(rows: Iterable[Resolved]) -> datetime:
    """Return where the last third of the time that *rows* cover begins; ``ValueError`` without rows."""
    times = [row.at for row in rows]
    if not times:
        raise ValueError("there are no forecasts")
    return max(times) - TEST_SHARE * (max(times) - min(times))

"""Standing: one line of the outlook with all that a reader may ask of it, made from the last judgement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from indicators.assessments import Forecast, forecasts
from indicators.bands import Band, WarningLevel, band_of
from indicators.decisions import confidence_with
from indicators.levels import Reading
from indicators.outlooks import (
    Confidence,
    Estimate,
    LineSight,
    Outlook,
    Turning,
    change_our_mind,
    confidence_of,
    line_sight,
    p_by_deadline,
    points,
)
from indicators.robustness import leave_one_out
from indicators.rules import Indicator
from watcher.deciding.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStanding:
    """A line as it stands: its figure and word, how far they can be leaned on, and what would change them.

    ``coverage`` is that of the whole assessment, ``sight`` how much of what bears on this line can be seen, ``unseen``
    the indicators that cannot.
    ``points`` are what each ledger row did, in probability, in the ledger's order; ``by_deadline`` is the
    probability by the scenario's fixed last day, if it has one; ``without`` the figure that would stand without
    a publisher family, those that matter most first.
    """

    assessment: str
    forecast: Forecast
    at: datetime
    estimate: Estimate
    band: Band
    level: WarningLevel
    confidence: Confidence
    points: tuple[float, ...]
    coverage: float
    sight: LineSight
    unseen: tuple[Indicator, ...]
    readings: Mapping[str, Reading]
    by_deadline: float | None = None
    turning: tuple[Turning, Turning] | None = None
    without: tuple[tuple[str, float], ...] = ()

    @property
    def name(self) -> Mapping[str, str]:
        """The scenario's name by language."""
        return self.forecast.name

    @property
    def degraded(self) -> bool:
        """Whether too little of what bears on it can be seen for it to be lowered."""
        return not self.sight.enough


def standings(desk: Desk) -> tuple[LineStanding, ...]:
    """Return every line of *desk*'s outlook, in the file's order, without what takes long to work out."""
    return tuple(_standing(desk, forecast) for forecast in forecasts(desk.assessment))


@dataclass(frozen=True, slots=True, kw_only=True)
class Depths:
    """What takes long to work out of one judgement, for all its lines at once.

    ``turnings`` are the ways up and down of each line, ``without`` the outlook that would stand without each
    publisher family.
    """

    turnings: Mapping[str, tuple[Turning, Turning]]
    without: Mapping[str, Outlook]


def depths_of(desk: Desk) -> Depths:
    """Work out what would change *desk*'s lines and what each publisher family carries: up to seconds of work."""
    assessment, evaluation = desk.assessment, desk.evaluation
    return Depths(
        turnings=change_our_mind(assessment, evaluation.readings, happened=desk.happened),
        without=leave_one_out(assessment, desk.state, evaluation),
    )


def standing_in_full(desk: Desk, key: str, depths: Depths | None = None) -> LineStanding:
    """Return the line *key* with what would change our mind and what each publisher family carries.

    *depths* are those of *desk*, where they are known already.
    """
    known = depths or depths_of(desk)
    present = desk.evaluation.outlook.estimates[key].p
    figures = [(family, view.estimates[key].p) for family, view in known.without.items()]
    changed = [(family, p) for family, p in figures if abs(p - present) >= 1e-6]  # noqa: PLR2004 - below any print
    ranked = tuple(sorted(changed, key=lambda one: (-abs(one[1] - present), one[0])))
    return _standing(desk, forecast_of(desk, key), turning=known.turnings[key], without=ranked)


def standing_of(desk: Desk, key: str) -> LineStanding:
    """Return the line *key* without what takes long to work out."""
    return _standing(desk, forecast_of(desk, key))


def forecast_of(desk: Desk, key: str) -> Forecast:
    """Return the line *key* as its assessment has it; raises ``KeyError`` where it has none."""
    for forecast in forecasts(desk.assessment):
        if forecast.key == key:
            return forecast
    raise KeyError(key)


def _standing(
    desk: Desk,
    forecast: Forecast,
    *,
    turning: tuple[Turning, Turning] | None = None,
    without: tuple[tuple[str, float], ...] = (),
) -> LineStanding:
    assessment, evaluation = desk.assessment, desk.evaluation
    view = evaluation.outlook
    estimate = view.estimates[forecast.key]
    published = evaluation.published[forecast.key]
    scale = assessment.scale
    sight = line_sight(assessment, forecast.key, coverage=view.coverage, seen=view.seen)
    return LineStanding(
        assessment=assessment.id,
        forecast=forecast,
        at=desk.at,
        estimate=estimate,
        band=scale[band_of(estimate.p, scale)],
        level=published.level,
        confidence=confidence_with(
            confidence_of(assessment, view, forecast.key, evaluation.readings),
            desk.about_moves,
            move=desk.last_move(forecast.key),
        ),
        points=points(estimate.rows, estimate.prior, estimate.p),
        coverage=view.coverage,
        sight=sight,
        unseen=tuple(assessment.indicator(name) for name in sight.unseen),
        readings=evaluation.read,
        by_deadline=p_by_deadline(forecast, estimate.p, now=desk.at, happened=estimate.happened),
        turning=turning,
        without=without,
    )

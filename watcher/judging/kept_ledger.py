"""Kept ledger: the rows behind one figure as they stand in the store, for whoever asks why it is what it is."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from indicators.assessments import Assessment, Forecast, forecasts
from indicators.bands import Band, band_of
from indicators.levels import Level
from indicators.outlooks import Estimate, logit
from watcher.assessments import in_force
from watcher.settings import Settings
from watcher.store import Connection, outlooks
from watcher.store.database import Database

_SEEN = 0.01
"""Activation below which nothing is left to fade."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLedger:
    """The ledger behind one figure. ``prior_nats`` plus the sum of the rows is the log-odds of ``p``."""

    key: str
    name: str
    at: datetime
    estimate: Estimate
    band: Band
    deadline: datetime
    resolves: str
    names: dict[str, str] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)
    judged: datetime | None = None
    """When it was last judged; ``at`` is since when the figures of its assessment stand."""

    @property
    def prior_nats(self) -> float:
        """Log-odds of the prior."""
        return logit(self.estimate.prior)

    def as_json(self) -> dict[str, Any]:
        """Return the ledger as plain values."""
        e = self.estimate
        return {
            "scenario": self.key,
            "at": self.at,
            "judged_at": self.judged,
            "prior": e.prior,
            "p": e.p,
            "low": e.low,
            "high": e.high,
            "term": self.band.terms["en"],
            "deadline": self.deadline,
            "change_nats": e.change,
            "rows": [
                {
                    "kind": r.kind,
                    "source": r.source,
                    "nats": r.nats,
                    "odds_factor": r.odds_factor,
                    "level": self.levels.get(r.source),
                }
                for r in e.rows
            ],
        }


def kept_ledger(settings: Settings, scenario: str) -> tuple[KeptLedger | None, tuple[str, ...]]:
    """Return the ledger of *scenario* as it stands, or ``None``; and the scenarios that have one."""
    with Database(settings.database) as database:
        database.migrate()
        with database.read() as connection:
            return _found(connection, in_force(connection, settings.assessments), scenario)


def _found(
    connection: Connection, assessments: Iterable[Assessment], scenario: str
) -> tuple[KeptLedger | None, tuple[str, ...]]:
    known: list[str] = []
    for assessment in assessments:
        estimates, at = outlooks.latest_estimates(connection, assessment.id)
        known += estimates
        forecast = next((f for f in forecasts(assessment) if f.key == scenario), None)
        if forecast is None or at is None or scenario not in estimates:
            continue
        levels = {r.indicator: _level(r) for r in outlooks.current_readings(connection, assessment.id)}
        judged = outlooks.last_judged(connection, assessment.id)
        found = _ledger(assessment, forecast, estimates[scenario], at=at, levels=levels)
        return replace(found, judged=judged), tuple(known)
    return None, tuple(known)


def _level(reading: outlooks.CurrentReading) -> str:
    fading = reading.level is Level.QUIET and reading.activation > _SEEN
    return f"{reading.level}, fading" if fading else str(reading.level)


def _ledger(
    assessment: Assessment, forecast: Forecast, estimate: Estimate, *, at: datetime, levels: dict[str, str]
) -> KeptLedger:
    """Return *estimate* with the names and levels that a reader needs."""
    names = {i.id: i.name.get("en", i.id) for i in assessment.indicators}
    names |= {f.key: f.name.get("en", f.key) for f in forecasts(assessment)}
    return KeptLedger(
        key=forecast.key,
        name=names[forecast.key],
        at=at,
        estimate=estimate,
        band=assessment.scale[band_of(estimate.p, assessment.scale)],
        deadline=forecast.deadline(at),
        resolves=forecast.resolves,
        names=names,
        levels=levels,
    )

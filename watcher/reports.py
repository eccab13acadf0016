"""What stands, read from the store: for the command line now, and for pages later."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from indicators.assessments import Assessment, Forecast, forecasts
from indicators.bands import Band, WarningLevel, band_of
from indicators.baselines import counted_before
from indicators.levels import Level
from indicators.matcher import Match
from indicators.outlooks import Estimate, logit
from watcher.assessments import in_force, stale_files
from watcher.health.conditions import sources_seeing
from watcher.health.coverage import coverage, unseen_by_all
from watcher.health.due import Told
from watcher.health.troubles import TroubleKind
from watcher.overseeing import watchdog
from watcher.settings import Settings
from watcher.store import Connection, canary, deliveries, matches, outlooks, sources, troubles
from watcher.store.canary import Canary
from watcher.store.database import Database
from watcher.store.sources import SourceState

WATCHED_FOR = timedelta(days=7)
"""How long a report that only waits for a person's look is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReport:
    """One line of an outlook: its figure in the figure's own term, as every message and page says it, and its level."""

    key: str
    name: str
    p: float
    low: float
    high: float
    band: Band
    level: WarningLevel
    deadline: datetime
    happened: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookReport:
    """The outlook of one assessment; ``at`` is ``None`` before the first judgement."""

    assessment: str
    title: str
    at: datetime | None
    review_by: str
    lines: tuple[LineReport, ...]
    readings: tuple[outlooks.CurrentReading, ...] = ()
    judged: datetime | None = None
    """When it was last judged; ``at`` is since when its figures stand."""
    watched: tuple[Match, ...] = ()
    """Reports of the last days that do not count for want of a place and that a rule wants looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """Sources, outlooks, messages, and the findings a person should act on."""

    sources: tuple[SourceState, ...]
    outlooks: tuple[OutlookReport, ...]
    deliveries: dict[str, int]
    coverage: float
    findings: tuple[str, ...]
    notes: tuple[str, ...] = ()
    canary: Canary = field(default_factory=Canary)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "coverage": self.coverage,
            "findings": list(self.findings),
            "notes": list(self.notes),
            "canary": {"put_in_at": self.canary.put_in, "out_at": self.canary.out, "waiting": self.canary.waiting},
            "deliveries": self.deliveries,
            "sources": [
                {
                    "id": s.id,
                    "last_ok_at": s.last_ok_at,
                    "next_due_at": s.next_due_at,
                    "failures": s.failures,
                    "last_fault": s.last_fault or None,
                    "last_detail": s.last_detail or None,
                }
                for s in self.sources
            ],
            "outlooks": [
                {
                    "assessment": o.assessment,
                    "at": o.at,
                    "judged_at": o.judged,
                    "review_by": o.review_by,
                    "lines": [_line_json(line) for line in o.lines],
                    "indicators": [
                        {"indicator": r.indicator, "level": r.level, "count": r.count, "activation": r.activation}
                        for r in o.readings
                    ],
                    "watched": [
                        {"item": m.item.id, "title": m.item.title, "indicator": m.indicator} for m in o.watched
                    ],
                }
                for o in self.outlooks
            ],
        }


def _line_json(line: LineReport) -> dict[str, Any]:
    return {
        "scenario": line.key,
        "p": line.p,
        "low": line.low,
        "high": line.high,
        "term": line.band.terms["en"],
        "range": line.band.printed,
        "level": line.level.name.lower(),
        "deadline": line.deadline,
        "happened": line.happened,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
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
        """Return the explanation as plain values."""
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


def status_report(settings: Settings, *, now: datetime) -> StatusReport:
    """Return what stands in the database of *settings* at *now*."""
    with _reading(settings) as (connection, assessments):
        states = sources.states(connection)
        seeing = sources_seeing(settings, states, now=now)
        share = coverage(settings.sources, seeing)
        reports = tuple(_outlook(connection, a, now) for a in assessments)
        counts = deliveries.counts(connection)
        last = canary.state(connection)
        told = troubles.told(connection, now=now)
        refused = stale_files(connection, settings.assessments)
        stuck = tuple(f"{names['en'].upper()}" for names in watchdog.nothing_gets_through(connection, now=now))
        outside, unheard = watchdog.told_outside(connection, settings, now=now)
    known = tuple(states.get(s.id) or SourceState(id=s.id) for s in settings.sources)
    standing = tuple(one for one in told if one.over_at is None and one.calm_since is None)
    findings = stuck + _loudest(standing) + _findings(settings, assessments, seeing, share, counts) + refused + unheard
    notes = tuple(f"{a.id}: review was due on {a.review_by}" for a in assessments if now.date() > a.review_by)
    told_before = ((r.assessment, counted_before(a, r.readings)) for a, r in zip(assessments, reports, strict=True))
    notes += (*(f"{name}: {sentence}" for name, sentence in told_before if sentence), *outside)
    return StatusReport(
        sources=known, outlooks=reports, deliveries=counts, coverage=share, findings=findings, notes=notes, canary=last
    )


def _loudest(standing: tuple[Told, ...]) -> tuple[str, ...]:
    """Say what was told to the operators and still stands; that we are blind before all else, and in capitals."""
    blind = tuple(f"BLIND: {one.reason['en']}" for one in standing if one.kind is TroubleKind.BLIND)
    others = (one for one in standing if one.kind not in (TroubleKind.BLIND, TroubleKind.SOURCE))
    return (*blind, *(one.reason["en"] for one in others))


def _findings(
    settings: Settings,
    assessments: tuple[Assessment, ...],
    seeing: frozenset[str],
    share: float,
    counts: dict[str, int],
) -> tuple[str, ...]:
    found: list[str] = []
    blind = [s.id for s in settings.sources if s.id not in seeing]
    floor = max((a.model.warn.coverage_floor for a in assessments), default=0.0)
    if blind:
        rule = f"below the {floor:.0%} the outlook needs" if share < floor else "the outlook still stands"
        found.append(f"{len(blind)} of {len(settings.sources)} sources cannot see ({rule}): {', '.join(blind[:8])}")
    for assessment in assessments:
        if unseen := unseen_by_all(assessment, settings):
            names = ", ".join(unseen[:8]) + (", …" if len(unseen) > 8 else "")  # noqa: PLR2004 — as many as of sources
            why = "their `region`, `lang` or `kind` rule it out, or `seen_by` names others"
            found.append(f"{assessment.id}: no source could show {names} ({why}): not observable")
    waiting = counts.get("waiting", 0) + counts.get("sending", 0)
    if waiting:
        found.append(f"{waiting} message(s) decided and not yet accepted by their channel")
    if counts.get("held"):
        found.append(f"{counts['held']} message(s) held for later: `watcher outbox` says why and until when")
    if counts.get("dead"):
        found.append(f"{counts['dead']} message(s) given up by a person")
    return tuple(found)


def _outlook(connection: Connection, assessment: Assessment, now: datetime) -> OutlookReport:
    estimates, at = outlooks.latest_estimates(connection, assessment.id)
    published, scale = outlooks.published(connection, assessment.id), assessment.scale
    lines = tuple(
        LineReport(
            key=f.key,
            name=f.name.get("en") or next(iter(f.name.values())),
            p=e.p,
            low=e.low,
            high=e.high,
            band=scale[band_of(e.p, scale)],
            level=published[f.key].level if f.key in published else WarningLevel.BASELINE,
            deadline=f.deadline(at or now),
            happened=e.happened,
        )
        for f in forecasts(assessment)
        if (e := estimates.get(f.key)) is not None
    )
    return OutlookReport(
        assessment=assessment.id,
        title=assessment.title.get("en") or assessment.id,
        at=at,
        review_by=assessment.review_by.isoformat(),
        lines=lines,
        readings=outlooks.current_readings(connection, assessment.id),
        judged=outlooks.last_judged(connection, assessment.id),
        watched=matches.watched(connection, assessment.id, since=now - WATCHED_FOR),
    )


def explanation(settings: Settings, scenario: str) -> tuple[Explanation | None, tuple[str, ...]]:
    """Return the ledger of *scenario* as it stands, or ``None``; and the scenarios that have one."""
    known: list[str] = []
    with _reading(settings) as (connection, assessments):
        for assessment in assessments:
            estimates, at = outlooks.latest_estimates(connection, assessment.id)
            known += estimates
            forecast = next((f for f in forecasts(assessment) if f.key == scenario), None)
            if forecast is None or at is None or scenario not in estimates:
                continue
            levels = {r.indicator: _level(r) for r in outlooks.current_readings(connection, assessment.id)}
            judged = outlooks.last_judged(connection, assessment.id)
            found = explain(assessment, forecast, estimates[scenario], at=at, levels=levels)
            return replace(found, judged=judged), tuple(known)
    return None, tuple(known)


def _level(reading: outlooks.CurrentReading) -> str:
    fading = reading.level is Level.QUIET and reading.activation > _SEEN
    return f"{reading.level}, fading" if fading else str(reading.level)


_SEEN = 0.01
"""Activation below which nothing is left to fade."""


def explain(
    assessment: Assessment, forecast: Forecast, estimate: Estimate, *, at: datetime, levels: dict[str, str]
) -> Explanation:
    """Return *estimate* with the names and levels that a reader needs."""
    names = {i.id: i.name.get("en", i.id) for i in assessment.indicators}
    names |= {f.key: f.name.get("en", f.key) for f in forecasts(assessment)}
    return Explanation(
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


@contextmanager
def _reading(settings: Settings) -> Iterator[tuple[Connection, tuple[Assessment, ...]]]:
    """Open the database of *settings* for reading, with its assessments as they are in force."""
    with Database(settings.database) as database:
        database.migrate()
        with database.read() as connection:
            yield connection, in_force(connection, settings.assessments)

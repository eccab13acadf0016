"""Status: how the watch goes and what stands, in one look at the store, with what a person should act on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from indicators.assessments import Assessment, forecasts
from indicators.bands import Band, WarningLevel, band_of
from indicators.baselines import counted_before
from indicators.matcher import Match
from indicators.outlooks import line_sight
from watcher.assessments import in_force, stale_files
from watcher.health.conditions import sources_seeing
from watcher.health.coverage import coverage, own_coverage, unseen_by_all
from watcher.health.due import ToldTrouble
from watcher.health.source_state import SourceState
from watcher.health.troubles import TroubleKind
from watcher.overseeing import watchdog
from watcher.settings import Settings
from watcher.store import Connection, canary, deliveries, matches, outlooks, sources, troubles
from watcher.store.canary import Canary
from watcher.store.database import Database

MOST_NAMED = 8
"""Names in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStatus:
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
class OutlookStatus:
    """The outlook of one assessment; ``at`` is ``None`` before the first judgement."""

    assessment: str
    title: str
    at: datetime | None
    review_by: str
    lines: tuple[LineStatus, ...]
    readings: tuple[outlooks.CurrentReading, ...] = ()
    judged: datetime | None = None
    """When it was last judged; ``at`` is since when its figures stand."""
    watched: tuple[Match, ...] = ()
    """Reports of the last days that do not count for want of a place and that a rule wants looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Sources, outlooks, messages, and the findings a person should act on."""

    sources: tuple[SourceState, ...]
    outlooks: tuple[OutlookStatus, ...]
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


def _line_json(line: LineStatus) -> dict[str, Any]:
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


def status_of(settings: Settings, *, now: datetime) -> Status:
    """Return what stands in the database of *settings* at *now*."""
    with Database(settings.database) as database:
        database.migrate()
        with database.read() as connection:
            return _status(connection, settings, now)


def _status(connection: Connection, settings: Settings, now: datetime) -> Status:
    assessments = in_force(connection, settings.assessments)
    states = sources.states(connection)
    views = tuple(_outlook(connection, a, now) for a in assessments)
    counts = deliveries.counts(connection)
    seeing = sources_seeing(settings, states, now=now)
    share = coverage(settings.sources, seeing)
    told = troubles.told(connection, now=now)
    standing = tuple(one for one in told if one.over_at is None and one.calm_since is None)
    stuck = tuple(names["en"].upper() for names in watchdog.nothing_gets_through(connection, now=now))
    outside, unheard = watchdog.told_outside(connection, settings, now=now)
    refused = stale_files(connection, settings.assessments)
    overdue = (f"{a.id}: review was due on {a.review_by}" for a in assessments if now.date() > a.review_by)
    told_before = ((v.assessment, counted_before(a, v.readings)) for a, v in zip(assessments, views, strict=True))
    return Status(
        sources=tuple(states.get(s.id) or SourceState(id=s.id) for s in settings.sources),
        outlooks=views,
        deliveries=counts,
        coverage=share,
        findings=(
            *stuck,
            *_loudest(standing),
            *_findings(settings, assessments, seeing, share, counts),
            *refused,
            *unheard,
        ),
        notes=(*overdue, *(f"{name}: {sentence}" for name, sentence in told_before if sentence), *outside),
        canary=canary.state(connection),
    )


def _loudest(standing: tuple[ToldTrouble, ...]) -> tuple[str, ...]:
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
        which = f"{len(blind)} of {len(settings.sources)} sources cannot see ({rule}): {_first(blind)}"
        found.append(f"{which}; `watcher sources` says why")
    for assessment in assessments:
        if unseen := unseen_by_all(assessment, settings):
            why = "their `region`, `lang` or `kind` rule it out, or `seen_by` names others"
            found.append(f"{assessment.id}: no source could show {_first(unseen)} ({why}): not observable")
        if share >= assessment.model.warn.coverage_floor:
            found += _hardly_seen(settings, assessment, seeing, share)
    waiting = counts.get("waiting", 0) + counts.get("sending", 0)
    if waiting:
        found.append(f"{waiting} message(s) decided and not yet accepted by their channel: `watcher outbox` says why")
    if counts.get("held"):
        found.append(f"{counts['held']} message(s) held for later: `watcher outbox` says why and until when")
    if counts.get("dead"):
        found.append(f"{counts['dead']} message(s) given up by a person: `watcher outbox --dead` lists them")
    return tuple(found)


def _hardly_seen(settings: Settings, assessment: Assessment, seeing: frozenset[str], share: float) -> Iterator[str]:
    """Name the lines whose own sources are down while enough of the others see."""
    own = own_coverage(assessment, settings, seeing)
    for forecast in forecasts(assessment):
        sight = line_sight(assessment, forecast.key, coverage=share, seen=own)
        if not sight.enough:
            rest = f"{sight.coverage:.0%} of what bears on it can be seen, it is not lowered"
            yield f"{assessment.id} {forecast.key}: {rest}; cannot be seen: {_first(sight.unseen)}"


def _first(names: Sequence[str]) -> str:
    """Name the first of *names*, and say so where there are more."""
    return ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")


def _outlook(connection: Connection, assessment: Assessment, now: datetime) -> OutlookStatus:
    estimates, at = outlooks.latest_estimates(connection, assessment.id)
    published, scale = outlooks.published(connection, assessment.id), assessment.scale
    lines = tuple(
        LineStatus(
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
    return OutlookStatus(
        assessment=assessment.id,
        title=assessment.title.get("en") or assessment.id,
        at=at,
        review_by=assessment.review_by.isoformat(),
        lines=lines,
        readings=outlooks.current_readings(connection, assessment.id),
        judged=outlooks.last_judged(connection, assessment.id),
        watched=matches.watched(connection, assessment.id, since=now - matches.WATCHED_FOR),
    )

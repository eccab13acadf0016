"""Drafting: what one move means to one client, worked out of the judgement and of what this client was told last."""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from alerts.alert import Alert, Sighting, causes_of
from alerts.clients import Client, ReleaseRule, Subscription
from alerts.drafts.exposure import Placed, Spotted, exposures_of
from alerts.notices.notice import (
    Alternative,
    Before,
    Doubted,
    Driver,
    Finding,
    Judgement,
    Mark,
    Notice,
    NoticeType,
    Reliance,
    Shift,
    Turn,
)
from indicators.assessments import Assessment, Forecast, forecasts
from indicators.bands import WarningLevel, band_of
from indicators.decisions import Point as LinePoint
from indicators.levels import Level, Reading
from indicators.moves import OutlookMove, differences_of
from indicators.outlooks import Confidence, Estimate, Row, Turning
from indicators.places import Point as GlobePoint

MOST_FINDINGS = 6
MOST_DRIVERS = 4
MOST_NAMED = 3
_STRONG, _CLEAR = math.log(2.0), math.log(1.25)
"""Nats: a row that doubles the odds is strong, one that raises them by a quarter is clear."""
_NOTHING = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldClient:
    """What this client was told last about the line: its last released notice, and the ledger's rows at that moment.

    ``waiting`` are the findings of drafts since then that nobody released: this one takes their place.
    """

    notice: Notice | None = None
    rows: Mapping[str, float] = field(default_factory=dict)
    waiting: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedMove:
    """One move with all of the judgement behind it that a notice tells; nothing in here is about any client."""

    alert: Alert
    move: OutlookMove
    assessment: Assessment
    readings: Mapping[str, Reading]
    estimates: Mapping[str, Estimate]
    confidence: Confidence | None
    turnings: Sequence[Turning]
    course: Sequence[LinePoint]
    public: frozenset[str]
    """The sources that may be named."""

    @property
    def forecast(self) -> Forecast | None:
        """The line, if the assessment still has it."""
        return next((f for f in forecasts(self.assessment) if f.key == self.move.key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who speaks to clients, and whom they call."""

    issuer: str
    contact: str


def draft(
    judged: JudgedMove,
    client: Client,
    subscription: Subscription,
    *,
    told: ToldClient,
    placed: Placed,
    signed: Signed,
    salt: str = "",
) -> Notice:
    """Return the draft that tells *client* of the move; it reaches nobody until it is released.

    What changed is counted since this client's own last notice, not since the last move. *salt* sets the ids of
    one installation apart from those of another.
    """
    alert, move = judged.alert, judged.move
    spotted = tuple(_spotted(judged))
    findings = _findings(judged, told)
    return Notice(
        id=notice_id(move.id, client.id, salt=salt),
        client=client.id,
        client_name=client.name,
        assessment=alert.assessment,
        version=alert.version,
        title=alert.title,
        marking=judged.assessment.marking,
        at=alert.at,
        type=_type(alert, subscription, told),
        supersedes=told.notice.id if told.notice is not None else "",
        facts_only=subscription.release is ReleaseRule.AUTOMATIC_FACTS_ONLY,
        judgement=_judgement(judged, told),
        before=_before(judged, told),
        drivers=_drivers(judged, told),
        findings=findings[:MOST_FINDINGS],
        more=alert.more_events + max(0, len(findings) - MOST_FINDINGS),
        exposures=exposures_of(client, placed, spotted),
        reliance=_reliance(judged),
        alternative=_alternative(judged),
        turns=tuple(_turn(turning, judged) for turning in judged.turnings),
        course=(*(Mark(at=point.at, p=point.p) for point in judged.course), Mark(at=alert.at, p=alert.line.after)),
        advice=dict(subscription.advice or {}),
        clear_at=subscription.level,
        hold_hours=judged.assessment.model.warn.hold_down_hours,
        issuer=signed.issuer,
        contact=signed.contact,
    )


def notice_id(move: str, client: str, *, salt: str = "", step: str = "") -> str:
    """Return the id of the notice of *move* to *client*, the same each time; *step* sets a correction apart."""
    parts = json.dumps([salt, move, client, step])
    return "n-" + hashlib.sha256(parts.encode()).hexdigest()[:12]


def _type(alert: Alert, subscription: Subscription, told: ToldClient) -> NoticeType:
    if told.notice is None or told.notice.type is NoticeType.CANCEL:
        return NoticeType.ALERT
    return NoticeType.CANCEL if alert.level < subscription.level else NoticeType.UPDATE


def _judgement(judged: JudgedMove, told: ToldClient) -> Judgement:
    alert = judged.alert
    gone = any(reason.tells_of_no_figure for reason in judged.move.reasons)
    return Judgement(
        scenario=alert.scenario,
        name=told.notice.judgement.name if gone and told.notice is not None else alert.line.name,
        p=alert.line.after,
        estimative=alert.estimative,
        deadline=alert.line.deadline,
        level=alert.level_after,
        happened=alert.line.happened,
        gone=gone,
        pending=alert.pending,
    )


def _before(judged: JudgedMove, told: ToldClient) -> Before:
    if told.notice is None:
        estimate = judged.estimates.get(judged.move.key)
        p = estimate.prior if estimate is not None else judged.move.before
        return Before(at=judged.assessment.start, p=p, level=WarningLevel.BASELINE)
    last = told.notice
    at = last.release.at if last.release is not None else last.at
    return Before(notice=last.id, at=at, p=last.judgement.p, level=last.judgement.level)


def _drivers(judged: JudgedMove, told: ToldClient) -> tuple[Driver, ...]:
    rows = sorted(differences_of(told.rows, judged.move.rows), key=lambda row: (-abs(row.nats), row.key))
    seen = [row for row in rows if abs(row.nats) >= _NOTHING][:MOST_DRIVERS]
    causes = causes_of(seen, judged.assessment, judged.readings, ledger=judged.move.rows)
    return tuple(
        Driver(
            kind=row.kind,
            name=cause.name,
            up=row.nats > 0,
            strength=_strength(row),
            fading=cause.fading,
            less=cause.less,
        )
        for row, cause in zip(seen, causes, strict=True)
    )


def _strength(row: Row) -> int:
    return 3 if abs(row.nats) >= _STRONG else 2 if abs(row.nats) >= _CLEAR else 1


def _findings(judged: JudgedMove, told: ToldClient) -> tuple[Finding, ...]:
    """The move's events and those of drafts that never left, each once, the newest first."""
    found = {(f.day, f.place, f.title or f.name.get("en", "")): f for f in told.waiting}
    for sighting in judged.alert.evidence:
        finding = _finding(sighting, judged.public)
        found[finding.day, finding.place, finding.title or finding.name.get("en", "")] = finding
    return tuple(sorted(found.values(), key=lambda f: f.day, reverse=True))


def _finding(sighting: Sighting, public: frozenset[str]) -> Finding:
    named = sighting.source in public
    return Finding(
        name=sighting.name,
        place=sighting.place,
        day=sighting.day,
        dated=sighting.dated,
        grade=sighting.grade,
        voices=len(sighting.families),
        title=sighting.title if named else "",
        url=sighting.url if named else "",
    )


def _spotted(judged: JudgedMove) -> Iterable[Spotted]:
    names = {i.id: dict(i.name) for i in judged.assessment.indicators}
    places = {p.id: p for p in judged.assessment.places}
    for event in judged.move.events:
        own = places.get(event.place)
        spot: GlobePoint | None = (own.lat, own.lon) if own is not None else None
        spot = spot or next((r.spot for r in event.reports if r.spot is not None), None)
        if spot is not None and not event.refuted:
            place = own.names[0] if own is not None else event.place
            yield Spotted(name=names.get(event.indicator, {}), place=place, day=event.day.isoformat(), point=spot)


def _reliance(judged: JudgedMove) -> Reliance:
    sure, scenario = judged.confidence, judged.move.key.partition(".")[0]
    bearing = [i for i in judged.assessment.indicators if scenario in i.effects]
    unseen = [
        dict(i.name)
        for i in bearing
        if (reading := judged.readings.get(i.id)) is not None and reading.level is Level.NOT_OBSERVABLE
    ]
    return Reliance(
        level=sure.level if sure is not None else "low",
        doubts=tuple(Doubted(kind=d.kind, value=d.value) for d in sure.doubts) if sure is not None else (),
        coverage=judged.move.coverage,
        degraded=judged.move.degraded,
        unseen=tuple(unseen[:MOST_NAMED]),
        missing=judged.alert.missing,
    )


def _alternative(judged: JudgedMove) -> Alternative | None:
    """The likeliest other state of an exclusive scenario; of a yes/no one, that the other answer comes true."""
    forecast, estimate = judged.forecast, judged.estimates.get(judged.move.key)
    if forecast is None or estimate is None:
        return None
    others = [
        (judged.estimates[f.key].p, f)
        for f in forecasts(judged.assessment)
        if f.scenario == forecast.scenario and f.key != forecast.key and f.key in judged.estimates
    ]
    if not others:
        return Alternative(name=dict(forecast.name), p=1 - judged.alert.line.after, opposite=True)
    p, other = max(others, key=lambda pair: pair[0])
    return Alternative(name=dict(other.name), p=p, opposite=False)


def _turn(turning: Turning, judged: JudgedMove) -> Turn:
    names = {i.id: dict(i.name) for i in judged.assessment.indicators}
    ways = tuple(
        tuple(Shift(name=names[c.indicator], before=c.before, level=c.level) for c in way.changes)
        for way in turning.ways[:MOST_NAMED]
    )
    scale = judged.assessment.scale
    present = band_of(judged.alert.line.after, scale)
    wanted = present + (1 if turning.rises else -1)
    return Turn(rises=turning.rises, band=wanted if 0 <= wanted < len(scale) else None, ways=ways)

"""Moves: when what we publish about a scenario changes. A display rule on top of the outlook.

Bands need a margin and a hold time, warning levels rise at once and fall one step at a time, and
while too few sources can see nothing moves down. The rule never changes a probability, and what it
remembers is a pure function of the outlooks it was shown and of the clock.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from indicators.assessments import Assessment, Forecast, Impact, forecasts
from indicators.bands import Warn, WarningLevel, band_of
from indicators.events import Event
from indicators.levels import Reading
from indicators.outlooks import Estimate, Outlook, Row, RowKind, logit

LIKELY = 0.55
"""Where "likely" begins (ICD 203)."""
RARE = 0.05
NOTABLE = 0.20
VERY_LIKELY = 0.80
_ONE_VOICE = 1
_TWO_VOICES = 2
_LEVEL_OF_CONCERN = 2


class MoveReason(StrEnum):
    """Why we speak. A move may have several."""

    BAND_UP = "band up"
    BAND_DOWN = "band down"
    LEVEL_UP = "warning level up"
    LEVEL_DOWN = "warning level down"
    ODDS_UP = "odds up"
    ODDS_DOWN = "odds down"
    RULED = "ruled by a person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What stands published about one line of the outlook, and what is waiting to change it.

    ``notice_*`` is the state at the last move (at first, the assessment itself); ``raised_from`` is
    the probability that stood before the warning level last rose; ``happened`` is what was published
    of a person's ruling. The ``*_since`` times say since when a change has been due but held back.
    """

    key: str
    band: int
    level: WarningLevel
    notice_p: float
    notice_at: datetime
    notice_rows: Mapping[str, float] = field(default_factory=dict)
    notice_prior: float | None = None
    raised_from: float | None = None
    happened: bool | None = None
    sequence: int = 0
    band_up_since: datetime | None = None
    band_down_since: datetime | None = None
    level_down_since: datetime | None = None
    odds_down_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookMove:
    """A published change of one line: what stood, what stands, why, and the rows that carried it.

    ``differences`` are ledger rows less those of the last notice, largest first; they add up to the
    change in log-odds. ``events`` are the new happenings behind the rows that went the move's way, or,
    if there is nothing new (a word that has held long enough), all that stand behind it.
    """

    id: str
    assessment: str
    version: str
    key: str
    at: datetime
    before: float
    after: float
    low: float
    high: float
    band_before: int
    band_after: int
    level_before: WarningLevel
    level_after: WarningLevel
    reasons: tuple[MoveReason, ...]
    differences: tuple[Row, ...]
    rows: tuple[Row, ...]
    events: tuple[Event, ...]
    families: tuple[str, ...]
    coverage: float
    degraded: bool
    happened: bool | None = None

    @property
    def rising(self) -> bool:
        """Whether the odds went up since the last notice."""
        return self.after >= self.before

    @property
    def odds_factor(self) -> float:
        """What the odds were multiplied by since the last notice."""
        return math.exp(logit(self.after) - logit(self.before))


def first_published(forecast: Forecast, *, at: datetime) -> Published:
    """Return what the assessment itself publishes on its date."""
    return Published(
        key=forecast.key,
        band=band_of(forecast.prior.p),
        level=WarningLevel.BASELINE,
        notice_p=forecast.prior.p,
        notice_at=at,
        notice_prior=forecast.prior.p,
    )


def advance(
    assessment: Assessment,
    outlook: Outlook,
    readings: Iterable[Reading],
    published: Mapping[str, Published],
    *,
    salt: str = "",
) -> tuple[dict[str, Published], tuple[OutlookMove, ...]]:
    """Return what now stands published for each line, and the moves that this outlook makes.

    *salt* sets the moves of one installation apart from those of another over the same assessment.
    """
    by_name = {r.indicator: r for r in readings}
    stands: dict[str, Published] = {}
    moves: list[OutlookMove] = []
    for forecast in forecasts(assessment):
        before = published.get(forecast.key) or first_published(forecast, at=assessment.start)
        view = _View(forecast, outlook, by_name, assessment.model.warn, before)
        after, reasons = _next(before, view)
        if reasons:
            move = _move(assessment, before, after, view, reasons, salt=salt)
            moves.append(move)
            rows = {row.key: row.nats for row in view.estimate.rows}
            after = replace(
                after,
                notice_p=view.estimate.p,
                notice_at=outlook.at,
                notice_rows=rows,
                notice_prior=view.estimate.prior,
                happened=view.estimate.happened,
                sequence=before.sequence + 1,
                odds_down_since=None,
            )
        stands[forecast.key] = after
    return stands, tuple(moves)


@dataclass(frozen=True, slots=True)
class _View:
    """One line of an outlook with all that the rule looks at."""

    forecast: Forecast
    outlook: Outlook
    readings: Mapping[str, Reading]
    warn: Warn
    before: Published

    @property
    def estimate(self) -> Estimate:
        return self.outlook.estimates[self.forecast.key]

    @property
    def now(self) -> datetime:
        return self.outlook.at

    @property
    def degraded(self) -> bool:
        return self.outlook.coverage < self.warn.coverage_floor

    @property
    def differences(self) -> tuple[Row, ...]:
        """The rows of the ledger less those of the last notice, largest first; a changed prior is a row too."""
        before = self.before.notice_prior
        rows = _differences(self.before.notice_rows, self.estimate.rows)
        if before is None or before == self.estimate.prior:
            return rows
        nats = logit(self.estimate.prior) - logit(before)
        revised = Row(kind=RowKind.ASSESSMENT, source=self.outlook.assessment, nats=nats)
        return tuple(sorted((*rows, revised), key=lambda r: (-abs(r.nats), r.key)))

    @property
    def families(self) -> frozenset[str]:
        """The publisher families whose reports raised this line since the last notice."""
        return _families(self.news(rising=True))

    @property
    def voices(self) -> frozenset[str]:
        """The publisher families behind everything that now raises this line above its prior."""
        return _families(self.backing(rising=True))

    def news(self, *, rising: bool) -> tuple[Event, ...]:
        """The events that carried the line one way since the last notice, newest first.

        A row can also change because its indicator has faded: then there is nothing to point at.
        """
        rows = [row for row in self.differences if (row.nats > 0) == rising]
        return _newest_first(e for e in self._behind(rows, rising=rising, seen=frozenset()) if self._is_news(e))

    def backing(self, *, rising: bool) -> tuple[Event, ...]:
        """The events behind all rows of the ledger that go one way, newest first."""
        rows = [row for row in self.estimate.rows if (row.nats > 0) == rising]
        return _newest_first(self._behind(rows, rising=rising, seen=frozenset()))

    def _behind(self, rows: Iterable[Row], *, rising: bool, seen: frozenset[str]) -> Iterable[Event]:
        """What the indicators of *rows* show, and those behind the parents that moved them."""
        for row in rows:
            if row.kind is RowKind.INDICATOR and row.source in self.readings:
                yield from self.readings[row.source].events
            elif row.source in self.outlook.estimates and row.source not in seen:
                parent = self.outlook.estimates[row.source]
                # A parent may also inhibit: its own direction counts, not its child's.
                up = rising if row.kind is RowKind.COHERENCE else parent.p >= parent.prior
                same = [r for r in parent.rows if (r.nats > 0) == up]
                yield from self._behind(same, rising=up, seen=seen | {row.source})

    def _is_news(self, event: Event) -> bool:
        """Whether anything of it became known to us since the last notice, whenever it happened."""
        return any((report.known or report.item.fetched) > self.before.notice_at for report in event.reports)


def _families(events: Iterable[Event]) -> frozenset[str]:
    return frozenset(family for event in events for family in event.families)


def _newest_first(events: Iterable[Event]) -> tuple[Event, ...]:
    found = {event.id: event for event in events}
    return tuple(sorted(found.values(), key=lambda e: (e.when, e.id), reverse=True))


def _next(before: Published, view: _View) -> tuple[Published, tuple[MoveReason, ...]]:
    after, band = _next_band(before, view)
    after, level = _next_level(after, view, band_up=after.band > band_of(view.forecast.prior.p))
    after, odds = _next_odds(after, view)
    ruled = MoveReason.RULED if view.estimate.happened is not before.happened else None
    return after, tuple(r for r in (ruled, level, band, odds) if r is not None)


def _next_band(before: Published, view: _View) -> tuple[Published, MoveReason | None]:
    """A band changes once p is past its edge by the margin: up at once, down after the hold."""
    p, warn, now = view.estimate.p, view.warn, view.now
    up, down = band_of(max(p - warn.band_margin, 0.0)), band_of(min(p + warn.band_margin, 1.0))
    up_since = (before.band_up_since or now) if up > before.band else None
    down_since = None if view.degraded or down >= before.band else before.band_down_since or now
    waiting = replace(before, band_up_since=up_since, band_down_since=down_since)
    alone = len(view.voices) <= _ONE_VOICE
    if up_since and now - up_since >= timedelta(hours=warn.hold_up_single_family_hours if alone else 0):
        return replace(waiting, band=up, band_up_since=None), MoveReason.BAND_UP
    if down_since and now - down_since >= timedelta(hours=warn.hold_down_hours):
        return replace(waiting, band=down, band_down_since=None), MoveReason.BAND_DOWN
    return waiting, None


def _next_level(before: Published, view: _View, *, band_up: bool) -> tuple[Published, MoveReason | None]:
    target = _target_level(before, view, band_up=band_up)
    if target > before.level:
        raised = replace(before, level=target, raised_from=before.notice_p, level_down_since=None)
        return raised, MoveReason.LEVEL_UP
    if target == before.level or view.degraded:
        return replace(before, level_down_since=None), None
    since = before.level_down_since or view.now
    if view.now - since < timedelta(hours=view.warn.hold_down_hours):
        return replace(before, level_down_since=since), None
    lower = WarningLevel(before.level - 1)
    more = view.now if lower > target else None
    return replace(before, level=lower, level_down_since=more), MoveReason.LEVEL_DOWN


def _target_level(before: Published, view: _View, *, band_up: bool) -> WarningLevel:
    """Return the level the present state asks for: the highest rule that holds."""
    prior, p, impact = view.forecast.prior.p, view.estimate.p, view.forecast.impact
    gain = logit(p) - logit(prior)
    double, fourfold = math.log(view.warn.notify_odds), math.log(view.warn.escalate_odds)
    grave = impact in (Impact.HIGH, Impact.EXTREME)
    extreme = impact is Impact.EXTREME
    if view.estimate.happened is False:
        return WarningLevel.BASELINE
    if view.estimate.happened or (extreme and prior < VERY_LIKELY <= p):
        return WarningLevel.CRITICAL
    if gain >= fourfold or (grave and prior < LIKELY <= p) or (extreme and prior < RARE and p >= NOTABLE):
        return WarningLevel.WARNING
    if band_up or (gain >= double / 2 and _doubled(before, view, double)):
        return WarningLevel.ADVISORY
    if gain >= double or _concern(view):
        return WarningLevel.WATCH
    return WarningLevel.BASELINE


def _doubled(before: Published, view: _View, double: float) -> bool:
    """Whether the odds have doubled since the last notice, by two families or more.

    Half of that keeps a level that was raised so: otherwise it would fall by itself as soon as the
    notice had been given.
    """
    now = logit(view.estimate.p)
    if before.level >= WarningLevel.ADVISORY and before.raised_from is not None:
        return now - logit(before.raised_from) >= double / 2
    return now - logit(before.notice_p) >= double and len(view.families) >= _TWO_VOICES


def _concern(view: _View) -> bool:
    """Whether an indicator that raises this line stands at level 2 or above."""
    return any(
        row.kind is RowKind.INDICATOR
        and row.nats > 0
        and row.source in view.readings
        and view.readings[row.source].level.rank >= _LEVEL_OF_CONCERN
        and view.readings[row.source].signal > 0
        for row in view.estimate.rows
    )


def _next_odds(before: Published, view: _View) -> tuple[Published, MoveReason | None]:
    """Odds doubled since the last notice are news at once; halved, after the hold."""
    step = logit(view.estimate.p) - logit(before.notice_p)
    double = math.log(view.warn.notify_odds)
    if step >= double:
        return replace(before, odds_down_since=None), MoveReason.ODDS_UP
    if step > -double or view.degraded:
        return replace(before, odds_down_since=None), None
    since = before.odds_down_since or view.now
    if view.now - since < timedelta(hours=view.warn.hold_down_hours):
        return replace(before, odds_down_since=since), None
    return replace(before, odds_down_since=None), MoveReason.ODDS_DOWN


def _move(
    assessment: Assessment,
    before: Published,
    after: Published,
    view: _View,
    reasons: tuple[MoveReason, ...],
    *,
    salt: str,
) -> OutlookMove:
    estimate = view.estimate
    rising = estimate.p >= before.notice_p
    return OutlookMove(
        id=move_id(assessment.id, before.key, before.sequence + 1, salt=salt),
        assessment=assessment.id,
        version=assessment.version,
        key=before.key,
        at=view.now,
        before=before.notice_p,
        after=estimate.p,
        low=estimate.low,
        high=estimate.high,
        band_before=before.band,
        band_after=after.band,
        level_before=before.level,
        level_after=after.level,
        reasons=reasons,
        differences=view.differences,
        rows=estimate.rows,
        events=view.news(rising=rising) or view.backing(rising=rising),
        families=tuple(sorted(view.families or view.voices)),
        coverage=view.outlook.coverage,
        degraded=view.degraded,
        happened=estimate.happened,
    )


def move_id(assessment: str, key: str, sequence: int, *, salt: str = "") -> str:
    """Return the identity of the *sequence*-th move of a line: the same again after a crash and a replay."""
    return hashlib.sha256(f"{salt}\0{assessment}\0{key}\0{sequence}".encode()).hexdigest()[:16]


def _differences(before: Mapping[str, float], rows: tuple[Row, ...]) -> tuple[Row, ...]:
    now = {row.key: row for row in rows}
    gone = (
        Row(kind=RowKind(key.partition(":")[0]), source=key.partition(":")[2], nats=-nats)
        for key, nats in before.items()
        if key not in now
    )
    moved = (replace(row, nats=row.nats - before.get(key, 0.0)) for key, row in now.items())
    return tuple(sorted((r for r in (*moved, *gone) if abs(r.nats) > 0), key=lambda r: (-abs(r.nats), r.key)))

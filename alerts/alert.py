"""Alert: one warning as a person will read it, complete, plain and ready to be stored.

Everything a message needs is inside, so it can be rendered and sent again after a crash, and so
that what was said can be shown years later even if the assessment has changed since.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from alerts.errors import NoEvidenceError
from alerts.pending import Pending
from alerts.worded import Names, Worded
from indicators.assessments import Assessment, Forecast, forecasts
from indicators.bands import Estimative, WarningLevel
from indicators.events import Event
from indicators.language.text import one_line
from indicators.levels import Level, Reading
from indicators.matcher import Match
from indicators.moves import MoveReason, OutlookMove, pending_term
from indicators.outlooks import Row, RowKind, p_by_deadline

MOST_EVENTS = 5
MOST_ROWS = 4
_LONGEST_TITLE = 200


class Cause(Worded):
    """One ledger row that moved the outlook: who, by how much, and the indicator's level if it is one.

    ``fading`` says that nothing in the window supports it any more: it rests on what was seen before. ``less`` says
    that it moved the figure because less of it is seen than before, so that its name alone would read the wrong way.
    """

    kind: str
    source: str
    name: Names
    nats: float
    odds_factor: float
    level: str = ""
    fading: bool = False
    less: bool = False


class Sighting(Worded):
    """One event as evidence: what a source wrote, where, when, how far it can be trusted."""

    event: str
    indicator: str
    name: Names
    place: str
    day: str
    dated: bool
    grade: str
    title: str
    source: str
    families: tuple[str, ...]
    url: str
    reports: int


class Line(Worded):
    """One line of the outlook: before and after, in probability and in words."""

    key: str
    name: Names
    before: float
    after: float
    low: float
    high: float
    band_before: int
    band_after: int
    deadline: AwareDatetime
    happened: bool | None = None
    last_day: date | None = None
    """The fixed last day of a question that is asked "by a date", on which nobody has ruled."""
    by_last_day: float | None = None
    """The probability by that day; ``None`` once it is over."""


class Alert(Worded):
    """A warning about one scenario. Refuses to exist without evidence: use :func:`alert_for`."""

    kind: Literal["move"] = "move"
    id: str
    assessment: str
    version: str
    title: Names
    marking: str
    scenario: str
    at: AwareDatetime
    level_before: int
    level_after: int
    reasons: tuple[str, ...]
    line: Line
    causes: tuple[Cause, ...]
    raised_watch: tuple[Cause, ...] = ()
    """The indicators that stand where they put the line on Watch by themselves, where that is the level it rose to."""
    other_nats: float
    evidence: tuple[Sighting, ...]
    more_events: int
    against: tuple[Cause, ...]
    missing: tuple[Names, ...]
    families: tuple[str, ...]
    coverage: float
    degraded: bool
    review_by: str
    unseen: tuple[Names, ...] = ()
    """Where it is degraded, the indicators that could not be seen."""
    estimative: Estimative = Estimative.ICD203
    """The scale of probability words that the assessment speaks in."""
    regions: tuple[str, ...] = ()
    """The assessment's regions that the indicators of the evidence are watched in."""
    pending: Pending | None = None
    """Set where the term of the figure, which is told, has not settled yet."""
    moves: Literal["automatic", "reviewed"] = "automatic"
    """Whether the assessment had its moves reviewed by a person when this one was made."""

    @property
    def proposed(self) -> bool:
        """Whether a person has yet to decide if we stand by it; a ruling, or a line's end, is a person's already."""
        return self.moves == "reviewed" and not _A_PERSONS & set(self.reasons)

    @property
    def rising(self) -> bool:
        """Whether the warning level went up; at the same level, the settled term; at the same of both, the figure."""
        if self.level_after != self.level_before:
            return self.level_after > self.level_before
        if self.line.band_after != self.line.band_before:
            return self.line.band_after > self.line.band_before
        return self.line.after >= self.line.before

    @property
    def level(self) -> WarningLevel:
        """The warning level that now stands."""
        return WarningLevel(self.level_after)

    @property
    def urgency(self) -> WarningLevel:
        """How soon it must be heard: a stand-down is as urgent as the warning that it ends."""
        return WarningLevel(max(self.level_before, self.level_after))

    @property
    def subject_key(self) -> str:
        """What it is about, for the store's index: the line of the outlook."""
        return self.scenario


def alert_for(move: OutlookMove, assessment: Assessment, readings: Mapping[str, Reading]) -> Alert:
    """Return the alert that tells of *move*; raises :class:`NoEvidenceError` for a warning that nothing carries.

    A stand-down needs no evidence: that there is none left is its reason. A ruling is its own.
    """
    forecast = next((f for f in forecasts(assessment) if f.key == move.key), None)
    warns = any(reason in _WARNING_REASONS for reason in move.reasons)
    ruled = move.happened is not None or MoveReason.RULED in move.reasons
    if warns and not (move.differences or move.rows or move.events or ruled):
        raise NoEvidenceError(f"move {move.id} of {move.key} has neither a ledger row nor an event behind it")
    top = [row for row in move.differences if abs(row.nats) >= SEEN][:MOST_ROWS]
    names = _Names(assessment, readings, move.rows)
    shown = _different(move.events)
    return Alert(
        id=move.id,
        assessment=assessment.id,
        version=assessment.version,
        title=dict(assessment.title),
        marking=assessment.marking,
        scenario=move.key,
        at=move.at,
        level_before=move.level_before,
        level_after=move.level_after,
        reasons=tuple(move.reasons),
        line=_line(move, forecast),
        causes=tuple(names.cause(row) for row in top),
        raised_watch=names.raised_watch(move),
        other_nats=sum(row.nats for row in move.differences if row not in top),
        evidence=tuple(names.sighting(e) for e in shown[:MOST_EVENTS]),
        more_events=max(0, len(shown) - MOST_EVENTS),
        against=tuple(names.cause(row) for row in _against(move, but={row.source for row in top})),
        missing=names.missing(move),
        families=move.families,
        coverage=move.coverage,
        degraded=move.degraded,
        unseen=names.unseen(move),
        review_by=assessment.review_by.isoformat(),
        regions=names.regions(move.events),
        pending=Pending.of(pending_term(move, assessment)),
        moves=assessment.moves,
        estimative=assessment.estimative,
    )


def causes_of(
    rows: Iterable[Row], assessment: Assessment, readings: Mapping[str, Reading], *, ledger: Iterable[Row]
) -> tuple[Cause, ...]:
    """Return *rows* with the names that *assessment* gives them, and the levels that *readings* have.

    *ledger* is all that moved the line since the assessment.
    """
    names = _Names(assessment, readings, ledger)
    return tuple(names.cause(row) for row in rows)


def _different(events: Iterable[Event]) -> list[Event]:
    """One event for each report: the same report may be evidence for several indicators."""
    by_report: dict[str, Event] = {}
    for event in events:
        by_report.setdefault(_best(event).item.id, event)
    return list(by_report.values())


def _best(event: Event) -> Match:
    """The report that is shown for *event*: the most reliable source's, then the earliest."""
    return min(event.reports, key=lambda r: (r.publisher.reliability, r.when, r.item.id))


def _link(url: str) -> str:
    """A web address as it can stand in a line of text; anything else is no link."""
    plain = url.startswith(("http://", "https://")) and url == one_line(url) and " " not in url
    return url if plain else ""


def _line(move: OutlookMove, forecast: Forecast | None) -> Line:
    """Return the line of *move*; one that is gone from the assessment has no name left and no horizon."""
    open_still = forecast if move.happened is None else None
    return Line(
        key=move.key,
        name=dict(forecast.name) if forecast is not None else {"en": move.key},
        before=move.before,
        after=move.after,
        low=move.low,
        high=move.high,
        band_before=move.band_before,
        band_after=move.band_after,
        deadline=forecast.deadline(move.at) if forecast is not None else move.at,
        happened=move.happened,
        last_day=open_still.last_day if open_still else None,
        by_last_day=p_by_deadline(open_still, move.after, now=move.at) if open_still else None,
    )


def _against(move: OutlookMove, *, but: set[str]) -> tuple[Row, ...]:
    """The strongest rows of the whole ledger that point the other way and were not named already."""
    sign = -1 if move.rising else 1
    other = [row for row in move.rows if row.nats * sign >= SEEN and row.source not in but]
    return tuple(sorted(other, key=lambda r: (-abs(r.nats), r.key))[:2])


class _Names:
    """Puts names and levels to the ids of an assessment.

    Seeing an indicator points where its row of the ledger does, or the other way if it is less active than it was on
    the assessment's day; a row that points elsewhere tells of less being seen.
    """

    def __init__(self, assessment: Assessment, readings: Mapping[str, Reading], ledger: Iterable[Row]) -> None:
        self._assessment = assessment
        self._readings = readings
        self._since_assessed = {row.key: row.nats for row in ledger}
        self._indicators = {i.id: i for i in assessment.indicators}
        self._places = {p.id: p.names[0] for p in assessment.places}
        self._lines: dict[str, Names] = {f.key: dict(f.name) for f in forecasts(assessment)}
        self._lines |= {s.id: dict(s.name) for s in assessment.sets}

    def cause(self, row: Row) -> Cause:
        own = row.kind is RowKind.INDICATOR and row.source in self._indicators
        if row.kind is RowKind.ASSESSMENT:
            name = {"en": "a new version of the assessment", "fr": "une nouvelle version de l'évaluation"}
            return Cause(kind=row.kind, source=row.source, name=name, nats=row.nats, odds_factor=row.odds_factor)
        name = dict(self._indicators[row.source].name) if own else self._lines.get(row.source, {"en": row.source})
        reading = self._readings.get(row.source) if own else None
        return Cause(
            kind=row.kind,
            source=row.source,
            name=name,
            nats=row.nats,
            odds_factor=row.odds_factor,
            level=reading.level.told(reading.count) if reading else "",
            fading=reading is not None and reading.held,
            less=reading is not None and row.nats * self._since_assessed.get(row.key, 0.0) * reading.signal < 0,
        )

    def sighting(self, event: Event) -> Sighting:
        best = _best(event)
        return Sighting(
            event=event.id,
            indicator=event.indicator,
            name=dict(self._indicators[event.indicator].name),
            place=self._places.get(event.place, event.place),
            day=event.day.isoformat(),
            dated=event.dated,
            grade=str(event.grade),
            title=one_line(best.item.title, limit=_LONGEST_TITLE),
            source=best.item.source,
            families=tuple(sorted(event.families)),
            url=_link(best.item.url),
            reports=len(event.reports),
        )

    def raised_watch(self, move: OutlookMove) -> tuple[Cause, ...]:
        if MoveReason.LEVEL_UP not in move.reasons or move.level_after is not WarningLevel.WATCH:
            return ()
        raising = [row for row in move.rows if row.kind is RowKind.INDICATOR and row.nats > 0]
        return tuple(self.cause(row) for row in raising if self._stands_where_it_warns(row.source))

    def _stands_where_it_warns(self, name: str) -> bool:
        indicator, reading = self._indicators.get(name), self._readings.get(name)
        if indicator is None or reading is None or reading.signal <= 0:
            return False
        return reading.level.rank >= indicator.raises_watch_at

    def regions(self, events: Iterable[Event]) -> tuple[str, ...]:
        return tuple(sorted({self._indicators[e.indicator].where.region for e in events}))

    def unseen(self, move: OutlookMove) -> tuple[Names, ...]:
        known = (self._indicators.get(name) for name in move.unseen)
        return tuple(dict(indicator.name) for indicator in known if indicator is not None)

    def missing(self, move: OutlookMove) -> tuple[Names, ...]:
        """Strong indicators of this line that should be seen if it were coming, and are quiet."""
        scenario = move.key.partition(".")[0]
        quiet = [
            (i, effect)
            for i in self._assessment.indicators
            if (effect := i.effects.get(scenario)) is not None
            and not isinstance(effect, dict)
            and effect.log_ratio > _STRONG
            and (reading := self._readings.get(i.id)) is not None
            and reading.level is Level.QUIET
            and reading.count == 0
            and reading.signal <= 0
        ]
        quiet.sort(key=lambda pair: (-pair[1].log_ratio, pair[0].id))
        return tuple(dict(i.name) for i, _ in quiet[:2]) if move.rising else ()


_A_PERSONS = {MoveReason.RULED, MoveReason.WITHDRAWN, MoveReason.ENDED}
_WARNING_REASONS = (MoveReason.BAND_UP, MoveReason.LEVEL_UP, MoveReason.ODDS_UP)
SEEN = 0.005
"""Nats; below this a factor would print as x1.00."""

_STRONG = 0.9
"""ln LR of about 2.5: an indicator whose absence is worth a sentence."""

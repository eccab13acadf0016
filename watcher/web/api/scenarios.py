"""``/api/v1/assessments/{…}/scenarios``: the outlook line by line, its ledger, and the way it came here."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from indicators.assessments import forecasts
from indicators.decisions import Point
from watcher.deciding.desk import Desk
from watcher.showing.standing import LineStanding, standings
from watcher.store import Connection, listings
from watcher.store.line_record import line_record
from watcher.store.listings import Between
from watcher.store.outlooks import KeptFigure
from watcher.web.api.assessments import AssessmentId, desk_in
from watcher.web.api.cursors import BAD, Cursor
from watcher.web.api.documents import Document, Names, Page, Share, Span, page_of
from watcher.web.api.routes import routes_of
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Reading

ScenarioKey = Annotated[
    str, Path(max_length=200, description="The line's key: a scenario's id, or `set.state` for a state of a set.")
]


class Term(Document):
    """A word for a probability, always with the range it stands for."""

    words: Names = Field(examples=[{"en": "unlikely", "fr": "improbable"}])
    low: Share
    high: Share
    printed: str = Field(description="The range as the scale prints it.", examples=["20-45 %"])


class DoubtDocument(Document):
    """One reason why the figure can be leaned on less."""

    kind: str = Field(examples=["coverage", "one family", "poor sources", "wide range"])
    words: Names


class ConfidenceDocument(Document):
    """How far the figure can be leaned on; this says nothing of how likely it is."""

    level: str = Field(examples=["low", "moderate", "high"])
    doubts: tuple[DoubtDocument, ...]
    set_by: str | None = Field(description="Who decided otherwise than the machine proposed, if anybody did.")
    because: str | None


class LedgerRow(Document):
    """What moved the line: the rows add up, in nats, to the whole change since the assessment."""

    kind: str = Field(examples=["indicator"])
    source: str = Field(description="The indicator or the scenario behind it.")
    nats: float = Field(description="Natural log-odds; above 0 makes it likelier.")
    odds_factor: float = Field(description="What the odds are multiplied by.")
    points: float = Field(description="What that did to the probability, in the ledger's order.")


class ScenarioDocument(Document):
    """One line of the outlook as it was judged last: how likely, in words, until when, how sure, and what it stands on.

    Where a person has ruled that it happened, or did not, `happened` stands in the model's place.
    """

    assessment: str
    key: str = Field(examples=["coup"])
    scenario: str
    state: str | None = Field(description="The state, of a set of which exactly one holds at the horizon.")
    name: Names
    probability: Share = Field(description="By the horizon.", examples=[0.14])
    low: Share = Field(description="The lowest that other ratings of the indicators would give.")
    high: Share = Field(description="The highest.")
    prior: Share = Field(description="What the author gave on the day of the assessment.")
    term: Term
    horizon: datetime = Field(description="The end of the time that the probability speaks of, UTC.")
    horizon_days: int
    last_day: date | None = Field(description="The scenario's fixed last day, where it has one.")
    probability_by_last_day: Share | None = Field(description="The probability by that day.")
    level: str = Field(description="The warning level that stands.", examples=["watch"])
    level_number: int = Field(ge=0, le=4)
    confidence: ConfidenceDocument
    coverage: Share = Field(description="How much of what bears on it could be seen, and no more than of the whole.")
    degraded: bool = Field(description="Whether that is too little to trust quiet: then it does not move down.")
    unseen: tuple[str, ...] = Field(description="The indicators that bear on it and cannot be seen now.")
    happened: bool | None
    resolves: str = Field(description="The rule by which a person will rule on it.")
    judged_at: datetime = Field(description="UTC.")
    version: str = Field(description="The version of the assessment that judged it.")


class ScenarioInFull(ScenarioDocument):
    """One line with its ledger and the line of the analyst."""

    ledger: tuple[LedgerRow, ...]
    analyst: tuple["AnalystPoint", ...] = Field(description="What persons stood by, each until the next; at most 500.")


class AnalystPoint(Document):
    """A probability that persons stand by from `at` on."""

    at: datetime = Field(description="UTC.")
    probability: Share
    decision: int | None = Field(description="The number of the decision that set it, if one did.")


class Outlook(Document):
    """The outlook of one assessment, in the order of its file."""

    data: tuple[ScenarioDocument, ...]


class FigureDocument(Document):
    """The machine's probability from `at` on, until the next."""

    at: datetime = Field(description="UTC.")
    probability: Share
    prior: Share
    version: str
    happened: bool | None


def router(site: Site) -> APIRouter:
    """Return the routes, over the outlooks of *site*'s plant."""
    routes = routes_of("scenarios")

    @routes.get("/assessments/{assessment}/scenarios", summary="Show the outlook")
    async def list_scenarios(visit: Reading, assessment: AssessmentId) -> Outlook:
        desk = await desk_in(visit.request, assessment)
        return Outlook(data=tuple(_document(desk, line) for line in standings(desk)))

    @routes.get("/assessments/{assessment}/scenarios/{scenario}", summary="Show one line with its ledger")
    async def get_scenario(visit: Reading, assessment: AssessmentId, scenario: ScenarioKey) -> ScenarioInFull:
        desk = await desk_in(visit.request, assessment)
        line = _line(desk, scenario)
        points = await site.read(_analyst, desk, scenario)
        return ScenarioInFull(
            **_document(desk, line).model_dump(),
            ledger=_ledger(line),
            analyst=tuple(map(_point, points[-_MOST_POINTS:])),
        )

    @routes.get("/assessments/{assessment}/scenarios/{scenario}/history", summary="List the machine's figures")
    async def list_history(
        visit: Reading, assessment: AssessmentId, scenario: ScenarioKey, asked: Annotated[Span, Query()]
    ) -> Page[FigureDocument]:
        desk = await desk_in(visit.request, assessment)
        _line(desk, scenario)
        cursor = Cursor(f"history {assessment} {scenario}", asked)
        position = cursor.moment_and_number()
        if position is not None and position[1]:
            raise RefusedError(BAD)
        rows = await site.read(_figures, assessment, scenario, asked, position[0] if position is not None else None)
        return page_of(rows, asked.limit, _figure, lambda row: cursor.at(row.at, 0))

    return routes


_MOST_POINTS = 500


def _line(desk: Desk, key: str) -> LineStanding:
    found = next((line for line in standings(desk) if line.estimate.key == key), None)
    if found is None:
        raise RefusedError(NO_SUCH_PAGE)
    return found


def _figures(
    connection: Connection, assessment: str, key: str, asked: Span, after: datetime | None
) -> tuple[KeptFigure, ...]:
    between = Between(since=asked.since, until=asked.until)
    return listings.figures(connection, assessment, key, limit=asked.limit + 1, after=after, between=between)


def _analyst(connection: Connection, desk: Desk, key: str) -> tuple[Point, ...]:
    forecast = next(f for f in forecasts(desk.assessment) if f.key == key)
    return line_record(connection, desk.assessment, forecast).points


def _point(point: Point) -> AnalystPoint:
    return AnalystPoint(at=point.at, probability=point.p, decision=point.decision or None)


def _figure(row: KeptFigure) -> FigureDocument:
    return FigureDocument(at=row.at, probability=row.p, prior=row.prior, version=row.version, happened=row.happened)


def _ledger(line: LineStanding) -> tuple[LedgerRow, ...]:
    return tuple(
        LedgerRow(kind=row.kind, source=row.source, nats=row.nats, odds_factor=row.odds_factor, points=points)
        for row, points in zip(line.estimate.rows, line.points, strict=True)
    )


def _document(desk: Desk, line: LineStanding) -> ScenarioDocument:
    estimate, forecast, confidence = line.estimate, line.forecast, line.confidence
    return ScenarioDocument(
        assessment=line.assessment,
        key=estimate.key,
        scenario=forecast.scenario,
        state=forecast.state or None,
        name=dict(forecast.name),
        probability=estimate.p,
        low=estimate.low,
        high=estimate.high,
        prior=estimate.prior,
        term=Term(words=line.band.terms, low=line.band.low, high=line.band.high, printed=line.band.printed),
        horizon=forecast.deadline(line.at),
        horizon_days=forecast.horizon_days,
        last_day=forecast.last_day,
        probability_by_last_day=line.by_deadline,
        level=line.level.name.lower(),
        level_number=int(line.level),
        confidence=ConfidenceDocument(
            level=confidence.level,
            doubts=tuple(
                DoubtDocument(kind=d.kind, words={"en": d.text("en"), "fr": d.text("fr")}) for d in confidence.doubts
            ),
            set_by=confidence.set_by or None,
            because=confidence.because or None,
        ),
        coverage=line.sight.coverage,
        degraded=line.degraded,
        unseen=tuple(i.id for i in line.unseen),
        happened=estimate.happened,
        resolves=forecast.resolves,
        judged_at=line.at,
        version=desk.assessment.version,
    )

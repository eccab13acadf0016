"""``/api/v1/assessments/{…}/indicators``: each with its reading. What cannot be seen is never called quiet."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from indicators.levels import Level, Reading
from indicators.rules import Indicator
from watcher.deciding.desk import Desk
from watcher.web.api.assessments import AssessmentId, desk_in
from watcher.web.api.documents import Document, Names, Share
from watcher.web.api.routes import routes_of
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Reading as ReadingVisit

UNSEEN = frozenset({Level.NOT_OBSERVABLE, Level.NOT_YET_DUE})
"""States in which a count would say something that nobody knows."""


class ReadingDocument(Document):
    """What an indicator said when it was judged last.

    `observable` is false where too few of its sources can see, or its time has not come: then there is no count,
    no activation and no signal, and its silence means nothing.
    """

    at: datetime = Field(description="UTC.")
    level: Level = Field(description="`quiet` means looked for and not found; `not observable` that nobody could look.")
    rank: int | None = Field(ge=0, le=3, description="Thresholds reached; null where that is not known.")
    observable: bool
    count: float | None = Field(description="What the thresholds are compared with; its unit is the rule's.")
    activation: Share | None
    baseline: Share = Field(description="The activation on the day of the assessment.")
    signal: float | None = Field(ge=-1, le=1, description="Change against that day.")
    held: bool = Field(description="Whether it rests on earlier events and is fading.")
    met: datetime | None = Field(description="When the threshold of this level was reached in the world, UTC.")
    known: datetime | None = Field(description="When we knew enough to say so, UTC.")
    events: tuple[str, ...] = Field(description="Ids of the newest events behind it; 50 at most.")


class IndicatorDocument(Document):
    """One observable development and what it says now."""

    assessment: str
    id: str
    name: Names
    group: str
    bears_on: tuple[str, ...] = Field(description="The scenarios that it speaks to.")
    region: str = Field(description="Where it is looked for.")
    reading: ReadingDocument


class Indicators(Document):
    """Every indicator of one assessment, in the order of its file."""

    data: tuple[IndicatorDocument, ...]


def router(site: Site) -> APIRouter:
    """Return the routes, over the readings of *site*'s plant."""
    del site
    routes = routes_of("indicators")

    @routes.get("/assessments/{assessment}/indicators", summary="List the indicators with their readings")
    async def list_indicators(visit: ReadingVisit, assessment: AssessmentId) -> Indicators:
        return Indicators(data=_documents(await desk_in(visit.request, assessment)))

    @routes.get("/assessments/{assessment}/indicators/{indicator}", summary="Show one indicator with its reading")
    async def get_indicator(
        visit: ReadingVisit, assessment: AssessmentId, indicator: Annotated[str, Path(max_length=200)]
    ) -> IndicatorDocument:
        known = _documents(await desk_in(visit.request, assessment))
        found = next((one for one in known if one.id == indicator), None)
        if found is None:
            raise RefusedError(NO_SUCH_PAGE)
        return found

    return routes


def _documents(desk: Desk) -> tuple[IndicatorDocument, ...]:
    readings = {reading.indicator: reading for reading in desk.evaluation.readings}
    return tuple(_document(desk.assessment.id, one, readings[one.id]) for one in desk.assessment.indicators)


_MOST_EVENTS = 50


def _document(assessment: str, indicator: Indicator, reading: Reading) -> IndicatorDocument:
    seen = reading.level not in UNSEEN
    return IndicatorDocument(
        assessment=assessment,
        id=indicator.id,
        name=dict(indicator.name),
        group=indicator.group,
        bears_on=tuple(indicator.effects),
        region=indicator.where.region,
        reading=ReadingDocument(
            at=reading.at,
            level=reading.level,
            rank=reading.level.rank if seen else None,
            observable=seen,
            count=reading.count if seen else None,
            activation=reading.activation if seen else None,
            baseline=reading.baseline,
            signal=reading.signal if seen else None,
            held=reading.held,
            met=reading.met,
            known=reading.known,
            events=tuple(event.id for event in reading.events[:_MOST_EVENTS]),
        ),
    )

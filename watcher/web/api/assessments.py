"""``/api/v1/assessments``: what is kept alive here, in which version, and when it was last judged."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import Field

from indicators.assessments import Assessment, forecasts
from watcher.deciding.desk import Desk
from watcher.web.api.documents import Document, Names, Share
from watcher.web.api.routes import routes_of
from watcher.web.kept_desks import KeptDesks
from watcher.web.refusals import NO_SUCH_PAGE, Refusal, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Reading

AssessmentId = Annotated[str, Path(max_length=200, description="The assessment's id, as `/api/v1/assessments` has it.")]


class AssessmentDocument(Document):
    """One assessment in force. Before it is first judged `judged_at` is null and it has no outlook yet."""

    id: str = Field(examples=["mali-2025-12"])
    version: str = Field(examples=["1.0.0"])
    title: Names
    marking: str = Field(description="Traffic Light Protocol 2.0.", examples=["TLP:AMBER"])
    start: datetime = Field(description="The day of the assessment, UTC.")
    review_by: date = Field(description="The day by which a person has to go over it.")
    estimative: str = Field(description="Whose words for probabilities it uses.", examples=["icd203"])
    moves: str = Field(description="`automatic`, or `reviewed`: then a person decides on each move.")
    scenarios: int = Field(description="Lines of its outlook.")
    indicators: int
    judged_at: datetime | None = Field(description="When it was last judged, UTC.")
    coverage: Share | None = Field(description="Share of its sources that could see then; null before.")
    degraded: bool = Field(description="Whether that is too little to trust quiet. Unknown is not calm.")


class Assessments(Document):
    """Every assessment in force, in the order of the configuration."""

    data: tuple[AssessmentDocument, ...]


def router(site: Site) -> APIRouter:
    """Return the routes, over the assessments of *site*'s plant."""
    del site
    routes = routes_of("assessments")

    @routes.get("/assessments", summary="List the assessments in force")
    async def list_assessments(visit: Reading) -> Assessments:
        desks = {desk.assessment.id: desk for desk in await desks_in(visit.request)}
        return Assessments(data=tuple(_document(one, desks.get(one.id)) for one in _in_force(visit.request)))

    @routes.get("/assessments/{assessment}", summary="Show one assessment")
    async def get_assessment(visit: Reading, assessment: AssessmentId) -> AssessmentDocument:
        found = next((one for one in _in_force(visit.request) if one.id == assessment), None)
        if found is None:
            raise RefusedError(NO_SUCH_PAGE)
        desks = await _kept(visit.request).of(found.id)
        return _document(found, desks[0] if desks else None)

    return routes


def _kept(request: Request) -> KeptDesks:
    found: KeptDesks = request.app.state.desks
    return found


def _in_force(request: Request) -> tuple[Assessment, ...]:
    site: Site = request.app.state.site
    return tuple(live.assessment for live in site.plant.library.live)


async def desk_in(request: Request, assessment: str) -> Desk:
    """Return the desk of *assessment*; refused where it is not in force, or was never judged."""
    desks = await _kept(request).of(assessment) if assessment else ()
    if not desks:
        there = any(one.id == assessment for one in _in_force(request))
        raise RefusedError(_NOT_JUDGED if there else NO_SUCH_PAGE)
    return desks[0]


async def desks_in(request: Request, assessment: str = "") -> tuple[Desk, ...]:
    """Return the desk of *assessment*, or of every one that was judged where none is named."""
    if assessment:
        return (await desk_in(request, assessment),)
    return await _kept(request).of()


_NOT_JUDGED = Refusal(
    status=HTTPStatus.CONFLICT,
    kind="not-judged",
    what="this assessment was not judged yet, so there is nothing to say of it",
    instead="ask again after the first polls; /healthz says whether the watch goes on",
)


def _document(assessment: Assessment, desk: Desk | None) -> AssessmentDocument:
    coverage = desk.evaluation.outlook.coverage if desk is not None else None
    return AssessmentDocument(
        id=assessment.id,
        version=assessment.version,
        title=dict(assessment.title),
        marking=assessment.marking,
        start=assessment.start,
        review_by=assessment.review_by,
        estimative=assessment.estimative,
        moves=assessment.moves,
        scenarios=len(forecasts(assessment)),
        indicators=len(assessment.indicators),
        judged_at=desk.at if desk is not None else None,
        coverage=coverage,
        degraded=coverage is None or coverage < assessment.model.warn.coverage_floor,
    )

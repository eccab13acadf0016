"""``/assessments``: the papers in force; ``/assessments/{id}``: its sentences, what watches them, its versions."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from indicators.assessments import Forecast, forecasts
from indicators.bands import Band, band_of
from indicators.statements import statements
from indicators.validation import Report, validated
from indicators.validation.page import shade
from watcher.assessments import Live
from watcher.people.roles import ACTS, Role
from watcher.store import rule_proposals
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Reading, Visit
from watcher.workbench.versions import KeptVersion, between, find, versions


@dataclass(frozen=True, slots=True, kw_only=True)
class LineThenNow:
    """One line of the outlook: what the paper said of it, and what stands now (``None`` before the first judgement)."""

    forecast: Forecast
    then: Band
    p: float | None
    now: Band | None


def router(site: Site) -> APIRouter:
    """Return the routes, over the assessments that *site*'s plant has in force."""
    routes = APIRouter()
    reports: dict[str, tuple[str, Report]] = {}

    @routes.get("/assessments")
    async def every(visit: Reading) -> HTMLResponse:
        library = site.plant.library
        return visit.page("assessments.html.j2", live=library.live, refused=library.refused)

    @routes.get("/assessments/{wanted}")
    async def show(wanted: str, visit: Reading) -> HTMLResponse:
        live = in_force(visit, wanted)
        kept = reports.get(wanted)
        if kept is None or kept[0] != live.digest:
            reports[wanted] = kept = (live.digest, await site.slowly(validated, live.assessment))
        return visit.page(
            "assessment.html.j2",
            assessment=live.assessment,
            refused=site.plant.library.refused.get(live.file, ""),
            statements=statements(live.assessment),
            lines=await _lines(visit, live),
            report=kept[1],
            shade=shade,
            columns={f.key: f.name for f in forecasts(live.assessment)},
            indicators={i.id: i for i in live.assessment.indicators},
            versions=tuple(reversed(await site.read(versions, wanted))),
            waiting=await site.read(rule_proposals.waiting, wanted),
            may_act=visit.person.role in ACTS,
        )

    @routes.get("/assessments/{wanted}/versions/{number}")
    async def version(wanted: str, number: str, visit: Reading) -> HTMLResponse:
        live = in_force(visit, wanted)
        known = await site.read(versions, wanted)
        chosen = numbered(known, number)
        before = find(known, chosen.number - 1)
        return visit.page(
            "assessment_version.html.j2",
            assessment=live.assessment,
            chosen=chosen,
            before=before,
            told=await site.slowly(between, before.good, chosen.good) if before is not None else None,
            is_last=chosen is known[-1],
            may_approve=visit.person.role in (Role.LEAD, Role.OPERATOR),
        )

    return routes


def in_force(visit: Visit, wanted: str) -> Live:
    """Return the assessment *wanted* as it is in force; there is no such page where it is not."""
    found = next((one for one in visit.site.plant.library.live if one.assessment.id == wanted), None)
    if found is None:
        raise RefusedError(NO_SUCH_PAGE)
    return found


def numbered(known: tuple[KeptVersion, ...], number: str) -> KeptVersion:
    """Return the version with that number; there is no such page where there is none."""
    digits = number.isascii() and number.isdigit() and len(number) <= len("100000")
    found = find(known, int(number)) if digits else None
    if found is None:
        raise RefusedError(NO_SUCH_PAGE)
    return found


async def _lines(visit: Visit, live: Live) -> tuple[LineThenNow, ...]:
    """Return every line of the outlook as the paper said it, and as it stands."""
    assessment = live.assessment
    desk = next((one for one in await visit.desks_of_all() if one.assessment.id == assessment.id), None)
    stands = desk.evaluation.outlook.estimates if desk is not None else {}
    scale = assessment.scale
    return tuple(
        LineThenNow(
            forecast=f,
            then=scale[band_of(f.prior.p, scale)],
            p=stands[f.key].p if f.key in stands else None,
            now=scale[band_of(stands[f.key].p, scale)] if f.key in stands else None,
        )
        for f in forecasts(assessment)
    )

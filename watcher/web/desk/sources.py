"""``/sources``: how each source is, what it gives and what to do; one poll for the eye, and trusting a source again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from indicators.assessments import Assessment
from watcher.health.conditions import IN_FRENCH
from watcher.health.coverage import coverage, shares
from watcher.health.week import week_bar
from watcher.settings import Settings
from watcher.sourcing.trials import SourceHealth, health_listed, try_source
from watcher.sourcing.trusting import trust_again
from watcher.store import Connection
from watcher.web.duty_terms import ADVICE
from watcher.web.languages import words
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.visits import ACTING, OPERATING, Acting, Operating, Reading, Visit

MOST_SHOWN = 40
"""Reports of a trial that are shown; the command prints all with ``--json``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthBoard:
    """Every configured source, those in trouble first, with the share of coverage that each gives while it sees."""

    sources: tuple[SourceHealth, ...]
    shares: Mapping[str, float]
    coverage: float

    @property
    def blind(self) -> int:
        """How many do not see."""
        return sum(not one.health.sees for one in self.sources)


def router(site: Site) -> APIRouter:
    """Return the routes, over the sources of *site*'s settings."""
    routes = APIRouter()

    @routes.get("/sources")
    async def show(visit: Reading) -> HTMLResponse:
        return await _page(visit)

    @routes.post("/sources/{key}/test")
    async def test(key: str, visit: Acting) -> HTMLResponse:
        source = site.source(key)
        if source is None:
            raise RefusedError(NO_SUCH_PAGE)
        plant = site.plant
        matchers = tuple(live.matcher for live in plant.library.live)
        tried = await try_source(plant.settings, source, matchers, now=visit.now, sources=plant.sources)
        return visit.page("source_trial.html.j2", source=source, tried=tried, most=MOST_SHOWN)

    @routes.post("/sources/{key}/trust")
    async def trust(key: str, visit: Operating) -> Response:
        if site.source(key) is None:
            raise RefusedError(NO_SUCH_PAGE)
        why = (await visit.form()).text("why")
        if not why:
            return await _page(visit, wrong=words("Trusting a source again needs its reason in a sentence."))
        odd = await site.write(
            lambda connection: trust_again(connection, key, who=visit.person.who, why=why, at=visit.now)
        )
        said = words("%(source)s is trusted again; what it shows now is its usual.")
        return visit.go("/sources", said=said if odd else words("Nothing is odd about %(source)s."), source=key)

    return routes


def health_board(
    connection: Connection, settings: Settings, assessments: tuple[Assessment, ...], now: datetime
) -> HealthBoard:
    """Return how all sources are at *now*; those that do not see stand first, then those with a trouble."""
    found = health_listed(connection, settings, assessments, now=now)
    ranked = sorted(found, key=lambda one: (one.health.sees, not one.health.troubled))
    seeing = {one.source.id for one in found if one.health.sees}
    return HealthBoard(
        sources=tuple(ranked), shares=shares(settings.sources), coverage=coverage(settings.sources, seeing)
    )


async def _page(visit: Visit, *, wrong: str = "") -> HTMLResponse:
    plant = visit.site.plant
    in_force = tuple(live.assessment for live in plant.library.live)
    board = await visit.site.read(health_board, plant.settings, in_force, visit.now)
    return visit.page(
        "sources.html.j2",
        block="rows" if visit.is_partial else "",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        board=board,
        wrong=wrong,
        advice=ADVICE,
        in_french=IN_FRENCH,
        week=lambda one: week_bar(one.state.vitals.diary, now=visit.now),
        may_test=ACTING.allows(visit.person.role),
        may_trust=OPERATING.allows(visit.person.role),
    )

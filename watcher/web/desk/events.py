"""``/events``: what happened as we know it, a stream to filter, to read with the keyboard and to rule on."""

from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from indicators.assessments import forecasts
from watcher.asking.refusal import DecisionError
from watcher.deciding.desk import Desk
from watcher.people.roles import JUDGES
from watcher.showing.event_stream import EventPage, EventsAsked, EventSpot, RuledOn, Shown, event_page, families_of
from watcher.web.desk.asked import AskedQuery, AskedSince, asked_again, query_of, since_asked, spot_asked
from watcher.web.grades import grade_words
from watcher.web.site import Site
from watcher.web.visits import Reading, Visit
from watcher.workbench.excerpts import Excerpt, excerpts_of

SHOWN = 40
"""Events on a page."""

USUAL = "14d"

_NARROWING = ("indicator", "scenario", "family", "ruled", "since")


def router(site: Site) -> APIRouter:
    """Return the route."""
    del site
    routes = APIRouter()

    @routes.get("/events")
    async def show(visit: Reading) -> HTMLResponse:
        desks = await visit.desks()
        query, since = query_of(visit), since_asked(visit, USUAL)
        spot, wrong = spot_asked(visit), ""
        page = EventPage(shown=(), behind=None, total=0)
        if not query.fault and not since.fault:
            try:
                page = event_page(desks, _asked(visit, query, since), behind=spot and EventSpot(*spot), most=SHOWN)
            except DecisionError as error:
                wrong = str(error)
        faulty = bool(wrong or query.fault or since.fault)
        return visit.page(
            "events.html.j2",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if faulty else HTTPStatus.OK,
            desks=desks,
            page=page,
            query=query,
            since=since,
            wrong=wrong,
            asked=visit.request.query_params,
            ruled=tuple(RuledOn),
            families=families_of(desks),
            scenarios=_scenarios(desks),
            quotes=quotes,
            further=_further(visit, page),
            narrowed=any(visit.request.query_params.get(name) for name in _NARROWING),
            begin=asked_again(visit),
            is_first=spot is None,
            grade_words=grade_words,
            may_judge=visit.person.role in JUDGES,
        )

    return routes


def quotes(shown: Shown) -> tuple[Excerpt, ...]:
    """Return the headline of an event and what else shows on which words it rests; of a search, on what it found."""
    return excerpts_of(shown.hits[0] if shown.hits else shown.found.event.reports[0])


def _asked(visit: Visit, query: AskedQuery, since: AskedSince) -> EventsAsked:
    told = visit.request.query_params
    ruled = told.get("ruled", "")
    return EventsAsked(
        since=since.at,
        indicator=told.get("indicator", ""),
        scenario=told.get("scenario", ""),
        family=told.get("family", ""),
        ruled=RuledOn(ruled) if ruled in set(RuledOn) else RuledOn.ANY,
        searcher=query.searcher,
    )


def _further(visit: Visit, page: EventPage) -> str:
    """Return the address of the next page, ``""`` if this is the last."""
    spot = page.behind
    return f"/events?{asked_again(visit, behind=(spot.when, spot.id))}" if spot is not None else ""


def _scenarios(desks: tuple[Desk, ...]) -> tuple[tuple[str, object], ...]:
    return tuple((f.key, f.name) for desk in desks for f in forecasts(desk.assessment))

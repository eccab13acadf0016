"""``/indicators``: what each indicator shows, and for one of them all that is behind it."""

from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from indicators.assessments import Assessment
from indicators.description import describe_indicator
from indicators.events import Event
from indicators.levels import Level
from watcher.deciding.desk import Desk
from watcher.showing.ground import Ground, Spot, ground
from watcher.showing.indicator_dossier import IndicatorDossier, Proven, indicator_dossier, proven
from watcher.store import Connection
from watcher.web.charts.columns import PARTS, columns, mark
from watcher.web.charts.gauge import gauge
from watcher.web.charts.ground_map import ground_map
from watcher.web.charts.strip import LETTERS, strip
from watcher.web.judged import JudgedDesks
from watcher.web.languages import words
from watcher.web.refusals import Refusal, RefusedError
from watcher.web.site import Site
from watcher.web.static_files import static_files
from watcher.web.terms import STATES
from watcher.web.visits import Reading, Visit

SPANS = {"30": timedelta(days=30), "90": timedelta(days=90), "365": timedelta(days=365)}
"""How far back it is shown, by what stands in the address; anything else is since the assessment."""

ORDER = (Level.LEVEL_3, Level.LEVEL_2, Level.LEVEL_1, Level.NOT_OBSERVABLE, Level.REFUTED, Level.QUIET)
"""The list's order; what is not yet due comes last."""

_SENTENCE = 100_000
"""Columns of a sentence that the page itself breaks into lines."""

_WORDS = frozenset({"reads", "not", "announcement", "codes"})
"""The sentences of a description that tell which words count: the longest, and seldom needed at night."""

_NONE = Refusal(status=HTTPStatus.NOT_FOUND, kind="not-found", what=words("there is no such indicator"))


def router(site: Site) -> APIRouter:
    """Return the routes."""
    del site
    routes = APIRouter()

    @routes.get("/indicators")
    async def every(visit: Reading) -> HTMLResponse:
        judged: JudgedDesks = visit.request.app.state.judged
        wanted = [a for a in judged.assessments if visit.assessment in ("", a.id)]
        desks = [(a, await judged.desk(a.id)) for a in wanted]
        return visit.page(
            "indicators.html.j2", listed=[(a, _listed(a, d)) for a, d in desks], states=STATES, letters=LETTERS
        )

    @routes.get("/indicators/{assessment}/{name}")
    async def show(assessment: str, name: str, visit: Reading) -> HTMLResponse:
        return await _page(visit, assessment, name)

    return routes


def path_of(assessment: str, name: str) -> str:
    """Return the address of an indicator's page."""
    return f"/indicators/{quote(assessment)}/{quote(name)}"


def _listed(assessment: Assessment, desk: Desk | None) -> list[tuple[object, object]]:
    """Return indicators and their readings, those that show most first; without a judgement, no readings."""
    if desk is None:
        return [(indicator, None) for indicator in assessment.indicators]
    by_id = {i.id: i for i in assessment.indicators}
    ranks = {level: number for number, level in enumerate(ORDER)}
    readings = sorted(
        desk.evaluation.readings, key=lambda r: (ranks.get(r.level, len(ORDER)), -r.activation, r.indicator)
    )
    return [(by_id[r.indicator], r) for r in readings]


async def _page(visit: Visit, assessment: str, name: str) -> HTMLResponse:
    judged: JudgedDesks = visit.request.app.state.judged
    desk = await judged.desk(assessment)
    if desk is None or name not in {i.id for i in desk.assessment.indicators}:
        raise RefusedError(_NONE)
    span = visit.request.query_params.get("since", "90")
    begin = desk.assessment.start
    since = min(desk.at, max(begin, visit.now - SPANS[span]) if span in SPANS else begin)

    def look(connection: Connection) -> IndicatorDossier:
        settings = visit.site.plant.settings
        return indicator_dossier(connection, desk, settings, name, since=since, now=visit.now)

    dossier = await visit.site.read(look)
    live = next((one for one in visit.site.plant.library.live if one.assessment.id == assessment), None)
    examples: tuple[Proven, ...] = ()
    if live is not None:
        examples = await visit.site.compute(proven, dossier.indicator, live.matcher)
    return visit.page(
        "indicator.html.j2",
        **_context(visit, desk, dossier),
        examples=examples,
        span=span if span in SPANS else "all",
    )


def _context(visit: Visit, desk: Desk, dossier: IndicatorDossier) -> dict[str, Any]:
    lang, assessment, indicator = visit.language, desk.assessment, dossier.indicator
    told = describe_indicator(assessment, indicator.id, lang.code)
    where = ground(assessment, dossier.events, regions=_regions(assessment, indicator.where.region))
    return {
        "assessment": assessment,
        "d": dossier,
        "i": indicator,
        "r": dossier.reading,
        "path": path_of(assessment.id, indicator.id),
        "wide": _strip(visit, dossier, 960, "w"),
        "narrow": _strip(visit, dossier, 380, "n"),
        "record_wide": columns(dossier.periods, lang=lang, width=600, name="rw"),
        "record_narrow": columns(dossier.periods, lang=lang, width=320, name="rn"),
        "parts": [(part, told, mark(part)) for part, told in PARTS],
        "gauge": gauge(dossier.reading.count, indicator.count.thresholds, lang=lang),
        "sentences": [part.text(_SENTENCE) for part in told.parts if part.key not in _WORDS],
        "counting": [part.text(_SENTENCE) for part in told.parts if part.key in _WORDS],
        "says": told.says,
        "says_heading": told.says_heading,
        "where": where,
        "map": _map(visit, where) if where.spots else None,
        "place": desk.place,
        "title": _title,
        "names": {i.id: lang.name(i.name) for i in assessment.indicators},
        "states": STATES,
        "letters": LETTERS,
        "levels": tuple(reversed(dossier.levels[-12:])),
    }


def _strip(visit: Visit, dossier: IndicatorDossier, width: float, name: str) -> object:
    return strip(
        dossier.levels,
        since=dossier.since,
        until=dossier.until,
        lang=visit.language,
        width=width,
        name=name,
        events=dossier.events,
        blind=dossier.blind,
    )


def _map(visit: Visit, where: Ground) -> object:
    return ground_map(where, width=480, height=320, leads_to=_first_event, atlas=countries(), lang=visit.language)


def countries() -> Path | None:
    """Return the file with the outlines of countries, ``None`` where it was not built."""
    return static_files().files.get("vendor/countries-50m.geojson")


def _first_event(spot: Spot) -> str:
    return f"/events/{quote(spot.events[0].id)}"


def _regions(assessment: Assessment, region: str) -> tuple[str, ...]:
    rule = assessment.regions.get(region)
    return (region, *(part for name in (rule.regions if rule else ()) for part in _regions(assessment, name)))


def _title(event: Event) -> str:
    """Return the first report's title, or that of what speaks against it."""
    return next((r.item.title for r in (*event.reports, *event.against)), "")

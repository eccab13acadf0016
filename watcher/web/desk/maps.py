"""``/map``: events where they happened, the places and areas that are watched, over a base map of our own.

The page draws and lists everything itself; ``/map.geojson`` is the same for the script that makes it move.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse

from indicators.assessments import Assessment
from indicators.events import Event
from indicators.places.distance import Point
from watcher.deciding.desk import Desk
from watcher.showing.ground import Ground, Spot, ground
from watcher.web.charts.ground_map import ground_map
from watcher.web.desk.indicators import countries
from watcher.web.judged import JudgedDesks
from watcher.web.site import Site
from watcher.web.visits import Reading, Visit

SPANS = {"7": 7, "30": 30, "90": 90, "365": 365}
"""Days that are shown, by what stands in the address; anything else is the first of these that has an event."""

MOST_EVENTS = 40
"""Events that are listed at one place, the newest."""

_LAST = date(9999, 12, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapAsked:
    """What somebody wants to see: an indicator (``""`` for all), and the days from ``since`` until before ``until``."""

    indicator: str
    days: str
    last: date
    since: datetime
    until: datetime

    def fits(self, event: Event) -> bool:
        """Whether *event* is to be shown."""
        return self.since <= event.when < self.until and self.indicator in ("", event.indicator)


def router(site: Site) -> APIRouter:
    """Return the routes."""
    del site
    routes = APIRouter()

    @routes.get("/map")
    async def show(visit: Reading) -> HTMLResponse:
        assessment, desk = await _chosen(visit)
        if assessment is None:
            return visit.page("map_empty.html.j2")
        asked = asked_of(visit, desk)
        where = await visit.site.compute(_ground, assessment, desk, asked)
        return visit.page("map.html.j2", **_context(visit, assessment, where, asked))

    @routes.get("/map.geojson")
    async def features(visit: Reading) -> JSONResponse:
        assessment, desk = await _chosen(visit)
        if assessment is None:
            return JSONResponse(_collection([]), media_type="application/geo+json")
        where = await visit.site.compute(_ground, assessment, desk, asked_of(visit, desk))
        return JSONResponse(geojson(where), media_type="application/geo+json")

    return routes


async def _chosen(visit: Visit) -> tuple[Assessment | None, Desk | None]:
    judged: JudgedDesks = visit.request.app.state.judged
    wanted = visit.request.query_params.get("assessment") or visit.assessment
    known = judged.assessments
    assessment = next((a for a in known if a.id == wanted), known[0] if known else None)
    return assessment, await judged.desk(assessment.id) if assessment is not None else None


def asked_of(visit: Visit, desk: Desk | None) -> MapAsked:
    """Read what is asked for from the address; what cannot be read is as if it were not there."""
    asked = visit.request.query_params
    last = _day(asked.get("until", "")) or (desk.at if desk is not None else visit.now).date()
    until = datetime.combine(min(last, _LAST) + timedelta(days=1), time(), tzinfo=UTC)
    days = asked.get("days", "30")
    if days not in SPANS and days != "all":
        days = "30"
    since = (
        until - timedelta(days=SPANS[days]) if days in SPANS and until.year > 1 else datetime.min.replace(tzinfo=UTC)
    )
    return MapAsked(indicator=asked.get("indicator", ""), days=days, last=last, since=since, until=until)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _ground(assessment: Assessment, desk: Desk | None, asked: MapAsked) -> Ground:
    events = [event for event in (desk.events if desk is not None else ()) if asked.fits(event)]
    regions = None
    if asked.indicator in {i.id for i in assessment.indicators}:
        regions = tuple(_regions(assessment, assessment.indicator(asked.indicator).where.region))
    return ground(assessment, events, regions=regions)


def _regions(assessment: Assessment, region: str) -> list[str]:
    rule = assessment.regions.get(region)
    return [region, *(part for name in (rule.regions if rule else ()) for part in _regions(assessment, name))]


def _context(visit: Visit, assessment: Assessment, where: Ground, asked: MapAsked) -> dict[str, Any]:
    lang = visit.language
    spots = sorted((*where.spots, *where.unplaced), key=lambda s: (-len(s.events), s.name))
    told = {"assessment": assessment.id, "indicator": asked.indicator, "days": asked.days, "until": asked.last}
    return {
        "assessment": assessment,
        "asked": asked,
        "spots": spots,
        "anchor": {spot.place: f"place-{number}" for number, spot in enumerate(spots)},
        "where": where,
        "count": sum(len(spot.events) for spot in spots),
        "wide": _drawn(visit, where, spots, 1000, 560),
        "narrow": _drawn(visit, where, spots, 360, 420),
        "names": {i.id: lang.name(i.name) for i in assessment.indicators},
        "title": _title,
        "most": MOST_EVENTS,
        "data": f"/map.geojson?{urlencode(told)}",
        "spans": tuple(SPANS),
    }


def _drawn(visit: Visit, where: Ground, spots: list[Spot], width: float, height: float) -> object:
    anchors = {spot.place: f"#place-{number}" for number, spot in enumerate(spots)}

    def leads_to(spot: Spot) -> str:
        return leading_to(spot) or anchors[spot.place]

    return ground_map(where, width=width, height=height, leads_to=leads_to, atlas=countries(), lang=visit.language)


def leading_to(spot: Spot) -> str:
    """Return the page of the one event at *spot*; ``""`` where there are more, which only a list can show."""
    return f"/events/{quote(spot.events[0].id)}" if len(spot.events) == 1 else ""


def _title(event: Event) -> str:
    return next((r.item.title for r in (*event.reports, *event.against)), "")


def geojson(where: Ground) -> dict[str, Any]:
    """Return *where* as GeoJSON (RFC 7946): one point for each event, the areas, and the places by name.

    ``kind`` says which it is. Texts of reports stay out of it; the page has them.
    """
    events = [
        _feature(
            {"type": "Point", "coordinates": _lonlat(spot.point)},
            kind="event",
            id=event.id,
            indicator=event.indicator,
            when=event.when.isoformat(),
            grade=str(event.grade),
            place=spot.place,
            name=spot.name,
            refuted=event.refuted,
        )
        for spot in where.spots
        for event in spot.events
        if spot.point is not None
    ]
    areas = [
        _feature(
            {"type": "MultiPolygon", "coordinates": [[[_lonlat(p) for p in ring]] for ring in area.rings]},
            kind="area",
            id=area.id,
            watched_by=list(area.watched_by),
        )
        for area in where.areas
    ]
    places = [
        _feature({"type": "Point", "coordinates": _lonlat(m.point)}, kind="place", id=m.id, name=m.name)
        for m in where.landmarks
    ]
    return _collection([*areas, *places, *events])


def _feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def _lonlat(point: Point) -> list[float]:
    return [round(point[1], 4), round(point[0], 4)]

"""Ground: where events happened and which areas are watched, as points and outlines for a map or a list."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from indicators.assessments import Assessment
from indicators.events import Event
from indicators.places import Region
from indicators.places.distance import Point, distance_km, point_at

MOST_SPOTS = 400
"""Places that are drawn and listed: those with the newest events."""

_ROUND = 48
"""Corners of a circle."""

_LAT, _LON = 90.0, 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place with the events there, newest first. ``point`` is ``None`` where nobody knows where it lies.

    ``place`` is its id, empty for events that name no place.
    """

    place: str
    name: str
    point: Point | None
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A region that indicators are watched in: ``rings`` are closed outlines, ``line`` the middle of a corridor."""

    id: str
    rings: tuple[tuple[Point, ...], ...]
    line: tuple[Point, ...]
    watched_by: tuple[str, ...]
    km: float
    """Radius of a circle, half the width of a corridor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """A place that the assessment names."""

    id: str
    name: str
    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One assessment's map. ``spots`` can be drawn, ``unplaced`` can only be listed; ``left_out`` is how many more."""

    spots: tuple[Spot, ...]
    unplaced: tuple[Spot, ...]
    areas: tuple[Area, ...]
    landmarks: tuple[Landmark, ...]
    left_out: int = 0


def ground(assessment: Assessment, events: Iterable[Event], *, regions: Iterable[str] | None = None) -> Ground:
    """Return where *events* of *assessment* happened, and its areas, or only the *regions* named."""
    spots = sorted(_spots(assessment, tuple(events)), key=lambda s: (s.events[0].when, s.place), reverse=True)
    shown, left = spots[:MOST_SPOTS], spots[MOST_SPOTS:]
    wanted = None if regions is None else frozenset(regions)
    return Ground(
        spots=tuple(s for s in shown if s.point is not None),
        unplaced=tuple(s for s in shown if s.point is None),
        areas=tuple(a for a in areas(assessment) if wanted is None or a.id in wanted),
        landmarks=tuple(
            Landmark(id=p.id, name=p.names[0], point=(p.lat, p.lon)) for p in assessment.places if not p.ambiguous
        ),
        left_out=len(left),
    )


def _spots(assessment: Assessment, events: tuple[Event, ...]) -> Iterator[Spot]:
    own = {p.id: (p.names[0], (p.lat, p.lon)) for p in assessment.places}
    countries = {code: country.names[0] for code, country in assessment.countries.items()}
    by_place: dict[str, list[Event]] = defaultdict(list)
    told: dict[str, Point] = {}
    for event in events:
        by_place[event.place].append(event)
        for report in event.reports:
            if report.spot is not None and report.places:
                told.setdefault(report.places[0], report.spot)
    for place, there in by_place.items():
        name, point = own.get(place, (countries.get(place, place), told.get(place) or _written(place)))
        newest = sorted(there, key=lambda e: (e.when, e.id), reverse=True)
        yield Spot(place=place, name=name, point=None if place in countries else point, events=tuple(newest))


def _written(place: str) -> Point | None:
    """Return the coordinates that a place without a name is called by: ``12.34,-7.89``."""
    lat, _, lon = place.partition(",")
    try:
        point = float(lat), float(lon)
    except ValueError:
        return None
    return point if abs(point[0]) <= _LAT and abs(point[1]) <= _LON else None


def areas(assessment: Assessment) -> Iterator[Area]:
    """Yield the regions that have an outline of their own: circles and corridors, the widest first."""
    points = {p.id: (p.lat, p.lon) for p in assessment.places}
    watched: dict[str, list[str]] = defaultdict(list)
    for indicator in assessment.indicators:
        for name in _parts(assessment, indicator.where.region):
            watched[name].append(indicator.id)
    found = [
        area
        for name, region in assessment.regions.items()
        if (area := _area(name, region, points, tuple(watched[name]))) is not None
    ]
    yield from sorted(found, key=lambda a: (-a.km, a.id))


def _parts(assessment: Assessment, region: str) -> Iterator[str]:
    """Yield *region* and the regions that it is made of."""
    yield region
    rule = assessment.regions.get(region)
    for part in rule.regions if rule is not None else ():
        yield from _parts(assessment, part)


def _area(name: str, region: Region, points: dict[str, Point], watched_by: tuple[str, ...]) -> Area | None:
    if region.of is not None and region.within_km is not None:
        rings: tuple[tuple[Point, ...], ...] = (circle(points[region.of], region.within_km),)
        return Area(id=name, rings=rings, line=(), watched_by=watched_by, km=region.within_km)
    line = tuple(points[p] for p in region.corridor)
    if line and region.within_km is not None:
        return Area(
            id=name, rings=corridor(line, region.within_km), line=line, watched_by=watched_by, km=region.within_km
        )
    if line and region.width_km is not None:
        half = region.width_km / 2
        return Area(id=name, rings=corridor(line, half), line=line, watched_by=watched_by, km=half)
    return None


def circle(centre: Point, km: float) -> tuple[Point, ...]:
    """Return the outline of all within *km* of *centre*, closed."""
    ring = [point_at(centre, km, 360 * n / _ROUND) for n in range(_ROUND)]
    return (*ring, ring[0])


def corridor(line: tuple[Point, ...], km: float) -> tuple[tuple[Point, ...], ...]:
    """Return outlines that together cover all within *km* of *line*: a box for each stretch, a circle at each bend."""
    boxes = []
    for a, b in pairwise(line):
        if distance_km(a, b) > 0:
            there, back = bearing(a, b), bearing(b, a)
            corners = (
                point_at(a, km, there - 90),
                point_at(b, km, back + 90),
                point_at(b, km, back - 90),
                point_at(a, km, there + 90),
            )
            boxes.append((*corners, corners[0]))
    return (*boxes, *(circle(point, km) for point in line))


def bearing(a: Point, b: Point) -> float:
    """Return the way from *a* to *b* along the great circle, in degrees from north (initial course, sphere)."""
    lat1, lat2 = math.radians(a[0]), math.radians(b[0])
    east = math.radians(b[1] - a[1])
    y = math.sin(east) * math.cos(lat2)
    x = math.cos(lat1) * math.sin(lat2) - math.sin(lat1) * math.cos(lat2) * math.cos(east)
    return math.degrees(math.atan2(y, x))

"""Ground map: events, places and areas above the outlines of countries, drawn here and read without script."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from indicators.places.distance import Point
from watcher.showing.ground import Ground, Spot
from watcher.web.charts.coast import Box, outlines
from watcher.web.charts.drawing import Drawing
from watcher.web.languages import Language

_HIGHEST = 84.0
_LEAST = 2.5
"""Degrees from edge to edge at least: a single place still shows what lies around it."""
_AIR = 0.14
_SMALL, _LARGE = 9.0, 19.0
_LETTER, _LINE = 7.0, 13.0


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A rectangle of the globe in the Mercator projection, as large as a drawing."""

    width: float
    height: float
    box: Box

    def at(self, point: Point) -> tuple[float, float]:
        """Return where a (lat, lon) point lies in the drawing."""
        west, south, east, north = self.box
        low, high = _mercator(south), _mercator(north)
        x = (point[1] - west) / (east - west) * self.width
        y = (high - _mercator(point[0])) / (high - low) * self.height
        return round(x, 1), round(y, 1)


def ground_map(
    ground: Ground,
    *,
    width: float,
    height: float,
    leads_to: Callable[[Spot], str],
    atlas: Path | None,
    lang: Language,
) -> Drawing:
    """Return the map of *ground*; a place leads to ``leads_to(spot)``, *atlas* is the file with the countries."""
    view = view_of(ground, width, height)
    drawing = Drawing(width, height, told=_told(ground, lang), look="chart map", leads=True)
    drawing.add("rect", look="sea", x=0, y=0, width=width, height=height)
    _land(drawing, view, atlas)
    for area in ground.areas:
        path = "".join(_closed(view, ring) for ring in area.rings)
        drawing.add("path", look="area" if not area.line else "area corridor", d=path, tip=area.id)
    written = _Written()
    for spot in reversed(ground.spots):
        if spot.point is not None:
            _spot(drawing, view, spot, spot.point, leads_to, lang)
            written.keep(*view.at(spot.point), _LARGE)
    names = [(s.name, s.point) for s in ground.spots] + [(m.name, m.point) for m in ground.landmarks]
    for name, point in dict.fromkeys(names):
        if point is not None:
            written.name(drawing, view, name, point)
    return drawing


def view_of(ground: Ground, width: float, height: float) -> View:
    """Return the smallest view that shows every event of *ground*, else its places, else the whole world."""
    points = [s.point for s in ground.spots if s.point is not None] or [m.point for m in ground.landmarks]
    if not points:
        return View(width=width, height=height, box=(-180.0, -60.0, 180.0, 75.0))
    west, east = min(p[1] for p in points), max(p[1] for p in points)
    south, north = _mercator(min(p[0] for p in points)), _mercator(max(p[0] for p in points))
    wide, tall = max(east - west, _LEAST), max(north - south, math.radians(_LEAST))
    scale = max(math.radians(wide) / width, tall / height) * (1 + 2 * _AIR)
    half_wide, half_tall = math.degrees(scale * width / 2), scale * height / 2
    centre, middle = (west + east) / 2, (south + north) / 2
    box = (centre - half_wide, _latitude(middle - half_tall), centre + half_wide, _latitude(middle + half_tall))
    return View(width=width, height=height, box=box)


def _land(drawing: Drawing, view: View, atlas: Path | None) -> None:
    for outline in outlines(atlas):
        if outline.meets(view.box):
            drawing.add("path", look="land", d=_closed(view, ((lat, lon) for lon, lat in outline.ring)))


def _closed(view: View, ring: Iterable[Point]) -> str:
    """Return *ring* as a path; corners nearer than half a unit to the last one are left out."""
    path: list[str] = []
    last = (math.inf, math.inf)
    for point in ring:
        x, y = view.at(point)
        if abs(x - last[0]) + abs(y - last[1]) >= 0.5:  # noqa: PLR2004 - less is not seen
            path.append(f"{'L' if path else 'M'}{x:g},{y:g}")
            last = x, y
    return "".join((*path, "Z")) if path else ""


def _spot(
    drawing: Drawing, view: View, spot: Spot, point: Point, leads_to: Callable[[Spot], str], lang: Language
) -> None:
    x, y = view.at(point)
    count = len(spot.events)
    told = f"{spot.name}: {lang.counts('%(num)s event', '%(num)s events', count)}"
    drawing.link(leads_to(spot), told=told)
    drawing.add("circle", look="spot", cx=x, cy=y, r=min(_LARGE, _SMALL + 2 * math.sqrt(count)), tip=told)
    drawing.text(x, y + 4, lang.number(count), look="on-spot", anchor="middle")
    drawing.link("")


class _Written:
    """Where something is written or drawn already, so that no two names lie on one another."""

    def __init__(self) -> None:
        self._taken: list[Box] = []

    def keep(self, x: float, y: float, radius: float) -> None:
        """Keep a circle free."""
        self._taken.append((x - radius, y - radius, x + radius, y + radius))

    def name(self, drawing: Drawing, view: View, name: str, point: Point) -> None:
        """Write *name* right, left, above or below of *point*, or nowhere where there is no room."""
        x, y = view.at(point)
        if not (0 <= x <= view.width and 0 <= y <= view.height):
            return
        long, off = len(name) * _LETTER, _LARGE + 3
        for left, low in (
            (x + off, y + 4),
            (x - off - long, y + 4),
            (x - long / 2, y - off),
            (x - long / 2, y + off + 9),
        ):
            box = (left, low - _LINE + 2, left + long, low + 3)
            inside = box[0] >= 0 and box[2] <= view.width and box[1] >= 0 and box[3] <= view.height
            if inside and not any(_meet(box, taken) for taken in self._taken):
                self._taken.append(box)
                drawing.text(left, low, name, look="place")
                return


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]


def _mercator(lat: float) -> float:
    bounded = math.radians(max(-_HIGHEST, min(_HIGHEST, lat)))
    return math.log(math.tan(math.pi / 4 + bounded / 2))


def _latitude(mercator: float) -> float:
    return math.degrees(2 * math.atan(math.exp(mercator)) - math.pi / 2)


def _told(ground: Ground, lang: Language) -> str:
    if not ground.spots:
        return lang.says("A map without events.")
    names = "; ".join(f"{s.name} {len(s.events)}" for s in ground.spots[:12])
    return lang.says("A map of events by place: %(names)s. The list below has them all.", names=names)

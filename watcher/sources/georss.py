"""Where an entry of a feed says it is: GeoRSS (simple and GML) and the older geo:lat, as the parser hands them on."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from watcher.sources.fields import on_the_globe
from watcher.sources.shapes import Middle, Point, middle_of_circle, middle_of_ring

_BETWEEN = re.compile(r"[\s,]+")
_METRES = 1_000


def position_of(entry: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Return latitude and longitude of a point, or the middle of a line, box, polygon, envelope or circle.

    Nothing for an entry without a position, and for one that cannot be right (off the globe, 0, 0, not a number).
    """
    try:
        middle = _shape(entry) or _envelope(entry) or _circle(entry) or _point(entry)
    except (KeyError, TypeError, ValueError, IndexError):
        return None, None
    return on_the_globe(middle.lat, middle.lon) if middle else (None, None)


def _shape(entry: Mapping[str, Any]) -> Middle | None:
    where = entry.get("where")
    if not isinstance(where, Mapping) or "coordinates" not in where:
        return None
    kind, given = where.get("type"), where["coordinates"]
    if kind == "Point":
        return middle_of_ring(_turned([given]))
    if kind == "Box":
        return _box(*_turned(given))
    return middle_of_ring(_turned(given[0] if kind == "Polygon" else given))


def _envelope(entry: Mapping[str, Any]) -> Middle | None:
    corners = [entry.get(name) for name in ("gml_lowercorner", "gml_uppercorner")]
    return _box(*(_pair(str(corner)) for corner in corners)) if all(corners) else None


def _circle(entry: Mapping[str, Any]) -> Middle | None:
    """Return the middle of ``lat lon radius``, the radius in metres."""
    if not entry.get("georss_circle"):
        return None
    lat, lon, metres = map(float, _BETWEEN.split(str(entry["georss_circle"]).strip())[:3])
    return middle_of_circle(lat, lon, metres / _METRES)


def _point(entry: Mapping[str, Any]) -> Middle | None:
    if "geo_lat" not in entry or "geo_long" not in entry:
        return None
    return middle_of_ring([(float(entry["geo_lat"]), float(entry["geo_long"]))])


def _box(low: Point, high: Point) -> Middle | None:
    (south, west), (north, east) = low, high
    return middle_of_ring([(south, west), (south, east), (north, east), (north, west)])


def _pair(written: str) -> Point:
    lat, lon = map(float, _BETWEEN.split(written.strip())[:2])
    return lat, lon


def _turned(given: Iterable[Any]) -> list[Point]:
    """Return the parser's pairs, which have the longitude first (a third number is a height)."""
    return [(float(pair[1]), float(pair[0])) for pair in given]

"""Where a shape lies: one point, in degrees, for a ring, a line, a box or a circle."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from math import cos, isfinite, pi, radians

Point = tuple[float, float]
"""Latitude and longitude, degrees, north and east positive."""

MOST_POINTS = 100_000
"""Corners that are read of one shape: a coast line drawn to the metre needs fewer."""

KM_PER_DEGREE = 111.2

_FLAT = 1e-9
"""Square degrees below which a ring has no area to have a centre of: a hundredth of a square metre."""

_POLE = 90
_DATE_LINE = 180
_LEAST_RING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Middle:
    """The middle of a shape, degrees, and about how large the shape is, square kilometres (0: a point or a line)."""

    lat: float
    lon: float
    size: float = 0.0


def middle_of_ring(points: Iterable[Point]) -> Middle | None:
    """Return the centre of the area that *points* enclose; of a line or a point, the mean of its corners.

    Latitude and longitude are taken as a plane, which is near enough to say where a warning is. A ring over the
    date line is unrolled first. Corners off the globe leave the shape without a middle.
    """
    corners = list(islice(points, MOST_POINTS))
    if not corners or not all(_on_the_globe(lat, lon) for lat, lon in corners):
        return None
    corners = _unrolled(corners)
    lat, lon, area = _centre(corners)
    return Middle(lat=lat, lon=_rolled(lon), size=abs(area) * KM_PER_DEGREE**2 * cos(radians(lat)))


def middle_of_circle(lat: float, lon: float, km: float) -> Middle | None:
    """Return the middle of a circle with a radius of *km*."""
    if not _on_the_globe(lat, lon) or not isfinite(km) or km < 0:
        return None
    return Middle(lat=lat, lon=lon, size=pi * km * km)


def largest(middles: Iterable[Middle | None]) -> Middle | None:
    """Return the middle of the largest shape: a point between two areas would lie in neither."""
    return max((one for one in middles if one), key=lambda one: one.size, default=None)


def _on_the_globe(lat: float, lon: float) -> bool:
    return -_POLE <= lat <= _POLE and -_DATE_LINE <= lon <= _DATE_LINE  # NaN fails


def _unrolled(corners: list[Point]) -> list[Point]:
    longitudes = [lon for _, lon in corners]
    if max(longitudes) - min(longitudes) <= _DATE_LINE:
        return corners
    return [(lat, lon + 2 * _DATE_LINE if lon < 0 else lon) for lat, lon in corners]


def _rolled(lon: float) -> float:
    return lon - 2 * _DATE_LINE if lon > _DATE_LINE else lon


def _centre(corners: Sequence[Point]) -> tuple[float, float, float]:
    """Return latitude, longitude and signed area (square degrees), by the sums over the ring's triangles.

    Coordinates are taken from the first corner: the sums of a small ring far from 0, 0 would lose their digits.
    """
    lat0, lon0 = corners[0]
    area = lat = lon = 0.0
    if len(corners) >= _LEAST_RING:
        for (y1, x1), (y2, x2) in zip(corners, [*corners[1:], corners[0]], strict=True):
            cross = (x1 - lon0) * (y2 - lat0) - (x2 - lon0) * (y1 - lat0)
            area += cross / 2
            lat += (y1 + y2 - 2 * lat0) * cross
            lon += (x1 + x2 - 2 * lon0) * cross
    south, north = min(y for y, _ in corners), max(y for y, _ in corners)
    west, east = min(x for _, x in corners), max(x for _, x in corners)
    if abs(area) > _FLAT:
        lat, lon = lat0 + lat / (6 * area), lon0 + lon / (6 * area)
        if south <= lat <= north and west <= lon <= east:
            return lat, lon, area
    # No area, or a ring that crosses itself so that the sums lead out of it.
    count = len(corners)
    return sum(y for y, _ in corners) / count, sum(x for _, x in corners) / count, 0.0

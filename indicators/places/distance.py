"""Distances on the globe: between two points, and from a point to a line."""

import math
from collections.abc import Sequence
from itertools import pairwise

EARTH_RADIUS_KM = 6371.0088
"""Mean radius (IUGG). The globe is taken as a sphere: figures are right to about 0.5 %."""

HALF_WAY_ROUND_KM = 20_016.0
"""No two points are farther apart."""

DEGREE_KM = math.pi * EARTH_RADIUS_KM / 180
"""A degree of latitude."""

Point = tuple[float, float]
"""Latitude and longitude in degrees."""

_Vector = tuple[float, float, float]


def distance_km(a: Point, b: Point) -> float:
    """Return the great-circle distance between two (lat, lon) points in degrees (haversine formula)."""
    lat1, lat2 = math.radians(a[0]), math.radians(b[0])
    half = (lat2 - lat1) / 2, math.radians(b[1] - a[1]) / 2
    h = math.sin(half[0]) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half[1]) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, h)))


def point_at(start: Point, km: float, bearing: float) -> Point:
    """Return the point *km* from *start* along the great circle that leaves it at *bearing* degrees from north.

    The direct problem on a sphere: sin(lat2) = sin(lat1) cos(d) + cos(lat1) sin(d) cos(bearing).
    """
    lat, lon, far, way = math.radians(start[0]), math.radians(start[1]), km / EARTH_RADIUS_KM, math.radians(bearing)
    high = math.sin(lat) * math.cos(far) + math.cos(lat) * math.sin(far) * math.cos(way)
    east = math.sin(way) * math.sin(far) * math.cos(lat)
    lon += math.atan2(east, math.cos(far) - math.sin(lat) * high)
    return math.degrees(math.asin(max(-1.0, min(1.0, high)))), (math.degrees(lon) + 180) % 360 - 180


def distance_to_line_km(point: Point, line: Sequence[Point]) -> float:
    """Return how far *point* is from the nearest part of *line*, whose points are joined by great circles.

    Beside a stretch it is the cross-track distance, beyond both its ends the distance to the nearer end.
    *line* has at least one point.
    """
    to_ends = [distance_km(point, end) for end in line]
    beside = (_beside_km(_vector(point), _vector(a), _vector(b)) for a, b in pairwise(line))
    return min(to_ends + [km for km in beside if km is not None])


def _beside_km(p: _Vector, a: _Vector, b: _Vector) -> float | None:
    """Return the distance from *p* to the stretch from *a* to *b*; ``None`` if *p* lies beyond one of its ends.

    With n = a x b the pole of the great circle, sin(distance / R) = |n . p| / |n|, and the foot of
    the perpendicular lies between the ends if n x a and b x n both point to p's side (cross-track
    distance in n-vector form: K. Gade, A Non-singular Horizontal Position Representation,
    Journal of Navigation 63, 2010).
    """
    pole = _cross(a, b)
    length = math.sqrt(_dot(pole, pole))
    if length == 0 or _dot(_cross(pole, a), p) < 0 or _dot(_cross(b, pole), p) < 0:
        return None
    return EARTH_RADIUS_KM * math.asin(min(1.0, abs(_dot(pole, p)) / length))


def _vector(point: Point) -> _Vector:
    lat, lon = math.radians(point[0]), math.radians(point[1])
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _dot(a: _Vector, b: _Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _cross(a: _Vector, b: _Vector) -> _Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]

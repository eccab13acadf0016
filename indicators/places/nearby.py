"""Nearby: the nearest of many points, without measuring to each of them."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

from indicators.places.distance import DEGREE_KM, Point, distance_km


class Positioned(Protocol):
    """Anything with a latitude and a longitude in degrees."""

    @property
    def lat(self) -> float:
        """North of the equator, in degrees."""

    @property
    def lon(self) -> float:
        """East of Greenwich, in degrees."""


P = TypeVar("P", bound=Positioned)


class Nearby(Generic[P]):
    """Points in order of latitude."""

    def __init__(self, points: Iterable[P]) -> None:
        self._points = sorted(points, key=lambda p: p.lat)
        self._lats = [p.lat for p in self._points]

    def nearest(self, point: Point, *, within_km: float) -> P | None:
        """Return the point nearest to *point* and at most *within_km* away, if there is one."""
        return min(self.all_within(point, within_km), key=lambda found: found[0], default=(0.0, None))[1]

    def all_within(self, point: Point, within_km: float) -> Iterator[tuple[float, P]]:
        """Yield every point at most *within_km* away and its distance, from south to north."""
        high = within_km / DEGREE_KM
        wide = _degrees_wide(point[0], high)
        first, end = bisect_left(self._lats, point[0] - high), bisect_right(self._lats, point[0] + high)
        for candidate in self._points[first:end]:
            if abs((candidate.lon - point[1] + 180) % 360 - 180) <= wide:
                km = distance_km(point, (candidate.lat, candidate.lon))
                if km <= within_km:
                    yield km, candidate


def _degrees_wide(lat: float, high: float) -> float:
    """Return how many degrees of longitude can lie within *high* degrees of arc of a point at *lat*.

    The circle touches its outermost meridians where sin(d lon) = sin(high) / cos(lat).
    """
    if abs(lat) + high >= 90:  # noqa: PLR2004 - the circle holds a pole, and with it every longitude
        return 180.0
    return math.degrees(math.asin(min(1.0, math.sin(math.radians(high)) / math.cos(math.radians(lat))))) + 1e-9

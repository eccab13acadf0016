"""Reach: the countries that a region touches, so far as what the assessment says of its places tells them."""

from collections.abc import Mapping

from indicators.places.distance import distance_to_line_km
from indicators.places.place import Place
from indicators.places.region import Region


def countries_of(name: str, regions: Mapping[str, Region], places: Mapping[str, Place]) -> frozenset[str] | None:
    """Return the ISO codes of the countries that the region *name* touches; ``None`` where that is not known.

    It names them itself, is drawn by places of them, or is wide enough to hold places of them. Everywhere is not
    known, nor is a region of places without a country.
    """
    rule = regions[name]
    if rule.anywhere:
        return None
    found = set(rule.countries)
    for part in rule.regions:
        inner = countries_of(part, regions, places)
        if inner is None:
            return None
        found |= inner
    drawn = tuple(places[one] for one in (*rule.places, *rule.corridor, *((rule.of,) if rule.of else ())))
    if not all(one.country for one in drawn):
        return None
    found |= {one.country for one in drawn}
    width = rule.within_km or (rule.width_km / 2 if rule.width_km else 0)
    line = tuple((one.lat, one.lon) for one in drawn)
    if width and line:
        found |= {p.country for p in places.values() if distance_to_line_km((p.lat, p.lon), line) <= width} - {""}
    return frozenset(found)

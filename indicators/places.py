"""Where it happened: gazetteer, countries and regions. It says "unlocated" rather than guess."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pydantic import Field

from indicators.concepts import Term, parse_term
from indicators.lexicon import Lexicon
from indicators.query.document import Document, Hit
from indicators.written import Written

EARTH_RADIUS_KM = 6371.0088
"""Mean radius (IUGG)."""

SAME_PLACE_KM = 25.0
"""A point this near a known place is that place: a report by name and one by coordinates are one event."""

NEAREST_KNOWN_KM = 100.0
"""A point takes the country of the nearest known place, if one is this near."""


class Place(Written):
    """A named point. An ``ambiguous`` name (San) counts only beside its country or another place of it."""

    id: str
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    names: tuple[str, ...] = Field(min_length=1)
    country: str = ""
    approx: bool = False
    ambiguous: bool = False
    tags: tuple[str, ...] = ()


class Country(Written):
    """The words by which a text names a country; ``not`` lists phrases in which they mean something else."""

    names: tuple[str, ...] = Field(min_length=1)
    not_: tuple[str, ...] = Field(default=(), alias="not")


class Region(Written):
    """An area: a circle, named places, countries, other regions, or everywhere (exactly one of them)."""

    within_km: float | None = Field(default=None, gt=0)
    of: str | None = None
    places: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    anywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A place an item names (or its own coordinates), and where in the text it says so."""

    place: str
    lat: float
    lon: float
    country: str
    hit: Hit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Everything an item says about where: places in reading order, and countries by name."""

    places: tuple[Located, ...]
    countries: frozenset[str]
    pinned: bool = False
    """The source gave coordinates: they win over names in the text."""


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance between two (lat, lon) points in degrees (haversine formula)."""
    lat1, lat2 = math.radians(a[0]), math.radians(b[0])
    half = (lat2 - lat1) / 2, math.radians(b[1] - a[1]) / 2
    h = math.sin(half[0]) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half[1]) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(h))


class Gazetteer:
    """The places, countries and regions of one assessment."""

    def __init__(
        self, places: Iterable[Place], countries: Mapping[str, Country], regions: Mapping[str, Region]
    ) -> None:
        self._places = {p.id: p for p in places}
        self._regions = dict(regions)
        self._names = Lexicon((p.id, parse_term(name)) for p in self._places.values() for name in p.names)
        self._country_terms = {
            code: ([parse_term(n) for n in c.names], [parse_term(n) for n in c.not_]) for code, c in countries.items()
        }

    def locate(self, document: Document) -> Whereabouts:
        """Return where *document* says it is about; coordinates of its own come first."""
        countries = frozenset(
            code for code, (names, masks) in self._country_terms.items() if _named(document, names, masks)
        )
        item = document.item
        named = self._named_places(document, countries)
        if item.place:  # the source's own word for where goes before what the text mentions
            own = Document(replace(item, title=item.place, summary="", content="", place=""))
            named = (*self._named_places(own, countries | {item.place}), *named)
        if item.lat is not None and item.lon is not None:
            pin = self._pin(item.lat, item.lon)
            return Whereabouts(places=(pin,), countries=countries | {pin.country} - {""}, pinned=True)
        return Whereabouts(places=named, countries=countries | {p.country for p in named} - {""})

    def _named_places(self, document: Document, countries: frozenset[str]) -> tuple[Located, ...]:
        found = {place: hits[0] for place, hits in self._names.scan(document).items()}
        sure = countries | {self._places[p].country for p in found if not self._places[p].ambiguous}
        kept = [
            (hit, self._places[p])
            for p, hit in found.items()
            if not self._places[p].ambiguous or self._places[p].country in sure
        ]
        return tuple(
            Located(place=p.id, lat=p.lat, lon=p.lon, country=p.country, hit=hit)
            for hit, p in sorted(kept, key=lambda pair: (pair[0], pair[1].id))
        )

    def _pin(self, lat: float, lon: float) -> Located:
        near = min(self._places.values(), key=lambda p: distance_km((lat, lon), (p.lat, p.lon)), default=None)
        gap = distance_km((lat, lon), (near.lat, near.lon)) if near else math.inf
        country = near.country if near and gap <= NEAREST_KNOWN_KM else ""
        place = near.id if near and gap <= SAME_PLACE_KM else f"{lat:.2f},{lon:.2f}"
        return Located(place=place, lat=lat, lon=lon, country=country)

    def inside(self, region: str, whereabouts: Whereabouts) -> tuple[str, ...] | None:
        """Return the places (or country codes) of *whereabouts* that lie in *region*; ``None`` if none does.

        An empty tuple means the region asks for nothing (``anywhere``).
        """
        if self._is_anywhere(region):
            return tuple(p.place for p in whereabouts.places)
        hits = tuple(p.place for p in whereabouts.places if self.contains(region, p))
        if hits:
            return hits
        named = () if whereabouts.pinned else tuple(sorted(self._countries_of(region) & whereabouts.countries))
        return named or None

    def _is_anywhere(self, region: str) -> bool:
        rule = self._regions[region]
        return rule.anywhere or any(self._is_anywhere(part) for part in rule.regions)

    def contains(self, region: str, point: Located) -> bool:
        """Whether *point* lies in *region*."""
        rule = self._regions[region]
        if rule.within_km is not None and rule.of is not None:
            centre = self._places[rule.of]
            return distance_km((point.lat, point.lon), (centre.lat, centre.lon)) <= rule.within_km
        if rule.regions:
            return any(self.contains(part, point) for part in rule.regions)
        return rule.anywhere or point.place in rule.places or point.country in rule.countries

    def _countries_of(self, region: str) -> frozenset[str]:
        rule = self._regions[region]
        return frozenset(rule.countries).union(*(self._countries_of(part) for part in rule.regions))


def _named(document: Document, names: Iterable[Term], masks: Iterable[Term]) -> bool:
    covered = {i for mask in masks for hit in document.find(mask) for i in range(hit.first, hit.last + 1)}
    return any(hit.first not in covered for name in names for hit in document.find(name))

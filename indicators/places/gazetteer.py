"""Gazetteer: where a report happened. It says "unlocated" rather than guess."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from indicators.concepts import parse_term
from indicators.documents import Document
from indicators.items import Item
from indicators.places.atlas import NO_ATLAS, Atlas
from indicators.places.context import Named, resolve
from indicators.places.distance import Point, distance_km, distance_to_line_km
from indicators.places.mentions import Reader
from indicators.places.names import Name, own_names, with_atlas
from indicators.places.nearby import Nearby
from indicators.places.offsets import at_place, may_tell_distances, with_offsets
from indicators.places.place import Country, Place
from indicators.places.region import Region
from indicators.places.whereabouts import Located, Whereabouts

SAME_PLACE_KM = 25.0
"""A point this near a known place is that place: a report by name and one by coordinates are one event."""

SAME_ATLAS_PLACE_KM = 10.0
"""The same for places of an atlas, which lie closer together."""

NEAREST_KNOWN_KM = 100.0
"""A point takes the country of the nearest known place, if one is this near."""


class Gazetteer:
    """The places, countries and regions of one assessment, and the places of an *atlas* in its countries."""

    def __init__(
        self,
        places: Iterable[Place],
        countries: Mapping[str, Country],
        regions: Mapping[str, Region],
        *,
        atlas: Atlas = NO_ATLAS,
    ) -> None:
        self._places = {p.id: p for p in places}
        self._regions = dict(regions)
        self._codes = frozenset(countries)
        self._lines = {name: self._line(rule) for name, rule in regions.items()}
        own = own_names(self._places.values())
        taken = {parse_term(written).key for country in countries.values() for written in country.names}
        self._names = with_atlas(own, self._places.values(), atlas.of(countries), taken=taken)
        self._reader = Reader(tuple(self._names.values()), countries)
        self._own = Nearby(self._places.values())
        listed = {(c.place, c.lat, c.lon): c for name in self._names.values() for c in name.candidates}
        self._all = Nearby(listed.values())

    def _line(self, rule: Region) -> tuple[Point, ...]:
        """Return the points that the area of *rule* is measured from."""
        named = (rule.of,) if rule.of is not None else rule.corridor
        return tuple((self._places[p].lat, self._places[p].lon) for p in named)

    def locate(self, document: Document) -> Whereabouts:
        """Return where *document* says it is about; coordinates of its own come first."""
        mentions = self._reader.read(document)
        named = frozenset(mentions.countries)
        said, told = self._said_by_source(document.item, named)
        names, doubtful = resolve(mentions, named | told)
        found = self._placed(document, names)
        point = position_of(document.item)
        if point is not None:
            pin = self._pin(point)
            countries = (named | {pin.country}) - {""}
            return Whereabouts(places=(pin,), countries=countries, pinned=True, doubtful=doubtful)
        known = {p.place for p in said}
        places = (*said, *(p for p in found if p.place not in known))
        countries = (named | told | {p.country for p in places}) - {""}
        return Whereabouts(places=places, countries=countries, doubtful=doubtful)

    def _said_by_source(self, item: Item, named: frozenset[str]) -> tuple[tuple[Located, ...], frozenset[str]]:
        """Return what the source's own word for where means: places, which go before the text's, and countries.

        *named* are the countries of the text.
        """
        if not item.place:
            return (), frozenset()
        document = Document(replace(item, title=item.place, summary="", content="", place=""))
        mentions = self._reader.read(document)
        told = frozenset(mentions.countries) | {item.place}  # it may be a country's code
        names, _ = resolve(mentions, named | told, all_are_places=True)
        found = self._placed(document, names)
        countries = (told & self._codes) | ({p.country for p in found} - {""})
        return tuple(replace(p, hit=None) for p in found), countries

    def _placed(self, document: Document, names: tuple[Named, ...]) -> tuple[Located, ...]:
        """Return where *names* of *document* say it was: at a place, or so far from one."""
        if not names or not may_tell_distances(document):
            return tuple(at_place(name.candidate, name.hits[0]) for name in names)
        return with_offsets(document, names, self._country_at)

    def _country_at(self, point: Point) -> str:
        """Return the country of the nearest known place, empty if none is near."""
        near = self._all.nearest(point, within_km=NEAREST_KNOWN_KM)
        return near.country if near else ""

    def _pin(self, point: Point) -> Located:
        """Return *point* as a place: the own place it is at, else one of the atlas, else its coordinates."""
        lat, lon = point
        near = self._all.nearest(point, within_km=NEAREST_KNOWN_KM)
        own = self._own.nearest(point, within_km=SAME_PLACE_KM)
        if own is not None:
            place = own.id
        elif near is not None and distance_km(point, (near.lat, near.lon)) <= SAME_ATLAS_PLACE_KM:
            place = near.place
        else:
            place = f"{lat:.2f},{lon:.2f}"
        return Located(place=place, lat=lat, lon=lon, country=near.country if near else "")

    def meanings(self, written: str) -> Name | None:
        """Return what the name *written* may mean, if it is one that is looked for.

        Raises :class:`~indicators.concepts.TermError` for what nobody could look for.
        """
        return self._names.get(parse_term(written).key)

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

    def unlocated(self, region: str, whereabouts: Whereabouts) -> bool:
        """Whether *whereabouts* leave open if it is about *region*.

        So it is where no place is named, and no country either or one that *region* touches.
        """
        if whereabouts.places:
            return False
        return not whereabouts.countries or bool(self._touched(region) & whereabouts.countries)

    def contains(self, region: str, point: Located) -> bool:
        """Whether *point* lies in *region*; what lies somewhere around a point does if all of that is inside."""
        rule = self._regions[region]
        here = point.lat, point.lon
        if rule.within_km is not None:
            return distance_to_line_km(here, self._lines[region]) + point.off_km <= rule.within_km
        if rule.width_km is not None:
            return distance_to_line_km(here, self._lines[region]) + point.off_km <= rule.width_km / 2
        if rule.regions:
            return any(self.contains(part, point) for part in rule.regions)
        return rule.anywhere or point.place in rule.places or point.country in rule.countries

    def _is_anywhere(self, region: str) -> bool:
        rule = self._regions[region]
        return rule.anywhere or any(self._is_anywhere(part) for part in rule.regions)

    def _countries_of(self, region: str) -> frozenset[str]:
        rule = self._regions[region]
        return frozenset(rule.countries).union(*(self._countries_of(part) for part in rule.regions))

    def _touched(self, region: str) -> frozenset[str]:
        """Return the countries that *region* names or whose places it is drawn by."""
        rule = self._regions[region]
        places = (*rule.places, *rule.corridor, *((rule.of,) if rule.of else ()))
        countries = {*rule.countries, *(self._places[p].country for p in places)} - {""}
        return frozenset(countries).union(*(self._touched(part) for part in rule.regions))


def position_of(item: Item) -> Point | None:
    """Return the coordinates that *item* has, if it has both and they lie on the globe."""
    if item.lat is None or item.lon is None:
        return None
    # NaN fails every comparison and is no position either.
    on_globe = -90 <= item.lat <= 90 and -180 <= item.lon <= 180  # noqa: PLR2004 - degrees
    return (item.lat, item.lon) if on_globe else None

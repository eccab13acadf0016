"""Offsets: "300 km north of Bamako" is a place of its own, so far from Bamako, and not Bamako.

Read before a place's name, in English and French: a distance, a direction or none, and a word that joins
them to the name ("60 miles from", "à 300 km au nord de la ville de").
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from indicators.documents import Document, Hit
from indicators.places.context import Named
from indicators.places.distance import HALF_WAY_ROUND_KM, Point, distance_km, point_at
from indicators.places.names import Candidate
from indicators.places.whereabouts import Located

MILE_KM = 1.609344
"""The international mile."""

READ_BEFORE = 120
"""Characters before a name in which the whole phrase must stand."""

_TENS = {
    "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "dizaine": 10, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "dix": 10, "quinze": 15, "vingt": 20, "trente": 30,
    "quarante": 40, "cinquante": 50, "soixante": 60,
}  # fmt: skip
_TIMES_A_HUNDRED = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "several": 2, "plusieurs": 2,
}  # fmt: skip
_HUNDRED = {"hundred": 100, "cent": 100, "cents": 100, "hundreds": 200, "centaines": 200}
"""Where the text does not say how many hundreds they are at least two."""

_BEARINGS = {
    "north": 0, "nord": 0, "northeast": 45, "nordest": 45, "east": 90, "est": 90, "southeast": 135, "sudest": 135,
    "south": 180, "sud": 180, "southwest": 225, "sudouest": 225, "west": 270, "ouest": 270, "northwest": 315,
    "nordouest": 315,
}  # fmt: skip

_COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")

_DIGITS = r"\d{1,3}(?:[ .,]\d{3})+|\d{1,5}(?:[.,]\d{1,2})?"
_WORDS = rf"(?:(?:{'|'.join(_TIMES_A_HUNDRED)})\s)?(?:{'|'.join(_HUNDRED)})|{'|'.join(_TENS)}"
_UNIT = r"(?P<unit>kms?|kilom.{1,2}tres?|kilometers?|miles?|mi(?!\w))\.?(?:\s(?:environ|or\sso))?"
_POINT = r"(?P<way>(?:north|south|nord|sud)?[\s-]?(?:east|west|est|ouest)|north|south|nord|sud)(?:ern|wards?)?"
_TO_THE = r"(?:(?:to\sthe|due|in\sthe|plus\s)?\s*(?:au|vers\sle|vers\sl['\u2019]|dans\sle|à\sl['\u2019]|le|the)?\s*)"
_JOINED = r"(?:of|from|outside(?:\sof)?|away\sfrom|de|du|des|d['\u2019])"
_CALLED = (
    r"(?:\s*(?:the|la|le|l['\u2019]|malian|\w{3,20}['\u2019]s|capital(?:e)?(?:\smalienne)?|city|town|village|ville|"
    r"localité|commune|cité|centre|center|of|de|du|d['\u2019]),?)*"
)
_OFFSET = re.compile(
    rf"(?<![\w.,])(?P<number>{_DIGITS}|(?:{_WORDS})(?=\s))(?:\s(?:of|de)|\s?-)?\s*{_UNIT}"
    rf"(?:,?\s*(?:\([^()]{{1,30}}\)|,[^,]{{1,30}},))?"  # "(185 miles)"
    rf"(?:\s*{_TO_THE}{_POINT})?\s*{_JOINED}{_CALLED}\s*$",
    re.IGNORECASE,
)

_ON_TO = re.compile(r"\s+(?:to|towards?|jusqu|à|vers)\b", re.IGNORECASE)
"""What makes a distance the length of a journey: "the 300 km from Bamako to Gao"."""


_UNIT_SEEN = re.compile(r"[ \d](?:kms?|kilomet|miles?|mi(?= ))")

SAME_KM = 25.0
"""So far from a place without a direction is still that place; and so near to another place is that one ..."""

SAME_SHARE = 1 / 3
"""... or nearer than this share of the distance: roads are longer than lines, and distances are rounded."""

BESIDE_WORDS = 8
"""So near in the text a named place may be what the distance speaks of: "Didiéni, 160 km north of Bamako"."""

MOST_OFFSETS = 8
"""Offsets that are read of one text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """So many kilometres from a place; *bearing* in degrees from north, ``None`` where the text names no direction."""

    km: float
    bearing: int | None

    def of(self, place: str) -> str:
        """Return what events and alerts call it: ``300 km N of bamako``."""
        far = f"{self.km:.0f} km"
        return f"{far} from {place}" if self.bearing is None else f"{far} {_COMPASS[self.bearing // 45]} of {place}"


def may_tell_distances(document: Document) -> bool:
    """Whether a unit of length stands in *document*: in most none does, and nothing more need be asked."""
    return _UNIT_SEEN.search(document.line) is not None


def offset_before(document: Document, hit: Hit) -> Offset | None:
    """Return how far and in which direction from the place named at *hit* something was, if the text says so."""
    start, end = document.span_of(hit)
    text = document.texts[document.field_of(hit)]
    found = _OFFSET.search(" ".join(text[max(0, start - READ_BEFORE) : start].split()))
    if found is None:
        return None
    way = found["way"]
    km = _number(found["number"]) * (MILE_KM if found["unit"].lower().startswith("mi") else 1.0)
    if not 0 < km <= HALF_WAY_ROUND_KM or (way is None and (km <= SAME_KM or _ON_TO.match(text, end))):
        return None
    return Offset(km=km, bearing=None if way is None else _BEARINGS[re.sub(r"[\s-]", "", way.lower())])


def with_offsets(document: Document, names: Iterable[Named], country_at: Callable[[Point], str]) -> tuple[Located, ...]:
    """Return where *names* of *document* say it was, in reading order, *country_at* telling whose a point is.

    A place that is named only as what a distance is measured from is not where it was.
    """
    plain: list[Located] = []
    off: dict[str, tuple[Candidate, Offset, Hit]] = {}
    for name in names:
        read = ((hit, offset_before(document, hit)) for hit in name.hits)
        away = {hit: offset for hit, offset in read if offset is not None}
        there = next((hit for hit in name.hits if hit not in away), None)
        if there is not None:
            plain.append(at_place(name.candidate, there))
        for hit, offset in away.items():
            off.setdefault(offset.of(name.candidate.place), (name.candidate, offset, hit))
    told = [one for one in off.values() if not _named_beside(*one, names)][:MOST_OFFSETS]
    far = [_at_offset(*one, country_at) for one in told]
    return tuple(sorted((*plain, *far), key=lambda located: (located.hit or Hit(0, 0), located.place)))


def at_place(candidate: Candidate, hit: Hit) -> Located:
    """Return *candidate*, named at *hit*, as where something was."""
    return Located(place=candidate.place, lat=candidate.lat, lon=candidate.lon, country=candidate.country, hit=hit)


def _at_offset(start: Candidate, offset: Offset, hit: Hit, country_at: Callable[[Point], str]) -> Located:
    place = offset.of(start.place)
    if offset.bearing is None:
        return Located(
            place=place, lat=start.lat, lon=start.lon, country=start.country, hit=hit, off_km=round(offset.km, 1)
        )
    lat, lon = (round(degrees, 4) for degrees in point_at((start.lat, start.lon), offset.km, offset.bearing))
    return Located(place=place, lat=lat, lon=lon, country=country_at((lat, lon)) or start.country, hit=hit)


def _named_beside(start: Candidate, offset: Offset, hit: Hit, names: Iterable[Named]) -> bool:
    """Whether another of *names* stands beside *hit* and lies about as far from *start* as *offset* says."""
    here, slack = (start.lat, start.lon), max(SAME_KM, offset.km * SAME_SHARE)
    for other in names:
        there = other.candidate.lat, other.candidate.lon
        if other.candidate.place == start.place or abs(distance_km(here, there) - offset.km) > slack:
            continue
        first = bisect_left(other.hits, Hit(hit.first - BESIDE_WORDS, 0))
        if first < len(other.hits) and other.hits[first].first <= hit.last + BESIDE_WORDS:
            return True
    return False


def _number(written: str) -> float:
    """Return the number *written* in digits or in words; a group of three digits stands for thousands."""
    if not written[0].isdigit():
        times, _, word = written.lower().rpartition(" ")
        return float(_TENS.get(word) or max(_HUNDRED[word], 100 * _TIMES_A_HUNDRED.get(times, 1)))
    head, *groups = re.split(r"[ .,]", written)
    if groups and all(len(group) == 3 for group in groups):  # noqa: PLR2004 - thousands
        return float(head + "".join(groups))
    return float(written.replace(",", "."))

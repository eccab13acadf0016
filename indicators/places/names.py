"""Names: what a gazetteer looks for in a text, and which places each name may mean.

The assessment's own places come first: an atlas adds names of its own, and never takes one away.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from indicators.concepts import Term, TermError, parse_term
from indicators.places.atlas import AtlasPlace
from indicators.places.distance import distance_km
from indicators.places.homographs import BETTER_KNOWN, GUARDED, NEVER, SHORT, SHORTEST
from indicators.places.nearby import Nearby
from indicators.places.place import Place

SAME_NAME_KM = 50.0
"""An atlas place with a name of an own place, and this near, is that place: its other names lead there too."""

SAME_SPOT_KM = 3.0
"""An atlas place this near an own place (whose position is exact) is a part of it: a quarter of the town."""

TWICE_LISTED_KM = 10.0
"""Two atlas places of one name and country this near each other are one that is listed twice."""

_PLAIN = re.compile(r"[\w\s'\u2019.\-]+")


class Trust(IntEnum):
    """How much a name says by itself."""

    SURE = 0  # the assessment's author chose it
    AMBIGUOUS = 1  # the author chose it and marked it
    ATLAS = 2  # it came with a long list


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that a name may mean."""

    place: str
    lat: float
    lon: float
    country: str
    trust: Trust
    population: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One name and all places it may mean. A ``guarded`` one is usually another word."""

    term: Term
    candidates: tuple[Candidate, ...]
    guarded: bool = False

    @property
    def own(self) -> bool:
        """Whether the assessment itself has it."""
        return self.candidates[0].trust is not Trust.ATLAS

    @property
    def sure(self) -> bool:
        """Whether it means its places whatever else the text says."""
        first = self.candidates[0]
        return first.trust is Trust.SURE and all(c.country == first.country for c in self.candidates)


def own_names(places: Iterable[Place]) -> dict[str, Name]:
    """Return the names of *places* by what they ask for; a name of several places has them all."""
    found: dict[str, Name] = {}
    for place in places:
        for written in place.every_name:
            trust = Trust.AMBIGUOUS if place.ambiguous or written in place.ambiguous_names else Trust.SURE
            candidate = Candidate(place=place.id, lat=place.lat, lon=place.lon, country=place.country, trust=trust)
            term = parse_term(written)
            name = found.get(term.key)
            if name is None:
                found[term.key] = Name(term=term, candidates=(candidate,))
            elif candidate not in name.candidates:
                both = sorted((*name.candidates, candidate), key=lambda c: c.trust)
                found[term.key] = replace(name, candidates=tuple(both))
    return found


def with_atlas(
    own: Mapping[str, Name], places: Iterable[Place], atlas: Collection[AtlasPlace], *, taken: Collection[str]
) -> dict[str, Name]:
    """Return *own* and the names of *atlas*, less those that are *taken* (keys that name a country).

    Where both have a name the own place keeps it, unless it is ambiguous: then a place of another
    country competes for it.
    """
    exact = Nearby(p for p in places if not p.approx)
    ids = _ids(atlas)
    listed: dict[str, list[Candidate]] = {}
    terms: dict[str, Term] = {}
    for place in atlas:
        usable = {t.key: t for name in place.names if (t := _usable(name, place.country)) and t.key not in taken}
        candidate = _candidate(place, ids[place.key], _same_place(place, usable, own, exact))
        for key, term in usable.items():
            if key not in own or _competes(candidate, own[key]):
                _list_once(listed.setdefault(key, []), candidate)
                terms[key] = term
    found = dict(own)
    for key, candidates in listed.items():
        before = own[key].candidates if key in own else ()
        found[key] = Name(term=terms[key], candidates=(*before, *candidates), guarded=not before and is_guarded(key))
    return found


def _ids(atlas: Collection[AtlasPlace]) -> dict[str, str]:
    """Return an id for each place by its key; places of one name in one country are told apart by position."""
    seen: dict[str, int] = {}
    for place in atlas:
        seen[place.id] = seen.get(place.id, 0) + 1
    return {p.key: p.id if seen[p.id] == 1 else f"{p.id} ({p.lat:.2f},{p.lon:.2f})" for p in atlas}


def _usable(written: str, country: str) -> Term | None:
    """Return the term for a name of an atlas, if it can be looked for at all."""
    if not _PLAIN.fullmatch(written):
        return None
    try:
        term = parse_term(written)
    except TermError:
        return None
    key = term.key
    if len(key) < SHORTEST or key in NEVER or key.isdigit() or BETTER_KNOWN.get(key, country) != country:
        return None
    return term


def is_guarded(key: str) -> bool:
    """Whether a name that an atlas brings is more often another word; *key* is what its term asks for."""
    words = key.split()
    if len(words) == 1:
        return len(key) <= SHORT or key in GUARDED
    return all(word in GUARDED or word in NEVER or len(word) < SHORTEST for word in words)


def _same_place(
    place: AtlasPlace, keys: Iterable[str], own: Mapping[str, Name], exact: Nearby[Place]
) -> Candidate | Place | None:
    """Return the own place that *place* is, by a name both have or by lying on the same spot."""
    here = place.lat, place.lon
    named = [c for key in keys if key in own for c in own[key].candidates if c.country in ("", place.country)]
    near = [(km, c) for c in named if (km := distance_km(here, (c.lat, c.lon))) <= SAME_NAME_KM]
    if near:
        return min(near, key=lambda pair: pair[0])[1]
    return exact.nearest(here, within_km=SAME_SPOT_KM)


def _candidate(place: AtlasPlace, own_id: str, same: Candidate | Place | None) -> Candidate:
    population, trust = place.population, Trust.ATLAS
    if same is None:
        lat, lon, country = place.lat, place.lon, place.country
        return Candidate(place=own_id, lat=lat, lon=lon, country=country, trust=trust, population=population)
    known = same.place if isinstance(same, Candidate) else same.id
    country = same.country or place.country
    return Candidate(place=known, lat=same.lat, lon=same.lon, country=country, trust=trust, population=population)


def _competes(candidate: Candidate, name: Name) -> bool:
    return all(c.trust is Trust.AMBIGUOUS and c.country != candidate.country for c in name.candidates)


def _list_once(candidates: list[Candidate], candidate: Candidate) -> None:
    here = candidate.lat, candidate.lon
    for other in candidates:
        if other.place == candidate.place:
            return
        if other.country == candidate.country and distance_km(here, (other.lat, other.lon)) <= TWICE_LISTED_KM:
            return
    candidates.append(candidate)

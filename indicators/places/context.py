"""Context: which of the places that a name may mean is meant, judged by what else the text names."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from indicators.documents import Hit, Hits
from indicators.places.distance import Point, distance_km
from indicators.places.mentions import Mentions
from indicators.places.names import Candidate, Name, Trust
from indicators.places.whereabouts import PlaceDoubt

CLOSE_WORDS = 15
"""A sure place within so many words says which of several places of one name is meant ..."""

CLOSE_KM = 100.0
"""... if it is this near to one of them and to no other."""

LARGEST_BY = 10
"""Of several places of one name and country, one with ten times the people of every other is meant."""

MOST_DOUBTS = 8
"""Refused names that are kept of one text."""

Choice = tuple[tuple[Candidate, ...], str]
"""The candidates that are meant, or none and why."""


class Context:
    """What a text says for sure: countries by name, and sure places with where they stand."""

    def __init__(self, named: frozenset[str], sure: Iterable[tuple[Candidate, Hits]]) -> None:
        self._named = named
        self._sure = tuple(sure)
        self._of_places = frozenset(c.country for c, _ in self._sure)

    def choose(self, name: Name, hits: Hits) -> Choice:
        """Return what *name* means at *hits*.

        Countries that the text names decide first, then the countries of its sure places, then, inside
        one country, a sure place beside the name, or by far the largest town.
        """
        fit = self._by_country(name.candidates)
        if not fit:
            return (), _no_context(name)
        own = tuple(c for c in fit if c.trust is not Trust.ATLAS)
        fit = own or fit
        countries = sorted({c.country for c in fit})
        if len(countries) > 1:
            return (), f"may be in {_listed(countries)}, and the text speaks of both"
        if own or len(fit) == 1:
            return fit, ""
        one = self._beside(fit, hits) or _largest(fit)
        return (one,) if one else (), "" if one else f"{len(fit)} places of {countries[0]} have this name"

    def _by_country(self, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        named = tuple(c for c in candidates if c.country in self._named)
        placed = tuple(c for c in named or candidates if c.country in self._of_places)
        several = len({c.country for c in named}) > 1
        return placed if placed and (several or not named) else named

    def _beside(self, candidates: tuple[Candidate, ...], hits: Hits) -> Candidate | None:
        anchors = self._points_beside(hits)
        close = [c for c in candidates if any(distance_km((c.lat, c.lon), at) <= CLOSE_KM for at in anchors)]
        return close[0] if len(close) == 1 else None

    def _points_beside(self, hits: Hits) -> set[Point]:
        """Return where the sure places lie that stand beside one of *hits*, which are in reading order."""
        words, points = self._in_order
        beside: set[Point] = set()
        seen = 0  # windows overlap: no sure place is looked at twice for one name
        for hit in hits:
            start = max(seen, bisect_left(words, hit.first - CLOSE_WORDS))
            seen = max(start, bisect_right(words, hit.first + CLOSE_WORDS))
            beside.update(points[start:seen])
        return beside

    @cached_property
    def _in_order(self) -> tuple[list[int], list[Point]]:
        """The words that name sure places, in reading order, and the points they mean."""
        pairs = sorted((hit.first, (c.lat, c.lon)) for c, hits in self._sure for hit in hits)
        return [word for word, _ in pairs], [point for _, point in pairs]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A place that a text names, and every hit that names it, in reading order."""

    candidate: Candidate
    hits: Hits


def resolve(
    mentions: Mentions, named: frozenset[str], *, all_are_places: bool = False
) -> tuple[tuple[Named, ...], tuple[PlaceDoubt, ...]]:
    """Return the places that a text with these *mentions* names, in reading order, and what was refused.

    *named* are the countries it names; *all_are_places* says that the text is nothing but a place.
    """
    sure = [(c, hits) for name, hits in mentions.names if name.sure for c in name.candidates]
    context = Context(named, sure)
    found: dict[str, tuple[Candidate, list[Hit]]] = {}
    doubts: list[PlaceDoubt] = []
    for candidate, hits in sure:
        found.setdefault(candidate.place, (candidate, []))[1].extend(hits)
    for name, hits in mentions.names:
        if name.sure:
            continue
        at = hits if name.own else tuple(hit for hit in hits if not mentions.inside_longer(hit))
        chosen, why = context.choose(name, at)
        if name.guarded and not all_are_places:
            chosen, at, why = _guarded(name, at, chosen, why, mentions)
        if not at:
            continue
        if not chosen:
            doubts.append(PlaceDoubt(name=name.term.written, why=why, hit=at[0]))
        for candidate in chosen:
            found.setdefault(candidate.place, (candidate, []))[1].extend(at)
    places = [Named(candidate=candidate, hits=tuple(sorted(hits))) for candidate, hits in found.values()]
    places.sort(key=lambda place: (place.hits[0], place.candidate.place))
    doubts.sort(key=lambda doubt: doubt.hit)
    return tuple(places), tuple(doubts[:MOST_DOUBTS])


def _guarded(
    name: Name, hits: tuple[Hit, ...], chosen: tuple[Candidate, ...], why: str, mentions: Mentions
) -> tuple[tuple[Candidate, ...], tuple[Hit, ...], str]:
    """Return what of *chosen* and *hits* holds for a name that is usually another word, and why nothing does.

    Where neither its country nor a place word speaks for it, it is that other word: no hits are left.
    """
    countries = {c.country for c in chosen or name.candidates}
    introduced = tuple(hit for hit in hits if any(mentions.introduces(hit, country) for country in countries))
    if introduced or not chosen:
        return chosen, introduced, why
    return (), hits, "a common word; it counts after a place word (in, near, ville de) or before its country"


def _largest(candidates: tuple[Candidate, ...]) -> Candidate | None:
    first, second = sorted(candidates, key=lambda c: -c.population)[:2]
    return first if first.population > 0 and first.population >= LARGEST_BY * second.population else None


def _no_context(name: Name) -> str:
    countries = sorted({c.country for c in name.candidates})
    if len(countries) == 1:
        return f"counts only where the text names {countries[0] or 'its country'} or a sure place there"
    return f"may be in {_listed(countries)}, and the text names none of them"


def _listed(countries: list[str]) -> str:
    return " and ".join((", ".join(countries[:-1]), countries[-1]))

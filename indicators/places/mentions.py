"""Mentions: every name, country and place word that stands in one text, before anything is believed."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from indicators.concepts import parse_term
from indicators.documents import Document, Hit
from indicators.lexicon import Lexicon
from indicators.places.homographs import BEFORE_A_PLACE, LONGER_NAMES
from indicators.places.names import Name
from indicators.places.place import Country

Hits = tuple[Hit, ...]


class Mentions:
    """What stands in one text and where."""

    def __init__(
        self,
        names: tuple[tuple[Name, Hits], ...],
        countries: Mapping[str, Hits],
        longer: Hits,
        before: Callable[[], Hits],
    ) -> None:
        self.names = names
        self.countries = countries
        """Countries by code, only where their name means them."""
        self._longer = longer
        self._before = before

    def inside_longer(self, hit: Hit) -> bool:
        """Whether *hit* is only a part of a longer name."""
        return any(o.first <= hit.first and hit.last <= o.last and o != hit for o in self._longer)

    def introduces(self, hit: Hit, country: str) -> bool:
        """Whether the words around *hit* say that it is a place of *country*: "in San", "San (Mali)"."""
        after = self.countries.get(country, ())
        return hit.first in self._introduced or any(named.first == hit.last + 1 for named in after)

    @cached_property
    def _introduced(self) -> frozenset[int]:
        """Positions of words that a place word (in, near, ville de) stands just before.

        Place words stand everywhere and few names ask for one: they are looked up when one does.
        """
        return frozenset(hit.last + 1 for hit in self._before())


class Reader:
    """Looks up all names and countries of a gazetteer at once."""

    def __init__(self, names: tuple[Name, ...], countries: Mapping[str, Country]) -> None:
        self._names = names
        self._codes = tuple(countries)
        self._lexicon = Lexicon((key, parse_term(written)) for key, written in self._written(countries))
        self._place_words = Lexicon(
            (lang, parse_term(written)) for lang, words in BEFORE_A_PLACE.items() for written in words
        )

    def _written(self, countries: Mapping[str, Country]) -> Iterator[tuple[str, str]]:
        for number, name in enumerate(self._names):
            yield f"name {number}", name.term.written
        for code, country in countries.items():
            yield from ((f"country {code}", written) for written in country.names)
            yield from ((f"mask {code}", written) for written in country.not_)
        yield from (("longer", written) for written in LONGER_NAMES)

    def read(self, document: Document) -> Mentions:
        """Return everything of this gazetteer that stands in *document*."""
        found = self._lexicon.scan(document)
        names: list[tuple[Name, Hits]] = []
        longer: list[Hit] = []
        for key, hits in found.items():
            kind, _, rest = key.partition(" ")
            if kind == "name":
                names.append((self._names[int(rest)], hits))
            longer += [hit for hit in hits if hit.last > hit.first]
        meant = {code: _meant(found.get(f"country {code}", ()), found.get(f"mask {code}", ())) for code in self._codes}
        countries = {code: hits for code, hits in meant.items() if hits}
        return Mentions(tuple(names), countries, tuple(longer), lambda: self._words_before(document))

    def _words_before(self, document: Document) -> Hits:
        found = self._place_words.scan(document)
        return (*found.get("", ()), *found.get(document.item.lang or "", ()))


def _meant(hits: Hits, masks: Hits) -> Hits:
    """Return *hits* less those that begin inside one of *masks* (the Niger of "Niger River")."""
    covered = {i for mask in masks for i in range(mask.first, mask.last + 1)}
    return tuple(hit for hit in hits if hit.first not in covered)

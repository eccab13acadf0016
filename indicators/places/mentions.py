"""Mentions: every name, country and place word that stands in one text, before anything is believed."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate

from indicators.concepts import parse_term
from indicators.documents import Document, Hit, Hits
from indicators.lexicon import Lexicon
from indicators.places.homographs import BEFORE_A_PLACE, LONGER_NAMES
from indicators.places.names import Name
from indicators.places.place import Country


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
        self._longer = Spans(longer)
        self._before = before
        self._country_words: dict[str, frozenset[int]] = {}

    def inside_longer(self, hit: Hit) -> bool:
        """Whether *hit* is only a part of a longer name."""
        return self._longer.cover(hit)

    def introduces(self, hit: Hit, country: str) -> bool:
        """Whether the words around *hit* say that it is a place of *country*: "in San", "San (Mali)"."""
        return hit.first in self._introduced or hit.last + 1 in self._named_at(country)

    def _named_at(self, country: str) -> frozenset[int]:
        """Return the positions at which a word for *country* begins."""
        known = self._country_words.get(country)
        if known is None:
            known = self._country_words[country] = frozenset(hit.first for hit in self.countries.get(country, ()))
        return known

    @cached_property
    def _introduced(self) -> frozenset[int]:
        """Positions of words that a place word (in, near, ville de) stands just before.

        Place words stand everywhere and few names ask for one: they are looked up when one does.
        """
        return frozenset(hit.last + 1 for hit in self._before())


class Spans:
    """Stretches of a text, sorted once, so that a hit is compared with two of them and not with all."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self._hits = hits

    def cover(self, hit: Hit) -> bool:
        """Whether *hit* lies inside one of the stretches that is longer than itself."""
        starts, ends, reach = self._by_start
        at = bisect_left(starts, hit.first)
        begins_before = at > 0 and reach[at - 1] >= hit.last
        return begins_before or (at < len(starts) and starts[at] == hit.first and ends[at] > hit.last)

    @cached_property
    def _by_start(self) -> tuple[list[int], list[int], list[int]]:
        """Where stretches begin, in order; how far the longest from there goes; and how far all so far go."""
        longest = dict(sorted(self._hits))  # of those that begin together the last one stays: the longest
        starts, ends = list(longest), list(longest.values())
        return starts, ends, list(accumulate(ends, max))


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

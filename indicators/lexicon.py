"""Lexicon: named lists of terms read in one language, and the search that finds many of them at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import chain

from ahocorasick_rs import AhoCorasick

from indicators.concepts import Term
from indicators.documents import Document, Hit, Hits
from indicators.needles import Needle, needles_of

Present = AbstractSet[int]
"""Numbers of the needles of one :class:`Search` whose letters stand in a document.

Those that stand in a part of it which the search tells apart have another number for that.
"""


class Terms:
    """Some terms that are looked for together; what is found in a document is found once for all rules."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        self.needles = tuple(dict.fromkeys(needles))
        self.search: Search | None = None
        """The search that covers these terms, where there is one: it says which needles are worth a look."""
        self.numbers: frozenset[int] = frozenset()
        """Under which it does so."""
        self.by_number: Mapping[int, Sequence[Needle]] = {}
        """Needles that differ only in what comes behind their letters have one number."""

    def find(self, document: Document) -> Hits:
        """Return every place where one of the terms stands, in reading order."""
        hits = document.looked_up.get(self)
        if hits is None:
            hits = document.looked_up[self] = self._found(document)
        return document.visible(hits) if hits else hits

    def standing(self, document: Document) -> Hits | None:
        """Return what :meth:`find` does, and ``None`` where that is nothing."""
        hits = document.looked_up.get(self)  # not through find: this is asked of every leaf of a called rule
        if hits is None:
            hits = document.looked_up[self] = self._found(document)
        return document.visible(hits) or None if hits else None

    def _found(self, document: Document) -> Hits:
        needles = self.needles if self.search is None else self.search.standing(self, document)
        if not needles:
            return ()
        if len(needles) == 1:
            return tuple(document.find(needles[0]))
        found: set[Hit] = set()
        for needle in needles:
            found.update(document.find(needle))
        return tuple(sorted(found))


class Search:
    """Terms looked for all at once by an Aho-Corasick automaton.

    Its cost follows the letters of the document and what stands there, not the number of terms. Of what it
    finds it also says whether it stands in each of *parts* (``title``, ``lead``).
    """

    def __init__(self, terms: Iterable[Terms], parts: Iterable[str] = ()) -> None:
        numbers: dict[str, int] = {}
        for one in dict.fromkeys(terms):
            one.search = self
            by_number: dict[int, list[Needle]] = defaultdict(list)
            for needle in one.needles:
                by_number[numbers.setdefault(needle.letters, len(numbers))].append(needle)
            one.numbers, one.by_number = frozenset(by_number), by_number
        self._automaton = AhoCorasick(list(numbers))
        self._parts = {part: (place + 1) * len(numbers) for place, part in enumerate(parts)}

    def present(self, document: Document) -> Present:
        """Return what stands in *document*; asked twice, it looks once."""
        present: set[int] | None = document.searched.get(self)
        if present is None:
            found = self._automaton.find_matches_as_indexes(document.line, overlapping=True)
            present = document.searched[self] = {number for number, _, _ in found}
            for part, shift in self._parts.items():
                end = document.end_of(part)
                for number, start, _ in found:  # in the order of their ends
                    if start >= end:
                        break
                    present.add(number + shift)
        return present

    def numbers(self, terms: Terms, part: str = "") -> Iterable[int]:
        """Return the numbers of *terms* of which one is present where they stand in *part*.

        Without a part, or in one that is not told apart, that is anywhere.
        """
        shift = self._parts.get(part, 0)
        return (number + shift for number in terms.numbers)

    def standing(self, terms: Terms, document: Document) -> Sequence[Needle]:
        """Return those needles of *terms* whose letters stand in *document*."""
        present = self.present(document)
        if terms.numbers.isdisjoint(present):
            return ()
        standing = terms.numbers & present
        return [needle for number in standing for needle in terms.by_number[number]]


class Lexicon:
    """Terms under names; a name may have many terms. ``known`` are names that may have none in this language.

    Lexicons that are given one mapping ``shared`` keep there what rules write and every language reads alike.
    """

    def __init__(
        self,
        entries: Iterable[tuple[str, Term]],
        *,
        lang: str = "",
        known: Iterable[str] = (),
        shared: dict[str, Terms] | None = None,
    ) -> None:
        needles: dict[str, list[Needle]] = {name: [] for name in known}
        for name, term in entries:
            needles.setdefault(name, []).extend(needles_of(term, lang))
        self.lang = lang
        self._named = {name: Terms(own) for name, own in needles.items()}
        self._stemmed: dict[str, Terms] = {}
        self._plain = {} if shared is None else shared

    def named(self) -> Iterator[Terms]:
        """Yield the terms of every name."""
        yield from self._named.values()

    def unsearched(self) -> Iterator[Terms]:
        """Yield the terms that are looked for one by one: no search covers them."""
        every = chain(self._named.values(), self._plain.values(), self._stemmed.values())
        yield from (terms for terms in every if terms.search is None)

    def terms(self, name: str) -> Terms:
        """Return the terms under *name*; raises ``KeyError`` for a name that is not known."""
        return self._named[name]

    def written(self, term: Term) -> Terms:
        """Return a term that a rule writes out itself, shared by all rules that write the same."""
        terms = self._plain.get(term.key) or self._stemmed.get(term.key)
        if terms is None:
            kept = self._stemmed if term.stemmed else self._plain
            terms = kept[term.key] = Terms(needles_of(term, self.lang))
        return terms

    def scan(self, document: Document) -> Mapping[str, Hits]:
        """Return the hits of every name that has any in *document*, in reading order, the names sorted."""
        search, names = self._all
        standing = sorted({name for number in search.present(document) for name in names.get(number, ())})
        return {name: hits for name in standing if (hits := self._named[name].find(document))}

    @cached_property
    def _all(self) -> tuple[Search, Mapping[int, list[str]]]:
        """Every name searched for at once, and the names by the numbers of their needles."""
        search = Search(self._named.values())
        names: dict[int, list[str]] = defaultdict(list)
        for name, terms in self._named.items():
            for number in terms.numbers:
                names[number].append(name)
        return search, names

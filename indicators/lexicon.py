"""Lexicon: named lists of terms read in one language, looked up in documents.

One name is looked up when a rule asks for it; all names at once by an Aho-Corasick automaton, whose
cost follows the letters of the document and not the number of terms.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from ahocorasick_rs import AhoCorasick

from indicators.concepts import Term
from indicators.documents import Document, Hit, Hits
from indicators.needles import Needle, needles_of

_FEW = 12
"""Needles; so many are looked for one by one before an automaton pays."""


class Terms:
    """Some terms that are looked up together, once in a document however many rules ask for them."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        self.needles = tuple(dict.fromkeys(needles))

    def find(self, document: Document) -> Hits:
        """Return every place where one of the terms stands, in reading order."""
        hits = document.looked_up.get(self)
        if hits is None:
            hits = document.looked_up[self] = tuple(sorted(self._search(document)))
        return document.visible(hits)

    def _search(self, document: Document) -> Iterable[Hit]:
        if len(self.needles) == 1:
            return document.find(self.needles[0])
        there = self.needles if len(self.needles) <= _FEW else self._standing(document.line)
        return {hit for needle in there for hit in document.find(needle)}

    def _standing(self, line: str) -> Iterable[Needle]:
        needles, automaton = self._searched
        found = {found[0] for found in automaton.find_matches_as_indexes(line, overlapping=True)}
        return [needle for i in found for needle in needles[i]]

    @cached_property
    def _searched(self) -> tuple[list[list[Needle]], AhoCorasick]:
        same: dict[str, list[Needle]] = defaultdict(list)
        for needle in self.needles:
            same[needle.letters].append(needle)
        return list(same.values()), AhoCorasick(list(same))


class Lexicon:
    """Terms under names; a name may have many terms. ``known`` are names that may have none in this language."""

    def __init__(self, entries: Iterable[tuple[str, Term]], *, lang: str = "", known: Iterable[str] = ()) -> None:
        needles: dict[str, list[Needle]] = {name: [] for name in known}
        for name, term in entries:
            needles.setdefault(name, []).extend(needles_of(term, lang))
        self.lang = lang
        self._named = {name: Terms(own) for name, own in needles.items()}
        self._written: dict[str, Terms] = {}

    def terms(self, name: str) -> Terms:
        """Return the terms under *name*; raises ``KeyError`` for a name that is not known."""
        return self._named[name]

    def written(self, term: Term) -> Terms:
        """Return a term that a rule writes out itself, shared by all rules that write the same."""
        terms = self._written.get(term.key)
        if terms is None:
            terms = self._written[term.key] = Terms(needles_of(term, self.lang))
        return terms

    def scan(self, document: Document) -> Mapping[str, Hits]:
        """Return the hits of every name that has any in *document*, in reading order."""
        owners, automaton = self._all
        standing = {found[0] for found in automaton.find_matches_as_indexes(document.line, overlapping=True)}
        names = {name for i in standing for name in owners[i]}
        return {name: hits for name in sorted(names) if (hits := self._named[name].find(document))}

    @cached_property
    def _all(self) -> tuple[list[list[str]], AhoCorasick]:
        owners: dict[str, list[str]] = defaultdict(list)
        for name, terms in self._named.items():
            for needle in terms.needles:
                owners[needle.letters].append(name)
        return list(owners.values()), AhoCorasick(list(owners))

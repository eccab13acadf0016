"""Lexicon: named lists of terms read in one language, and the search that finds many of them at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from ahocorasick_rs import AhoCorasick

from indicators.concepts import Term
from indicators.documents import Document, Hit, Hits
from indicators.needles import Needle, needles_of

Standing = Mapping["Terms", Sequence[Needle]]
"""The terms of which something stands in a document, with the needles whose letters do."""


class Terms:
    """Some terms that are looked for together; what is found in a document is found once for all rules."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        self.needles = tuple(dict.fromkeys(needles))
        self.search: Search | None = None
        """The search that covers these terms, where there is one: it says which needles are worth a look."""

    def find(self, document: Document) -> Hits:
        """Return every place where one of the terms stands, in reading order."""
        hits = document.looked_up.get(self)
        if hits is None:
            hits = document.looked_up[self] = self._found(document)
        return document.visible(hits)

    def _found(self, document: Document) -> Hits:
        needles: Sequence[Needle] = (
            self.needles if self.search is None else self.search.standing(document).get(self, ())
        )
        if len(needles) == 1:
            return tuple(document.find(needles[0]))
        found: set[Hit] = set()
        for needle in needles:
            found.update(document.find(needle))
        return tuple(sorted(found))


class Search:
    """Terms looked for all at once by an Aho-Corasick automaton.

    Its cost follows the letters of the document and what stands there, not the number of terms.
    """

    def __init__(self, terms: Iterable[Terms]) -> None:
        owners: dict[str, list[tuple[Terms, Needle]]] = defaultdict(list)
        for one in dict.fromkeys(terms):
            one.search = self
            for needle in one.needles:
                owners[needle.letters].append((one, needle))
        self._owners = tuple(map(tuple, owners.values()))
        self._automaton = AhoCorasick(list(owners))

    def standing(self, document: Document) -> Standing:
        """Return which of the terms have letters that stand in *document*; asked twice, it looks once."""
        standing: Standing | None = document.searched.get(self)
        if standing is None:
            standing = document.searched[self] = self._look(document.line)
        return standing

    def _look(self, line: str) -> Standing:
        standing: dict[Terms, list[Needle]] = {}
        for number in {found[0] for found in self._automaton.find_matches_as_indexes(line, overlapping=True)}:
            for terms, needle in self._owners[number]:
                if terms in standing:
                    standing[terms].append(needle)
                else:
                    standing[terms] = [needle]
        return standing


class Lexicon:
    """Terms under names; a name may have many terms. ``known`` are names that may have none in this language."""

    def __init__(self, entries: Iterable[tuple[str, Term]], *, lang: str = "", known: Iterable[str] = ()) -> None:
        needles: dict[str, list[Needle]] = {name: [] for name in known}
        for name, term in entries:
            needles.setdefault(name, []).extend(needles_of(term, lang))
        self.lang = lang
        self._named = {name: Terms(own) for name, own in needles.items()}
        self._written: dict[str, Terms] = {}

    def named(self) -> Iterator[Terms]:
        """Yield the terms of every name."""
        yield from self._named.values()

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
        """Return the hits of every name that has any in *document*, in reading order, the names sorted."""
        standing = self._search.standing(document)
        names = sorted(self._names[terms] for terms in standing)
        return {name: hits for name in names if (hits := self._named[name].find(document))}

    @cached_property
    def _search(self) -> Search:
        return Search(self._named.values())

    @cached_property
    def _names(self) -> Mapping[Terms, str]:
        return {terms: name for name, terms in self._named.items()}

"""Rulebook: many queries asked of every document, at a cost that hardly grows with their number.

Each query is called only by a document that has one of the rarest words it needs. One Aho-Corasick
automaton finds those words for all queries and languages at once; a called query then looks for the
next rare words it cannot do without, and only what is left is evaluated.
"""

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from indicators.concepts import TermsByLanguage, terms_for
from indicators.documents import Document, Hits
from indicators.lexicon import Lexicon, Present, Search, Terms
from indicators.needs import Need, Sought, has_branches, need_of, one_of
from indicators.query import Check, Node, compiled, parse
from indicators.query.syntax import Actor, Concept, Field, Find, Within, walk
from indicators.query.triggers import Named, literal, required, terms_in
from indicators.rarity import Rarity

Vocabulary = Mapping[str, TermsByLanguage]
"""Terms under the names by which queries call them: ``@fuel``, ``#jnim``."""

_Calls = Mapping[int, tuple[tuple[int, frozenset[int] | None], ...]]
"""Which readings, by their place, the number of a needle calls for, and what else must be present."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One query as documents in one language are asked it; ``lang`` is empty where all are asked the same.

    One of ``trigger`` calls for it, if one of ``guard`` is there too; each of ``needs`` must be met as well.
    """

    rule: str
    lang: str
    trigger: frozenset[int]
    guard: frozenset[int] | None
    needs: tuple[Need, ...]
    check: Check

    def asked(self, document: Document, present: Present) -> Hits | None:
        """Return the hits that make the query hold, ``None`` if it does not or a need is not met."""
        for need in self.needs:
            if not need.met(document, present):
                return None
        return self.check(document)


class Rulebook:
    """Queries under names. Built once and never changed: a newer one is built beside it and takes its place.

    A document that says its language is read in that one, and in each of *languages* if it does not,
    or names one that is not known here. *sample* is the lines of some documents as they are expected;
    it makes matching faster and changes no match.
    """

    def __init__(
        self,
        rules: Mapping[str, str | Node],
        concepts: Vocabulary | None = None,
        languages: Iterable[str] = ("en",),
        *,
        sample: Iterable[str] = (),
    ) -> None:
        with _collector_waiting():
            self._build(rules, concepts or {}, languages, sample)

    def _build(
        self, rules: Mapping[str, str | Node], concepts: Vocabulary, languages: Iterable[str], sample: Iterable[str]
    ) -> None:
        shared: dict[str, Terms] = {}
        self.lexicons = {lang: _lexicon(concepts, lang, shared) for lang in languages}
        asked = [(rule, parse(query) if isinstance(query, str) else query) for rule, query in rules.items()]
        rarity = Rarity(self._letters(node for _, node in asked), sample)
        drafts = [draft for rule, node in asked for draft in self._drafts(rule, node, rarity)]
        named = [terms for lexicon in self.lexicons.values() for terms in lexicon.named()]
        searched = (*named, *(terms for draft in drafts for terms in draft.searched(rarity)))
        self._search = Search(searched, _parts_told_apart(node for _, node in asked))
        self._readings = tuple(draft.reading(self._search) for draft in drafts)
        self._calls = {lang: self._calls_in(lang) for lang in ("", *self.lexicons)}

    def match(self, document: Document) -> Mapping[str, Hits]:
        """Return the hits of every query that holds in *document*, in the order they were given."""
        present = self._search.present(document)
        found: dict[str, Hits] = {}
        for place in sorted(self._called(document, present)):
            reading = self._readings[place]
            hits = reading.asked(document, present) if reading.rule not in found else None
            if hits is not None:
                found[reading.rule] = hits
        return found

    def condition(self, query: Node) -> Mapping[str, Check]:
        """Return *query* by language as a check for documents that a rule called for.

        It seldom holds (a veto, an announcement), so nothing of it is read in a document that lacks what it needs.
        """
        return {lang: self._condition(query, lexicon) for lang, lexicon in self.lexicons.items()}

    def _condition(self, query: Node, lexicon: Lexicon) -> Check:
        need, check, present = need_of(query, lexicon, self._search), compiled(query, lexicon), self._search.present
        if need is None:
            return check
        return lambda document: check(document) if need.met(document, present(document)) else None

    def languages_of(self, document: Document) -> tuple[str, ...]:
        """Return the languages in which *document* is read."""
        own = document.item.lang
        return (own,) if own in self.lexicons else tuple(self.lexicons)

    def _called(self, document: Document, present: Present) -> set[int]:
        """Return the places of the readings that call for something *present*; no other can hold."""
        own = document.item.lang
        calls = self._calls[own if own in self.lexicons else ""]
        return {
            place
            for number in calls.keys() & present
            for place, guard in calls[number]
            if guard is None or not guard.isdisjoint(present)
        }

    def _calls_in(self, lang: str) -> _Calls:
        """Return which readings are called by what, for documents in *lang* (empty: for those in any)."""
        calls: dict[int, list[tuple[int, frozenset[int] | None]]] = defaultdict(list)
        for place, reading in enumerate(self._readings):
            if not lang or reading.lang in ("", lang):
                for number in reading.trigger:
                    calls[number].append((place, reading.guard))
        return {number: tuple(called) for number, called in calls.items()}

    def _letters(self, nodes: Iterable[Node]) -> Iterator[str]:
        """Yield all that any of the queries could be called by."""
        terms = {term.key: term for node in nodes for term in terms_in(node)}
        for lexicon in self.lexicons.values():
            for one in (*lexicon.named(), *map(lexicon.written, terms.values())):
                yield from (needle.letters for needle in one.needles)

    def _drafts(self, rule: str, query: Node, rarity: Rarity) -> Iterator["_Draft"]:
        nodes = tuple(walk(query))
        alike, branching = not any(map(_depends_on_language, nodes)), has_branches(nodes)
        for lang, lexicon in self.lexicons.items():
            needed = _needed(query, lexicon, rarity)
            yield _Draft(rule, query, lexicon, "" if alike else lang, needed, branching)
            if alike:
                break


@contextmanager
def _collector_waiting() -> Iterator[None]:
    """Keep the garbage collector from looking through what is being built: half the time of ten thousand rules."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _lexicon(concepts: Vocabulary, lang: str, shared: dict[str, Terms]) -> Lexicon:
    entries = ((name, term) for name, terms in concepts.items() for term in terms_for(terms, lang))
    return Lexicon(entries, lang=lang, known=concepts, shared=shared)


def _parts_told_apart(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Return the parts of a document that are worth telling apart: where queries ask for words in them."""
    asked = {node.field for query in nodes for node in walk(query) if isinstance(node, Within)}
    return tuple(sorted(asked & {Field.TITLE, Field.LEAD}))


def _depends_on_language(node: Node) -> bool:
    return isinstance(node, Concept | Actor) or (isinstance(node, Find) and node.term.stemmed)


def _needed(query: Node, lexicon: Lexicon, rarity: Rarity) -> tuple[tuple[Sought, ...], ...]:
    """Return the sets of terms of which *query* needs one each, the rarest set first."""
    written = {literal(term): lexicon.written(term) for term in terms_in(query)}

    def terms(name: str) -> Terms:
        return written.get(name) or lexicon.terms(name)

    def cost(named: Named) -> float:
        return rarity.of(terms(named.name), named.part)

    return tuple(tuple((terms(name), part) for name, part in sorted(names)) for names in required(query, cost=cost))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A reading of which it is not yet known which terms are searched for."""

    rule: str
    query: Node
    lexicon: Lexicon
    lang: str
    sets: tuple[tuple[Sought, ...], ...]
    branching: bool

    def searched(self, rarity: Rarity) -> Iterator[Terms]:
        """Yield what is worth looking for in every document: the triggers, and what else is needed and rare."""
        yield from (terms for terms, _ in self.sets[0])
        for terms in (terms for needed in self.sets[1:] for terms, _ in needed):
            if all(rarity.rare(needle.letters) for needle in terms.needles):
                yield terms

    def reading(self, search: Search) -> _Reading:
        """Return it ready to be asked of what *search* finds."""
        trigger, *needs = (one_of(sought, search) for sought in self.sets)
        guard = next((need for need in needs if not need.letters), None)
        whole = need_of(self.query, self.lexicon, search) if self.branching else None
        return _Reading(
            self.rule,
            self.lang,
            trigger.numbers,
            guard.numbers if guard else None,
            (*(need for need in needs if need is not guard), *((whole,) if whole else ())),
            compiled(self.query, self.lexicon),
        )

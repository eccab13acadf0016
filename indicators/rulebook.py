"""Rulebook: many queries asked of every document, at a cost that hardly grows with their number.

Each query is called only by a document that has one of the rarest words it needs. One Aho-Corasick
automaton finds those words for all queries and languages at once; a called query then looks for the
next rare words it cannot do without, and only what is left is evaluated.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from indicators.concepts import TermsByLanguage, terms_for
from indicators.documents import Document, Hits
from indicators.lexicon import Lexicon
from indicators.needles import Needle
from indicators.query import Check, Node, compiled, parse
from indicators.query.syntax import Actor, Concept, Find, walk
from indicators.query.triggers import literal, required, terms_in

Vocabulary = Mapping[str, TermsByLanguage]
"""Terms under the names by which queries call them: ``@fuel``, ``#jnim``."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One query as documents in one language are asked it; ``lang`` is empty where all are asked the same."""

    rule: str
    lang: str
    trigger: tuple[str, ...]
    words: frozenset[str]
    """Whole words that must be there as well."""
    check: Check


class Rulebook:
    """Queries under names. Built once and never changed: a newer one is built beside it and takes its place.

    A document that says its language is read in that one, and in each of *languages* if it does not,
    or names one that is not known here.
    """

    def __init__(
        self, rules: Mapping[str, str], concepts: Vocabulary | None = None, languages: Iterable[str] = ("en",)
    ) -> None:
        self.lexicons = {lang: _lexicon(concepts or {}, lang) for lang in languages}
        self._readings = tuple(r for rule, query in rules.items() for r in self._read(rule, parse(query)))
        calls: dict[str, list[int]] = defaultdict(list)
        for number, reading in enumerate(self._readings):
            for letters in reading.trigger:
                calls[letters].append(number)
        self._calls = tuple(map(tuple, calls.values()))
        self._automaton = AhoCorasick(list(calls))

    def match(self, document: Document) -> Mapping[str, Hits]:
        """Return the hits of every query that holds in *document*, in the order they were given."""
        languages = self.languages_of(document)
        found: dict[str, Hits] = {}
        vocabulary = document.vocabulary
        for number in sorted(self._called(document.line)):
            reading = self._readings[number]
            if not reading.words <= vocabulary or (reading.lang and reading.lang not in languages):
                continue
            hits = None if reading.rule in found else reading.check(document)
            if hits is not None:
                found[reading.rule] = hits
        return found

    def languages_of(self, document: Document) -> tuple[str, ...]:
        """Return the languages in which *document* is read."""
        own = document.item.lang
        return (own,) if own in self.lexicons else tuple(self.lexicons)

    def _called(self, line: str) -> set[int]:
        """Return the readings whose trigger stands in *line*; no other can hold."""
        standing = {found[0] for found in self._automaton.find_matches_as_indexes(line, overlapping=True)}
        return {number for i in standing for number in self._calls[i]}

    def _read(self, rule: str, query: Node) -> Iterator[_Reading]:
        for lang, lexicon in self.lexicons.items():
            alike = not any(map(_depends_on_language, walk(query)))
            yield _reading(rule, query, lexicon, "" if alike else lang)
            if alike:
                break


def _lexicon(concepts: Vocabulary, lang: str) -> Lexicon:
    entries = ((name, term) for name, terms in concepts.items() for term in terms_for(terms, lang))
    return Lexicon(entries, lang=lang, known=concepts)


def _depends_on_language(node: Node) -> bool:
    return isinstance(node, Concept | Actor) or (isinstance(node, Find) and node.term.stemmed)


def _reading(rule: str, query: Node, lexicon: Lexicon, lang: str) -> _Reading:
    written = {literal(term): lexicon.written(term) for term in terms_in(query)}

    def needles(name: str) -> tuple[Needle, ...]:
        return (written.get(name) or lexicon.terms(name)).needles

    def cost(name: str) -> float:
        return sum(expected(needle.letters) for needle in needles(name))

    sets = [tuple({n.letters for name in names for n in needles(name)}) for names in required(query, cost=cost)]
    words = frozenset(letters[0][1:-1] for letters in sets[1:] if len(letters) == 1 and _is_word(letters[0]))
    return _Reading(rule, lang, sets[0], words, compiled(query, lexicon))


def _is_word(letters: str) -> bool:
    return letters.endswith(" ") and letters.count(" ") == 2  # noqa: PLR2004 - a space on both sides


@lru_cache(maxsize=65_536)
def expected(letters: str) -> float:
    """Return how often *letters* are expected in a text, as far as their number tells.

    Only the order matters: of the words a rule cannot do without, the rarest is looked for first, and
    a wrong guess costs time and nothing else. Short words are common (Zipf), open ones more so.
    """
    return 2.0 ** -len(letters)

"""Rules and items as a tool without concepts, stems and folding can be given them.

Whoever runs the same rules by regular expressions or a full-text index must write all this out: the
terms of each concept in place of its name, the forms of a word in place of its stem, folded words in
place of the text. It is done before any clock is started, in favour of those we compare with.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from indicators.concepts import Term, Word, terms_for
from indicators.items import Item
from indicators.language.stems import stem
from indicators.language.text import TURNING_PREFIXES, tokens
from indicators.query import Node, parse
from indicators.query.syntax import (
    Actor,
    And,
    Concept,
    Find,
    Named,
    Near,
    Not,
    Or,
    SameSentence,
    Within,
)

FIELDS = ("title", "summary", "content")
TURNED = "_"
"""Stands before a word that a prefix has turned, at which no term may begin."""

Concepts = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class PlainItem:
    """An item's folded words by field, and the languages it is read in."""

    fields: tuple[tuple[str, ...], ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlainRule:
    """A query written out for each language; all readings are the same if it names no concept and no stem."""

    name: str
    readings: Mapping[str, Node]

    @property
    def alike(self) -> bool:
        """Whether it reads the same in every language."""
        return len(set(self.readings.values())) == 1 and len(self.readings) > 1


def plain_item(item: Item, languages: Sequence[str]) -> PlainItem:
    """Return *item* folded and cut into words."""
    fields = tuple(
        tuple(TURNED + token.word if token.turned else token.word for token in tokens(getattr(item, name)))
        for name in FIELDS
    )
    return PlainItem(fields, (item.lang,) if item.lang and item.lang in languages else tuple(languages))


@dataclass(frozen=True, slots=True)
class Speller:
    """Writes concepts and stems out. *forms* are the words of the items by language and stem."""

    concepts: Concepts
    lang: str
    forms: Mapping[str, Sequence[str]]

    def spelled(self, node: Node) -> Node | None:  # noqa: C901, PLR0911 - one case for each construct
        """Return *node* without concepts, actors and stems; ``None`` where it cannot hold in these items."""
        match node:
            case Find(term):
                return self._any([term])
            case Concept(name):
                return self._any(terms_for(self.concepts[f"@{name}"], self.lang))
            case Actor(name):
                return self._any(terms_for(self.concepts[f"#{name}"], self.lang))
            case Named(_, part):
                return self.spelled(part)
            case And(parts):
                return self._all(parts)
            case Or(parts):
                return _or([found for part in parts if (found := self.spelled(part)) is not None])
            case Not(part):
                found = self.spelled(part)
                return found if found is None else Not(found)
            case Within(where, part):
                found = self.spelled(part)
                return found if found is None else Within(where, found)
            case Near(left, right, words, ordered):
                a, b = self.spelled(left), self.spelled(right)
                return None if a is None or b is None else Near(a, b, words, ordered)
            case SameSentence(left, right):
                a, b = self.spelled(left), self.spelled(right)
                return None if a is None or b is None else SameSentence(a, b)

    def _all(self, parts: Sequence[Node]) -> Node | None:
        kept: list[Node] = []
        for part in parts:
            found = self.spelled(part)
            if found is not None:
                kept.append(found)
            elif not isinstance(part, Not):
                return None
        return And(tuple(kept)) if len(kept) > 1 else kept[0]

    def _any(self, terms: Iterable[Term]) -> Node | None:
        return _or([Find(spelling) for term in terms for spelling in self._spellings(term)])

    def _spellings(self, term: Term) -> list[Term]:
        choices = [
            [Word(form) for form in self.forms.get(stem(word.folded, self.lang), ())] if word.stemmed else [word]
            for word in term.words
        ]
        return [Term(" ".join(map(str, words)), words) for words in product(*choices)]


def _or(parts: Sequence[Node]) -> Node | None:
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))]
    kept = tuple(dict.fromkeys(flat))
    return Or(kept) if len(kept) > 1 else (kept[0] if kept else None)


def plain_rules(
    queries: Mapping[str, str], concepts: Concepts, languages: Sequence[str], items: Sequence[PlainItem]
) -> list[PlainRule]:
    """Return *queries* written out for *items*; one that can hold in none of them has no readings."""
    spellers = {lang: Speller(concepts, lang, _forms(items, lang)) for lang in languages}
    found = []
    for name, query in queries.items():
        node = parse(query)
        readings = {lang: spelled for lang, s in spellers.items() if (spelled := s.spelled(node)) is not None}
        found.append(PlainRule(name, readings))
    return found


def _forms(items: Sequence[PlainItem], lang: str) -> dict[str, list[str]]:
    forms: dict[str, list[str]] = defaultdict(list)
    for word in sorted({word.removeprefix(TURNED) for item in items for words in item.fields for word in words}):
        forms[stem(word, lang)].append(word)
    return forms


def alternatives(node: Node) -> tuple[Term, ...] | None:
    """Return the terms of a word or of words joined by OR; ``None`` for anything else."""
    match node:
        case Find(term):
            return (term,)
        case Or(parts) if all(isinstance(part, Find) for part in parts):
            return tuple(part.term for part in parts if isinstance(part, Find))
        case _:
            return None


def marked(term: Term) -> list[str]:
    """Return the words of *term* as they may stand in an item, all ways; stars are kept at their ends.

    After a prefix such as *post* the next word may be marked as turned or not: both are written out.
    """
    choices = [
        [str(word), TURNED + str(word)] if i and term.words[i - 1].folded in TURNING_PREFIXES else [str(word)]
        for i, word in enumerate(term.words)
    ]
    return [" ".join(words) for words in product(*choices)]


def may_overlap(left: Term, right: Term) -> bool:
    """Whether a word of the one could also be a word of the other."""
    return any(_meet(a, b) for a in left.words for b in right.words)


def _meet(a: Word, b: Word) -> bool:
    if a.open_ended and b.folded.startswith(a.folded):
        return True
    return (b.open_ended and a.folded.startswith(b.folded)) or a.folded == b.folded

"""The query language by its definition: every rule asked of every item, every word compared with every term.

Nothing here is shared with the matcher but the parser, :func:`indicators.language.text.tokens` and the stems, so
that the two can be held against each other. It is as slow as it looks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from indicators.concepts import Term, Word, parse_term
from indicators.items import Item
from indicators.language.stems import stem
from indicators.language.text import tokens
from indicators.query import Node, parse
from indicators.query.syntax import (
    Actor,
    And,
    Concept,
    Field,
    Find,
    Named,
    Near,
    Not,
    Or,
    SameSentence,
    Within,
)

Concepts = Mapping[str, Mapping[str, tuple[str, ...]]]

_PARTS = frozenset({Field.TITLE, Field.BODY, Field.LEAD})
_EVERYWHERE: frozenset[Field] = frozenset()
_BODY = ("summary", "content")
_STOPS = ".!?\u2026\u061f"


@dataclass(frozen=True, slots=True)
class Seen:
    """One word of an item and all that a query may ask of it."""

    word: str
    turned: bool
    sentence: int


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Words *first* to *last* of one field."""

    field: str
    first: int
    last: int


Places = frozenset[Place]


@dataclass(frozen=True, slots=True)
class Reading:
    """One item read in one language, with the concepts and actors of the rules."""

    item: Item
    lang: str
    fields: Mapping[str, list[Seen]]
    concepts: Concepts
    known: dict[tuple[Word, ...], Places] = field(default_factory=dict)
    """Where terms were found already: ten thousand rules ask for many of them again."""

    def places(self, node: Node, where: frozenset[Field] = _EVERYWHERE) -> Places | None:  # noqa: C901, PLR0911 - one case for each construct
        """Return where *node* holds, seeing only what lies in all the parts *where*.

        ``None`` says that it does not hold; it may hold without being anywhere.
        """
        match node:
            case Find(term):
                return self._standing(term, where) or None
            case Concept(name):
                return self._any(f"@{name}", where)
            case Actor(name):
                return self._any(f"#{name}", where)
            case Not(part):
                return frozenset() if self.places(part, where) is None else None
            case And(parts):
                return _both([self.places(part, where) for part in parts])
            case Or(parts):
                return _either([self.places(part, where) for part in parts])
            case Within(told, part):
                return self._within(told, part, where)
            case Near(left, right, words, ordered):
                return _near(self.places(left, where), self.places(right, where), words, ordered=ordered)
            case Named(_, part):
                return self.places(part, where)
            case SameSentence(left, right):
                return self._same_sentence(self.places(left, where), self.places(right, where))

    def _within(self, name: Field, part: Node, where: frozenset[Field]) -> Places | None:
        if name in _PARTS:
            return self.places(part, where | {name})
        return frozenset() if self._told(name, part) else None

    def _any(self, name: str, where: frozenset[Field]) -> Places | None:
        """Return where a term of the language or of ``any`` stands; an unknown name raises ``KeyError``."""
        terms = self.concepts[name]
        written = (*terms.get(self.lang, ()), *terms.get("any", ()))
        return frozenset(place for term in written for place in self._standing(parse_term(term), where)) or None

    def _standing(self, term: Term, where: frozenset[Field]) -> Places:
        if term.words not in self.known:
            places = (place for name in self.fields for place in self._compared(term.words, name))
            self.known[term.words] = frozenset(places)
        return frozenset(p for p in self.known[term.words] if all(self._inside(p, part) for part in where))

    def _inside(self, place: Place, part: Field) -> bool:
        if part is Field.LEAD:
            return place.field == "title" or self._sentence(place) == self._first_sentence()
        return (place.field == "title") is (part is Field.TITLE)

    def _first_sentence(self) -> tuple[str, int]:
        """Return the first sentence below the title."""
        return next((name for name in _BODY if self.fields[name]), "content"), 0

    def _compared(self, words: tuple[Word, ...], name: str) -> Iterable[Place]:
        """Lay *words* over every position of a field."""
        seen = self.fields[name]
        for first in range(len(seen) - len(words) + 1):
            fits = not seen[first].turned and self._is(seen[first].word, words[0])
            if fits and all(self._is(seen[first + i].word, words[i]) for i in range(1, len(words))):
                yield Place(name, first, first + len(words) - 1)

    def _is(self, there: str, word: Word) -> bool:
        if word.open_ended:
            return there.startswith(word.folded)
        if word.stemmed:
            return stem(there, self.lang) == stem(word.folded, self.lang)
        return there == word.folded

    def _same_sentence(self, left: Places | None, right: Places | None) -> Places | None:
        shared = {self._sentence(a) for a in left or ()} & {self._sentence(b) for b in right or ()}
        both = (left or frozenset()) | (right or frozenset())
        return frozenset(place for place in both if self._sentence(place) in shared) or None

    def _sentence(self, place: Place) -> tuple[str, int]:
        return place.field, self.fields[place.field][place.first].sentence

    def _told(self, what: Field, part: Node) -> bool:
        """Whether the item's source, language or one of its types is called as *part* says."""
        match part:
            case Find(term):
                own = {Field.SOURCE: [self.item.source], Field.LANG: [self.item.lang or ""]}
                name = term.written.casefold()
                values = [value.casefold() for value in own.get(what, self.item.codes)]
                return any(v.startswith(name[:-1]) if name.endswith("*") else v == name for v in values)
            case Or(parts):
                return any(self._told(what, p) for p in parts)
            case Not(inner):
                return not self._told(what, inner)
            case _:
                raise ValueError(f"{what} compares names, not {part}")


def _both(found: list[Places | None]) -> Places | None:
    if any(places is None for places in found):
        return None
    return frozenset().union(*(places for places in found if places is not None))


def _either(found: list[Places | None]) -> Places | None:
    held = [places for places in found if places is not None]
    return frozenset().union(*held) if held else None


def _near(left: Places | None, right: Places | None, words: int, *, ordered: bool) -> Places | None:
    pairs = [(a, b) for a in left or () for b in right or () if a.field == b.field]
    kept = {place for a, b in pairs for place in (a, b) if _between(a, b) in range(words + 1)}
    if not ordered:
        kept |= {place for a, b in pairs for place in (a, b) if _between(b, a) in range(words + 1)}
    return frozenset(kept) or None


def _between(a: Place, b: Place) -> int:
    """Return how many words stand between *a* and a later *b*; negative where they overlap or *b* is first."""
    return b.first - a.last - 1


def _read(text: str) -> list[Seen]:
    seen: list[Seen] = []
    sentence, end = 0, 0
    for token in tokens(text):
        if seen and _ended(text[end : token.start + 1]):
            sentence += 1
        seen.append(Seen(token.word, token.turned, sentence))
        end = token.end
    return seen


def _ended(between: str) -> bool:
    """Whether a sentence ends in what stands between two words (and the first letter of the second).

    It does at an empty line, and at a full stop, if white space and then no small letter a-z follows.
    """
    if "\n\n" in between:
        return True
    rests = [between[at + 1 :] for at, character in enumerate(between) if character in _STOPS]
    return any(rest[:1].isspace() and not "a" <= rest.lstrip()[:1] <= "z" for rest in rests)


def readings(item: Item, concepts: Concepts, languages: Iterable[str]) -> list[Reading]:
    """Return *item* as it is read: in its own language, or in each of *languages* if that is not one of them."""
    known = tuple(languages)
    fields = {"title": _read(item.title), "summary": _read(item.summary), "content": _read(item.content)}
    return [Reading(item, lang, fields, concepts) for lang in ((item.lang,) if item.lang in known else known)]


def matches(
    rules: Mapping[str, str], item: Item, concepts: Concepts | None = None, languages: Iterable[str] = ("en", "fr")
) -> frozenset[str]:
    """Return the names of the *rules* that hold in *item* in some language it is read in."""
    read = readings(item, concepts or {}, languages)
    queries = {name: parse(query) for name, query in rules.items()}
    return frozenset(name for name, node in queries.items() if any(r.places(node) is not None for r in read))

"""Query and document to hits: ``None`` says the query does not hold, hits are its evidence."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from indicators.query import syntax
from indicators.query.document import Document, Hit, Hits
from indicators.query.syntax import Field, Node


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What concepts and actors were found in one document, read in one language.

    ``known`` are all names there are: asking for another one is a fault of the rule.
    """

    found: Mapping[str, Hits]
    known: frozenset[str]

    def hits(self, name: str) -> Hits:
        """Return the hits of ``@concept`` or ``#actor`` *name*; raises ``KeyError`` for an unknown one."""
        if name not in self.known:
            raise KeyError(name)
        return self.found.get(name, ())


def evaluate(  # noqa: PLR0911 - one return for each construct of the language
    node: Node, document: Document, vocabulary: Vocabulary
) -> Hits | None:
    """Return the hits that make *node* hold in *document*, in reading order; ``None`` when it does not.

    ``NOT`` holds without hits. An unknown concept or actor raises ``KeyError``: ``watcher check``
    refuses it before a rule goes live.
    """
    match node:
        case syntax.Find(term):
            return document.find(term) or None
        case syntax.Concept(name):
            return document.visible(vocabulary.hits(f"@{name}")) or None
        case syntax.Actor(name):
            return document.visible(vocabulary.hits(f"#{name}")) or None
        case syntax.And(parts):
            return _all(parts, document, vocabulary)
        case syntax.Or(parts):
            return _some(parts, document, vocabulary)
        case syntax.Not(part):
            return () if evaluate(part, document, vocabulary) is None else None
        case syntax.Within(field, part):
            return _within(field, part, document, vocabulary)
        case syntax.Near(left, right, words, ordered):
            sides = _both(left, right, document, vocabulary)
            return sides and _near(*sides, words=words, ordered=ordered)
        case syntax.SameSentence(left, right):
            sides = _both(left, right, document, vocabulary)
            return sides and _same_sentence(*sides, document)


def _merge(many: Iterable[Hits]) -> Hits:
    return tuple(sorted({hit for hits in many for hit in hits}))


def _all(parts: tuple[Node, ...], document: Document, vocabulary: Vocabulary) -> Hits | None:
    found: list[Hits] = []
    for part in parts:
        hits = evaluate(part, document, vocabulary)
        if hits is None:
            return None
        found.append(hits)
    return _merge(found)


def _some(parts: tuple[Node, ...], document: Document, vocabulary: Vocabulary) -> Hits | None:
    found = [hits for part in parts if (hits := evaluate(part, document, vocabulary)) is not None]
    return _merge(found) if found else None


def _both(left: Node, right: Node, document: Document, vocabulary: Vocabulary) -> tuple[Hits, Hits] | None:
    a = evaluate(left, document, vocabulary)
    b = evaluate(right, document, vocabulary) if a else None
    return (a, b) if a and b else None


def _near(left: Hits, right: Hits, *, words: int, ordered: bool) -> Hits | None:
    """Pair hits with at most *words* words between them; overlapping hits are no pair."""
    kept: set[Hit] = set()
    starts = [b.first for b in right]
    for a in left:
        after = right[bisect_right(starts, a.last) : bisect_right(starts, a.last + words + 1)]
        before = () if ordered else _ending_before(right, starts, a, words)
        for b in (*before, *after):
            kept |= {a, b}
    return tuple(sorted(kept)) or None


def _ending_before(right: Hits, starts: list[int], a: Hit, words: int) -> Hits:
    earlier = right[: bisect_left(starts, a.first)]
    return tuple(b for b in earlier if b.last < a.first <= b.last + words + 1)


def _same_sentence(left: Hits, right: Hits, document: Document) -> Hits | None:
    shared = {document.sentence_of(a.first) for a in left} & {document.sentence_of(b.first) for b in right}
    return tuple(h for h in _merge((left, right)) if document.sentence_of(h.first) in shared) or None


def _within(field: Field, part: Node, document: Document, vocabulary: Vocabulary) -> Hits | None:
    if field is Field.SOURCE or field is Field.LANG:
        own = document.item.source if field is Field.SOURCE else document.item.lang or ""
        return () if _names(part, own) else None
    fields = frozenset({"title"} if field is Field.TITLE else {"summary", "content"})
    return evaluate(part, document.part(fields), vocabulary)


def _names(part: Node, value: str) -> bool:
    match part:
        case syntax.Find(term):
            return term.written.casefold() == value.casefold()
        case syntax.Or(parts):
            return any(_names(p, value) for p in parts)
        case syntax.Not(inner):
            return not _names(inner, value)
        case _:
            return False

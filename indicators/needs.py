"""Needs: what must stand in a document before a query is worth evaluating, told by letters alone.

A query whose need is not met cannot hold; one whose need is met may still not. To ask costs a look-up or two in
a set, far less than to find out where everything stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from indicators.documents import Document
from indicators.lexicon import Lexicon, Present, Search, Terms
from indicators.query import syntax
from indicators.query.syntax import TOLD, Node
from indicators.query.triggers import narrowed

Sought = tuple[Terms, str]
"""Terms that must stand in a part of the document (``title``, ``lead``), or anywhere in it."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Terms of which one must stand there: some are searched for with all others, some are only letters in a part."""

    numbers: frozenset[int]
    letters: tuple[tuple[str, str], ...] = ()

    def met(self, document: Document, present: Present) -> bool:
        """Whether one of the terms may stand in *document*."""
        if not self.numbers.isdisjoint(present):
            return True
        line = document.line
        for letters, part in self.letters:  # no any(): it makes a generator, and this runs for every called rule
            if letters in line and (not part or line.find(letters, 0, document.end_of(part) + 1) >= 0):
                return True
        return False


@dataclass(frozen=True, slots=True)
class Every:
    """Needs that must all be met."""

    needs: tuple["Need", ...]

    def met(self, document: Document, present: Present) -> bool:
        """Whether they are."""
        for need in self.needs:  # noqa: SIM110 - no all(), as above
            if not need.met(document, present):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Some:
    """Needs of which one must be met."""

    needs: tuple["Need", ...]

    def met(self, document: Document, present: Present) -> bool:
        """Whether one is."""
        for need in self.needs:  # noqa: SIM110 - no any(), as above
            if need.met(document, present):
                return True
        return False


Need = OneOf | Every | Some


def one_of(sought: Iterable[Sought], search: Search) -> OneOf:
    """Return the need for one of the terms *sought*, of which *search* covers some."""
    numbers: list[int] = []
    letters: list[tuple[str, str]] = []
    for terms, part in sought:
        if terms.search is search:
            numbers.extend(search.numbers(terms, part))
        else:
            letters.extend((needle.letters, part) for needle in terms.needles)
    return OneOf(frozenset(numbers), tuple(letters))


def need_of(  # noqa: PLR0911 - one return for each construct of the language
    node: Node, lexicon: Lexicon, search: Search, within: str = ""
) -> Need | None:
    """Return all that *node* needs, branch by branch; ``None`` if it could hold without any word.

    It is to be met by what *search* finds.
    """
    match node:
        case syntax.Find(term):
            return one_of(((lexicon.written(term), within),), search)
        case syntax.Concept(name):
            return one_of(((lexicon.terms(f"@{name}"), within),), search)
        case syntax.Actor(name):
            return one_of(((lexicon.terms(f"#{name}"), within),), search)
        case syntax.And(parts):
            return _every(need_of(part, lexicon, search, within) for part in parts)
        case syntax.Near(left, right) | syntax.SameSentence(left, right):
            return _every(need_of(part, lexicon, search, within) for part in (left, right))
        case syntax.Or(parts):
            return _some(tuple(need_of(part, lexicon, search, within) for part in parts))
        case syntax.Within(field, part):
            return None if field in TOLD else need_of(part, lexicon, search, narrowed(within, field))
        case syntax.Named(_, part):
            return need_of(part, lexicon, search, within)
        case syntax.Not():
            return None


def has_branches(nodes: Iterable[Node]) -> bool:
    """Whether one of *nodes* leaves a choice between more than single terms."""
    return any(
        isinstance(node, syntax.Or) and not all(isinstance(p, syntax.LEAVES) for p in node.parts) for node in nodes
    )


def _every(needs: Iterable[Need | None]) -> Need | None:
    kept = tuple(need for need in needs if need is not None)
    return Every(kept) if len(kept) > 1 else next(iter(kept), None)


def _some(needs: tuple[Need | None, ...]) -> Need | None:
    """Return the need for one of *needs*: terms that stand alone are asked for together."""
    kept = [need for need in needs if need is not None]
    if len(kept) < len(needs):
        return None
    alone = [need for need in kept if isinstance(need, OneOf)]
    joined = [need for need in kept if not isinstance(need, OneOf)]
    together = OneOf(
        frozenset().union(*(need.numbers for need in alone)),
        tuple(letters for need in alone for letters in need.letters),
    )
    return Some((*([together] if alone else ()), *joined)) if joined else together

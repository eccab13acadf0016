"""Triggers: which words must be there before a query is worth trying.

A query can only hold if, of each set of names that it requires, at least one was found, and in the title
or lead where it says so. So a matcher looks up the rarest set of every rule, all rules at once, and tries
only the rules that are called.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from indicators.concepts import Term
from indicators.query import syntax
from indicators.query.syntax import TOLD, Field, Node


class Named(NamedTuple):
    """``@concept``, ``#actor`` or the :func:`literal` name of a term, in the ``title``, the ``lead`` or anywhere."""

    name: str
    part: str = ""


AnyOf = frozenset[Named]
"""One of them must be found."""

_Cost = Callable[[Named], float]


def literal(term: Term) -> str:
    """Return the name under which a term written in a query itself is looked up."""
    return f"={term.key}"


def terms_in(node: Node) -> Iterator[Term]:
    """Yield every word and phrase that is written out in *node*."""
    return (part.term for part in syntax.walk(node) if isinstance(part, syntax.Find))


def required(node: Node, *, cost: _Cost) -> tuple[AnyOf, ...]:
    """Return the sets of names that *node* requires, the rarest first.

    *cost* says how often a name is expected to be found there. Raises ``ValueError`` for a query that could
    hold without any word (:func:`parse` refuses ``NOT`` alone, and ``watcher check`` refuses a rule of
    nothing but ``source:``, ``lang:`` and ``type:``).
    """
    found = sorted(set(_required(node, cost)), key=lambda names: _price(names, cost))
    if not found:
        raise ValueError("the query asks for no word at all: add one, or every item would be tried")
    return tuple(found)


def narrowed(within: str, field: Field) -> str:
    """Return the part that must hold what stands inside *field* inside the part *within* (empty: anywhere)."""
    if Field.TITLE in (within, field):
        return Field.TITLE
    return Field.LEAD if Field.LEAD in (within, field) else ""


def _price(names: AnyOf, cost: _Cost) -> tuple[float, list[Named]]:
    return sum(map(cost, names)), sorted(names)


def _required(  # noqa: PLR0911 - one return a construct
    node: Node, cost: _Cost, within: str = ""
) -> list[AnyOf]:
    match node:
        case syntax.Find(term):
            return [frozenset({Named(literal(term), within)})]
        case syntax.Concept(name):
            return [frozenset({Named(f"@{name}", within)})]
        case syntax.Actor(name):
            return [frozenset({Named(f"#{name}", within)})]
        case syntax.And(parts):
            return [names for part in parts for names in _required(part, cost, within)]
        case syntax.Near(left, right) | syntax.SameSentence(left, right):
            return _required(left, cost, within) + _required(right, cost, within)
        case syntax.Or(parts):
            each = [_required(part, cost, within) for part in parts]
            return [_either(each, cost)] if all(each) else []
        case syntax.Within(field, part):
            return [] if field in TOLD else _required(part, cost, narrowed(within, field))
        case syntax.Named(_, part):
            return _required(part, cost, within)
        case syntax.Not():
            return []


def _either(each: list[list[AnyOf]], cost: _Cost) -> AnyOf:
    """Return names of which one must be found whichever part holds: the rarest set of each part."""
    return frozenset().union(*(min(sets, key=lambda names: _price(names, cost)) for sets in each))

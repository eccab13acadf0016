"""Triggers: which words must be there before a query is worth trying.

A query can only hold if, of each set of names that it requires, at least one was found. So a matcher
looks up the rarest set of every rule, all rules at once, and tries only the rules that are called.
"""

from collections.abc import Callable, Iterator

from indicators.concepts import Term
from indicators.query import syntax
from indicators.query.syntax import TOLD, Node

Names = frozenset[str]
"""``@concept``, ``#actor`` or the :func:`literal` name of a term; one of them must be found."""


def literal(term: Term) -> str:
    """Return the name under which a term written in a query itself is looked up."""
    return f"={term.key}"


def terms_in(node: Node) -> Iterator[Term]:
    """Yield every word and phrase that is written out in *node*."""
    return (part.term for part in syntax.walk(node) if isinstance(part, syntax.Find))


def required(node: Node, *, cost: Callable[[str], float]) -> tuple[Names, ...]:
    """Return the sets of names that *node* requires, the rarest first.

    *cost* says how often a name is expected to be found. Raises ``ValueError`` for a query that could
    hold without any word (:func:`parse` refuses ``NOT`` alone, and ``watcher check`` refuses a rule of
    nothing but ``source:``, ``lang:`` and ``type:``).
    """
    found = sorted(set(_required(node, cost)), key=lambda names: _price(names, cost))
    if not found:
        raise ValueError("the query asks for no word at all: add one, or every item would be tried")
    return tuple(found)


def _price(names: Names, cost: Callable[[str], float]) -> tuple[float, list[str]]:
    return sum(map(cost, names)), sorted(names)


def _required(node: Node, cost: Callable[[str], float]) -> list[Names]:  # noqa: PLR0911 - one return a construct
    match node:
        case syntax.Find(term):
            return [frozenset({literal(term)})]
        case syntax.Concept(name):
            return [frozenset({f"@{name}"})]
        case syntax.Actor(name):
            return [frozenset({f"#{name}"})]
        case syntax.And(parts):
            return [names for part in parts for names in _required(part, cost)]
        case syntax.Near(left, right) | syntax.SameSentence(left, right):
            return _required(left, cost) + _required(right, cost)
        case syntax.Or(parts):
            each = [_required(part, cost) for part in parts]
            return [_either(each, cost)] if all(each) else []
        case syntax.Within(field, part):
            return [] if field in TOLD else _required(part, cost)
        case syntax.Not():
            return []


def _either(each: list[list[Names]], cost: Callable[[str], float]) -> Names:
    """Return names of which one must be found whichever part holds: the rarest set of each part."""
    return frozenset().union(*(min(sets, key=lambda names: _price(names, cost)) for sets in each))

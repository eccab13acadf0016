"""Triggers: which words must be there before a query is worth trying.

A query can only hold if at least one of its triggers was found. So a matcher looks all triggers of
all rules up at once, and tries only the rules that one of them calls for.
"""

from collections.abc import Callable, Iterator

from indicators.concepts import Term
from indicators.query import syntax
from indicators.query.syntax import Field, Node

Triggers = frozenset[str]


def literal(term: Term) -> str:
    """Return the name under which a term written in a query itself is looked up."""
    return "=" + " ".join(f"{w.folded}*" if w.open_ended else w.folded for w in term.words)


def terms_in(node: Node) -> Iterator[Term]:
    """Yield every word and phrase that is written out in *node*."""
    return (part.term for part in syntax.walk(node) if isinstance(part, syntax.Find))


def triggers_of(node: Node, *, cost: Callable[[str], float]) -> Triggers:
    """Return names (``@concept``, ``#actor`` or a literal) of which one must be found for *node* to hold.

    *cost* says how often a name is expected to be found; of several sufficient sets the cheapest is
    taken. Raises ``ValueError`` for a query that could hold without any word (:func:`parse` refuses
    ``NOT`` alone, and ``watcher check`` refuses a rule of nothing but ``source:`` and ``lang:``).
    """
    found = _triggers(node, cost)
    if found is None:
        raise ValueError("the query asks for no word at all: add one, or every item would be tried")
    return found


def _triggers(  # noqa: PLR0911 - one return for each construct of the language
    node: Node, cost: Callable[[str], float]
) -> Triggers | None:
    match node:
        case syntax.Find(term):
            return frozenset({literal(term)})
        case syntax.Concept(name):
            return frozenset({f"@{name}"})
        case syntax.Actor(name):
            return frozenset({f"#{name}"})
        case syntax.And(parts):
            return _cheapest([_triggers(p, cost) for p in parts], cost)
        case syntax.Near(left, right) | syntax.SameSentence(left, right):
            return _cheapest([_triggers(left, cost), _triggers(right, cost)], cost)
        case syntax.Or(parts):
            found = [_triggers(p, cost) for p in parts]
            return None if any(t is None for t in found) else frozenset().union(*(t for t in found if t is not None))
        case syntax.Within(field, part):
            return None if field in (Field.SOURCE, Field.LANG) else _triggers(part, cost)
        case syntax.Not():
            return None


def _cheapest(found: list[Triggers | None], cost: Callable[[str], float]) -> Triggers | None:
    known = [t for t in found if t is not None]
    return min(known, key=lambda t: (sum(map(cost, t)), sorted(t))) if known else None

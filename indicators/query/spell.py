"""Query to text: a parsed query as an analyst would write it, with no more brackets than it needs."""

from indicators.query import syntax
from indicators.query.syntax import Node

_LOOSE, _AND, _NEAR, _TIGHT = range(4)


def spell(node: Node) -> str:
    """Return *node* as a query that parses to the same."""
    return _spelled(node, _LOOSE)


def _spelled(node: Node, outside: int) -> str:
    text, binds = _text(node)
    return f"({text})" if binds < outside else text


def _text(node: Node) -> tuple[str, int]:  # noqa: PLR0911 - one return for each construct of the language
    match node:
        case syntax.Find(term):
            plain = len(term.words) == 1 and not set(term.written) & set(' "():@#')
            return (term.written if plain else f'"{term.written}"'), _TIGHT
        case syntax.Concept(name) | syntax.Named(name):
            return f"@{name}", _TIGHT
        case syntax.Actor(name):
            return f"#{name}", _TIGHT
        case syntax.Or(parts):
            return " OR ".join(_spelled(part, _AND) for part in parts), _LOOSE
        case syntax.And(parts):
            return " AND ".join(_spelled(part, _NEAR) for part in parts), _AND
        case syntax.Near(left, right, words, ordered):
            operator = f"{'BEFORE' if ordered else 'NEAR'}/{words}"
            return f"{_spelled(left, _NEAR)} {operator} {_spelled(right, _TIGHT)}", _NEAR
        case syntax.SameSentence(left, right):
            return f"{_spelled(left, _NEAR)} SAME SENTENCE {_spelled(right, _TIGHT)}", _NEAR
        case syntax.Not(part):
            return f"NOT {_spelled(part, _TIGHT)}", _TIGHT
        case syntax.Within(field, part):
            return f"{field}:{_spelled(part, _TIGHT)}", _TIGHT

"""Named queries: parts of rules that an assessment writes once under a name and calls by ``@name``.

They are put in before a rule is compiled, so a rule that calls them costs and finds what it would written out in full.
"""

from collections.abc import Callable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import islice

from indicators.assessments import Assessment
from indicators.kept import once_for_each
from indicators.query import Node, QueryError, parse, syntax

MOST_PARTS = 3_000
"""Words, names and joins of a query with all that its names stand for; the longest of the shipped file has 300."""
DEEPEST = 150
"""One inside the other, after everything is put in; the evaluator walks them so."""


def read_query(assessment: Assessment | None, text: str) -> Node:
    """Return the query *text* with what each name of the assessment's ``queries`` stands for, as a ``Named``.

    A named query that cannot be read or put in is left as a call of an unknown concept: its fault is told where it
    is written. Raises :class:`~indicators.query.QueryError` for *text* itself.
    """
    node = parse(text)
    if assessment is None or not assessment.queries:
        return node
    put_in = _put_in(node, _readable(assessment))
    if too_large(put_in):
        raise QueryError(_TOO_LARGE, column=1)
    return put_in


def unnamed(node: Node) -> Node:
    """Return *node* as if nobody had given its parts names: the same tree as of one long query."""
    match node:
        case syntax.Named(_, part):
            return unnamed(part)
        case syntax.And(parts):
            return syntax.And(tuple(_spliced(syntax.And, parts)))
        case syntax.Or(parts):
            return syntax.Or(tuple(_spliced(syntax.Or, parts)))
        case _:
            return _rebuilt(node, unnamed)


def named_in(*queries: Node) -> Mapping[str, Node]:
    """Return every named query that *queries* call, with what it stands for, in reading order."""
    named = (node for query in queries for node in syntax.walk(query) if isinstance(node, syntax.Named))
    return {node.name: node.part for node in named}


def too_large(node: Node) -> bool:
    """Whether *node* has more parts than a query may have, or more one inside the other."""
    return _size(node) > MOST_PARTS or _depth(node) > DEEPEST


def graph_of(assessment: Assessment) -> Mapping[str, tuple[str, ...]]:
    """Return, for each named query that can be read, the others that it calls."""
    return {name: _calls(node, assessment.queries) for name, node in _parsed(assessment).items()}


_TOO_LARGE = (
    f"the query has more than {MOST_PARTS} parts, or {DEEPEST} one inside the other, with what its names stand for"
)
_PLACELESS = "NEAR, BEFORE and SAME SENTENCE join words, and {} has only source:, lang: or type:"


@once_for_each
def _readable(assessment: Assessment) -> Mapping[str, Node]:
    """Return every named query of *assessment* with the others put in, but for those that cannot be."""
    parsed, known = _parsed(assessment), dict[str, Node]()
    for name in _in_order(graph_of(assessment)):
        try:
            put_in = _put_in(parsed[name], known)
        except QueryError:
            continue
        if not too_large(put_in):
            known[name] = put_in
    return known


def _in_order(graph: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the names of *graph*, what is called before what calls it; nothing where they go in a circle."""
    try:
        order = tuple(TopologicalSorter(graph).static_order())
    except CycleError:
        return  # told where references are checked
    yield from (name for name in order if name in graph)


def _parsed(assessment: Assessment) -> Mapping[str, Node]:
    found: dict[str, Node] = {}
    for name, text in assessment.queries.items():
        try:
            found[name] = parse(text)
        except QueryError:
            continue  # told where queries are checked
    return found


def _calls(node: Node, names: Mapping[str, str]) -> tuple[str, ...]:
    called = (part.name for part in syntax.walk(node) if isinstance(part, syntax.Concept))
    return tuple(dict.fromkeys(name for name in called if name in names))


def _put_in(node: Node, known: Mapping[str, Node]) -> Node:
    match node:
        case syntax.Concept(name) if name in known:
            return syntax.Named(name, known[name])
        case _:
            rebuilt = _rebuilt(node, lambda part: _put_in(part, known))
    if isinstance(rebuilt, syntax.Near | syntax.SameSentence):
        _refuse_placeless(rebuilt.left, rebuilt.right)
    return rebuilt


def _refuse_placeless(*sides: Node) -> None:
    """Refuse what the parser could not see: a name that stands for nothing in the text has no place near a word."""
    for side in sides:
        plain = unnamed(side)
        if isinstance(side, syntax.Named) and isinstance(plain, syntax.Within) and plain.field in syntax.TOLD:
            raise QueryError(_PLACELESS.format(f"@{side.name}"), column=1)


def _rebuilt(  # noqa: PLR0911 - one return for each construct of the language
    node: Node, change: Callable[[Node], Node]
) -> Node:
    """Return *node* with *change* made to each node directly inside it."""
    match node:
        case syntax.And(parts):
            return syntax.And(tuple(map(change, parts)))
        case syntax.Or(parts):
            return syntax.Or(tuple(map(change, parts)))
        case syntax.Not(part):
            return syntax.Not(change(part))
        case syntax.Within(field, part):
            return syntax.Within(field, change(part))
        case syntax.Near(left, right, words, ordered):
            return syntax.Near(change(left), change(right), words, ordered)
        case syntax.SameSentence(left, right):
            return syntax.SameSentence(change(left), change(right))
        case _:
            return node


def _spliced(kind: type[syntax.And | syntax.Or], parts: tuple[Node, ...]) -> Iterator[Node]:
    """Yield *parts* without names; what a name brings that is joined in the same way joins them directly."""
    for part in parts:
        plain = unnamed(part)
        if isinstance(part, syntax.Named) and isinstance(plain, kind):
            yield from plain.parts
        else:
            yield plain


def _size(node: Node) -> int:
    """Return how many parts *node* has, counted no further than one too many."""
    return sum(1 for _ in islice(syntax.walk(node), MOST_PARTS + 1))


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, syntax.inside(node)), default=0)

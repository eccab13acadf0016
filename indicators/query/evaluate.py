"""Query to check: what :func:`compiled` returns is asked of many documents.

``None`` says the query does not hold; hits are its evidence, and ``NOT`` holds without any.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable

from indicators.documents import Document, Hit, Hits
from indicators.lexicon import Lexicon, Terms
from indicators.query import syntax
from indicators.query.syntax import Field, Node

Check = Callable[[Document], Hits | None]
"""A query made ready: the hits that make it hold in a document, in reading order, or ``None``."""


def evaluate(node: Node, document: Document, lexicon: Lexicon) -> Hits | None:
    """Return the hits that make *node* hold in *document*, read with *lexicon*; ``None`` when it does not."""
    return compiled(node, lexicon)(document)


def compiled(  # noqa: PLR0911 - one return for each construct of the language
    node: Node, lexicon: Lexicon
) -> Check:
    """Return *node* as a check that reads documents with *lexicon*.

    An unknown concept or actor raises ``KeyError``: ``watcher check`` refuses it before a rule goes live.
    """
    match node:
        case syntax.Find() | syntax.Concept() | syntax.Actor():
            return _terms(node, lexicon).standing
        case syntax.And(parts):
            return _all(tuple(compiled(part, lexicon) for part in sorted(parts, key=_effort)))
        case syntax.Or(parts):
            return _some(tuple(compiled(part, lexicon) for part in parts))
        case syntax.Not(part):
            return _not(compiled(part, lexicon))
        case syntax.Near(left, right, words, ordered):
            return _near(compiled(left, lexicon), compiled(right, lexicon), words=words, ordered=ordered)
        case syntax.SameSentence(left, right):
            return _same_sentence(compiled(left, lexicon), compiled(right, lexicon))
        case syntax.Named(_, part):
            return compiled(part, lexicon)
        case syntax.Within(field, names) if field in syntax.TOLD:
            return _told(field, names)
        case syntax.Within(field, part):
            return _within(field, compiled(part, lexicon))


def _terms(leaf: syntax.Find | syntax.Concept | syntax.Actor, lexicon: Lexicon) -> Terms:
    match leaf:
        case syntax.Find(term):
            return lexicon.written(term)
        case syntax.Concept(name):
            return lexicon.terms(f"@{name}")
        case syntax.Actor(name):
            return lexicon.terms(f"#{name}")


def _effort(node: Node) -> tuple[bool, int]:
    """Order what is asked: what needs sentences last, before that the smaller first; the answer is the same."""
    if isinstance(node, syntax.LEAVES):
        return False, 1
    inside = tuple(syntax.walk(node))
    return any(map(_needs_sentences, inside)), len(inside)


def _needs_sentences(node: Node) -> bool:
    return isinstance(node, syntax.SameSentence) or (isinstance(node, syntax.Within) and node.field is Field.LEAD)


def _merge(many: Iterable[Hits]) -> Hits:
    return tuple(sorted({hit for hits in many for hit in hits}))


def _all(checks: tuple[Check, ...]) -> Check:
    def check(document: Document) -> Hits | None:
        found: list[Hits] = []
        for part in checks:
            hits = part(document)
            if hits is None:
                return None
            found.append(hits)
        return _merge(found)

    return check


def _some(checks: tuple[Check, ...]) -> Check:
    def check(document: Document) -> Hits | None:
        found = [hits for part in checks if (hits := part(document)) is not None]
        return _merge(found) if found else None

    return check


def _not(part: Check) -> Check:
    return lambda document: () if part(document) is None else None


def _near(left: Check, right: Check, *, words: int, ordered: bool) -> Check:
    """Pair hits of one field with at most *words* words between them; overlapping hits are no pair."""

    def check(document: Document) -> Hits | None:
        a = left(document)
        b = right(document) if a else None
        return _pairs(a, b, document, words=words, ordered=ordered) if a and b else None

    return check


def _pairs(left: Hits, right: Hits, document: Document, *, words: int, ordered: bool) -> Hits | None:
    kept = _with_partner(left, right, document, words, precedes=not ordered)
    if not kept:
        return None
    kept |= _with_partner(right, left, document, words, follows=not ordered)
    return tuple(sorted(kept))


def _with_partner(
    hits: Hits, partners: Hits, document: Document, words: int, *, follows: bool = True, precedes: bool = True
) -> set[Hit]:
    """Return those of *hits* that a partner *follows* or *precedes* in their field, at most *words* words away.

    Each is looked up by bisection, for a feed can bring as many hits as words.
    """
    starts = [hit.first for hit in partners]
    ends = sorted(hit.last for hit in partners)
    kept: set[Hit] = set()
    for hit in hits:
        begun, ended = document.field_bounds(hit.first)
        behind = follows and _any_between(starts, hit.last + 1, min(hit.last + words + 1, ended - 1))
        if behind or (precedes and _any_between(ends, max(hit.first - words - 1, begun), hit.first - 1)):
            kept.add(hit)
    return kept


def _any_between(positions: list[int], low: int, high: int) -> bool:
    at = bisect_left(positions, low)
    return at < len(positions) and positions[at] <= high


def _same_sentence(left: Check, right: Check) -> Check:
    def check(document: Document) -> Hits | None:
        a = left(document)
        b = right(document) if a else None
        if not a or not b:
            return None
        sentence = document.sentence_of
        shared = {sentence(hit.first) for hit in a} & {sentence(hit.first) for hit in b}
        return tuple(hit for hit in _merge((a, b)) if sentence(hit.first) in shared) or None

    return check


def _within(field: Field, part: Check) -> Check:
    return lambda document: part(document.part(field))


def _told(field: Field, names: Node) -> Check:
    """Hold when the item's own word for its source, language or type is one of *names*."""

    def check(document: Document) -> Hits | None:
        item = document.item
        told = {Field.SOURCE: (item.source,), Field.LANG: (item.lang or "",)}.get(field, item.codes)
        return () if _names(names, [value.casefold() for value in told]) else None

    return check


def _names(part: Node, values: list[str]) -> bool:
    match part:
        case syntax.Find(term):
            return any(_fits(term.written.casefold(), value) for value in values)
        case syntax.Or(parts):
            return any(_names(p, values) for p in parts)
        case syntax.Not(inner):
            return not _names(inner, values)
        case _:
            return False


def _fits(written: str, value: str) -> bool:
    return value.startswith(written[:-1]) if written.endswith("*") else value == written

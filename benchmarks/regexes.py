"""A loop over compiled regular expressions: what one writes first. Every rule is tried on every item.

Each term is an expression with word boundaries, compiled once; the terms of a concept are one
expression where only their presence counts. AND and OR stop as early as they can.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from benchmarks.plain import TURNED, PlainItem, PlainRule, alternatives
from indicators.concepts import Term
from indicators.language.text import TURNING_PREFIXES
from indicators.query import Node
from indicators.query.syntax import And, Field, Near, Not, Or, SameSentence, Within, walk

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Text:
    """An item as one string: folded words, one field a line."""

    string: str
    words: list[int]
    fields: list[int]

    def position(self, offset: int) -> int:
        return bisect_right(self.words, offset) - 1

    def field(self, offset: int) -> int:
        return bisect_right(self.fields, offset)


Check = Callable[[_Text, Span], bool]


def expressible(rule: PlainRule) -> bool:
    """Whether the loop can say what *rule* says; sentences are not in a folded text."""
    return all(_sayable(part) for node in rule.readings.values() for part in walk(node))


def _sayable(part: Node) -> bool:
    match part:
        case SameSentence():
            return False
        case Within(field):
            return field in (Field.TITLE, Field.BODY)
        case Near(left, right):
            return alternatives(left) is not None and alternatives(right) is not None
        case _:
            return True


class RegexLoop:
    """Rules as expressions and a little Python around them."""

    def __init__(self, rules: Iterable[PlainRule]) -> None:
        self._rules = [(r.name, {lang: _compiled(node) for lang, node in r.readings.items()}) for r in rules]

    def match(self, items: Sequence[PlainItem]) -> list[frozenset[str]]:
        """Return the names of the rules that hold, item by item."""
        return [frozenset(self._holding(item)) for item in items]

    def _holding(self, item: PlainItem) -> Iterable[str]:
        text = _text(item)
        everywhere = (0, len(text.string))
        for name, checks in self._rules:
            if any(lang in checks and checks[lang](text, everywhere) for lang in item.languages):
                yield name


def _text(item: PlainItem) -> _Text:
    lines = [" ".join(words) for words in item.fields]
    string = "\n".join(lines)
    words = [match.start() for match in re.finditer(r"\S+", string)]
    fields = list(accumulate(len(line) + 1 for line in lines))
    return _Text(string, words, fields[:-1])


def _compiled(node: Node) -> Check:
    terms = alternatives(node)
    if terms is not None:
        search = re.compile(rf"\b(?:{'|'.join(map(_expression, terms))})\b").search
        return lambda text, span: search(text.string, *span) is not None
    match node:
        case And(parts):
            checks = [_compiled(part) for part in parts]
            return lambda text, span: all(check(text, span) for check in checks)
        case Or(parts):
            checks = [_compiled(part) for part in parts]
            return lambda text, span: any(check(text, span) for check in checks)
        case Not(part):
            inner = _compiled(part)
            return lambda text, span: not inner(text, span)
        case Within(field, part):
            return _within(field, _compiled(part))
        case Near(left, right, words, ordered):
            return _near(_finder(left), _finder(right), words, ordered=ordered)
        case _:
            raise ValueError(f"no expression for {node}")


def _expression(term: Term) -> str:
    parts = []
    for i, word in enumerate(term.words):
        may_be_turned = i and term.words[i - 1].folded in TURNING_PREFIXES
        parts.append(f"{TURNED}?" * bool(may_be_turned) + re.escape(word.folded) + r"\w*" * word.open_ended)
    return " ".join(parts)


def _within(field: Field, check: Check) -> Check:
    if field is Field.TITLE:
        return lambda text, _: check(text, (0, text.fields[0]))
    return lambda text, _: check(text, (text.fields[0], len(text.string)))


def _finder(node: Node) -> Callable[[_Text, Span], list[Span]]:
    terms = alternatives(node)
    if terms is None:
        raise ValueError("NEAR joins words here")
    expressions = [re.compile(rf"\b{_expression(term)}\b") for term in terms]

    def found(text: _Text, span: Span) -> list[Span]:
        return [hit for expression in expressions for hit in _hits(expression, text, span)]

    return found


def _hits(expression: re.Pattern[str], text: _Text, span: Span) -> Iterable[Span]:
    hit = expression.search(text.string, *span)
    while hit:
        yield hit.span()
        hit = expression.search(text.string, hit.start() + 1, span[1])


def _near(
    left: Callable[[_Text, Span], list[Span]],
    right: Callable[[_Text, Span], list[Span]],
    words: int,
    *,
    ordered: bool,
) -> Check:
    def close(text: _Text, a: Span, b: Span) -> bool:
        between = text.position(b[0]) - text.position(a[1] - 1) - 1
        return 0 <= between <= words and text.field(a[0]) == text.field(b[0])

    def check(text: _Text, span: Span) -> bool:
        firsts = left(text, span)
        seconds = right(text, span) if firsts else []
        return any(close(text, a, b) or (not ordered and close(text, b, a)) for a in firsts for b in seconds)

    return check

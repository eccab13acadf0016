"""Twins: two indicators that read the same reports count one development twice."""

from collections.abc import Iterator

from indicators.assessments import Assessment
from indicators.concepts import parse_term
from indicators.errors import Severity
from indicators.named_queries import read_query, unnamed
from indicators.query import QueryError, syntax
from indicators.rules import Indicator
from indicators.written import Fault


def twins(assessment: Assessment) -> Iterator[Fault]:
    """Find indicators whose match, codes, not and where mean the same, however they are written."""
    first: dict[tuple[str, ...], str] = {}
    for i, indicator in enumerate(assessment.indicators):
        own = _what_it_reads(assessment, indicator) if indicator.matched else None
        if own is None:
            continue
        if own in first:
            what = f"{indicator.id} reads the same reports as {first[own]}: one development would count twice"
            instead = "make one of them, with the effects of both"
            yield Fault(path=("indicators", i, "match"), what=what, instead=instead, severity=Severity.WARNING)
        first.setdefault(own, indicator.id)


def _what_it_reads(assessment: Assessment, indicator: Indicator) -> tuple[str, ...] | None:
    try:
        queries = [
            normal(unnamed(read_query(assessment, text))) if text else "" for text in (indicator.match, indicator.not_)
        ]
    except QueryError:
        return None  # said elsewhere
    codes = indicator.codes
    coded = (*sorted(codes.any), "/", *sorted(codes.actors)) if codes is not None else ()
    return (*queries, *coded, indicator.where.region, indicator.where.unlocated)


def normal(node: syntax.Node) -> str:  # noqa: PLR0911 - one return for each construct of the language
    """Return a text that is the same for queries that differ only in order, brackets, case or repetition."""
    match node:
        case syntax.Find(term):
            return " ".join(map(str, parse_term(term.written.casefold()).words))
        case syntax.And(parts):
            return _joined("AND", _flat(syntax.And, parts))
        case syntax.Or(parts):
            return _joined("OR", _flat(syntax.Or, parts))
        case syntax.Not(syntax.Not(part)):
            return normal(part)
        case syntax.Not(part):
            return f"NOT {normal(part)}"
        case syntax.Named(_, part):
            return normal(part)
        case syntax.Within(field, part):
            return f"{field}:({normal(part)})"
        case syntax.Near(left, right, words, ordered):
            sides = [normal(left), normal(right)]
            operator = f" BEFORE/{words} " if ordered else f" NEAR/{words} "
            return f"({operator.join(sides if ordered else sorted(sides))})"
        case syntax.SameSentence(left, right):
            return f"({' SAME SENTENCE '.join(sorted((normal(left), normal(right))))})"
        case _:
            return repr(node)


def _flat(kind: type[syntax.And] | type[syntax.Or], parts: tuple[syntax.Node, ...]) -> Iterator[syntax.Node]:
    for part in parts:
        if isinstance(part, kind):
            yield from _flat(kind, part.parts)
        else:
            yield part


def _joined(word: str, parts: Iterator[syntax.Node]) -> str:
    told = sorted({normal(part) for part in parts})
    return told[0] if len(told) == 1 else f"({f' {word} '.join(told)})"

"""Text to query: :func:`parse`; every error points at its column and says what was expected."""

import re
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import NoReturn, cast

from lark import (
    Lark,
    Token,
    Transformer,
    UnexpectedCharacters,
    UnexpectedInput,
    UnexpectedToken,
)
from lark.exceptions import VisitError

from indicators.concepts import TermError, parse_term
from indicators.errors import IndicatorsError
from indicators.query import syntax
from indicators.query.syntax import Node

LONGEST = 20_000
"""Characters; the longest query of the shipped assessment has under 2,000."""
DEEPEST = 150
"""Brackets, NOTs, NEARs and fields together; the evaluator walks them one inside the other."""
WIDEST_NEAR = 200
"""Words; beyond that say AND."""

_JOINING = re.compile(r"\bNOT\b|\b(?:NEAR|BEFORE)/|\bSAME\s+SENTENCE\b|\b(?:title|body|lead|source|lang|type):")

_EXPECTED = {
    "_OR": "OR",
    "_AND": "AND",
    "_NOT": "NOT",
    "_SAME_SENTENCE": "SAME SENTENCE",
    "NEAR": "NEAR/n",
    "BEFORE": "BEFORE/n",
    "FIELD": "title: body: lead: source: lang: type:",
    "CONCEPT": "@concept",
    "ACTOR": "#actor",
    "PHRASE": '"a phrase"',
    "WORD": "a word",
    "LPAR": "(",
    "RPAR": ")",
    "$END": "the end",
}


class QueryError(IndicatorsError, ValueError):
    """A query that cannot be read. ``column`` counts from 1."""

    def __init__(self, what: str, *, column: int) -> None:
        super().__init__(f"column {column}: {what}")
        self.what = what
        self.column = column


@lru_cache(maxsize=32_768)
def parse(text: str) -> Node:
    """Return the query written as *text*; raises :class:`QueryError`."""
    if not text.strip():
        raise QueryError("the query is empty: write at least one word, @concept or #actor", column=1)
    if len(text) > LONGEST:
        raise QueryError(f"the query has {len(text)} characters, at most {LONGEST} are read", column=LONGEST)
    try:
        node = cast("Node", _grammar().parse(text))
        _refuse_bare_not(node)
    except UnexpectedInput as error:
        _refuse(error, text)
    except VisitError as error:
        if isinstance(error.orig_exc, QueryError):
            raise error.orig_exc from None
        raise
    except RecursionError:
        raise QueryError("the query is nested too deep: write it as several concepts", column=1) from None
    if text.count("(") + len(_JOINING.findall(text)) > DEEPEST:
        raise QueryError(f"the query joins more than {DEEPEST} parts: write it as several concepts", column=1)
    return node


def _refuse(error: UnexpectedInput, text: str) -> NoReturn:
    expected: set[str] = set()
    found, column = "the end of the query", len(text) + 1
    if isinstance(error, UnexpectedToken):
        expected = set(error.accepts or error.expected)
        if error.token.type != "$END":
            found, column = repr(str(error.token)), (error.token.start_pos or 0) + 1
    elif isinstance(error, UnexpectedCharacters):
        at: int = getattr(error, "pos_in_stream", 0)  # lark's annotation says None
        expected, column, found = set(error.allowed or ()), at + 1, repr(text[at])
    words = " or ".join(sorted(_EXPECTED.get(e, e) for e in expected)) or "something else"
    cure = _cure(text, column - 1)
    raise QueryError(f"found {found}, expected {words}" + (f": {cure}" if cure else ""), column=column) from None


_FIELDS = tuple(f"{field}:" for field in syntax.Field)
_CURES = (
    (re.compile(r"(?:AND|OR|NOT)\s*$"), "something must follow {}"),
    (re.compile(r"(?:and|or|not|near/\d+|before/\d+|same\s+sentence)\b"), "write operators in capitals"),
    (re.compile(r"(?:NEAR|BEFORE)\b(?!/)"), "say how many words, as in NEAR/12"),
    (re.compile(r"[\u2018\u2019\u201c\u201d\u00ab\u00bb']"), 'write a phrase in straight double quotes: "fuel truck*"'),
    (re.compile(r"SAME[_-]SENTENCE"), "write SAME SENTENCE, with a space"),
    (re.compile(r"&&?|\|\|?|\+"), "write AND, OR, AND NOT"),
)


def _cure(text: str, at: int) -> str:
    """Return what to write instead of the usual slips at the offset *at*; empty if it is none of them."""
    for slip, cure in _CURES:
        if found := slip.match(text, at):
            return cure.format(found.group().strip())
    word = re.search(r"(\w+)$", text[:at])
    if text[at : at + 1] == ":" and word:
        near = get_close_matches(f"{word[1]}:", _FIELDS, n=1, cutoff=0.5)
        known = f"did you mean {near[0]}?" if near else f"fields are {' '.join(_FIELDS)}"
        return f"{word[1]}: is no field; {known}"
    if text[at : at + 1] == '"' and text.count('"') % 2:
        return "the quotation mark is not closed"
    if at >= len(text):
        opened = _open_bracket(text)
        return f"the bracket at column {opened + 1} is not closed" if opened is not None else ""
    if word or (at and text[at - 1].isspace() and text[at : at + 1].isalnum()):
        return 'two words side by side: put AND, OR or NEAR/5 between them, or write a phrase in quotes, "like this"'
    return ""


def _open_bracket(text: str) -> int | None:
    """Return where the last bracket opens that nothing closes."""
    opened: list[int] = []
    for at, character in enumerate(text):
        if character == "(":
            opened.append(at)
        elif character == ")" and opened:
            opened.pop()
    return opened[-1] if opened else None


def _refuse_bare_not(node: Node) -> None:
    if _only_excludes(node):
        raise QueryError(
            "NOT alone would match almost everything: join it to something with AND, as in A AND NOT B", column=1
        )


def _only_excludes(node: Node) -> bool:
    match node:
        case syntax.Not():
            return True
        case syntax.And(parts):
            return all(_only_excludes(p) for p in parts)
        case syntax.Or(parts):
            return any(_only_excludes(p) for p in parts)
        case syntax.Within(_, part):
            return _only_excludes(part)
        case _:
            return False


class _Builder(Transformer[Token, Node]):
    """Lark's tree to our nodes. Method names are the grammar's aliases."""

    def either(self, parts: list[Node]) -> Node:
        return syntax.Or(tuple(parts))

    def both(self, parts: list[Node]) -> Node:
        return syntax.And(tuple(parts))

    def near(self, parts: list[Node | Token]) -> Node:
        return _near(parts, ordered=False)

    def before(self, parts: list[Node | Token]) -> Node:
        return _near(parts, ordered=True)

    def same_sentence(self, parts: list[Node]) -> Node:
        _refuse_placeless(*parts)
        return syntax.SameSentence(parts[0], parts[1])

    def negated(self, parts: list[Node]) -> Node:
        return syntax.Not(parts[0])

    def within(self, parts: list[Node | Token]) -> Node:
        field, part = syntax.Field(str(parts[0])[:-1]), cast("Node", parts[1])
        if field is syntax.Field.LANG and not all(_is_language(name) for name in _told(part)):
            raise QueryError("lang: takes a language of two letters, as in lang:fr", column=_column(parts[0]))
        if field in syntax.TOLD and not _names_only(part):
            column = (cast("Token", parts[0]).start_pos or 0) + 1
            raise QueryError(f"{field}: takes names joined by OR, as in {field}:(a OR b)", column=column)
        return syntax.Within(field, part)

    def concept(self, parts: list[Token]) -> Node:
        return syntax.Concept(str(parts[0])[1:])

    def actor(self, parts: list[Token]) -> Node:
        return syntax.Actor(str(parts[0])[1:])

    def phrase(self, parts: list[Token]) -> Node:
        return _find(parts[0], str(parts[0])[1:-1])

    def word(self, parts: list[Token]) -> Node:
        return _find(parts[0], str(parts[0]))


def _names_only(part: Node) -> bool:
    match part:
        case syntax.Find():
            return True
        case syntax.Or(parts):
            return all(map(_names_only, parts))
        case syntax.Not(inner):
            return _names_only(inner)
        case _:
            return False


def _told(part: Node) -> list[str]:
    return [node.term.written for node in syntax.walk(part) if isinstance(node, syntax.Find)]


def _is_language(name: str) -> bool:
    return len(name) == len("fr") and name.isascii() and name.isalpha()


def _column(token: Node | Token) -> int:
    return (cast("Token", token).start_pos or 0) + 1


def _find(token: Token, written: str) -> Node:
    try:
        return syntax.Find(parse_term(written))
    except TermError as error:
        raise QueryError(str(error), column=(token.start_pos or 0) + 1) from None


def _refuse_placeless(*sides: Node) -> None:
    """A side that has no place in the text cannot be near anything."""
    for side in sides:
        nowhere = isinstance(side, syntax.Within) and side.field in syntax.TOLD
        if nowhere or _only_excludes(side):
            raise QueryError("NEAR, BEFORE and SAME SENTENCE join words, not NOT, source:, lang: or type:", column=1)


def _near(parts: list[Node | Token], *, ordered: bool) -> Node:
    left, operator, right = parts
    _refuse_placeless(cast("Node", left), cast("Node", right))
    words = int(str(operator).partition("/")[2])
    if not 1 <= words <= WIDEST_NEAR:
        column = (cast("Token", operator).start_pos or 0) + 1
        raise QueryError(f"NEAR and BEFORE take 1 to {WIDEST_NEAR} words, not {words}", column=column)
    return syntax.Near(cast("Node", left), cast("Node", right), words, ordered)


@cache
def _grammar() -> Lark:
    # Building our nodes while parsing spares the tree between: half the time of ten thousand rules.
    grammar = (Path(__file__).parent / "grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", transformer=_Builder())

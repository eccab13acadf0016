"""Terms that would find too much: very common words, words with two senses, beginnings of unrelated words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from indicators.assessments import Assessment
from indicators.concepts import ANY_LANGUAGE, TermError, parse_term
from indicators.errors import Severity
from indicators.glossary import included, written_terms
from indicators.language import common_words
from indicators.named_queries import read_query
from indicators.query import QueryError, syntax
from indicators.written import Fault, Path

TIGHT = 3
"""Words; so near to another term a common word reads like part of a phrase, and is no fault."""

_SHOWN = 3
"""Examples in one message."""

_TONGUES = {"en": "English", "fr": "French"}


def common_terms(assessment: Assessment) -> Iterator[Fault]:
    """Find terms that are common words, or that begin common words of different meanings.

    How strictly depends on where a concept is used (:class:`_Reach`). Phrases and names of places are
    taken as they are, and so is what no query uses.
    """
    uses = tuple(_uses(assessment))
    reach = _reach_of_names(assessment, uses)
    for term in written_terms(assessment):
        if term.name in reach:
            languages = common_words.languages() if term.lang == ANY_LANGUAGE else (term.lang,)
            yield from _faults(term.path, term.written, languages, reach[term.name])
    literals: dict[tuple[Path, str], _Reach] = {}
    for use in uses:
        if use.written:
            at = (use.path, use.written)
            literals[at] = max(use.reach, literals.get(at, use.reach))
    for (path, written), wide in literals.items():
        yield from _faults(path, written, common_words.languages(), wide)


class _Reach(IntEnum):
    """How much of a text a term may look at by itself, from little to much."""

    BESIDE = 0  # only beside another term (NEAR/3 or closer): together they read like a phrase
    HEADLINE = 1  # only where a headline refuses: "could" and "why" are rightly looked for there
    ANYWHERE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """A concept or actor (``name``), or a word written out, in a query."""

    path: Path
    reach: _Reach
    name: str = ""
    written: str = ""


def _uses(assessment: Assessment) -> Iterator[_Use]:
    for i, indicator in enumerate(assessment.indicators):
        for key, text in indicator.queries.items():
            try:
                node = read_query(assessment, text)
            except QueryError:
                continue  # said elsewhere
            yield from _in_query(node, ("indicators", i, key), _Reach.ANYWHERE)


def _in_query(node: syntax.Node, path: Path, reach: _Reach) -> Iterator[_Use]:
    match node:
        case syntax.Find(term):
            yield _Use(path=path, reach=reach, written=term.written)
        case syntax.Concept(name):
            yield _Use(path=path, reach=reach, name=f"@{name}")
        case syntax.Actor(name):
            yield _Use(path=path, reach=reach, name=f"#{name}")
        case syntax.Within(field, part):
            if field is syntax.Field.TITLE and path[-1] != "match":
                reach = min(reach, _Reach.HEADLINE)
            if field in (syntax.Field.TITLE, syntax.Field.BODY):  # other fields hold names, compared whole
                yield from _in_query(part, path, reach)
        case _:
            if isinstance(node, syntax.Near) and node.words <= TIGHT:
                reach = _Reach.BESIDE
            for part in _parts(node):
                yield from _in_query(part, path, reach)


def _parts(node: syntax.Node) -> tuple[syntax.Node, ...]:
    match node:
        case syntax.And(parts) | syntax.Or(parts):
            return parts
        case syntax.Near(left, right) | syntax.SameSentence(left, right):
            return left, right
        case syntax.Not(part) | syntax.Named(_, part):
            return (part,)
        case _:
            return ()


def _reach_of_names(assessment: Assessment, uses: Iterable[_Use]) -> dict[str, _Reach]:
    """Return how widely each name is used by any query; a concept's reach is also that of those it includes."""
    others = included(assessment)
    reach: dict[str, _Reach] = {}
    waiting = [(use.name, use.reach) for use in uses if use.name]
    while waiting:
        name, own = waiting.pop()
        if own > reach.get(name, -1):
            reach[name] = own
            waiting += [(other, own) for other in others.get(name, ())]
    return reach


def _faults(path: Path, written: str, languages: Iterable[str], reach: _Reach) -> Iterator[Fault]:
    """Find what *written* would find too much of in *languages*; the first language that tells is enough."""
    try:
        words = parse_term(written).words
    except TermError:
        return  # said elsewhere
    if len(words) > 1:
        return
    word = words[0].folded
    for lang in languages:
        if words[0].open_ended:
            what, instead = _open(written, word, lang), "write out the endings you mean, or a longer beginning"
        else:
            what, instead = _bare(written, word, lang, reach), "write it with the words around it, as a phrase"
        if what:
            yield Fault(path=path, what=what, instead=instead, severity=Severity.WARNING)
            return


def _bare(written: str, word: str, lang: str, reach: _Reach) -> str:
    tongue = _TONGUES.get(lang, lang)
    senses = common_words.two_senses(lang).get(word, "")
    if senses and reach > _Reach.BESIDE:
        return f"in {tongue} the term {written!r} has two senses: {senses}"
    if reach is _Reach.ANYWHERE and word in common_words.everywhere(lang):
        return f"the term {written!r} stands in nearly every text in {tongue}"
    return ""


def _open(written: str, beginning: str, lang: str) -> str:
    begun = common_words.begun_by(beginning, lang)
    if len(begun) < 2:  # noqa: PLR2004 - one family is what the analyst meant
        return ""
    examples = ", ".join(begun[:_SHOWN]) + (" …" if len(begun) > _SHOWN else "")
    return f"the open term {written!r} also hides in common words of other meanings: {examples}"

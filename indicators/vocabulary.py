"""Vocabulary: the terms behind each ``@concept`` and ``#actor`` that an assessment's queries call.

An assessment's own concept comes before one of the same name in the shared library; inside itself
that name means the library's, so that ``fuel: {include: [fuel], en: [mazut]}`` adds a word to it.
"""

from collections.abc import Iterable, Iterator, Mapping

from indicators.assessments import Assessment
from indicators.concepts import ANY_LANGUAGE, Concept, TermsByLanguage, gathered, shared_concept
from indicators.named_queries import read_query
from indicators.query import Node, QueryError, syntax
from indicators.query.triggers import terms_in


def vocabulary_of(assessment: Assessment) -> Mapping[str, TermsByLanguage]:
    """Return the terms of every name that the indicators' queries call; names nobody defined are left out."""
    called = sorted(set(_called(assessment)))
    return {name: terms for name in called if (terms := terms_called(assessment, name)) is not None}


def names_in(*queries: Node) -> tuple[str, ...]:
    """Return every ``@concept`` and ``#actor`` that *queries* call, each once, in reading order."""
    named = (node for query in queries for node in syntax.walk(query))
    calls = (node for node in named if isinstance(node, syntax.Concept | syntax.Actor))
    return tuple(dict.fromkeys(f"{'@' if isinstance(node, syntax.Concept) else '#'}{node.name}" for node in calls))


def terms_called(assessment: Assessment | None, name: str) -> TermsByLanguage | None:
    """Return every term behind ``@concept`` or ``#actor`` *name* by language; ``None`` for an unknown one.

    Without an assessment, *name* is one of the shared library's.
    """
    if name.startswith("#"):
        actors = assessment.actors if assessment else {}
        return gathered(name[1:], lambda part, _: actors.get(part))
    return gathered(name[1:], lambda part, owner: concept_called(assessment, part, owner))


def concept_called(assessment: Assessment | None, name: str, owner: str = "") -> Concept | None:
    """Return what *name* means when the concept *owner* includes it, or (without one) when a query calls it."""
    own = assessment.concepts.get(name) if assessment and name != owner else None
    return own or shared_concept(name)


STEM_LANGUAGES = ("ar", "en", "fr")
"""Read as well where a rule itself writes a stem: no concept says then which languages are meant."""


def languages_asked(queries: Iterable[Node], vocabulary: Mapping[str, TermsByLanguage]) -> tuple[str, ...]:
    """Return the languages that *queries* are read in: those of *vocabulary*, and of stems they write themselves."""
    found = set(languages_of(vocabulary))
    if any(term.stemmed for query in queries for term in terms_in(query)):
        found.update(STEM_LANGUAGES)
    return tuple(sorted(found))


def languages_of(vocabulary: Mapping[str, TermsByLanguage]) -> tuple[str, ...]:
    """Return every language that *vocabulary* has terms in, sorted; English where it has none."""
    return tuple(sorted({lang for terms in vocabulary.values() for lang in terms} - {ANY_LANGUAGE})) or ("en",)


def _called(assessment: Assessment) -> Iterator[str]:
    for indicator in assessment.indicators:
        yield from (f"#{name}" for name in (indicator.codes.actors if indicator.codes else ()))
    for query in queries_of(assessment):
        yield from names_in(query)


def queries_of(assessment: Assessment) -> Iterator[Node]:
    """Yield every query of the indicators that can be read."""
    for indicator in assessment.indicators:
        for text in indicator.queries.values():
            try:
                yield read_query(assessment, text)
            except QueryError:
                continue  # its own fault, told where queries are checked

"""Which rules of two versions of an assessment read reports alike, so that no item is matched twice for them."""

from indicators.assessments import Assessment
from indicators.named_queries import read_query, unnamed
from indicators.rules import Indicator
from indicators.vocabulary import languages_asked, names_in, queries_of, terms_called, vocabulary_of


def read_alike(one: Assessment, other: Assessment) -> frozenset[str]:
    """Return the indicators (by id) that match the same items in the same way in both assessments.

    Anything that every rule rests on (places, countries, regions, publishers, the languages that are
    read) makes all of them differ.
    """
    if _ground(one) != _ground(other):
        return frozenset()
    theirs = {i.id: i for i in other.indicators}
    return frozenset(
        i.id for i in one.indicators if i.id in theirs and _reading(one, i) == _reading(other, theirs[i.id])
    )


def _ground(assessment: Assessment) -> tuple[object, ...]:
    languages = languages_asked(queries_of(assessment), vocabulary_of(assessment))
    return assessment.places, assessment.countries, assessment.regions, assessment.publishers, languages


def _reading(assessment: Assessment, indicator: Indicator) -> tuple[object, ...]:
    queries = {key: unnamed(read_query(assessment, text)) for key, text in indicator.queries.items()}
    called = names_in(*queries.values())
    actors = tuple(f"#{name}" for name in (indicator.codes.actors if indicator.codes else ()))
    terms = {name: dict(terms_called(assessment, name) or {}) for name in (*called, *actors)}
    return queries, indicator.codes, indicator.where, terms

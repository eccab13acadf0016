"""Searching: the language of the rules asked of kept items."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indicators.assessments import Assessment
from indicators.checks.references import like_called
from indicators.concepts import TermsByLanguage
from indicators.documents import Document
from indicators.items import Item
from indicators.matcher import Evidence, evidence_of
from indicators.named_queries import read_query, unnamed
from indicators.query import QueryError
from indicators.rulebook import Rulebook
from indicators.vocabulary import languages_asked, names_in, terms_called

_QUERY = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An item that a query holds for, and the words on which it does."""

    item: Item
    evidence: tuple[Evidence, ...]


class Searcher:
    """One query, ready for items. It may call the concepts of *assessment*, and those of the shared library.

    Raises :class:`~indicators.query.QueryError` for a query that cannot be read or calls what nobody defined.
    """

    def __init__(self, query: str, assessment: Assessment | None = None) -> None:
        asked = read_query(assessment, query)
        vocabulary = {name: _terms(name, query, assessment) for name in names_in(asked)}
        languages = languages_asked([asked], vocabulary)
        try:
            self._book = Rulebook({_QUERY: unnamed(asked)}, vocabulary, languages)
        except ValueError as error:  # a query of nothing but source:, lang: and type:
            raise QueryError(str(error), column=1) from None

    def search(self, items: Iterable[Item]) -> Iterator[Hit]:
        """Yield every item for which the query holds, in the order given."""
        for item in items:
            document = Document(item)
            hits = self._book.match(document).get(_QUERY)
            if hits is not None:
                yield Hit(item=item, evidence=tuple(evidence_of(document, hit) for hit in hits))


def _terms(name: str, query: str, assessment: Assessment | None) -> TermsByLanguage:
    terms = terms_called(assessment, name)
    if terms is None:
        near = like_called(assessment, name)
        hint = "" if assessment else "; name an assessment to use its concepts and actors"
        raise QueryError(f"unknown {name}{f': {near}' if near else ''}{hint}", column=query.find(name) + 1)
    return terms

"""Stance: whether an item reports a happening, denies it, or takes its own report back."""

from collections.abc import Mapping
from enum import StrEnum

from indicators.concepts import shared_concept, terms_for
from indicators.documents import Document
from indicators.lexicon import Lexicon

_LANGUAGES = ("ar", "en", "fr")
DENIAL = "denial"
RETRACTION = "retraction"


class Stance(StrEnum):
    """What an item says of the happening it speaks of."""

    REPORTS = "reports"
    DENIES = "denies"
    RETRACTS = "retracts"


class StanceReader:
    """The words of the shared library by which a title denies, and a title or lead takes back."""

    def __init__(self) -> None:
        self._lexicons: Mapping[str, Lexicon] = {lang: _lexicon(lang) for lang in _LANGUAGES}

    def read(self, document: Document) -> Stance:
        """Return the stance of *document*: its title must say it, since a body often quotes somebody's denial."""
        own = self._lexicons.get(document.item.lang or "")
        lexicons = (own,) if own is not None else tuple(self._lexicons.values())
        title = document.part("title")
        if any(lexicon.terms(RETRACTION).find(title) for lexicon in lexicons):
            return Stance.RETRACTS
        if any(lexicon.terms(DENIAL).find(title) for lexicon in lexicons):
            return Stance.DENIES
        return Stance.REPORTS


def _lexicon(lang: str) -> Lexicon:
    names = {DENIAL: shared_concept(DENIAL), RETRACTION: shared_concept(RETRACTION)}
    entries = ((name, term) for name, concept in names.items() if concept for term in terms_for(concept.terms, lang))
    return Lexicon(entries, lang=lang, known=names)

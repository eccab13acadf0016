"""Stance: whether an item reports a happening, denies it, or takes its own report back."""

from collections.abc import Mapping
from enum import StrEnum

from indicators.concepts import TermsByLanguage, shared_concept, terms_for
from indicators.documents import Document
from indicators.lexicon import Lexicon, Search

_LANGUAGES = ("ar", "en", "fr")
DENIAL = "denial"
RETRACTION = "retraction"


class Stance(StrEnum):
    """What an item says of the happening it speaks of."""

    REPORTS = "reports"
    DENIES = "denies"
    RETRACTS = "retracts"


class StanceReader:
    """The words by which a title denies, and a title or lead takes back: *terms*, or else the shared library's."""

    def __init__(self, terms: Mapping[str, TermsByLanguage] | None = None) -> None:
        spoken = stance_terms() if terms is None else terms
        self._lexicons: Mapping[str, Lexicon] = {lang: _lexicon(spoken, lang) for lang in _LANGUAGES}
        # From here on its terms are looked for at once.
        Search(terms for lexicon in self._lexicons.values() for terms in lexicon.named())

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


def stance_terms() -> Mapping[str, TermsByLanguage]:
    """Return the shared library's terms of a denial and of a retraction, by name and language."""
    return {name: concept.terms for name in (DENIAL, RETRACTION) if (concept := shared_concept(name)) is not None}


def _lexicon(spoken: Mapping[str, TermsByLanguage], lang: str) -> Lexicon:
    names = (DENIAL, RETRACTION)
    entries = ((name, term) for name in names for term in terms_for(spoken.get(name, {}), lang))
    return Lexicon(entries, lang=lang, known=names)

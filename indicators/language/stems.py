"""Stems: the part of a word that its endings leave alone, by the Snowball rules of its language."""

from functools import lru_cache

from Stemmer import Stemmer

from indicators.language.text import LONGEST_REMEMBERED

STEMMED = {"ar": "arabic", "de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian"} | {
    "nl": "dutch",
    "pt": "portuguese",
    "ru": "russian",
}
"""Languages (ISO 639-1) in which ``word~`` can be read, and Snowball's name for each."""

_FIXED = 5
"""Rounds; our words have lost their accents, so one round may leave an ending (attaquee, attaque, attaqu)."""


def stem(word: str, lang: str) -> str:
    """Return the stem of the folded *word* in *lang*; in a language whose rules are not known, the word itself."""
    if lang not in STEMMED or len(word) > LONGEST_REMEMBERED:
        return word
    return _stem(word, lang)


@lru_cache(maxsize=65_536)
def _stem(word: str, lang: str) -> str:
    stemmer = _stemmer(lang)
    for _ in range(_FIXED):
        shorter = stemmer.stemWord(word)
        if shorter == word:
            break
        word = shorter
    return word


@lru_cache
def _stemmer(lang: str) -> Stemmer:
    return Stemmer(STEMMED[lang])

"""Languages: what a text is written in, where its own small words or its letters prove it.

Said wrongly, a language costs warnings: rules of the others are not read. Not said, a text is read in every
language. So an answer is only given where it is sure, and only for the languages that can be told apart here.
"""

import re
from functools import cache

from indicators.language.common_words import everywhere
from indicators.language.common_words import languages as known_languages
from indicators.language.words import line_of

READ = 2_000
"""Characters that are looked at."""

_FEWEST = 4
_CLEARLY = 4
_MOST_LETTERS = 0.6

# Words that other languages of these letters have too: de la is no proof of French, nor in of English.
_SMALL = (
    "a an as at am be de des den die en es et for i in is it la le les me mi mon no",
    "non on or par per pour que qui sa se si so son su sur te ton tu un una une us was war we y",
)
_ELSEWHERE = frozenset(" ".join(_SMALL).split())
_ARABIC = re.compile("[\u0621-\u064a\u066e-\u06d3]")
_NOT_ARABIC = re.compile("[\u067e\u0686\u0698\u06af\u06a9\u06cc\u0679\u0688\u0691\u06ba\u06be\u06d2]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_RUSSIAN = re.compile("[\u044b\u044d\u0451]", re.IGNORECASE)
_UKRAINIAN = re.compile("[\u0456\u0457\u0454\u0491]", re.IGNORECASE)


def written_in(text: str) -> str | None:
    """Return the language of *text* (ISO 639-1) where it is sure: en, fr, ar, ru or uk; else ``None``."""
    text = text[:READ]
    if not text.isascii():
        if _are_most(_ARABIC, text):
            return None if _NOT_ARABIC.search(text) else "ar"
        if _are_most(_CYRILLIC, text):
            russian, ukrainian = bool(_RUSSIAN.search(text)), bool(_UKRAINIAN.search(text))
            return ("ru" if russian else "uk") if russian != ukrainian else None
    return _by_words(text)


def _are_most(letters: re.Pattern[str], text: str) -> bool:
    found = len(letters.findall(text))
    return found > 0 and found > _MOST_LETTERS * sum(map(str.isalpha, text))


def settled(said: str | None, text: str) -> str | None:
    """Return the language to read *text* in: the one that was *said*, unless the text itself proves another.

    Where what was said is a language that cannot be told here, it stands.
    """
    if said is not None and said not in _told():
        return said
    return written_in(text) or said


def _by_words(text: str) -> str | None:
    words = set(line_of(text).split())
    found = sorted(((len(words & own), lang) for lang, own in _proofs().items()), reverse=True)
    (most, lang), others = found[0], sum(count for count, _ in found[1:])
    return lang if most >= _FEWEST and most >= _CLEARLY * others else None


@cache
def _proofs() -> dict[str, frozenset[str]]:
    """Return, by language, the small words that no other language known here has."""
    all_of_them = {lang: everywhere(lang) for lang in known_languages()}
    return {
        lang: own - _ELSEWHERE - frozenset().union(*(other for name, other in all_of_them.items() if name != lang))
        for lang, own in all_of_them.items()
    }


@cache
def _told() -> frozenset[str]:
    return frozenset({*known_languages(), "ar", "ru", "uk"})

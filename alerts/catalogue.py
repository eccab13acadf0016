"""The fixed words of messages in each language, and dates as it writes them. The only file here that knows babel.

English is the text itself; what French says instead stands in ``words/fr.po``, a gettext catalogue that any tool for
translators opens. It is read when it is first asked for.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from babel.dates import format_date
from babel.messages.pofile import read_po

LANGUAGES = ("en", "fr")
"""English first: it is the language of the texts themselves."""

WORDS = Path(__file__).parent / "words"

_LOCALES = {"en": "en_GB", "fr": "fr_FR"}

_T = TypeVar("_T")


def says(text: str, lang: str) -> str:
    """Return the fixed *text* in *lang*; what a language has no words for stays English."""
    return text if lang == "en" else _catalogue(lang).get(text, text)


def marked(texts: _T) -> _T:
    """Mark *texts* (a text, or texts in a tuple or as a table's values) as fixed ones; :func:`says` is asked later."""
    return texts


def in_each(texts: _T) -> dict[str, _T]:
    """Return *texts* in each language, by its code: a text, or texts in a tuple or as the values of a table."""
    return {lang: _said(texts, lang) for lang in LANGUAGES}


def _said(texts: Any, lang: str) -> Any:
    match texts:
        case str():
            return says(texts, lang)
        case dict():
            return {key: _said(inner, lang) for key, inner in texts.items()}
        case _:
            return tuple(_said(inner, lang) for inner in texts)


def day(written: str, lang: str) -> str:
    """Return an ISO date, or the day of an ISO moment, as *lang* writes it: ``4 April 2026``, ``1er avril 2026``."""
    at = date.fromisoformat(written[:10])
    told = format_date(at, "d MMMM y", locale=_LOCALES[lang])
    return f"1er{told[1:]}" if lang == "fr" and at.day == 1 else told


def translated(lang: str) -> dict[str, str]:
    """Return everything that the catalogue of *lang* says, by the English text."""
    return dict(_catalogue(lang))


@cache
def _catalogue(lang: str) -> dict[str, str]:
    with (WORDS / f"{lang}.po").open("rb") as file:
        found = read_po(file, locale=lang, abort_invalid=True)
    return {str(message.id): str(message.string) for message in found if message.id and message.string}

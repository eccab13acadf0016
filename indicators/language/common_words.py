"""The commonest words of English and French, for warnings about terms that would find too much."""

from bisect import bisect_left
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from indicators.language.text import fold


@cache
def languages() -> tuple[str, ...]:
    """Return the languages whose common words are known, as ISO 639-1 codes."""
    return tuple(_file())


@cache
def everywhere(lang: str) -> frozenset[str]:
    """Return the folded words that nearly every text in *lang* has; none for a language that is not known."""
    return frozenset(map(fold, _part(lang, "everywhere", "").split()))


@cache
def two_senses(lang: str) -> dict[str, str]:
    """Return the folded words of *lang* that mean two things, with both."""
    return {fold(word): senses for word, senses in _part(lang, "two_senses", {}).items()}


@cache
def begun_by(letters: str, lang: str) -> tuple[str, ...]:
    """Return one common word of each family in *lang* that has a word beginning with the folded *letters*.

    A family is one meaning under several endings: *arrest, arrested*.
    """
    words = _words(lang)
    found: dict[int, tuple[int, str]] = {}
    for folded, family, place, word in words[bisect_left(words, (letters,)) :]:
        if not folded.startswith(letters):
            break
        found[family] = min((place, word), found.get(family, (place, word)))
    return tuple(found[family][1] for family in sorted(found))


@cache
def families(lang: str) -> tuple[tuple[str, ...], ...]:
    """Return the common words of *lang* family by family, as they are written."""
    return tuple(tuple(family.split()) for family in _part(lang, "families", "").split(";"))


@cache
def _words(lang: str) -> list[tuple[str, int, int, str]]:
    """Return the words of all families in the order of their folded forms: folded, family, place in it, word."""
    return sorted(
        (fold(word), number, place, word) for number, one in enumerate(families(lang)) for place, word in enumerate(one)
    )


def _part(lang: str, key: str, otherwise: Any) -> Any:
    return _file().get(lang, {}).get(key, otherwise)


@cache
def _file() -> dict[str, Any]:
    text = (Path(__file__).parent / "common_words.yaml").read_text("utf-8")
    known: dict[str, Any] = YAML(typ="safe").load(text)
    return known

"""The commonest words of English and French, for warnings about terms that would find too much."""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from indicators.text import fold


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
    found = (next((w for w, folded in family if folded.startswith(letters)), None) for family in _families(lang))
    return tuple(word for word in found if word is not None)


@cache
def _families(lang: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return the families of *lang*, each word with its folded form."""
    families = _part(lang, "families", "").split(";")
    return tuple(tuple((word, fold(word)) for word in family.split()) for family in families)


def _part(lang: str, key: str, otherwise: Any) -> Any:
    return _file().get(lang, {}).get(key, otherwise)


@cache
def _file() -> dict[str, Any]:
    text = (Path(__file__).parent / "common_words.yaml").read_text("utf-8")
    known: dict[str, Any] = YAML(typ="safe").load(text)
    return known

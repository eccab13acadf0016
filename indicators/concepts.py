"""Concepts: named lists of terms in several languages; a rule says ``@convoy`` and reads them all.

A term is a word or a phrase; ``*`` at the end of a word stands for any ending
(``convoi*``, ``fuel truck*``). Case, accents, hyphens and apostrophes do not matter.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from indicators.errors import IndicatorsError
from indicators.text import tokens

ANY_LANGUAGE = "any"
"""Key for names that are the same in every language."""

_STAR_AT_END = re.compile(r"\w\*(?=\s|$)")

SHORTEST_PREFIX = 3
"""``co*`` would match half the dictionary."""


@dataclass(frozen=True, slots=True)
class Word:
    """One folded word of a term; with ``open_ended`` it stands for every word that begins so."""

    folded: str
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase as the matcher looks it up. ``written`` is what the analyst wrote."""

    written: str
    words: tuple[Word, ...]


class TermError(IndicatorsError, ValueError):
    """A term nobody could match, or one that would match almost everything."""


def parse_term(written: str) -> Term:
    """Return the term for *written*; raises :class:`TermError` that says what to write instead."""
    cut = tokens(written)
    if not cut:
        raise TermError(f"the term {written!r} has no letters or digits: write a word")
    words = tuple(Word(t.word, written[t.end : t.end + 1] == "*") for t in cut)
    stars = written.count("*")
    if stars != len(_STAR_AT_END.findall(written)) or stars != sum(w.open_ended for w in words):
        raise TermError(f"the term {written!r} has a * that does not end a word: write it last, as in convoy*")
    for word in words:
        if word.open_ended and len(word.folded) < SHORTEST_PREFIX:
            raise TermError(f"the term {written!r} is too open: at least {SHORTEST_PREFIX} letters must stand before *")
    return Term(written, words)


def terms_for(concept: Mapping[str, Iterable[str]], lang: str) -> tuple[Term, ...]:
    """Return the terms of *concept* that a text in *lang* is searched for (its own and ``any``)."""
    return tuple(parse_term(t) for key in (lang, ANY_LANGUAGE) for t in concept.get(key, ()))

"""Concepts: named lists of terms in several languages; a rule says ``@convoy`` and reads them all.

A term is a word or a phrase; ``*`` at the end of a word stands for any ending (``convoi*``,
``fuel truck*``), ``~`` for every word of the same stem (``négocier~``). Case, accents, hyphens and
apostrophes do not matter.
"""

from collections.abc import Iterable, Mapping

from indicators.concepts.term import Term, TermError, Word, parse_term

ANY_LANGUAGE = "any"
"""Key for names that are the same in every language."""

__all__ = ["ANY_LANGUAGE", "Term", "TermError", "Word", "parse_term", "terms_for"]


def terms_for(concept: Mapping[str, Iterable[str]], lang: str) -> tuple[Term, ...]:
    """Return the terms of *concept* that a text in *lang* is searched for (its own and ``any``)."""
    return tuple(parse_term(t) for key in (lang, ANY_LANGUAGE) for t in concept.get(key, ()))

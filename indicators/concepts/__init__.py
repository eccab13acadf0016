"""Concepts: named lists of terms in several languages; a rule says ``@convoy`` and reads them all.

A term is a word or a phrase; ``*`` at the end of a word stands for any ending (``convoi*``,
``fuel truck*``), ``~`` for every word of the same stem (``négocier~``). Case, accents, hyphens and
apostrophes do not matter. The YAML files in this folder are the shared library.
"""

from indicators.concepts.concept import ANY_LANGUAGE, Concept, TermsByLanguage, gathered, terms_for
from indicators.concepts.shared import shared_concept, shared_digest, shared_names
from indicators.concepts.term import Term, TermError, Word, parse_term

__all__ = [
    "ANY_LANGUAGE",
    "Concept",
    "Term",
    "TermError",
    "TermsByLanguage",
    "Word",
    "gathered",
    "parse_term",
    "shared_concept",
    "shared_digest",
    "shared_names",
    "terms_for",
]

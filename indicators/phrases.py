"""Phrase: a sentence as data, which one it is and what fills it, so that each language words it in its own order.

Tables of sentences (by language, then by key) stand beside those who make the phrases; English is always there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from indicators.bands import Band, percent

Sentences: TypeAlias = Mapping[str, Mapping[str, str]]
"""By language, then by the key of a phrase, a sentence with ``{name}`` where a fact goes."""


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability, said in whole per cent."""

    p: float


@dataclass(frozen=True, slots=True)
class Decimal:
    """A number said with so many *places* behind the point, or the comma."""

    value: float
    places: int = 2


Fact: TypeAlias = "str | int | Chance | Decimal | Band | tuple[str, ...] | Phrase"
"""What fills a sentence: names of a tuple one after the other, a band by its term, a phrase as it says itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One sentence by its *key*, with the *facts* that its wording names."""

    key: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def worded(self, sentences: Sentences, lang: str = "en") -> str:
        """Return it in *lang*, or in English where *sentences* has no such language; ``KeyError`` for no such key."""
        known = sentences.get(lang, sentences["en"])
        return known[self.key].format(**{name: _said(fact, sentences, lang) for name, fact in self.facts.items()})


def phrase(key: str, **facts: Fact) -> Phrase:
    """Return the phrase *key*, filled with *facts*."""
    return Phrase(key=key, facts=facts)


def _said(fact: Fact, sentences: Sentences, lang: str) -> str:
    match fact:
        case Phrase():
            return fact.worded(sentences, lang)
        case Chance():
            return percent(fact.p, lang)
        case Decimal():
            told = f"{fact.value:.{fact.places}f}"
            return told.replace(".", ",") if lang == "fr" else told
        case Band():
            return fact.term(lang)
        case tuple():
            return ", ".join(fact)
        case _:
            return str(fact)

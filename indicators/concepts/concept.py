"""Concept: a named list of terms in several languages, which may take those of other concepts along."""

from collections.abc import Callable, Iterable, Mapping

from pydantic import ConfigDict, Field

from indicators.concepts.term import Term, parse_term
from indicators.written import Written

ANY_LANGUAGE = "any"
"""Key for names that are the same in every language."""

TermsByLanguage = Mapping[str, tuple[str, ...]]
"""Terms as they are written, by ISO 639-1 code; ``any`` for those of every language."""


class Concept(Written):
    """``{include: [other], en: [convoy*], fr: [convoi*], any: [JNIM]}``; ``about`` says what is meant."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, tuple[str, ...]] = Field(init=False)

    about: str = ""
    include: tuple[str, ...] = ()

    @property
    def terms(self) -> TermsByLanguage:
        """Its own terms, without those of the concepts it includes."""
        return self.__pydantic_extra__


def terms_for(terms: Mapping[str, Iterable[str]], lang: str) -> tuple[Term, ...]:
    """Return the terms that a text in *lang* is searched for (its own and ``any``)."""
    return tuple(parse_term(t) for key in (lang, ANY_LANGUAGE) for t in terms.get(key, ()))


def gathered(name: str, find: Callable[[str, str], Concept | None]) -> TermsByLanguage | None:
    """Return every term of the concept *name*, its own first, then of what it includes, each once.

    *find* returns a concept by its name and the name of the one that asks (``""`` for none), or
    ``None``: what is not known adds nothing here, and neither does a circle. ``None`` for an unknown *name*.
    """
    first = find(name, "")
    if first is None:
        return None
    found: dict[str, dict[str, None]] = {}
    waiting, seen = [(name, first)], [id(first)]
    while waiting:
        owner, concept = waiting.pop(0)
        for lang, terms in concept.terms.items():
            found.setdefault(lang, {}).update(dict.fromkeys(terms))
        for other in concept.include:
            part = find(other, owner)
            if part is not None and id(part) not in seen:
                seen.append(id(part))
                waiting.append((other, part))
    return {lang: tuple(terms) for lang, terms in found.items()}

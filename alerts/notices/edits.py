"""Edits: what a person changed in a draft. The machine's facts stay; a person's words stand beside or for them."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from pydantic import AwareDatetime, Field

from alerts.worded import Names, Worded
from indicators.rules import LocalText
from indicators.written import Written


class Part(StrEnum):
    """The parts of a notice that a person words."""

    HEADLINE = "headline"  # in the place of ours, with the same term, range and day
    CHANGED = "changed"  # below what changed
    SO_WHAT = "so_what"  # below the distances
    ALTERNATIVES = "alternatives"  # below the next most likely
    ADVICE = "advice"  # in the place of the subscription's
    TOLD = "told"  # what a correction or a recall says of its reason


class Edits(Worded):
    """Words by part and language, findings left out by their number from 1, another day for the next notice."""

    words: dict[Part, Names] = Field(default_factory=dict)
    left_out: tuple[int, ...] = ()
    next_update: AwareDatetime | None = None

    def text(self, part: Part, lang: str) -> str:
        """Return a person's words for *part* in *lang*; never another language's."""
        return self.words.get(part, {}).get(lang, "")

    def with_words(self, part: Part, lang: str, text: str) -> "Edits":
        """Return the edits with *text* for *part*; an empty one takes the words back."""
        own = {key: value for key, value in self.words.get(part, {}).items() if key != lang}
        own |= {lang: text.strip()} if text.strip() else {}
        words = {key: value for key, value in self.words.items() if key is not part}
        return self.model_copy(update={"words": words | ({part: own} if own else {})})

    def missing(self, languages: Iterable[str]) -> tuple[str, ...]:
        """Return what is worded in one language and not in another of *languages*, as ``advice.fr``."""
        wanted = tuple(languages)
        return tuple(f"{part}.{lang}" for part, words in self.words.items() for lang in wanted if not words.get(lang))


class WrittenWords(Written):
    """The same as a person writes it in a file; each text by its language."""

    words: dict[Part, LocalText] = Field(default_factory=dict)
    next_update: str = ""

    @property
    def flat(self) -> dict[str, str]:
        """What it says as ``part.lang`` and ``next_update``."""
        found = {f"{part}.{lang}": text for part, texts in self.words.items() for lang, text in texts.items()}
        return found | ({"next_update": self.next_update} if self.next_update else {})


_WEAK: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"\b(possible|possibly|may|might|could|cannot be (?:ruled out|excluded))\b", re.IGNORECASE),
    "fr": re.compile(r"\b(possible|peut-être|pourrai(?:t|ent)|ne peut être exclue?|pas exclue?)\b", re.IGNORECASE),
}


def weak_word(headline: str, lang: str) -> str:
    """Return the first word of *headline* that says less than any term of a scale; empty if there is none."""
    found = _WEAK[lang].search(headline) if lang in _WEAK else None
    return found.group() if found else ""

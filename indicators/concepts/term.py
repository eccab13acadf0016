"""Term: a word or a phrase as an analyst writes it in a concept, a name or a query."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from indicators.errors import IndicatorsError
from indicators.language.text import TURNING_PREFIXES, tokens

_MARK_AT_END = re.compile(r"(?<=\w)[*~](?=\s|$)")

SHORTEST_PREFIX = 3
"""``co*`` would match half the dictionary."""

LONGEST_PHRASE = 12
"""Words; a longer phrase is a quotation, and nobody writes it twice alike."""

MOST_PREFIXES = 6
"""Words like *de* and *post* in one phrase; each may stand apart or joined by a hyphen."""


@dataclass(frozen=True, slots=True)
class Word:
    """One folded word of a term.

    ``open_ended`` (``convoi*``) stands for every word that begins so, ``stemmed`` (``convoi~``) for
    every word with the same stem in the language of the text.
    """

    folded: str
    open_ended: bool = False
    stemmed: bool = False

    def __str__(self) -> str:
        return self.folded + "*" * self.open_ended + "~" * self.stemmed


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase as the matcher looks it up. ``written`` is what the analyst wrote."""

    written: str
    words: tuple[Word, ...]
    key: str = field(init=False, compare=False, repr=False)
    """What the term asks for, however it was written: ``Fuel-Truck*`` and ``fuel truck*`` are one."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", " ".join(map(str, self.words)))

    @property
    def stemmed(self) -> bool:
        """Whether it can only be read in a language whose stems are known."""
        return any(word.stemmed for word in self.words)


class TermError(IndicatorsError, ValueError):
    """A term nobody could match, or one that would match almost everything."""


@lru_cache(maxsize=65_536)
def parse_term(written: str) -> Term:
    """Return the term for *written*; raises :class:`TermError` that says what to write instead."""
    plain = written.removesuffix("*")
    if plain.isalnum() and plain.isascii():  # most terms are one word of a to z: no need to cut and fold them
        words: tuple[Word, ...] = (Word(plain.lower(), open_ended=plain != written),)
        _refuse_open(written, words)
        return Term(written, words)
    written = unicodedata.normalize("NFC", written)  # some machines type an accent as a character of its own
    cut = tokens(written)
    if not cut:
        raise TermError(f"the term {written!r} has no letters or digits: write a word")
    ends = [written[t.end : t.end + 1] for t in cut]
    words = tuple(Word(t.word, end == "*", end == "~") for t, end in zip(cut, ends, strict=True))
    _refuse_stray_marks(written, words)
    _refuse_open(written, words)
    if len(words) > LONGEST_PHRASE:
        raise TermError(f"the term {written!r} has {len(words)} words: at most {LONGEST_PHRASE} are read")
    if sum(word.folded in TURNING_PREFIXES for word in words) > MOST_PREFIXES:
        raise TermError(f"the term {written!r} has more than {MOST_PREFIXES} words like de and post: shorten it")
    return Term(written, words)


def _refuse_open(written: str, words: tuple[Word, ...]) -> None:
    for word in words:
        if (word.open_ended or word.stemmed) and len(word.folded) < SHORTEST_PREFIX:
            mark = "*" if word.open_ended else "~"
            raise TermError(
                f"the term {written!r} is too open: at least {SHORTEST_PREFIX} letters must stand before {mark}"
            )


def _refuse_stray_marks(written: str, words: tuple[Word, ...]) -> None:
    marks = written.count("*") + written.count("~")
    read = sum(word.open_ended or word.stemmed for word in words)
    if marks == len(_MARK_AT_END.findall(written)) == read:
        return
    mark = "*" if "*" in written else "~"
    raise TermError(f"the term {written!r} has a {mark} that does not end a word: write it last, as in convoy{mark}")

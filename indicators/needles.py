"""Needles: a term as letters to look for in a document's line of words, and what to check where they stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from indicators.concepts.term import Term, Word
from indicators.language.stems import stem
from indicators.language.text import TURNING_PREFIXES
from indicators.language.words import TURNED

_STEM_SHARED = 2
"""Letters at a stem's end that may differ in the word itself (army, armies: stem armi)."""


@dataclass(frozen=True, slots=True)
class Needle:
    """``letters`` begin with the space before the first word; ``rest`` are words still to be checked, by offset.

    ``stem`` is the one that the first word must have, if the term asks for it.
    """

    letters: str
    length: int
    rest: tuple[tuple[int, Word], ...] = ()
    stem: str = ""
    lang: str = ""

    def begins(self, word: str) -> bool:
        """Whether *word*, which begins with the needle's letters, can be the term's first."""
        return not self.stem or stem(word, self.lang) == self.stem

    def fits(self, line: str, at: int) -> bool:
        """Whether the words of *line* behind offset *at* are the term's; its letters are known to stand there."""
        end = at
        for _ in range(self.length):
            end = line.find(" ", end + 1)
            if end < 0:
                return False
        words = line[at + 1 : end].split(" ")
        return all(_is(words[offset], word, self.lang) for offset, word in self.rest)


def needles_of(term: Term, lang: str) -> tuple[Needle, ...]:
    """Return what to look for to find *term* in a text in *lang*; several where a prefix may be joined or apart."""
    if any(word.stemmed for word in term.words):
        words = tuple(Word(stem(w.folded, lang), stemmed=True) if w.stemmed else w for w in term.words)
    else:
        words = term.words
    spellings = sorted(set(_spellings(words))) if len(words) > 1 else [(words[0].folded,)]
    return tuple(_needle(spelling, words, lang) for spelling in spellings)


def _spellings(words: tuple[Word, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the words as a line may hold them: after a turning prefix a word may be marked as turned."""
    marks = [("", TURNED) if i and words[i - 1].folded in TURNING_PREFIXES else ("",) for i in range(len(words))]
    for chosen in product(*marks):
        yield tuple(mark + word.folded for mark, word in zip(chosen, words, strict=True))


def _needle(spelling: tuple[str, ...], words: tuple[Word, ...], lang: str) -> Needle:
    letters = ""
    for i, (spelled, word) in enumerate(zip(spelling, words, strict=True)):
        if word.stemmed:
            kept = max(_STEM_SHARED, len(spelled) - _STEM_SHARED)
            rest = tuple(enumerate(words))[max(i, 1) :]
            return Needle(f"{letters} {spelled[:kept]}", len(words), rest, stem="" if i else spelled, lang=lang)
        letters += f" {spelled}"
        if word.open_ended:
            return Needle(letters, len(words), tuple(enumerate(words))[i + 1 :], lang=lang)
    return Needle(letters + " ", len(words))


def _is(there: str, word: Word, lang: str) -> bool:
    there = there.removeprefix(TURNED)
    if word.stemmed:
        return stem(there, lang) == word.folded
    return there.startswith(word.folded) if word.open_ended else there == word.folded

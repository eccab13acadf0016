"""Document: an item's words, indexed once and asked many times."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from indicators.concepts import Term, Word
from indicators.items import Item
from indicators.text import Token, tokens

READ = 65_536
"""Characters of each field that are read; what is longer is cut and said so by the collector."""

FIELDS = ("title", "summary", "content")

_SENTENCE_END = re.compile(r"[.!?\u2026\u061f]+[\s\u00a0]+(?=[^a-z])|\n{2,}")


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """Where something was found: word positions ``first`` to ``last`` (inclusive) of the document."""

    first: int
    last: int


Hits = tuple[Hit, ...]


class Document:
    """One item as the matcher sees it: title, summary and content as one run of words.

    Words keep their field, sentence and offsets, so a hit can be shown in the original text.
    """

    def __init__(self, item: Item) -> None:
        self.item = item
        self.texts: Mapping[str, str] = {field: getattr(item, field) for field in FIELDS}
        self._tokens: list[Token] = []
        self._fields: list[str] = []
        self._sentences: list[int] = []
        self._index: dict[str, list[int]] = {}
        self._read()
        self._vocabulary: list[str] = []
        self._found: dict[tuple[Word, ...], tuple[Hit, ...]] = {}

    def _read(self) -> None:
        sentence = 0
        for field, text in self.texts.items():
            ends = [cut.end() for cut in _SENTENCE_END.finditer(text, 0, READ)]
            for token in tokens(text[:READ]):
                while ends and token.start >= ends[0]:
                    ends.pop(0)
                    sentence += 1
                self._index.setdefault(token.word, []).append(len(self._tokens))
                self._tokens.append(token)
                self._fields.append(field)
                self._sentences.append(sentence)
            sentence += 1

    def words(self) -> Iterable[tuple[str, list[int]]]:
        """Return every different folded word and the positions where it stands."""
        return self._index.items()

    def find(self, term: Term) -> tuple[Hit, ...]:
        """Return every place where *term* stands as whole words of one field, in order."""
        if term.words not in self._found:
            starts = self._positions(term.words[0])
            hits = (self.stands(term.words, at) for at in starts)
            self._found[term.words] = tuple(hit for hit in hits if hit is not None)
        return self._found[term.words]

    def stands(self, words: tuple[Word, ...], first: int) -> Hit | None:
        """Return the hit of *words* from position *first* on (whose first word fits), if the rest stands there."""
        last = first + len(words) - 1
        if last >= len(self._tokens) or self._tokens[first].turned or self._fields[first] != self._fields[last]:
            return None
        if all(self._is(first + i, words[i]) for i in range(1, len(words))):
            return Hit(first, last)
        return None

    def visible(self, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        """Return those of *hits* that lie in the part of the item that is being looked at."""
        return hits

    def _positions(self, word: Word) -> list[int]:
        if not word.open_ended:
            return self._index.get(word.folded, [])
        return sorted(at for candidate in self._beginning(word.folded) for at in self._index[candidate])

    def _beginning(self, letters: str) -> Iterator[str]:
        if not self._vocabulary:
            self._vocabulary = sorted(self._index)
        for candidate in self._vocabulary[bisect_left(self._vocabulary, letters) :]:
            if not candidate.startswith(letters):
                break
            yield candidate

    def _is(self, position: int, word: Word) -> bool:
        there = self._tokens[position].word
        return there.startswith(word.folded) if word.open_ended else there == word.folded

    def field_of(self, hit: Hit) -> str:
        """Return ``title``, ``summary`` or ``content``."""
        return self._fields[hit.first]

    def sentence_of(self, position: int) -> int:
        """Return the number of the sentence that the word at *position* stands in."""
        return self._sentences[position]

    def span_of(self, hit: Hit) -> tuple[int, int]:
        """Return the hit's character offsets in its field's original text."""
        return self._tokens[hit.first].start, self._tokens[hit.last].end

    def quote(self, hit: Hit) -> str:
        """Return the original words of *hit*."""
        start, end = self.span_of(hit)
        return self.texts[self.field_of(hit)][start:end]

    def part(self, fields: frozenset[str]) -> "Document":
        """Return a view of this document in which only *fields* are seen."""
        return _Part(self, fields)


class _Part(Document):
    """A document of which only some fields are seen. It shares the index of the whole."""

    def __init__(self, whole: Document, fields: frozenset[str]) -> None:
        self.__dict__.update(whole.__dict__)
        self._seen: frozenset[str] = fields & self.__dict__.get("_seen", fields)  # title: within body: sees nothing

    def find(self, term: Term) -> tuple[Hit, ...]:
        return self.visible(super().find(term))

    def visible(self, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        return tuple(hit for hit in hits if self._fields[hit.first] in self._seen)

"""Document: an item's words, indexed once and asked many times."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from indicators.concepts import Term, Word
from indicators.items import Item
from indicators.text import Token, tokens

READ = 65_536
"""Characters of each field that are read; what is longer is cut and said so by the collector."""

_SENTENCE_END = re.compile(r"[.!?\u2026\u061f]+[\s\u00a0]+(?=[^a-z])|\n{2,}")


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """Where something was found: word positions ``first`` to ``last`` (inclusive) of the document."""

    first: int
    last: int


class Document:
    """One item as the matcher sees it: title, summary and content as one run of words.

    Words keep their field, sentence and offsets, so a hit can be shown in the original text.
    """

    __slots__ = ("_fields", "_found", "_index", "_sentences", "_tokens", "_vocabulary", "item", "texts")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.texts = {"title": item.title, "summary": item.summary, "content": item.content}
        self._tokens: list[Token] = []
        self._fields: list[str] = []
        self._sentences: list[int] = []
        self._index: dict[str, list[int]] = {}
        self._found: dict[tuple[Word, ...], tuple[Hit, ...]] = {}
        self._read()
        self._vocabulary = sorted(self._index)

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

    def find(self, term: Term) -> tuple[Hit, ...]:
        """Return every place where *term* stands as whole words of one field, in order."""
        if term.words not in self._found:
            self._found[term.words] = tuple(self._search(term.words))
        return self._found[term.words]

    def _search(self, words: tuple[Word, ...]) -> Iterator[Hit]:
        length = len(words)
        for first in self._positions(words[0]):
            last = first + length - 1
            if (
                last >= len(self._tokens)
                or self._tokens[first].turned
                or self._fields[first] != self._fields[last]
            ):
                continue
            if all(self._is(first + i, words[i]) for i in range(1, length)):
                yield Hit(first, last)

    def _positions(self, word: Word) -> list[int]:
        if not word.open_ended:
            return self._index.get(word.folded, [])
        found: list[int] = []
        start = bisect_left(self._vocabulary, word.folded)
        for candidate in self._vocabulary[start:]:
            if not candidate.startswith(word.folded):
                break
            found += self._index[candidate]
        return sorted(found)

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

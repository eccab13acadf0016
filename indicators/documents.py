"""Document: an item's words, cut once and asked many times."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from indicators.items import Item
from indicators.language.words import line_of, spans_of
from indicators.needles import Needle

READ = 65_536
"""Characters of each field that are read; what is longer is cut and said so by the collector."""

FIELDS = ("title", "summary", "content")

FIELD_END = "\x03"
"""Stands between two fields, as a word that no term can name: no phrase goes over it."""

# It begins with a set of characters, so that the search jumps from one to the next; nothing is looked at
# twice, for a feed can bring sixty thousand dots.
_SENTENCE_END = re.compile(r"[.!?\u2026\u061f\n](?:(?<=\n)\n+|(?<!\n)\s+(?=[^\sa-z]))")


class Hit(NamedTuple):
    """Where something was found: word positions ``first`` to ``last`` (inclusive) of the document."""

    first: int
    last: int


Hits = tuple[Hit, ...]


class Document:
    """One item as the matcher sees it: title, summary and content as one run of words.

    ``line`` holds the same words, each with a space on both sides, for those who look for letters.
    Sentences and offsets are worked out when they are asked for: few documents match anything.
    """

    def __init__(self, item: Item) -> None:
        self.item = item
        self.texts: Mapping[str, str] = {field: getattr(item, field) for field in FIELDS}
        self._starts = [0]
        self._offsets = [1]
        pieces: list[str] = []
        words, at = 0, 1
        for text in self.texts.values():
            if text and (piece := line_of(text[:READ])):
                pieces.append(piece)
                words += piece.count(" ") + 1
                at += len(piece) + 1
            pieces.append(FIELD_END)
            words, at = words + 1, at + 2
            self._starts.append(words)
            self._offsets.append(at)
        self.line = f" {' '.join(pieces)} "
        self.looked_up: dict[object, Hits] = {}
        """What has been found so far, under the terms that were looked for."""
        self.searched: dict[object, Any] = {}
        """What stands here of the terms of each search."""
        self._words: list[str] = []
        self._sentences: list[int] = []
        self._parts: dict[str, Document] = {}
        self._ends: dict[str, tuple[int, int]] = {}

    def find(self, needle: Needle) -> list[Hit]:
        """Return every place where *needle* stands, in order."""
        found: list[Hit] = []
        line, letters, stem, rest = self.line, needle.letters, needle.stem, needle.rest
        first = last = 0
        at = line.find(letters)
        while at >= 0:
            if not stem or needle.begins(line[at + 1 : line.index(" ", at + 1)]):
                first += line.count(" ", last, at)
                last = at
                if not rest or needle.fits(line, at):
                    found.append(Hit(first, first + needle.length - 1))
            at = line.find(letters, at + 1)
        return found

    @property
    def words(self) -> list[str]:
        """The words by position, with :data:`FIELD_END` behind each field."""
        if not self._words:
            self._words += self.line.split()
        return self._words

    def visible(self, hits: Hits) -> Hits:
        """Return those of *hits* that lie in the part of the item that is being looked at."""
        return hits

    def field_number(self, position: int) -> int:
        """Return the place in :data:`FIELDS` of the field that the word at *position* stands in."""
        return bisect_right(self._starts, position) - 1

    def field_bounds(self, position: int) -> tuple[int, int]:
        """Return the first position of the field that *position* lies in, and the one behind its last."""
        number = self.field_number(position)
        return self._starts[number], self._starts[number + 1]

    def field_of(self, hit: Hit) -> str:
        """Return ``title``, ``summary`` or ``content``."""
        return FIELDS[self.field_number(hit.first)]

    def sentence_of(self, position: int) -> int:
        """Return the number of the sentence that the word at *position* stands in; a field begins a new one."""
        if not self._sentences:
            for start, text in zip(self._starts, self.texts.values(), strict=False):
                lengths = (len(sentence.split()) for sentence in _sentences(text[:READ]))
                self._sentences += accumulate(lengths, initial=start)
        return bisect_right(self._sentences, position)

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        """Offsets of every word in its field's text; a field's end stands at the text's end."""
        spans: list[tuple[int, int]] = []
        for text in self.texts.values():
            spans += spans_of(text[:READ])
            spans.append((len(text), len(text)))
        return spans

    def span_of(self, hit: Hit) -> tuple[int, int]:
        """Return the hit's character offsets in its field's original text."""
        return self._spans[hit.first][0], self._spans[hit.last][1]

    def quote(self, hit: Hit) -> str:
        """Return the original words of *hit*."""
        start, end = self.span_of(hit)
        return self.texts[self.field_of(hit)][start:end]

    def part(self, name: str) -> "Document":
        """Return a view of this document in which only a part is seen: ``title``, ``body`` or ``lead``.

        The body is summary and content; the lead is the title with the first sentence of the body.
        """
        part = self._parts.get(name)
        if part is None:
            bounds = (self._starts[1], self._starts[-1]) if name == "body" else (0, self._end(name)[0])
            part = self._parts[name] = _Part(self, *bounds)
        return part

    def end_of(self, name: str) -> int:
        """Return the offset in ``line`` of the space behind the last word of ``title`` or ``lead``."""
        return self._end(name)[1]

    def _end(self, name: str) -> tuple[int, int]:
        """Return the position behind the last word of ``title`` or ``lead``, and its offset in ``line``."""
        end = self._ends.get(name)
        if end is None:
            end = self._ends[name] = self._field_end(0) if name == "title" else self._lead_end()
        return end

    def _lead_end(self) -> tuple[int, int]:
        number = 1 if self._starts[2] > self._starts[1] + 1 else 2  # an empty summary has no sentence
        first = next(filter(None, _sentences(self.texts[FIELDS[number]][:READ])), "")
        if not first:
            return self._field_end(number)
        return self._starts[number] + first.count(" ") + 1, self._offsets[number] + len(first)

    def _field_end(self, number: int) -> tuple[int, int]:
        return self._starts[number + 1] - 1, self._offsets[number + 1] - len(f" {FIELD_END} ")


class _Part(Document):
    """A document of which only some words are seen. It shares everything with the whole."""

    def __init__(self, whole: Document, start: int, end: int) -> None:
        self.__dict__ = dict(whole.__dict__)
        self._parts = {}
        before: tuple[int, int] = self.__dict__.get("_seen", (start, end))
        self._seen = max(start, before[0]), min(end, before[1])  # title: within body: sees nothing

    def visible(self, hits: Hits) -> Hits:
        start, end = self._seen
        return tuple(hit for hit in hits if start <= hit.first < end)


def _sentences(text: str) -> Iterator[str]:
    """Yield the folded words of each sentence of *text* but the last."""
    begun = 0
    for end in _SENTENCE_END.finditer(text):
        yield line_of(text[begun : end.start()])
        begun = end.end()

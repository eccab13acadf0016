"""Excerpts: the parts of a report in which a rule found its words, with those words marked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from indicators.items import Item
from indicators.matcher import Evidence

AROUND = 70
"""Characters shown before and after words that stand below the headline."""

MOST = 2
"""Excerpts from below the headline; more of the same proves nothing more."""

_BELOW = ("summary", "content")


LONGEST = 40_000
"""Characters of a whole text that are shown."""


class Quoted(Protocol):
    """An item with the words that something found in it: a match, or the hit of a search."""

    @property
    def item(self) -> Item:
        """The report."""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The words found, with their offsets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A stretch of one field of an item; ``marks`` are the (start, end) of words in ``text``.

    ``cut`` says whether something was left out before and after it.
    """

    field: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()
    cut: tuple[bool, bool] = (False, False)

    def marked(self, before: str = "[", after: str = "]") -> str:
        """Return the text with *before* and *after* around each mark, and … where it is cut."""
        told, at = ["… " if self.cut[0] else ""], 0
        for start, end in self.marks:
            told += [self.text[at:start], before, self.text[start:end], after]
            at = end
        return "".join([*told, self.text[at:], " …" if self.cut[1] else ""])

    @property
    def pieces(self) -> tuple[tuple[str, bool], ...]:
        """The text in pieces, each with whether it is one of the words found."""
        told, at = [], 0
        for start, end in self.marks:
            told += [(self.text[at:start], False), (self.text[start:end], True)]
            at = end
        return tuple(piece for piece in (*told, (self.text[at:], False)) if piece[0])


def excerpts_of(match: Quoted) -> tuple[Excerpt, ...]:
    """Return the headline and what else of the item's text made *match* hold; event codes come last."""
    title = Excerpt(field="title", text=match.item.title, marks=_marks(match, "title", 0, len(match.item.title)))
    codes = [e.words for e in match.evidence if e.field == "codes"]
    coded = (Excerpt(field="codes", text=", ".join(codes)),) if codes else ()
    return (title, *_below(match), *coded)


def whole(match: Quoted, field: str, *, most: int = LONGEST) -> Excerpt:
    """Return all of a *field* of the item (its first *most* characters) with the words found in it."""
    text: str = getattr(match.item, field)
    return Excerpt(
        field=field,
        text=text[:most],
        marks=_marks(match, field, 0, min(most, len(text))),
        cut=(False, len(text) > most),
    )


def _below(match: Quoted) -> Iterator[Excerpt]:
    left = MOST
    for field in _BELOW:
        text: str = getattr(match.item, field)
        shown = 0
        for evidence in sorted((e for e in match.evidence if e.field == field), key=lambda e: e.start):
            if evidence.start < shown or evidence.end > len(text) or not left:  # a long text may be left out
                continue
            start, shown = _around(text, evidence)
            left -= 1
            flat = text[start:shown].replace("\n", " ")
            cut = (start > 0, shown < len(text))
            yield Excerpt(field=field, text=flat, marks=_marks(match, field, start, shown), cut=cut)


def _around(text: str, evidence: Evidence) -> tuple[int, int]:
    """Return where the words around *evidence* begin and end: whole words, some :data:`AROUND` characters away."""
    start, end = max(0, evidence.start - AROUND), min(len(text), evidence.end + AROUND)
    while 0 < start < evidence.start and not text[start - 1].isspace():
        start += 1
    while evidence.end < end < len(text) and not text[end].isspace():
        end -= 1
    return start, end


def _marks(match: Quoted, field: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return the words found in *field* between two offsets, overlapping ones as one, counted from *start*."""
    found: list[tuple[int, int]] = []
    for evidence in sorted((e for e in match.evidence if e.field == field), key=lambda e: (e.start, e.end)):
        if evidence.start < start or evidence.end > end:
            continue
        if found and evidence.start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], evidence.end))
        else:
            found.append((evidence.start, evidence.end))
    return tuple((a - start, b - start) for a, b in found)

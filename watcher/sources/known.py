"""What is remembered of a feed's entries from one poll to the next, so that only new and changed ones are read.

Of each entry of the last document: a digest of its bytes, digests of what its identity was made from, and what that
identity rests on. An entry is known if its bytes are, and the frame around the entries is the same but for its dates.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from watcher.sources.cuts import Cut, cut_of
from watcher.sources.identity import DIGEST, Draft, Marks, digest

MOST_KNOWN = 100_000
"""Entries of one feed that are remembered, five megabytes of them: more than a document of 10 MB holds."""

MOST_READ = 2_000
"""Entries of one feed that are read at one poll, two seconds of work at most. The others wait for the next."""

READ_AS = "2"
"""Written anew when the same bytes become other items: then everything is read once more."""

_DATES = re.compile(rb"<((?:\w+:)?(?:lastBuildDate|pubDate|updated|date|modified))>[^<>]*</\1\s*>", re.IGNORECASE)
_COMMENTS = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROW = 5 * DIGEST + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntries:
    """The entries of a document, by a digest of their bytes; ``frame`` is that of what stands around them."""

    frame: str = ""
    marks: Mapping[bytes, Marks]

    @classmethod
    def read(cls, written: str) -> Self:
        """Return what :meth:`write` wrote; nothing is known of what cannot be read."""
        frame, _, rows = written.partition(":")
        try:
            packed = b64decode(rows, validate=True)
        except (Error, ValueError):
            packed = b""
        if len(packed) % _ROW:
            packed = b""
        found = (packed[start : start + _ROW] for start in range(0, len(packed), _ROW))
        return cls(frame=frame, marks={row[:DIGEST]: Marks.unpack(row[DIGEST:]) for row in found})

    def write(self) -> str:
        """Return it as one line of ASCII."""
        rows = b"".join(raw + marks.pack() for raw, marks in list(self.marks.items())[:MOST_KNOWN])
        return f"{self.frame}:{b64encode(rows).decode()}"


def frame_of(cut: Cut, *context: str) -> str:
    """Return a digest of all but the entries that can tell in an item: the frame without its dates, and *context*."""
    around = _DATES.sub(b"", _COMMENTS.sub(b"", cut.head + b"\0" + cut.tail))
    return hashlib.sha256(b"\0".join([around, READ_AS.encode(), *map(str.encode, context)])).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """A document beside the one before: ``raw`` are all its entries, ``fresh`` where those stand that are not known."""

    cut: Cut
    frame: str
    raw: tuple[bytes, ...]
    fresh: tuple[int, ...]
    beside: tuple[Marks, ...]
    """The marks of the known entries that are still in it."""
    known: KnownEntries
    waiting: int = 0
    """How many entries are neither known nor to be read at this poll."""

    @property
    def document(self) -> bytes:
        """The document without its known entries."""
        return self.cut.head + b"".join(self.cut.entries[place] for place in self.fresh) + self.cut.tail

    def anew(self) -> Self:
        """Return the same document as if nothing of it were known."""
        places = range(len(self.raw))
        waiting = max(len(places) - MOST_READ, 0)
        return replace(self, fresh=tuple(places[:MOST_READ]), beside=(), known=KnownEntries(marks={}), waiting=waiting)

    def stands(self, bases: Mapping[bytes, bytes]) -> bool:
        """Whether every known entry keeps its identity among the entries of today, whose identities rest on *bases*."""
        if self.waiting:
            return True  # told as half a document; the last of its polls sees all entries side by side
        return all(bases[one.whole] == one.basis for one in self.beside)

    def after(self, drafts: Sequence[Draft | None], marks: Sequence[Marks]) -> str:
        """Return what is to be known of this document: *drafts* are those that were read now, *marks* of the good ones.

        An entry that cannot be read is not known: it is tried and told again.
        """
        read = iter(marks)
        fresh = self.fresh if len(drafts) == len(self.fresh) else range(len(self.raw))
        new = {self.raw[place]: next(read) for place, draft in zip(fresh, drafts, strict=True) if draft}
        kept = {raw: new.get(raw) or self.known.marks.get(raw) for raw in self.raw}
        return KnownEntries(frame=self.frame, marks={raw: one for raw, one in kept.items() if one}).write()


def delta_of(body: bytes, *context: str, content_type: str, known: KnownEntries) -> Delta | None:
    """Return *body* beside what is *known* of the document before, or ``None`` where it cannot be cut for certain."""
    cut = cut_of(body, content_type=content_type)
    if cut is None:
        return None
    frame = frame_of(cut, content_type, *context)
    kept = known if known.frame == frame else KnownEntries(marks={})
    raw = tuple(digest(entry) for entry in cut.entries)
    fresh = tuple(place for place, one in enumerate(raw) if one not in kept.marks)
    return Delta(
        cut=cut,
        frame=frame,
        raw=raw,
        fresh=fresh[:MOST_READ],  # from the top: feeds show their newest first
        beside=tuple(kept.marks[one] for one in dict.fromkeys(raw) if one in kept.marks),
        known=kept,
        waiting=max(len(fresh) - MOST_READ, 0),
    )

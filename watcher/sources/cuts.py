"""Where the entries of a feed stand in its bytes, said only where it is certain.

A full XML parser that keeps nothing walks the document: comments, CDATA and nested elements are what they are. Where
anything is not as in a plain feed there is no cut, and the whole document is read.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from xml.parsers import expat

_ENTRIES = frozenset({"item", "entry"})
_DECLARED = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._-]+)", re.IGNORECASE)
_UTF8 = frozenset({"utf-8", "utf8"})
_LIKE_ASCII = _UTF8 | {"us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "iso-8859-15"}
_NAME = re.compile(rb"[^\s/>]+")
_DEEPEST_ENTRY = 3
"""An entry is a child of the root, or of a channel in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A document in pieces that, put together again, are its bytes: with fewer entries it is as good a feed."""

    head: bytes
    entries: tuple[bytes, ...]
    tail: bytes


def cut_of(body: bytes, *, content_type: str) -> Cut | None:
    """Return *body* in pieces, or ``None`` where the cut is not certain."""
    if not _plain(body, content_type):
        return None
    walk = _Walk(body)
    try:
        walk.read()
    except (_UncertainError, expat.ExpatError):
        return None
    spans = walk.spans
    gaps = (body[end:start] for (_, end), (start, _) in pairwise(spans))
    if not spans or any(gap.strip(b" \t\r\n") for gap in gaps):
        return None
    return Cut(
        head=body[: spans[0][0]], entries=tuple(body[start:end] for start, end in spans), tail=body[spans[-1][1] :]
    )


def _plain(body: bytes, content_type: str) -> bool:
    """Whether every name that the document and the server give its encoding leads to the same letters."""
    declared = _DECLARED.match(body)
    charset = _CHARSET.search(content_type)
    told = {declared[1].decode().lower()} if declared else set()
    told |= {charset[1].lower()} if charset else set()
    if body.isascii():
        return told <= _LIKE_ASCII
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return told <= _UTF8


class _UncertainError(Exception):
    """Something stands where none would be in a plain feed."""


class _Walk:
    """One pass over the elements; ``spans`` is where each entry begins and ends, in bytes."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.spans: list[tuple[int, int]] = []
        self._depth = 0
        self._at = 0  # the depth on which entries stand, once there was one
        self._over = False
        self._begun = -1
        self._ending = _NAME
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._document_type

    def read(self) -> None:
        self._parser.Parse(self._body, True)

    def _document_type(self, *_: object) -> None:
        raise _UncertainError

    def _start(self, name: str, _: object) -> None:
        self._depth += 1
        if name.rpartition(" ")[2].lower() not in _ENTRIES:
            return
        if self._begun >= 0 or self._over or self._depth > _DEEPEST_ENTRY or self._at not in (0, self._depth):
            raise _UncertainError
        self._at = self._depth
        self._begun = self._parser.CurrentByteIndex
        written = _NAME.match(self._body, self._begun + 1)
        self._ending = re.compile(rb"</" + re.escape(written[0] if written else b"?") + rb"\s*>")

    def _end(self, _: str) -> None:
        if self._begun >= 0 and self._depth == self._at:
            end = self._parser.CurrentByteIndex
            if not self._ending.match(self._body, end):
                raise _UncertainError  # an entry without content, which has no end tag
            self.spans.append((self._begun, self._body.index(b">", end) + 1))
            self._begun = -1
        elif self.spans and self._depth < self._at:
            self._over = True  # the element that holds them is closed: no second list may follow
        self._depth -= 1

"""Where the entries of a feed stand in its bytes, said only where it is certain.

A full XML parser walks the document; of what is not well-formed nothing is said. What is well-formed has no ``<`` but
where markup begins, so one search for tags that steps over comments, CDATA sections and instructions meets every
entry. Where anything is not as in a plain feed there is no cut, and the whole document is read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from xml.parsers import expat

_ENTRIES = frozenset({"item", "entry"})
_MARKUP = re.compile(
    rb"<(?:!--(?:[^-]++|-(?!->))*+-->"
    rb"|!\[CDATA\[(?:[^\]]++|\](?!\]>))*+\]\]>"
    rb"|\?(?:[^?]++|\?(?!>))*+\?>"
    rb"|(?P<tag>/?(?:[^\s<>/:!?]++:)?+(?:item|entry))(?=[\s/>]))",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._-]+)", re.IGNORECASE)
_UTF8 = frozenset({"utf-8", "utf8"})
_LIKE_ASCII = _UTF8 | {"us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "iso-8859-15"}
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
    try:
        first = _first_entry(body)
        spans = list(_spans(body))
    except (_UncertainError, expat.ExpatError):
        return None
    gaps = (body[end:start] for (_, end), (start, _) in pairwise(spans))
    if not spans or spans[0][0] != first or any(gap.strip(b" \t\r\n") for gap in gaps):
        return None
    return Cut(head=body[:first], entries=tuple(body[start:end] for start, end in spans), tail=body[spans[-1][1] :])


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


def _first_entry(body: bytes) -> int:
    """Return at which byte the first entry begins, -1 without one; raises what it finds wrong with the document."""
    parser = expat.ParserCreate(namespace_separator=" ")
    depth, first = 0, -1

    def start(name: str, _: object) -> None:
        nonlocal depth, first
        depth += 1
        if name.rpartition(" ")[2].lower() not in _ENTRIES:
            return
        if depth > _DEEPEST_ENTRY:
            raise _UncertainError
        first = parser.CurrentByteIndex
        parser.StartElementHandler = parser.EndElementHandler = None  # from here on only whether it is well-formed

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def document_type(*_: object) -> None:
        raise _UncertainError

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = document_type
    parser.Parse(body, True)
    return first


def _spans(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each entry of a well-formed document begins and ends.

    No entry may stand in another, so that the next end after a beginning is its own. An entry without content has
    no end, and is found out by the beginning that follows, or by the end of the document.
    """
    begun = -1
    for found in _MARKUP.finditer(body):
        if not (tag := found["tag"]):
            continue
        ends = tag.startswith(b"/")
        if ends == (begun < 0):
            raise _UncertainError
        if ends:
            yield begun, body.index(b">", found.end()) + 1
        begun = -1 if ends else found.start()
    if begun >= 0:
        raise _UncertainError

"""XML from strangers, as a small tree: no document type, no entity of its own, bounded in depth, size and text.

The parser is expat, which comes with Python. It opens no file and no socket unless it is given a handler for that,
and it is given none. A document type declaration is refused as soon as it begins, so nothing can be declared that
grows when it is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

DEEPEST = 64
"""Elements inside one another; an alert in a feed has nine."""

MOST_NODES = 50_000
TEXT_LIMIT = 2_000_000
"""Characters that are kept of one element's text."""

_PIECE = 1 << 16


class RefusedXmlError(Exception):
    """The document is not read; the message says why, without quoting it."""


@dataclass(slots=True, kw_only=True)
class Node:
    """One element. ``closed`` is False for one whose end never came."""

    namespace: str
    name: str
    attributes: dict[str, str]
    children: "list[Node]" = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    closed: bool = False

    @property
    def text(self) -> str:
        """The element's own text, without white space at its ends."""
        return "".join(self.texts).strip()

    def all(self, name: str) -> "list[Node]":
        """Return the children called *name*, whatever their namespace."""
        return [child for child in self.children if child.name == name]

    def first(self, *names: str) -> str:
        """Return the text of the first child of these *names* that has any, the names in turn; else nothing."""
        return next((text for name in names for child in self.all(name) if (text := child.text)), "")

    def walk(self) -> "Iterator[Node]":
        """Yield this node and everything in it, in the document's order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A document: its root, and why its end is missing where it is (*broken* is empty for a whole one)."""

    root: Node
    broken: str = ""
    cut: bool = False
    """Whether it just ends, as a document does that was cut short."""


def parse_xml(body: bytes) -> Tree:
    """Parse *body*; of a document that breaks off, what was read before is there.

    Raises :class:`RefusedXmlError` for one that is not XML at all, or that is made to do harm.
    """
    builder = _Builder()
    broken, cut = "", False
    try:
        builder.read(body)
    except expat.ExpatError as error:
        broken, cut = _words(error), error.code in _CUT
    if builder.root is None:
        raise RefusedXmlError(broken or "it has no element")
    return Tree(root=builder.root, broken=broken, cut=cut)


_ENDS = (
    expat.errors.XML_ERROR_NO_ELEMENTS,
    expat.errors.XML_ERROR_UNCLOSED_TOKEN,
    expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    expat.errors.XML_ERROR_PARTIAL_CHAR,
)
_CUT = frozenset(expat.errors.codes[text] for text in _ENDS)


def _words(error: expat.ExpatError) -> str:
    return f"{expat.ErrorString(error.code)}, line {error.lineno}"


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._nodes = 0
        self._room = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def read(self, body: bytes) -> None:
        # In pieces: a refusal takes effect at the end of the piece in which it is raised.
        for start in range(0, len(body), _PIECE):
            self._parser.Parse(body[start : start + _PIECE], False)
        self._parser.Parse(b"", True)

    def _document_type(self, *_: object) -> None:
        raise RefusedXmlError("it declares a document type (DTD), which is not read")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._nodes += 1
        if len(self._open) >= DEEPEST:
            raise RefusedXmlError(f"more than {DEEPEST} elements inside one another")
        if self._nodes > MOST_NODES:
            raise RefusedXmlError(f"more than {MOST_NODES} elements")
        namespace, _, local = name.rpartition(" ")
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        node = Node(namespace=namespace, name=local, attributes=plain)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)
        self._room = TEXT_LIMIT

    def _end(self, _: str) -> None:
        self._open.pop().closed = True
        self._room = TEXT_LIMIT

    def _text(self, text: str) -> None:
        kept = text[: self._room]
        if kept:
            self._open[-1].texts.append(kept)
            self._room -= len(kept)

"""What a parsed query is made of: one frozen node per construct of the language."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from indicators.concepts import Term


class Field(StrEnum):
    """A part of an item that a query can name."""

    TITLE = "title"
    BODY = "body"
    LEAD = "lead"
    SOURCE = "source"
    LANG = "lang"
    TYPE = "type"


TOLD = frozenset({Field.SOURCE, Field.LANG, Field.TYPE})
"""Fields that a query compares with a name; the others are read for words."""


@dataclass(frozen=True, slots=True)
class Find:
    """A word or phrase."""

    term: Term


@dataclass(frozen=True, slots=True)
class Concept:
    """``@name``: any term of a concept in the item's language."""

    name: str


@dataclass(frozen=True, slots=True)
class Actor:
    """``#name``: any name of an actor."""

    name: str


@dataclass(frozen=True, slots=True)
class And:
    """Every part holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Some part holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Near:
    """Both sides hold with at most ``words`` words between them; ``ordered`` wants the left one first."""

    left: "Node"
    right: "Node"
    words: int
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class SameSentence:
    """Both sides hold within one sentence."""

    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Within:
    """The part holds inside one field, or names the source, language or type of the item."""

    field: Field
    part: "Node"


@dataclass(frozen=True, slots=True)
class Named:
    """``@name`` where the name stands for a query: the part, which an assessment's ``queries:`` writes under it."""

    name: str
    part: "Node"


LEAVES = (Find, Concept, Actor)
"""Nodes that have no other inside."""

Node = Find | Concept | Actor | And | Or | Not | Near | SameSentence | Within | Named


def walk(node: Node) -> Iterator[Node]:
    """Yield *node* and every node inside it, in reading order."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(inside(node))


def inside(node: Node) -> tuple[Node, ...]:
    """Return the nodes that *node* is made of, in reading order."""
    match node:
        case Find() | Concept() | Actor():
            return ()
        case And(parts) | Or(parts):
            return parts
        case Not(part) | Within(_, part) | Named(_, part):
            return (part,)
        case Near(left, right) | SameSentence(left, right):
            return (left, right)

"""Editing: one value of an assessment's file put in anew; every other byte stays as its author wrote it.

Comments, order and quoting survive because only the characters of the value itself are exchanged;
the YAML library tells where they stand.
"""

import json
import re
from textwrap import wrap
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from indicators.errors import IndicatorsError
from indicators.written import Path, spoken

WIDTH = 118
"""Characters of a line that is written here."""

_LINE_END = re.compile(r"\r\n|\n|\r")
_COMMENT_OR_EMPTY = re.compile(r"[ \t]*(#.*)?")


class EditError(IndicatorsError, ValueError):
    """A change that cannot be made to this file; the sentence says why."""


def edited(text: str, path: Path, value: str) -> str:
    """Return *text* with the value at *path* replaced by the one line *value*, or put in where it is missing.

    A missing key is put in behind its last sibling. An empty *value* takes the key out. Lines that are
    written here end as the first line of *text* does. Raises :class:`EditError` for a text that is not
    YAML, a path that leads nowhere or into text that several places share (``&``, ``*``, ``<<``), or a
    value that would not read back as it was given.
    """
    value = " ".join(value.split())
    parent, key = _mapping(text, path[:-1]), str(path[-1])
    here = next(((k, v) for k, v in parent.value if k.value == key), None)
    _refuse_shared(parent, here, path)
    if here is None:
        changed = _put_in(text, parent, key, value) if value else text
    elif value:
        changed = _exchanged(text, here, value)
    else:
        changed = _taken_out(text, parent, here)
    _refuse_other_changes(text, changed, path, value)
    return changed


def _mapping(text: str, path: Path) -> MappingNode:
    node = _composed(text)
    for step in path:
        inner = _step(node, step)
        if inner is None:
            raise EditError(f"the file has no {spoken(path)}")
        if not _inside(inner, node):
            raise EditError(f"{spoken(path)} is a reference (*) to another part of the file: {_BY_HAND}")
        node = inner
    if not isinstance(node, MappingNode) or node.flow_style:
        raise EditError(f"{spoken(path) or 'the file'} is not written with one key a line")
    return node


_BY_HAND = "edit the file by hand"


def _inside(inner: Node, outer: Node) -> bool:
    """Whether *inner* is written inside *outer*; what ``*name`` stands for is written elsewhere."""
    start: int = inner.start_mark.index
    return bool(outer.start_mark.index <= start <= outer.end_mark.index)


def _refuse_shared(parent: MappingNode, here: tuple[Node, Node] | None, path: Path) -> None:
    if any(key.value == "<<" for key, _ in parent.value):
        raise EditError(f"{spoken(path[:-1]) or 'the file'} takes keys from another part of the file (<<): {_BY_HAND}")
    if here is not None and _is_reference(*here):
        raise EditError(f"{spoken(path)} is a reference (*) to another part of the file: {_BY_HAND}")


def _is_reference(key: Node, value: Node) -> bool:
    return bool(value.start_mark.index < key.start_mark.index)


def _refuse_other_changes(before: str, after: str, path: Path, value: str) -> None:
    """Whatever the text looks like: the file must mean the same as before, but for the value at *path*."""
    old = _data(before, "not readable as YAML")
    new = _data(after, f"{spoken(path)} cannot be changed here ({_BY_HAND}); the file would not be readable as YAML")
    try:
        same = bool(new == _with(old, path, value))
    except RecursionError:  # a part of the file that contains itself
        same = False
    if not same:
        raise EditError(f"{spoken(path)} cannot be changed here without changing more than it: {_BY_HAND}")


def _with(data: Any, path: Path, value: str) -> Any:
    """Return *data* with *value* at *path*, copied on the way: other places may share its parts."""
    step, rest = path[0], path[1:]
    copied = data.copy()
    if rest:
        copied[step] = _with(data[step], rest, value)
    elif value:
        copied[step] = value
    else:
        copied.pop(step, None)
    return copied


def _data(text: str, wrong: str) -> Any:
    """Return the values in *text*; the fast reader comes first, the other one words its faults better."""
    try:
        return YAML(typ="safe").load(text)
    except (YAMLError, ValueError):
        pass
    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise EditError(f"{wrong}: {_fault(error)}") from None


def _fault(error: Exception) -> str:
    """Return what *error* says, in one line that can be printed."""
    said = str(getattr(error, "problem", None) or error).splitlines()[0]
    return said.encode("utf-8", "backslashreplace").decode("utf-8")


def _composed(text: str) -> Node:
    try:
        node = YAML(typ="rt").compose(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise EditError(f"not readable as YAML: {_fault(error)}") from None
    if not isinstance(node, Node):
        raise EditError("the file is empty")
    return node


def _step(node: Node, step: str | int) -> Node | None:
    if isinstance(step, int):
        return node.value[step] if isinstance(node, SequenceNode) and step < len(node.value) else None
    pairs = node.value if isinstance(node, MappingNode) else ()
    return next((value for key, value in pairs if key.value == step), None)


def _exchanged(text: str, here: tuple[Node, Node], value: str) -> str:
    key, old = here
    end = _end(text, *here)
    if _is_empty(old):
        start, gap = end, " "
    else:
        start, gap = old.start_mark.index, ""
    if text[end : _line_end(text, end)[0]].strip():  # a comment would become part of folded text
        return text[:start] + gap + json.dumps(value, ensure_ascii=False) + text[end:]
    return text[:start] + gap + _written(text, value, key.value, key.start_mark.column) + text[end:]


def _put_in(text: str, parent: MappingNode, key: str, value: str) -> str:
    last_key, last = parent.value[-1]
    column = last_key.start_mark.column
    at, _ = _line_end(text, _end(text, last_key, last))
    line = f"{' ' * column}{key}: {_written(text, value, key, column)}"
    return f"{text[:at]}{_newline(text)}{line}{text[at:]}"


def _taken_out(text: str, parent: MappingNode, here: tuple[Node, Node]) -> str:
    key, _ = here
    if parent.value[0][0] is key:
        raise EditError(f"{key.value} is the first key of its block: {_BY_HAND}")
    start = key.start_mark.index - key.start_mark.column
    at, after = _line_end(text, _end(text, *here))
    if at < after:
        return text[:start] + text[after:]
    return text[:start].removesuffix(_newline(text))  # the last line had no end, so the new last line has none


def _newline(text: str) -> str:
    found = _LINE_END.search(text)
    return found[0] if found else "\n"


def _line_end(text: str, at: int) -> tuple[int, int]:
    """Return where the line of *at* ends and where the next one begins; the same at the end of the file."""
    found = _LINE_END.search(text, at)
    return found.span() if found else (len(text), len(text))


def _is_empty(value: Node) -> bool:
    """Whether a key or an entry has no value; the library then tells the place of what follows."""
    return bool(value.start_mark.index == value.end_mark.index)


def _end(text: str, key: Node, value: Node) -> int:
    """Return where *value* ends, without the empty lines and comments that the library counts to a block."""
    if _is_reference(key, value):
        return int(key.end_mark.index)  # the reference stands on the same line
    if _is_empty(value):
        return text.index(":", key.end_mark.index) + 1
    if isinstance(value, MappingNode | SequenceNode) and not value.flow_style and value.value:
        last = value.value[-1]
        if isinstance(value, MappingNode):
            return _end(text, *last)
        if _inside(last, value) and not _is_empty(last) and all(last is not other for other in value.value[:-1]):
            return _end(text, key, last)
        return _before_comments(text, value)
    start: int = value.start_mark.index
    return start + len(text[start : value.end_mark.index].rstrip())


def _before_comments(text: str, block: Node) -> int:
    """Return where *block* ends, for a block whose last line is a reference or an empty entry, and no folded text."""
    lines = text[block.start_mark.index : block.end_mark.index].splitlines(keepends=True)
    while len(lines) > 1 and _COMMENT_OR_EMPTY.fullmatch(lines[-1].rstrip("\r\n")):
        lines.pop()
    return int(block.start_mark.index) + len("".join(lines).rstrip())


def _written(text: str, value: str, key: str, column: int) -> str:
    """Return *value* as YAML: in quotes if it fits beside its key, else folded over lines that end as in *text*."""
    quoted = json.dumps(value, ensure_ascii=False)
    if column + len(key) + 2 + len(quoted) <= WIDTH:
        return quoted
    indent = " " * (column + 2)
    lines = wrap(value, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
    return "".join([">-", *(f"{_newline(text)}{indent}{line}" for line in lines)])

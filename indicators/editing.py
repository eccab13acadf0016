"""Editing: one value of an assessment's file put in anew; every other byte stays as its author wrote it.

Comments, order and quoting survive because only the characters of the value itself are exchanged;
the YAML library tells where they stand.
"""

import json
from textwrap import wrap
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from indicators.errors import IndicatorsError
from indicators.written import Path

WIDTH = 118
"""Characters of a line that is written here."""


class EditError(IndicatorsError, ValueError):
    """A change that cannot be made to this file; the sentence says why."""


def edited(text: str, path: Path, value: str) -> str:
    """Return *text* with the value at *path* replaced by the one line *value*, or put in where it is missing.

    A missing key is put in behind its last sibling. An empty *value* takes the key out. Raises
    :class:`EditError` for a text that is not YAML, a path that leads nowhere, or a value that would
    not read back as it was given.
    """
    value = " ".join(value.split())
    parent, key = _mapping(text, path[:-1]), str(path[-1])
    here = next(((k, v) for k, v in parent.value if k.value == key), None)
    if here is None:
        changed = _put_in(text, parent, key, value) if value else text
    elif value:
        changed = _exchanged(text, here, value)
    else:
        changed = _taken_out(text, parent, here)
    if _value(changed, path) != (value or None):
        raise EditError(f"{'.'.join(map(str, path))} cannot be changed here; edit the file by hand")
    return changed


def _mapping(text: str, path: Path) -> MappingNode:
    node = _composed(text)
    for step in path:
        inner = _step(node, step)
        if inner is None:
            raise EditError(f"the file has no {'.'.join(map(str, path))}")
        node = inner
    if not isinstance(node, MappingNode) or node.flow_style:
        raise EditError(f"{'.'.join(map(str, path)) or 'the file'} is not written with one key a line")
    return node


def _composed(text: str) -> Node:
    try:
        node = YAML(typ="rt").compose(text)
    except YAMLError as error:
        raise EditError(f"not readable as YAML: {str(error).splitlines()[0]}") from None
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
    start, end = old.start_mark.index, _end(text, old)
    return text[:start] + _written(value, key.value, key.start_mark.column) + text[end:]


def _put_in(text: str, parent: MappingNode, key: str, value: str) -> str:
    last_key, last = parent.value[-1]
    end, column = _end(text, last), last_key.start_mark.column
    line_end = text.find("\n", end)
    at = len(text) if line_end < 0 else line_end
    return f"{text[:at]}\n{' ' * column}{key}: {_written(value, key, column)}{text[at:]}"


def _taken_out(text: str, parent: MappingNode, here: tuple[Node, Node]) -> str:
    key, old = here
    if parent.value[0][0] is key:
        raise EditError(f"{key.value} is the first key of its block: edit the file by hand")
    start = text.rfind("\n", 0, key.start_mark.index)
    line_end = text.find("\n", _end(text, old))
    return text[:start] + (text[line_end:] if line_end >= 0 else "\n")


def _end(text: str, node: Node) -> int:
    """Return where *node* ends, without the empty lines that the library counts to a block."""
    start: int = node.start_mark.index
    return start + len(text[start : node.end_mark.index].rstrip())


def _written(value: str, key: str, column: int) -> str:
    """Return *value* as YAML: in quotes if it fits beside its key, else folded over several lines."""
    quoted = json.dumps(value, ensure_ascii=False)
    if column + len(key) + 2 + len(quoted) <= WIDTH:
        return quoted
    indent = " " * (column + 2)
    lines = wrap(value, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
    return "".join([">-", *(f"\n{indent}{line}" for line in lines)])


def _value(text: str, path: Path) -> Any:
    value = YAML(typ="safe", pure=True).load(text)
    for step in path[:-1]:
        value = value[step]
    return value.get(path[-1])

"""Blocks: one entry of a list of an assessment's file as a text of its own, changed by key, and put back in its place.

As in :mod:`indicators.written.editing`, whatever is not changed keeps every character: comments, order, quotes.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from indicators.written.editing import WIDTH, EditError, edited

_DASH = re.compile(r"[ ]*-[ ]+")
_LINE_END = re.compile(r"\r\n|\n|\r")
_COMMENT_OR_EMPTY = re.compile(r"[ \t]*(#.*)?")
_BY_HAND = "edit the file by hand"


def block_of(text: str, key: str, number: int) -> str:
    """Return the entry *number* (from 0) of the list *key* as a text that begins in the first column.

    Raises :class:`~indicators.written.editing.EditError` where the file has no such entry.
    """
    start, end, width = _place(text, _entry(text, key, number))
    first, *others = _LINE_END.split(text[start:end])
    return "\n".join([first, *(line[min(width, len(line) - len(line.lstrip())) :] for line in others)]) + "\n"


def first_line(text: str, key: str, number: int) -> int:
    """Return the line of the file (from 1) on which that entry begins."""
    return int(_entry(text, key, number).start_mark.line) + 1


def with_block(text: str, key: str, number: int | None, block: str) -> str:
    """Return *text* with the entry *number* of the list *key* replaced by *block*, or *block* added behind the last.

    Raises :class:`~indicators.written.editing.EditError` where *block* cannot be read, or the file
    would mean something else.
    """
    told = data_of(block)
    entries = _entries(text, key)
    start, end, width = _place(text, entries.value[len(entries.value) - 1 if number is None else number])
    newline = _newline(text)
    lines = block.strip().splitlines()
    indented = newline.join([lines[0], *(" " * width + line if line.strip() else "" for line in lines[1:])])
    if number is None:
        dash = text[start - width : start]
        changed = f"{text[:end]}{newline}{newline}{dash}{indented}{text[end:]}"
    else:
        changed = text[:start] + indented + text[end:]
    _refuse_other_changes(text, changed, key, number, told)
    return changed


def data_of(block: str) -> dict[str, Any]:
    """Return what *block* says as plain values, which nobody changes; refused where it is no table of keys."""
    return _loaded(block)


@lru_cache(maxsize=8)
def _loaded(block: str) -> dict[str, Any]:
    try:
        told = _fast(block).load(block)
    except (YAMLError, ValueError, RecursionError) as error:
        problem = str(getattr(error, "problem", None) or error).splitlines()[0]
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark is not None else ""
        raise EditError(f"not readable as YAML{line}: {problem}") from None
    if not isinstance(told, dict):
        raise EditError("a rule is a table of keys: begin with id: name_of_it")
    return told


def with_values(block: str, values: Mapping[str, Any]) -> str:
    """Return *block* with each key of *values* set to plain values; ``None`` takes the key out."""
    for key, value in values.items():
        block = _with_value(block, key, value)
    return block


def key_lines(block: str) -> tuple[tuple[int, str], ...]:
    """Return the line (from 1) on which each key of *block* begins; nothing where it cannot be read."""
    try:
        node = _composed(block)
    except EditError:
        return ()
    return tuple((key.start_mark.line + 1, str(key.value)) for key, _ in node.value)


def _with_value(block: str, key: str, value: Any) -> str:
    node = _composed(block)
    here = next(((k, v) for k, v in node.value if k.value == key), None)
    if node.flow_style:
        raise EditError(f"this rule is written on one line: {_BY_HAND}")
    if isinstance(value, str) or value is None:
        if here is None and not value:
            return block
        return (
            edited("rule:\n" + _indented(block), ("rule", key), value or "")
            .partition("\n")[2]
            .replace("\n  ", "\n")
            .removeprefix("  ")
        )
    written = _dumped(block, key, value)
    if here is None:
        changed = block.rstrip("\n") + "\n" + written + "\n"
    else:
        start, end = here[0].start_mark.index, _line_end(block, _end(block, *here))
        changed = block[:start] + written + block[end:]
    if data_of(changed) != data_of(block) | {key: value}:
        raise EditError(f"{key} cannot be changed here without changing more than it: {_BY_HAND}")
    return changed


def _indented(block: str) -> str:
    return "".join(f"  {line}" if line.strip() else line for line in block.splitlines(keepends=True))


def _dumped(block: str, key: str, value: Any) -> str:
    """Return the lines of *key* with *value*, in the style in which it is written now."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    whole = yaml.load(block)
    for other in [name for name in whole if name != key]:
        del whole[other]
    whole[key] = _merged(whole.get(key), value, block_lists=key == "proof")
    text = StringIO()
    yaml.dump(whole, text)
    lines = text.getvalue().splitlines()
    while len(lines) > 1 and _COMMENT_OR_EMPTY.fullmatch(lines[-1]):
        lines.pop()  # a comment behind the value belongs to what follows, and still stands there
    return "\n".join(lines)


def _merged(old: Any, new: Any, *, block_lists: bool) -> Any:
    """Return *new* in the shape of *old*: what is equal stays the very object, with its comments and quotes."""
    if isinstance(new, Mapping):
        made = old if isinstance(old, CommentedMap) else _table(flow=not block_lists and _flat(new))
        for name in [name for name in made if name not in new]:
            del made[name]
        for name, value in new.items():
            made[name] = _merged(made.get(name), value, block_lists=block_lists)
        return made
    if isinstance(new, Sequence) and not isinstance(new, str):
        if old is not None and old == new:
            return old
        kept = list(old) if isinstance(old, list) else []
        listed = CommentedSeq(next((k for k in kept if k == one), _scalar(one)) for one in new)
        if (isinstance(old, CommentedSeq) and old.fa.flow_style()) or (old is None and not block_lists):
            listed.fa.set_flow_style()
        return listed
    return old if old == new and type(old) is type(new) else _scalar(new)


def _table(*, flow: bool) -> CommentedMap:
    made = CommentedMap()
    if flow:
        made.fa.set_flow_style()
    return made


def _flat(value: Mapping[str, Any]) -> bool:
    return not any(isinstance(one, Mapping) for one in value.values())


_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def _scalar(value: Any) -> Any:
    if isinstance(value, str) and (not _PLAIN.fullmatch(value) or value.lower() in _NOT_TEXT):
        return DoubleQuotedScalarString(value)
    return value


_NOT_TEXT = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null"})


def _entries(text: str, key: str) -> SequenceNode:
    found = next((value for k, value in _composed(text).value if k.value == key), None)
    if not isinstance(found, SequenceNode) or found.flow_style or not found.value:
        raise EditError(f"{key} is not written as a list with one entry after another: {_BY_HAND}")
    return found


def _entry(text: str, key: str, number: int) -> Node:
    found = _entries(text, key).value
    if not 0 <= number < len(found):
        raise EditError(f"{key} has no entry {number + 1}")
    entry: Node = found[number]
    return entry


def _place(text: str, entry: Node) -> tuple[int, int, int]:
    """Return where the entry begins and ends in *text*, and how far its lines stand in."""
    start: int = entry.start_mark.index
    begin = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    if not _DASH.fullmatch(text[begin:start]) or not isinstance(entry, MappingNode) or not entry.value:
        raise EditError(f"an entry is not written as keys behind a dash: {_BY_HAND}")
    end = int(entry.end_mark.index) if entry.flow_style else _end(text, *entry.value[-1])
    return start, _line_end(text, end), start - begin


def _end(text: str, key: Node, value: Node) -> int:
    """Return where *value* ends, without empty lines and comments behind it; a reference ends with its line."""
    if value.start_mark.index < key.start_mark.index:
        return int(key.end_mark.index)
    if value.start_mark.index == value.end_mark.index:
        return text.index(":", key.end_mark.index) + 1
    lines = text[key.start_mark.index : value.end_mark.index].splitlines(keepends=True)
    is_block = isinstance(value, MappingNode | SequenceNode) and not value.flow_style
    while len(lines) > 1 and (not lines[-1].strip() or (is_block and _COMMENT_OR_EMPTY.fullmatch(lines[-1].rstrip()))):
        lines.pop()
    return int(key.start_mark.index) + len("".join(lines).rstrip())


def _line_end(text: str, at: int) -> int:
    found = _LINE_END.search(text, at)
    return found.start() if found else len(text)


def _newline(text: str) -> str:
    found = _LINE_END.search(text)
    return found[0] if found else "\n"


_DEEPEST = 5_000
_OPENERS = ("[", "{", "- ", "? ")


def _fast(text: str) -> YAML:
    """Return the reader in C, or the one in Python for a text that could take the other down level by level."""
    return YAML(typ="safe", pure=sum(map(text.count, _OPENERS)) > _DEEPEST)


def _composed(text: str) -> MappingNode:
    try:
        node = _fast(text).compose(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise EditError(
            f"not readable as YAML: {str(getattr(error, 'problem', None) or error).splitlines()[0]}"
        ) from None
    if not isinstance(node, MappingNode):
        raise EditError("this is not a table of keys")
    return node


def _refuse_other_changes(before: str, after: str, key: str, number: int | None, told: Mapping[str, Any]) -> None:
    """Whatever the text looks like: the file must mean the same as before, but for that entry."""
    wanted = data_of(before)
    entries = list(wanted[key])
    if number is None:
        entries.append(told)
    else:
        entries[number] = told
    if data_of(after) != wanted | {key: entries}:
        raise EditError(f"the rule cannot be put in without changing more than it: {_BY_HAND}")

"""One entry under ``sources:`` put into the configuration or taken out; every other byte stays as it was written."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from indicators.errors import Problem
from watcher.settings import read_settings
from watcher.workbench.amending import Amendment, amendment_of, as_it_is, before_the_last

KEYS = (
    "id",
    "url",
    "kind",
    "every",
    "lang",
    "family",
    "grade",
    "region",
    "party",
    "full_text",
    "allow_private",
    "options",
)
"""The keys of an entry in the order in which they are written."""

_BY_HAND = "edit the file by hand"
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"})


class EntryError(Exception):
    """The file is written in a way that this change cannot be made in; the sentence says why."""


def added(file: Path, entry: Mapping[str, Any]) -> Amendment:
    """Return the configuration *file* with *entry* behind its last source, checked as a whole."""
    return _amended(file, lambda text: with_entry(text, entry))


def removed(file: Path, source: str) -> Amendment:
    """Return the configuration *file* without the source of that id, checked as a whole."""
    return _amended(file, lambda text: without_entry(text, source))


def undone(file: Path) -> Amendment | None:
    """Return *file* as it was before its last change by a command, or ``None`` if there was none."""
    kept, now = before_the_last(file), as_it_is(file)[0]
    if kept is None or now is None:
        return None
    return amendment_of(file, now, kept, read_settings(kept, file)[1])


def _amended(file: Path, change: Callable[[str], str]) -> Amendment:
    text, problems = as_it_is(file)
    if text is None:
        return amendment_of(file, "", "", problems)
    try:
        after = change(text)
    except EntryError as error:
        return amendment_of(file, text, text, (Problem(where=str(file), what=str(error), instead=_BY_HAND),))
    return amendment_of(file, text, after, read_settings(after, file)[1])


def line_of(entry: Mapping[str, Any]) -> str:
    """Return *entry* as one line of YAML, in braces, its keys in the usual order; what is empty is left out."""
    return "{" + ", ".join(f"{key}: {_value(key, value)}" for key, value in entry_of(entry).items()) + "}"


def entry_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of *entry* is written, in the usual order: nothing that is empty or goes without saying."""
    kept = {key: entry[key] for key in KEYS if entry.get(key) not in _EMPTY}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in kept.items()}


_EMPTY: tuple[Any, ...] = (None, "", (), [], {}, False)


def with_entry(text: str, entry: Mapping[str, Any]) -> str:
    """Return *text* with *entry* as the last of its sources. Raises :class:`EntryError`."""
    sources = _sources(text)
    last = sources.value[-1]
    if sources.flow_style:
        at = last.end_mark.index
        changed = f"{text[:at]}, {json.dumps(entry_of(entry), ensure_ascii=False)}{text[at:]}"
    else:
        at = _line_end(text, _end(text, last))
        newline = "\r\n" if "\r\n" in text else "\n"
        dash = " " * sources.start_mark.column
        changed = f"{text[:at]}{newline}{dash}- {line_of(entry)}{text[at:]}"
    return _checked(text, changed, lambda before: [*before, entry_of(entry)])


def without_entry(text: str, source: str) -> str:
    """Return *text* without the source of that id; comments above it stay. Raises :class:`EntryError`."""
    sources = _sources(text)
    place = next((n for n, node in enumerate(sources.value) if _id(node) == source), None)
    if place is None:
        raise EntryError(f"no source {source!r} stands in the file")
    if len(sources.value) == 1:
        raise EntryError("it is the last source, and a configuration needs one")
    node = sources.value[place]
    if sources.flow_style:
        first, last = (
            (node.start_mark.index, sources.value[place + 1].start_mark.index)
            if place == 0
            else (sources.value[place - 1].end_mark.index, node.end_mark.index)
        )
        changed = text[:first] + text[last:]
    else:
        start = text.rindex("\n", 0, text.rindex("-", 0, node.start_mark.index)) + 1
        end = _line_end(text, _end(text, node))
        changed = text[:start] + text[end:].removeprefix("\r").removeprefix("\n")
    return _checked(text, changed, lambda before: [one for one in before if one.get("id") != source])


def _sources(text: str) -> SequenceNode:
    try:
        root = YAML(typ="rt").compose(text)
    except (YAMLError, ValueError, RecursionError):
        raise EntryError("the file is not readable as YAML") from None
    pairs = root.value if isinstance(root, MappingNode) else ()
    found = next((value for key, value in pairs if key.value == "sources"), None)
    if not isinstance(found, SequenceNode) or not found.value:
        raise EntryError("the file has no list under sources:")
    return found


def _id(node: Node) -> str | None:
    pairs = node.value if isinstance(node, MappingNode) else ()
    return next((str(value.value) for key, value in pairs if key.value == "id"), None)


def _end(text: str, node: Node) -> int:
    """Return where *node* ends, without the empty lines and comments that the library counts to a block."""
    if isinstance(node, MappingNode | SequenceNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    start: int = node.start_mark.index
    return start + len(text[start : node.end_mark.index].rstrip())


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end - (text[end - 1] == "\r")


def _checked(before: str, after: str, change: Callable[[list[Any]], list[Any]]) -> str:
    """Return *after* if it means what *before* means but for the change that was wanted."""
    old, new = _data(before), _data(after)
    if new != old | {"sources": change(old["sources"])}:
        raise EntryError("the list of sources cannot be changed here without changing more than it")
    return after


def _data(text: str) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError):
        raise EntryError("the file would not be readable as YAML") from None


def _value(key: str, value: Any) -> str:
    if isinstance(value, str):
        word = value and set(value) <= _PLAIN and value.casefold() not in _WORDS and value[0] != "-"
        return value if key == "every" or (word and not value[0].isdigit()) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value("", one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)

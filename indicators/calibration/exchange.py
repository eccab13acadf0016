"""Exchanging: single words of a file put in anew, several at once; every other byte stays as it is.

:mod:`indicators.written.editing` sets whole texts under keys; ratings stand inside lists and inside braces.
"""

import copy
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from indicators.written import Path, spoken
from indicators.written.editing import EditError


def exchanged(text: str, words: Mapping[Path, str]) -> str:
    """Return *text* with the word at each path exchanged for another one; ``if_true`` may be the first of two.

    Raises :class:`EditError` for a text that is not YAML, a path at which no single word stands, or one whose
    word other places share.
    """
    try:
        tree = YAML(typ="rt").compose(text)
        old = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise EditError(f"not readable as YAML: {error}") from None
    places = sorted(((*_span(tree, path), word) for path, word in words.items()), reverse=True)
    after = text
    for start, end, word in places:
        after = after[:start] + word + after[end:]
    wanted = old
    for path, word in words.items():
        wanted = _with(wanted, path, word)
    if YAML(typ="safe", pure=True).load(after) != wanted:
        raise EditError("these words cannot be exchanged without changing more: edit the file by hand")
    return after


def _span(tree: Node | None, path: Path) -> tuple[int, int]:
    """Return the offsets at which the word at *path* begins and ends."""
    node = tree
    for step in path:
        inner = _step(node, step)
        if inner is None:
            raise EditError(f"the file has no {spoken(path)}")
        node = inner
    if not isinstance(node, ScalarNode) or not node.value:
        raise EditError(f"{spoken(path)} is not a single word")
    return node.start_mark.index, node.end_mark.index


_PAIR = ("if_true", "if_false")
"""An effect may be written as a list of these two."""


def _step(node: Node | None, step: str | int) -> Node | None:
    if isinstance(node, SequenceNode):
        place = _place(step)
        return node.value[place] if 0 <= place < len(node.value) else None
    pairs = node.value if isinstance(node, MappingNode) else ()
    return next((value for key, value in pairs if key.value == step), None)


def _place(step: str | int) -> int:
    if isinstance(step, int):
        return step
    return _PAIR.index(step) if step in _PAIR else -1


def _with(data: Any, path: Path, word: str) -> Any:
    """Return *data* with *word* at *path*, copied on the way: other places may share its parts."""
    if not path:
        return word
    changed = copy.copy(data)
    step = _place(path[0]) if isinstance(data, list) else path[0]
    changed[step] = _with(data[step], path[1:], word)
    return changed

"""File keys: which keys a written file may have at a place, by its model's JSON Schema, and what to write there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import BaseModel

_Model = type[BaseModel]
_Path = Sequence[str | int]
_Node = Mapping[str, Any]

_DEEPEST = 2
"""Levels that a sketch goes down: it shows what to begin with, not a whole scenario."""
_OF_FORMAT = {"date": "2026-10-01", "date-time": "2026-10-01T06:00Z", "uri": "https://…", "duration": "6h"}
_OF_TYPE = {"integer": "30", "number": "0.5", "boolean": "true", "string": "…"}


def nearest_key(model: _Model, path: _Path) -> str:
    """Return the key that was meant by the unknown one at the end of *path*; empty where none is like it."""
    written, there = str(path[-1]), _keys_at(model, path[:-1])
    near = get_close_matches(written, there, n=1, cutoff=0.7)
    if not near:  # a key of another place was meant, or none; the same one is no cure
        elsewhere = [key for key in _known_keys(model) if key != written]
        near = get_close_matches(written, elsewhere, n=1, cutoff=0.75)
    return near[0] if near else ""


def sketch(model: _Model, path: _Path) -> str:
    """Return what to write for the missing key at the end of *path*: ``write title: {en: …}``.

    Empty where the path ends at an entry of a list, which has no key.
    """
    if not path or isinstance(path[-1], int):
        return ""
    schema = _schema(model)
    shapes = (shape for node in _nodes_at(schema, path) if (shape := _shape(schema, node, 0)))
    shape = next(shapes, "")
    return f"write {path[-1]}: {shape}" if shape else ""


def _shape(schema: _Node, node: Any, depth: int) -> str:
    """Return a value of *node* as a person would begin to write it; empty where the schema does not say."""
    shapes = (_plain(part, depth) or _nested(schema, part, depth) for part in _parts(schema, node))
    return next(filter(None, shapes), "")


def _plain(part: _Node, depth: int) -> str:
    """Return what the schema itself gives: an example, the words that are known, or a value of its kind."""
    if "examples" in part:
        return _written(part["examples"][0])
    if "const" in part:
        return str(part["const"])
    if "enum" in part:
        return str(part["enum"][0]) if depth else f"one of {', '.join(map(str, part['enum']))}"
    return _OF_FORMAT.get(part.get("format", "")) or _OF_TYPE.get(part.get("type", ""), "")


def _nested(schema: _Node, part: _Node, depth: int) -> str:
    if part.get("type") == "object":
        return _table(schema, part, depth)
    if part.get("type") == "array":
        return f"[{_below(schema, part.get('items'), depth)}]"
    return ""


def _written(value: object) -> str:
    """Return *value* as it stands in YAML on one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_written(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(_written, value))}]"
    return str(value) or '""'


def _table(schema: _Node, part: _Node, depth: int) -> str:
    keys = part.get("properties", {})
    inside = [f"{key}: {_below(schema, keys[key], depth)}" for key in part.get("required", ())]
    if not inside:
        inside = [f"…: {_below(schema, part.get('additionalProperties'), depth)}"]
    return f"{{{', '.join(inside)}}}"


def _below(schema: _Node, node: Any, depth: int) -> str:
    return (_shape(schema, node, depth + 1) if depth + 1 < _DEEPEST else "") or "…"


def _keys_at(model: _Model, path: _Path) -> tuple[str, ...]:
    """Return the keys that *model* knows at *path*, sorted."""
    schema = _schema(model)
    parts = (part for node in _nodes_at(schema, path) for part in _parts(schema, node))
    return tuple(sorted({key for part in parts for key in part.get("properties", ())}))


def _nodes_at(schema: _Node, path: _Path) -> list[Any]:
    """Return every node of *schema* that may stand at *path*."""
    nodes: list[Any] = [schema]
    for step in path:
        nodes = [inner for node in nodes for part in _parts(schema, node) for inner in _inside(part, step)]
    return nodes


def _parts(schema: _Node, node: Any) -> Iterator[_Node]:
    """Yield what *node* of *schema* may be: itself, what it refers to, and each of its alternatives."""
    if not isinstance(node, Mapping):
        return
    yield node
    if "$ref" in node:
        yield from _parts(schema, schema["$defs"][node["$ref"].rpartition("/")[2]])
    for alternatives in ("anyOf", "oneOf", "allOf"):
        for one in node.get(alternatives, ()):
            yield from _parts(schema, one)


def _inside(node: _Node, step: str | int) -> Iterator[Any]:
    if isinstance(step, int):
        yield node.get("items")
    else:
        yield node.get("properties", {}).get(step, node.get("additionalProperties"))


@cache
def _schema(model: _Model) -> _Node:
    return model.model_json_schema(by_alias=True)


@cache
def _known_keys(model: _Model) -> tuple[str, ...]:
    return tuple(sorted(set(_keys(_schema(model)))))


def _keys(schema: Any) -> Iterable[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield from schema["properties"]
        for value in schema.values():
            yield from _keys(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _keys(value)

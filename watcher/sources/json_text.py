"""JSON from outside, read strictly: what cannot be believed is marked where it stands, half a document is cut back.

The parser of the standard library takes the last of two equal keys, reads NaN and turns 1e999 into infinity.
Here such a value becomes an :class:`Odd` in its place, so that one bad record is lost and not its neighbours.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LONGEST_NUMBER = 100
"""Digits of a whole number; no count, id or date has more."""

DEEPEST_TOLD = 6
"""Steps of a path that a message names."""

DEEPEST_WALKED = 500
MOST_TOKENS = 2_000_000
"""Strings and brackets of a document that are looked at when something is wrong with it: a few seconds."""

# Possessive: an open quotation mark before ten megabytes of backslashes is given up at once.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{},]|"', re.DOTALL)
_CLOSER = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Odd:
    """A value that is no value: NaN, a number beyond all bounds, an object that names a key twice."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Json:
    """A document as plain values; ``cut`` means that it ended early and its last, half part is left out."""

    value: Any
    cut: bool = False


class JsonError(Exception):
    """The text is no JSON; the words name the place."""


def read_json(body: bytes) -> Json:
    """Return what *body* says. Raises :class:`JsonError` with the path of the first fault."""
    text = _text(body)
    try:
        return Json(value=_parsed(text))
    except RecursionError:
        raise JsonError(f"nested too deeply at {_path(text)}") from None
    except json.JSONDecodeError as error:
        wrong, whole = error, _whole_part(text)
    try:
        return Json(value=_parsed(whole), cut=True)
    except (json.JSONDecodeError, RecursionError):
        raise JsonError(_told(wrong, text)) from None


def odd_in(value: Any, path: str) -> str:
    """Return where under *path* a value stands that cannot be believed, and why; nothing if all is well."""
    return next(_odds(value, path), "")


def shape_of(value: Any) -> str:
    """Say what kind of value this is, in words for a person."""
    names = {dict: "an object", list: "a list", str: "a text", bool: "a yes or no", type(None): "nothing"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else "an odd value")


def _odds(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Odd):
        yield f"{path}: {value.what}"
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _odds(part, f"{path}.{name}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _odds(part, f"{path}[{number}]")


def _text(body: bytes) -> str:
    encoding = json.detect_encoding(body)
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return body[: error.start].decode(encoding)  # cut in the middle of a letter
        raise JsonError(f"not {encoding} text at byte {error.start}") from None


def _parsed(text: str) -> Any:
    return json.loads(
        text, object_pairs_hook=_object, parse_constant=Odd, parse_int=_whole_number, parse_float=_broken_number
    )


def _object(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            return Odd(f"the key {name[:50]!r} stands there twice")
        seen.add(name)
    return found


def _whole_number(digits: str) -> Any:
    return int(digits) if len(digits) <= LONGEST_NUMBER else Odd(f"a number of {len(digits)} digits")


def _broken_number(digits: str) -> Any:
    number = float(digits)
    return number if math.isfinite(number) else Odd("a number beyond all bounds")


# Where we are: one walk over brackets, commas and strings, used only once something is wrong.


@dataclass(slots=True)
class _Level:
    """An open bracket, where its last whole element ended, and where in it we are."""

    bracket: str
    whole: int
    step: int = 0
    key: str = ""
    fresh: bool = True
    """The next string in an object is a key."""


def _walk(text: str, *, stop: int | None = None) -> tuple[list[_Level], bool]:
    """Return the brackets that are open at *stop*, by default the end of the text, and whether all others fit.

    The walk ends early where a bracket does not fit, where it goes too deep, or where it takes too long.
    """
    levels: list[_Level] = []
    for count, token in enumerate(_TOKEN.finditer(text, 0, len(text) if stop is None else stop)):
        if count > MOST_TOKENS:
            return levels, False
        mark = token[0]
        if mark == '"' or len(levels) > DEEPEST_WALKED:
            break  # a string that does not end, or a pit
        if mark in _CLOSER:
            levels.append(_Level(mark, token.end()))
        elif mark in ("]", "}"):
            if not levels or _CLOSER[levels[-1].bracket] != mark:
                return levels, False
            levels.pop()
            if levels:
                levels[-1].whole = token.end()
        elif levels:
            _step(levels[-1], mark, token)
    return levels, True


def _step(level: _Level, mark: str, token: re.Match[str]) -> None:
    if mark == ",":
        level.whole, level.step, level.fresh = token.start(), level.step + 1, True
    elif level.fresh and level.bracket == "{":
        level.key, level.fresh = mark[1:-1][:50], False


def _whole_part(text: str) -> str:
    """Return *text* up to its last whole record, closed again; nothing if it does not end too early.

    Records are the elements of the outermost list that is still open, else the members of the document.
    """
    levels, fit = _walk(text)
    if not levels or not fit:
        return ""
    depth = next((n for n, level in enumerate(levels) if level.bracket == "["), 0)
    kept = levels[: depth + 1]
    return text[: kept[-1].whole] + "".join(_CLOSER[level.bracket] for level in reversed(kept))


def _path(text: str, *, stop: int | None = None) -> str:
    """Return the place at *stop* as a path, ``data[3].title``; only its first steps where it is long."""
    levels, _ = _walk(text, stop=stop)
    steps = [f"[{x.step}]" if x.bracket == "[" else f".{x.key}" for x in levels[:DEEPEST_TOLD]]
    return "".join(steps).lstrip(".") + ("…" if len(levels) > DEEPEST_TOLD else "") or "the top"


def _told(error: json.JSONDecodeError, text: str) -> str:
    if error.msg.startswith("Extra data"):
        return f"more follows after the end of the document, at character {error.pos}"
    return f"not readable at {_path(text, stop=error.pos)} (character {error.pos})"

"""Wording: what is wrong with a value that a person wrote, and what to write, in our words and not in pydantic's."""

import re
from collections.abc import Callable, Mapping
from typing import Any

_KNOWN = {
    "missing": "is missing",
    "extra_forbidden": "is not a key that is known here",
    "greater_than": "is too small",
    "greater_than_equal": "is too small",
    "less_than": "is too large",
    "less_than_equal": "is too large",
    "too_short": "needs at least one entry",
    "too_long": "has too many entries",
    "string_too_short": "is too short",
    "string_too_long": "is too long",
    "tuple_type": "is not a list",
    "list_type": "is not a list",
    "set_type": "is not a list",
    "frozen_set_type": "is not a list",
    "model_type": "is not a table of keys",
    "model_attributes_type": "is not a table of keys",
    "dataclass_type": "is not a table of keys",
    "dict_type": "is not a table of keys",
    "string_type": "is not a text",
    "string_pattern_mismatch": "is not written as it must be",
    "literal_error": "is none of the words that are known here",
    "enum": "is none of the words that are known here",
    "finite_number": "is no finite number",
}
_KINDS = {
    "bool": ("is neither true nor false", "write true or false"),
    "int": ("is not a whole number", "write digits alone: 90"),
    "float": ("is not a number", "write it with a point: 0.25"),
    "decimal": ("is not a number", "write it with a point: 0.25"),
    "date": ("is not a day", "write a day as 2026-10-01"),
    "datetime": ("is not a moment", "write it as 2026-10-01T06:00Z"),
    "time": ("is not a time of day", "write it as 06:00"),
    "timedelta": ("is not a length of time", "write it as 15m, 6h or 3d"),
    "url": ("is not an address", "write it whole: https://…"),
}
"""By the first part of pydantic's name for the error: ``date_parsing``, ``date_from_datetime_inexact``."""

_HINTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "tuple_type": lambda _: "write a list: [one, two]",
    "list_type": lambda _: "write a list: [one, two]",
    "string_type": lambda _: 'put it in quotes: "1.0", "one: two"',
    "string_pattern_mismatch": lambda limits: _in_words(str(limits.get("pattern", ""))),
    "greater_than": lambda limits: f"write a number above {_plain(limits.get('gt'))}",
    "less_than": lambda limits: f"write a number below {_plain(limits.get('lt'))}",
    "greater_than_equal": lambda limits: f"write {_plain(limits.get('ge'))} or more",
    "less_than_equal": lambda limits: f"write {_plain(limits.get('le'))} or less",
    "string_too_short": lambda limits: f"write at least {limits.get('min_length')} characters",
    "string_too_long": lambda limits: f"write at most {limits.get('max_length')} characters",
    "too_long": lambda limits: f"write at most {limits.get('max_length')}",
    "literal_error": lambda limits: _choice(str(limits.get("expected", ""))),
    "enum": lambda limits: _choice(str(limits.get("expected", ""))),
}


def worded(error: Mapping[str, Any]) -> tuple[str, str]:
    """Return what is wrong by one of pydantic's *error* dictionaries, and what to write instead (maybe nothing).

    A ``ValueError`` of our own validators is told in its own words.
    """
    kind, limits = str(error["type"]), error.get("ctx") or {}
    if kind in ("value_error", "assertion_error"):
        return re.sub(r"^(Value|Assertion) error, ", "", str(error["msg"])), ""
    if kind in _KNOWN:
        hint = _HINTS.get(kind)
        return _KNOWN[kind], hint(limits) if hint is not None else ""
    return _KINDS.get(kind.partition("_")[0], ("is not what can stand here", ""))


def _plain(limit: object) -> object:
    """Return *limit* as a person writes it: 90, not 90.0."""
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


def _choice(expected: str) -> str:
    """Turn pydantic's *expected* (``'AC', 'VL' or 'NC'``) into what to write."""
    words = re.findall(r"'([^']*)'", expected)
    return f"write {words[0]}" if len(words) == 1 else f"write one of: {', '.join(words)}"


def _in_words(pattern: str) -> str:
    """Say what a pattern of ours asks for."""
    if "|" in pattern:
        return "one of: " + ", ".join(pattern.strip("^$()").split("|"))
    words = {
        "^[A-Z]{2}$": "two capital letters, e.g. ML",
        "^[a-z]{2}$": "two small letters, e.g. fr",
    }
    return words.get(pattern, "small letters, digits, - and _, beginning with a letter or digit")

"""Field maps: which JMESPath expression gives which field of a report. The only file that knows jmespath."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any, Literal

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator

from watcher.sources.json_text import odd_in, shape_of
from watcher.sources.records import Harvest, Record, RecordError

FieldName = Literal[
    "id",
    "title",
    "summary",
    "content",
    "url",
    "published",
    "occurred",
    "lang",
    "lat",
    "lon",
    "place",
    "codes",
    "actors",
]
"""The fields of a report that a source can fill."""

_LISTS = frozenset({"codes", "actors"})


def _sound(written: str) -> str:
    try:
        _compiled(written)
    except JMESPathError as error:
        reason = " ".join(str(error).split())[:200]
        raise ValueError(f"{written!r} is no JMESPath expression: {reason}") from None
    return written


Expression = Annotated[str, AfterValidator(_sound)]
"""A JMESPath expression as a person writes it, e.g. ``fields.title`` or ``join(', ', country[].name)``."""

FieldMap = dict[FieldName, Expression]


class ListError(Exception):
    """The records are not where they should be; the words name the expression and what stands there."""


@cache
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def records_at(items: str, document: Any) -> list[Any]:
    """Return the list that the expression *items* gives in *document*; raises :class:`ListError` if it gives none."""
    if odd := (odd_in(document, "the top") if not isinstance(document, dict | list) else ""):
        raise ListError(odd)
    try:
        found = _compiled(items).search(document)
    except JMESPathError as error:
        raise ListError(f"{items!r} cannot be applied: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(found, list):
        raise ListError(odd_in(found, items) or f"{items!r} gives {shape_of(found)}, not a list")
    return found


def harvest_records(
    records: Iterable[Any], expressions: Mapping[FieldName, str], harvest: Harvest, *, at: str, scheme: str = ""
) -> None:
    """Add each of *records* to *harvest* by the map *expressions*; *at* is where they stand, for the note.

    With *scheme*, codes are written ``scheme:code``.
    """
    for number, record in enumerate(records):
        where = f"{at}[{number}]"
        if not isinstance(record, dict):
            harvest.lose(odd_in(record, where) or f"{where} is {shape_of(record)}, not an object")
            continue
        try:
            harvest.take(_mapped(record, expressions, scheme), where=where)
        except RecordError as error:
            harvest.lose(f"{where}: {error}")


def _mapped(record: Mapping[str, Any], expressions: Mapping[FieldName, str], scheme: str) -> Record:
    values: dict[str, Any] = {}
    for name, expression in expressions.items():
        try:
            value = _compiled(expression).search(record)
        except (JMESPathError, RecursionError) as error:
            raise RecordError(f"{name}: {type(error).__name__} in {expression!r}") from None
        if odd := odd_in(value, name):
            raise RecordError(odd)
        values[name] = _as_list(value) if name in _LISTS else value
    if scheme:
        values["codes"] = tuple(coded(scheme, code) for code in values.get("codes", ()))
    return Record(**values)


def _as_list(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return tuple(one for one in value if one is not None) if isinstance(value, list) else (value,)


def coded(scheme: str, code: Any) -> Any:
    """Return *code* as rules write it, ``scheme:code`` in small letters; what is no text is left to be refused."""
    if isinstance(code, str | int) and not isinstance(code, bool):
        plain = " ".join(str(code).split()).casefold()
        return f"{scheme}:{plain}" if plain else ""
    return code

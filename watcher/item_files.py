"""``items.jsonl``: one report a line, for trying rules and for replaying a past."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from indicators.errors import Problem
from indicators.items import Item, item_id
from indicators.language.text import clean, one_line
from indicators.written import spoken

_TITLE, _BODY = 500, 65_536


def _number(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN
        raise ValueError("write a number")
    return value


_Degrees = Annotated[float | None, BeforeValidator(_number)]


class _Line(BaseModel):
    """The fields of one line. Times are ISO 8601 with a zone; only source, title and published are required."""

    model_config = ConfigDict(extra="ignore")

    source: str = Field(min_length=1)
    title: str
    published: AwareDatetime | None
    occurred: AwareDatetime | None = None
    id: str | int | None = None
    url: str | None = None
    summary: str | None = None
    content: str | None = None
    lang: str | None = None
    fetched: AwareDatetime | None = None
    lat: _Degrees = Field(default=None, ge=-90, le=90)
    lon: _Degrees = Field(default=None, ge=-180, le=180)
    place: str | None = None
    codes: list[str] | None = None
    actors: list[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadItems:
    """The items of a file, in its order, and the lines that could not be read."""

    items: tuple[Item, ...]
    problems: tuple[Problem, ...]


def read_items(path: Path) -> ReadItems:
    """Read the items in the file at *path*; a bad line is named and the others go on."""
    items: list[Item] = []
    problems: list[Problem] = []
    try:
        lines = path.read_text("utf-8-sig", errors="replace").split("\n")
    except OSError as error:
        return ReadItems(items=(), problems=(Problem(where=str(path), what=f"cannot be read: {error.strerror}"),))
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        item, what = parse_line(line)
        if item is not None:
            items.append(item)
        else:
            problems.append(Problem(where=f"{path}:{number}", what=what, instead=_EXAMPLE))
    return ReadItems(items=tuple(items), problems=tuple(problems))


_EXAMPLE = '{"source": "rfi", "title": "…", "published": "2025-11-01T08:00:00Z"}'


def parse_line(line: str) -> tuple[Item | None, str]:
    """Return the item on *line*, or ``None`` and what is wrong with it."""
    try:
        raw = json.loads(line)
        fields = _Line.model_validate(raw)
    except json.JSONDecodeError as error:
        return None, f"not JSON: {error.msg} at column {error.colno}"
    except (ValidationError, ValueError, RecursionError) as error:
        return None, _reasons(error)
    received = fields.fetched or fields.published
    if received is None:
        return None, "published: is empty, and there is no fetched time to go by"
    return _item(fields, received), ""


def _reasons(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return f"not readable: {type(error).__name__}"
    return "; ".join(f"{spoken(e['loc']) or 'line'}: {e['msg']}" for e in error.errors()[:3])


def _item(fields: _Line, received: datetime) -> Item:
    title = one_line(fields.title, limit=_TITLE)
    given = "" if fields.id is None else str(fields.id)
    own = given or item_id(fields.source, url=fields.url or "", title=title, published=fields.published)
    return Item(
        id=own,
        source=fields.source,
        title=title,
        fetched=received,
        published=fields.published,
        occurred=fields.occurred,
        url=fields.url or "",
        summary=clean(fields.summary or "", limit=_BODY),
        content=clean(fields.content or "", limit=_BODY),
        lang=(fields.lang or "")[:2].lower() or None,
        lat=fields.lat if fields.lon is not None else None,
        lon=fields.lon if fields.lat is not None else None,
        place=one_line(fields.place or "", limit=_TITLE),
        codes=tuple(fields.codes or ()),
        actors=tuple(fields.actors or ()),
    )


def by_arrival(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return *items* in the order in which they became known."""
    return tuple(sorted(items, key=lambda item: (item.fetched, item.id)))

"""One record of structured data (JSON, a table, an API) as an item: the same cleaning and bounds for every kind."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from indicators.items import Item
from indicators.language.languages import settled
from indicators.language.text import one_line
from watcher.sources.dates import moment_of
from watcher.sources.faults import Fault, SourceError
from watcher.sources.fields import language_of, link_of, on_the_globe, opening_of, text_of, title_of
from watcher.sources.identity import identified
from watcher.sources.json_text import odd_in, shape_of

MOST_NAMES = 50
"""Codes or actors that are kept of one record."""

NAME_LIMIT = 200


class RecordError(Exception):
    """One record cannot be used; the words name its field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a source says of one report, field by field as it came; only codes and actors are lists."""

    id: Any = None
    title: Any = None
    summary: Any = None
    content: Any = None
    url: Any = None
    published: Any = None
    occurred: Any = None
    lang: Any = None
    lat: Any = None
    lon: Any = None
    place: Any = None
    codes: tuple[Any, ...] = ()
    actors: tuple[Any, ...] = ()
    date_format: str = field(default="", kw_only=True)
    """How its dates are written, in strptime's letters; ISO 8601, RFC 822 and seconds from 1970 are known."""


@dataclass(slots=True, kw_only=True)
class Harvest:
    """What was found in one document: drafts of items, and what was lost, with the first reason."""

    source: str
    language: str | None
    now: datetime
    drafts: list[tuple[str, Item]] = field(default_factory=list)
    lost: int = 0
    first: str = ""
    undated: str = ""
    """The first date that was there and could not be read, with its record."""

    def take(self, record: Record, *, where: str) -> None:
        """Add *record*, or count it as lost: one poisoned record takes nobody with it."""
        try:
            guid, item = _draft(record, self)
        except RecordError as error:
            self.lose(f"{where}: {error}")
        except Exception as error:  # noqa: BLE001 - whatever one record does, its neighbours go on
            self.lose(f"{where}: {type(error).__name__}")
        else:
            self.drafts.append((guid, item))
            if not self.undated and not (item.published or item.occurred) and (record.published or record.occurred):
                self.undated = one_line(f"{where}: {record.occurred or record.published!r}", limit=NAME_LIMIT)

    def lose(self, why: str) -> None:
        """Count a record that cannot be used."""
        self.lost += 1
        self.first = self.first or one_line(why, limit=NAME_LIMIT)

    def join(self, other: "Harvest") -> None:
        """Add what *other* found: a further page of the same answer."""
        self.drafts += other.drafts
        self.lost += other.lost
        self.first = self.first or other.first
        self.undated = self.undated or other.undated

    def items(self) -> tuple[Item, ...]:
        """Return the items with their identities; a document of which nothing can be read is a fault."""
        if self.lost and not self.drafts:
            words = f"none of its {self.lost} records can be read; the first: {self.first}"
            raise SourceError(self.source, Fault.NOT_A_FEED, words)
        return tuple(identified(self.drafts))

    def note(self, *, cut: bool = False, more: Iterable[str] = ()) -> str:
        """Say what a person should know of this poll."""
        parts = []
        if self.lost:
            what = "record" if self.lost == 1 else "records"
            parts.append(f"skipped {self.lost} unreadable {what} (the first: {self.first})")
        if cut:
            parts.append("the document is cut short")
        if self.undated:
            parts.append(f"a date cannot be read ({self.undated})")
        if not self.drafts and not self.lost:
            parts.append("there are no records in it")
        return "; ".join([*parts, *more])


def _draft(record: Record, harvest: Harvest) -> tuple[str, Item]:
    summary = text_of(_said(record.summary, "summary"))
    content = text_of(_said(record.content, "content"))
    title = title_of(_said(record.title, "title")) or opening_of(summary or content)
    if not title:
        raise RecordError("title: title, summary and content are all empty")
    lat, lon = _position(record)
    item = Item(
        id="",
        source=harvest.source,
        title=title,
        fetched=harvest.now,
        published=moment_of(record.published, now=harvest.now, written=record.date_format),
        occurred=moment_of(record.occurred, now=harvest.now, written=record.date_format),
        url=link_of(_said(record.url, "url")),
        summary=summary,
        content="" if content == summary else content,
        lang=settled(harvest.language or language_of(_said(record.lang, "lang")), f"{title} {summary or content}"),
        lat=lat,
        lon=lon,
        place=one_line(_said(record.place, "place"), limit=NAME_LIMIT),
        codes=_names(record.codes, "codes"),
        actors=_names(record.actors, "actors"),
    )
    return one_line(_said(record.id, "id"))[:1000], item


def _said(raw: Any, name: str) -> str:
    """Return a single value as text; a list or an object where text belongs is not flattened into one."""
    if raw is None:
        return ""
    if isinstance(raw, str | int | float) and not isinstance(raw, bool):
        return str(raw)
    raise RecordError(odd_in(raw, name) or f"{name} is {shape_of(raw)}, not a text")


def _names(raw: tuple[Any, ...], name: str) -> tuple[str, ...]:
    told = (one_line(_said(one, name), limit=NAME_LIMIT) for one in raw[:MOST_NAMES])
    return tuple(dict.fromkeys(one for one in told if one))


def _position(record: Record) -> tuple[float | None, float | None]:
    try:
        return on_the_globe(float(record.lat), float(record.lon))
    except (TypeError, ValueError, OverflowError):
        return None, None

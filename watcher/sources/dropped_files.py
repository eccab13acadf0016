"""One file out of a folder: which reader its name asks for. Each is that of a kind with an address."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from indicators.items import Item, item_id
from indicators.language.text import one_line
from watcher.item_files import parse_line
from watcher.sources.cap import parse_cap
from watcher.sources.cap_alerts import NAMESPACES
from watcher.sources.csv_table import CsvOptions, read_table
from watcher.sources.faults import Fault, SourceError
from watcher.sources.feeds import parse_feed
from watcher.sources.fields import link_of, text_of, title_of
from watcher.sources.geojson import GeoJsonOptions, read_features
from watcher.sources.http import Response
from watcher.sources.json_api import JsonOptions, read_records
from watcher.sources.json_feed import read_json_feed
from watcher.sources.json_text import JsonError, read_json
from watcher.sources.options import Options
from watcher.sources.source import Fetched, SourceSettings

_CAP = tuple(name.encode() for name in NAMESPACES)


class FileOptions(Options):
    """How tables and JSON in a folder are read: as by the kinds ``csv``, ``geojson`` and ``json`` (``plain_json``)."""

    csv: CsvOptions | None = None
    plain_json: JsonOptions | None = None
    geojson: GeoJsonOptions = GeoJsonOptions()


def read_file(name: str, body: bytes, *, options: FileOptions, settings: SourceSettings, now: datetime) -> Fetched:
    """Return what the file *name* holds; raises :class:`SourceError` for bytes that are not what the name says."""
    # The path of the folder is no base for links: an item must not tell where it lay.
    return _READERS[_suffix(name)](body, options, replace(settings, url=""), now)


def is_read(name: str) -> bool:
    """Whether a file of this name is read: its end is known, and it is not hidden."""
    return _suffix(name) in _READERS and not name.startswith(".")


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _xml(body: bytes, _: FileOptions, settings: SourceSettings, now: datetime) -> Fetched:
    return read_xml(body, settings=settings, now=now)


def read_xml(body: bytes, *, settings: SourceSettings, now: datetime) -> Fetched:
    """Return CAP alerts where there are any, else the entries of a feed."""
    if any(name in body for name in _CAP):
        return parse_cap(body, settings=settings, now=now)
    return parse_feed(body, settings=settings, content_type="application/xml", now=now)


def _json(body: bytes, options: FileOptions, settings: SourceSettings, now: datetime) -> Fetched:
    """Read JSON by the operator's map if there is one, else for what it says it is."""
    answer = _answer(body)
    if options.plain_json:
        return read_records(answer, options=options.plain_json, settings=settings, now=now)
    if _says_geojson(body):
        return read_features(answer, options=options.geojson, settings=settings, now=now)
    try:
        return read_json_feed(answer, settings=settings, now=now)
    except SourceError as error:
        if error.fault is Fault.NOT_A_FEED:
            words = f"{error.detail}; for other JSON write options: {{plain_json: {{map: …}}}}"
            raise SourceError(settings.id, error.fault, words) from None
        raise


def _geojson(body: bytes, options: FileOptions, settings: SourceSettings, now: datetime) -> Fetched:
    return read_features(_answer(body), options=options.geojson, settings=settings, now=now)


def _csv(body: bytes, options: FileOptions, settings: SourceSettings, now: datetime) -> Fetched:
    if options.csv is None:
        words = "which column is what? write options: {csv: {columns: …}} or {csv: {preset: acled}}"
        raise SourceError(settings.id, Fault.OPTIONS, words)
    return read_table(_answer(body), options=options.csv, settings=settings, now=now)


def _lines(body: bytes, _: FileOptions, settings: SourceSettings, now: datetime) -> Fetched:
    """Read ``items.jsonl``: one report a line. A last line without its end may be half written and is left."""
    if not body.strip():
        raise SourceError(settings.id, Fault.EMPTY, "the file has no content")
    text = body.decode("utf-8-sig", "replace")
    whole, rest = text[: text.rfind("\n") + 1], text[text.rfind("\n") + 1 :]
    last = _line(rest, settings, now) if rest.strip() else None
    found = [_line(line, settings, now) for line in whole.split("\n") if line.strip()]
    items = [item for item in (*found, last) if item]
    cut = bool(rest.strip()) and last is None
    lost = found.count(None)
    if not items:
        fault = Fault.TRUNCATED if cut and not lost else Fault.NOT_A_FEED
        raise SourceError(settings.id, fault, "no line is a report: {source, title, published}")
    notes = [f"skipped {lost} unreadable line(s)"] if lost else []
    notes += ["the last line is cut short"] if cut else []
    return Fetched(items=tuple(items), body_hash=hashlib.sha256(body).hexdigest(), partial=cut, note="; ".join(notes))


def _line(line: str, settings: SourceSettings, now: datetime) -> Item | None:
    """Return the report on *line* as one of this source, cleaned like every text from outside."""
    item, _ = parse_line(line)
    if item is None:
        return None
    given = _given_id(line)
    title, url = title_of(item.title), link_of(item.url)
    return replace(
        item,
        id=item_id(settings.id, guid=given, url=url, title=title, published=item.published),
        source=settings.id,
        title=title,
        fetched=now,
        url=url,
        summary=text_of(item.summary),
        content=text_of(item.content),
        lang=settings.lang or item.lang,
        codes=tuple(_plain(item.codes)),
        actors=tuple(_plain(item.actors)),
    )


def _given_id(line: str) -> str:
    fields: Mapping[str, Any] = json.loads(line)  # parse_line has read it before
    return one_line(str(fields.get("id") or ""), limit=500)


def _plain(names: tuple[str, ...]) -> Iterator[str]:
    return (name for raw in names[:50] if (name := one_line(raw, limit=200)))


def _says_geojson(body: bytes) -> bool:
    try:
        value = read_json(body).value
    except JsonError:
        return False
    return isinstance(value, dict) and value.get("type") == "FeatureCollection"


def _answer(body: bytes) -> Response:
    return Response(status=200, headers={}, body=body, url="")


_Reader = Callable[[bytes, FileOptions, SourceSettings, datetime], Fetched]

_READERS: dict[str, _Reader] = {
    ".xml": _xml,
    ".rss": _xml,
    ".atom": _xml,
    ".cap": _xml,
    ".json": _json,
    ".geojson": _geojson,
    ".csv": _csv,
    ".jsonl": _lines,
}

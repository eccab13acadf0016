"""Which kind of source an address is: told by what it answers, or by the address where only a login would answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yarl import URL

from watcher.sources.cap_alerts import NAMESPACES
from watcher.sources.fields import title_of
from watcher.sources.http import Response
from watcher.sources.json_text import JsonError, read_json
from watcher.sources.options import Options

READ = 256 * 1024
"""Bytes of an answer that are looked at; JSON is read whole."""

_PROLOGUE = re.compile(rb"(?:\s|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>)*", re.DOTALL)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(rss|feed|rdf|alert)[\s>]", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]*>(.{0,2000}?)</title>", re.DOTALL | re.IGNORECASE)
_GDELT = re.compile(rb"\A(?:\d+ [0-9a-f]{32} \S+/\d{14}\S*\.zip\s*)+\Z", re.IGNORECASE)
_JSON_FEED = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1")
_CALLED = {b"rss": "RSS", b"feed": "Atom", b"rdf": "RSS 1.0 (RDF)", b"alert": "a CAP alert"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A kind of source, what it is called, and the options that can be told from what it answers.

    ``title`` is what the feed calls itself.
    """

    kind: str
    called: str
    title: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    def lacking(self, model: type[Options], given: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the options that this kind cannot do without, and that nobody has *given* yet."""
        there = {*self.options, *given}
        return tuple(n for n, info in model.model_fields.items() if info.is_required() and n not in there)


def of_address(url: str) -> Recognised | None:
    """Return the kind that is told by the address alone: APIs that answer nobody without a name or a login."""
    try:
        where = URL(url)
    except ValueError:
        return None
    host, path = where.host or "", where.path
    if host == "api.reliefweb.int":
        return Recognised(kind="reliefweb", called="ReliefWeb's API")
    if host.removeprefix("www.").removeprefix("api.") == "acleddata.com" and path.startswith("/api/"):
        return Recognised(kind="acled", called="ACLED's API")
    return None


def of_answer(answer: Response) -> Recognised | None:
    """Return the kind of source that *answer* is a document of, or ``None`` if it is none that is known."""
    start = answer.body[:READ].lstrip(b"\xef\xbb\xbf \t\r\n\0")
    if _GDELT.match(start):
        return Recognised(kind="gdelt", called="GDELT's list of files")
    if start.startswith((b"{", b"[")):
        return _of_json(answer.body)
    return _of_xml(start)


def _of_xml(start: bytes) -> Recognised | None:
    found = _ROOT.match(start, _end_of_prologue(start))
    if found is None:
        return None
    root = found[1].lower()
    alerts = any(name.encode() in start for name in NAMESPACES)
    if root == b"alert" and not alerts:
        return None
    called = f"{_CALLED[root]} with CAP alerts" if alerts and root != b"alert" else _CALLED[root]
    title = _TITLE.search(start)
    told = title_of(re.sub(r"<!\[CDATA\[|\]\]>", "", title[1].decode("utf-8", "replace"))) if title else ""
    return Recognised(kind="cap" if alerts else "feed", called=called, title=told)


def _end_of_prologue(start: bytes) -> int:
    found = _PROLOGUE.match(start)
    return found.end() if found else 0


def _of_json(body: bytes) -> Recognised | None:
    try:
        document = read_json(body).value
    except JsonError:
        return None
    if not isinstance(document, dict):
        return None
    if _JSON_FEED.match(str(document.get("version"))):
        return Recognised(kind="json_feed", called="JSON Feed", title=title_of(document.get("title")))
    if document.get("type") == "FeatureCollection":
        if _is_gdacs(document.get("features")):
            return Recognised(kind="geojson", called="GeoJSON of GDACS", options={"preset": "gdacs"})
        return Recognised(kind="geojson", called="GeoJSON")
    return None


def _is_gdacs(features: Any) -> bool:
    first = features[0] if isinstance(features, list) and features else None
    properties = first.get("properties") if isinstance(first, dict) else None
    return isinstance(properties, dict) and {"eventtype", "eventid", "alertlevel"} <= properties.keys()

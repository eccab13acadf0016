"""RSS and Atom: one poll of a feed, and what its bytes say. The only file that knows feedparser."""

import asyncio
import hashlib
import io
import re
from calendar import timegm
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import feedparser
from selectolax.lexbor import LexborHTMLParser

from indicators.items import Item, item_id
from indicators.text import clean, one_line
from watcher.sources.http import Http, Response
from watcher.sources.source import Fault, Fetched, SourceError, SourceSettings, Validators

Entry = Mapping[str, Any]
"""One entry as feedparser gives it: a dict whose values come from outside."""

FIELD_LIMIT = 64 * 1024
TITLE_LIMIT = 500
LINK_LIMIT = 2_000
HEADER_LIMIT = 500
MAX_WAIT = timedelta(hours=6)
SALVAGE_LIMIT = 500
"""How many entries are tried one at a time when the parser fails on the whole."""

_GOOD = frozenset({HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION, HTTPStatus.IM_USED})
_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_EARLIEST = 1990

_ENTRY_EDGE = re.compile(rb"<(/?)(?:[\w.-]+:)?(?:item|entry)(?=[\s>])[^<>]*>", re.IGNORECASE)
_ENTRY_END = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ROOT_END = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:p|div|br|li|ul|ol|tr|td|th|table|h[1-6]|blockquote|section|article|hr)\b", re.IGNORECASE)
_UNREAD = ["script", "style", "iframe", "template", "noscript", "svg", "object"]
_DECLARATION = re.compile(r"^\ufeff?<\?xml[^>]*\?>")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?\s*(?:[+-]\d{2}:?\d{2})?")
_ISO_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_]|$)")


class FeedSource:
    """A kind of source: one RSS or Atom document behind one address."""

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Poll the feed once, asking only for what changed since *validators*."""
        answer = await http.get(
            settings.url,
            source=settings.id,
            headers=_conditions(validators),
            allow_private=settings.allow_private,
        )
        if answer.status == HTTPStatus.NOT_MODIFIED and validators != Validators():
            return Fetched(not_modified=True, validators=validators)
        _check_status(answer, source=settings.id, now=now)
        # A thread keeps the loop alive, no more: a child process with CPU and memory limits is a later step.
        fetched = await asyncio.to_thread(_parse, answer, settings=settings, now=now)
        return replace(fetched, validators=validators if fetched.partial else _validators_of(answer))


def parse_feed(body: bytes, *, settings: SourceSettings, content_type: str, now: datetime) -> Fetched:
    """Turn a document into items, newest knowledge and doubts included; validators are left to the caller.

    Raises :class:`SourceError` where the bytes are no feed at all. One unreadable entry is skipped
    and counted in ``note``.
    """
    if not body.strip(b" \t\r\n\0"):
        raise SourceError(settings.id, Fault.EMPTY, "the answer has no content")
    document = _document(body)
    parsed = _feedparser(document.body, content_type=content_type, base=settings.url)
    if not parsed.version:
        raise SourceError(settings.id, Fault.NOT_A_FEED, f"looks like {_looks_like(body)}")
    entries = parsed.entries if document.usable else []
    if document.cut and not entries:
        raise SourceError(settings.id, Fault.TRUNCATED, "the document ends before its first entry does")
    language = _language(parsed.head.get("language")) or settings.lang
    items, unread = items_of(entries, source=settings.id, language=language, now=now)
    return Fetched(
        items=tuple(items),
        body_hash=hashlib.sha256(body).hexdigest(),
        partial=document.cut,
        note=_note(unread=unread + parsed.lost, entries=len(entries), cut=document.cut),
    )


def items_of(entries: Iterable[Entry], *, source: str, language: str | None, now: datetime) -> tuple[list[Item], int]:
    """Return an item for each entry that can be read, and how many cannot."""
    drafts: list[tuple[str, Item]] = []
    unread = 0
    for entry in entries:
        try:
            drafts.append(_draft(entry, source=source, language=language, now=now))
        except Exception:  # noqa: BLE001 — whatever one poisoned entry does, its neighbours go on
            unread += 1
    return _identified(drafts), unread


# The exchange: what we ask, and what the status line means.


def _conditions(validators: Validators) -> dict[str, str]:
    asked = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in asked.items() if value}


def _validators_of(answer: Response) -> Validators:
    return Validators(
        etag=_sendable(answer.headers.get("ETag", "")),
        last_modified=_sendable(answer.headers.get("Last-Modified", "")),
    )


def _sendable(value: str) -> str:
    """Return *value* if it can be sent back in a header without harm, else nothing."""
    return value if value.isascii() and value.isprintable() and len(value) <= HEADER_LIMIT else ""


def _check_status(answer: Response, *, source: str, now: datetime) -> None:
    status = answer.status
    if status in _BUSY:
        wait = retry_after(answer.headers.get("Retry-After", ""), now=now)
        raise SourceError(source, Fault.HTTP_STATUS, f"answered {status}", retry_after=wait)
    if status == HTTPStatus.NOT_MODIFIED:
        raise SourceError(source, Fault.HTTP_STATUS, "answered 304 to a question that set no condition")
    if status == HTTPStatus.NO_CONTENT:
        raise SourceError(source, Fault.EMPTY, "answered 204")
    if status not in _GOOD:
        raise SourceError(source, Fault.HTTP_STATUS, f"answered {status}")


def retry_after(value: str, *, now: datetime) -> timedelta | None:
    """Return how long a server asks us to stay away, between nothing and six hours; garbage is no wish."""
    value = value.strip()
    if re.fullmatch(r"-?[0-9]{1,12}", value):
        wait = timedelta(seconds=min(int(value), MAX_WAIT.total_seconds()))
    else:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        wait = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta()), MAX_WAIT)


def _parse(answer: Response, *, settings: SourceSettings, now: datetime) -> Fetched:
    """Parse an answer, remembering that a body which broke off explains whatever is wrong with it."""
    try:
        fetched = parse_feed(
            answer.body, settings=settings, content_type=answer.headers.get("Content-Type", ""), now=now
        )
    except SourceError as error:
        if answer.truncated:
            raise SourceError(settings.id, Fault.TRUNCATED, f"broke off; {error.detail}") from None
        raise
    return replace(fetched, partial=fetched.partial or answer.truncated)


# The document: its bytes, made safe and whole before feedparser sees them.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """The part of a body that can be read. ``usable`` is False when not even one entry is whole."""

    body: bytes
    cut: bool = False
    usable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parsed:
    version: str
    head: Entry
    entries: Sequence[Entry]
    lost: int = 0


def _document(body: bytes) -> _Document:
    """Cut *body* after its last whole entry, unless its root is closed.

    feedparser would hand out the half entry like any other, and half a report misleads.
    """
    body = _narrowed(body)
    ends = [match.end() for match in _ENTRY_END.finditer(body)]
    last = ends[-1] if ends else 0
    if _ROOT_END.search(body, last) or re.search(rb"/>\s*\Z", body):
        return _Document(body=body)
    return _Document(body=body[:last] if last else body, cut=True, usable=bool(last))


def _narrowed(body: bytes) -> bytes:
    """Return UTF-16 as UTF-8, so that the search for tags works on every document."""
    if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return _as_utf8(body, "utf-16")
    if body.startswith(b"<\0?\0"):
        return _as_utf8(body, "utf-16-le")
    return _as_utf8(body, "utf-16-be") if body.startswith(b"\0<\0?") else body


def _as_utf8(body: bytes, encoding: str) -> bytes:
    text = body.decode(encoding, "replace")
    return _DECLARATION.sub('<?xml version="1.0" encoding="utf-8"?>', text).encode("utf-8", "replace")


def _feedparser(body: bytes, *, content_type: str, base: str) -> _Parsed:
    headers = {"content-type": _charset(body, content_type), "content-location": _without_query(base)}
    try:
        found = _read(body, headers)
    except Exception:  # noqa: BLE001 — it is known to raise ValueError, KeyError, RecursionError on odd documents
        return _salvaged(body, headers)
    return _Parsed(version=found.get("version") or "", head=found["feed"], entries=found["entries"])


def _read(body: bytes, headers: dict[str, str]) -> Any:
    # BytesIO: a bare str or bytes that looks like an address or a path would be fetched or opened.
    # Its sanitiser is quadratic (22 s for 320 KB of "<!--") and leaves titles alone; we clean for ourselves.
    return feedparser.parse(
        io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False, response_headers=headers
    )


def _salvaged(body: bytes, headers: dict[str, str]) -> _Parsed:
    """Parse the entries one at a time, so that the one which breaks the parser is the only one lost."""
    spans = _spans(body)[:SALVAGE_LIMIT]
    if not spans:
        return _Parsed(version="", head={}, entries=())
    head, tail = body[: spans[0][0]], body[spans[-1][1] :]
    read: list[Any] = []
    for start, end in spans:
        try:
            read.append(_read(head + body[start:end] + tail, headers))
        except Exception:  # noqa: BLE001, S112 — counted by the caller as lost
            continue
    if not read:
        return _Parsed(version="", head={}, entries=())
    entries = [entry for one in read for entry in one["entries"]]
    first, lost = read[0], len(spans) - len(read)
    return _Parsed(version=first.get("version") or "", head=first["feed"], entries=entries, lost=lost)


def _spans(body: bytes) -> list[tuple[int, int]]:
    """Return where each entry stands. One walk over the tags: a pattern for pairs can be made to crawl."""
    spans: list[tuple[int, int]] = []
    start: int | None = None
    for edge in _ENTRY_EDGE.finditer(body):
        if not edge[1]:
            start = edge.start()
        elif start is not None:
            spans.append((start, edge.end()))
            start = None
    return spans


def _charset(body: bytes, content_type: str) -> str:
    """Say UTF-8 wherever the bytes prove it: headers are wrong more often than chance makes valid UTF-8.

    A ``text/*`` without a charset counts as ASCII for feedparser, so then only the document is believed.
    """
    if not body.isascii():
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return "application/xml; charset=utf-8"
    return content_type if "charset=" in content_type.lower() else "application/xml"


def _without_query(url: str) -> str:
    """Return the base for relative links; a key in the feed's own query must not travel into an item."""
    return url.partition("#")[0].partition("?")[0]


def _looks_like(body: bytes) -> str:
    start = body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<html" in start or b"<!doctype html" in start:
        return "an HTML page"
    if start.startswith((b"{", b"[")):
        return "JSON"
    if start.startswith(b"<"):
        return "XML of another kind"
    return "plain text" if b"\0" not in start else "binary data"


def _note(*, unread: int, entries: int, cut: bool) -> str:
    parts = []
    if unread:
        parts.append(f"skipped {unread} unreadable {'entry' if unread == 1 else 'entries'}")
    if cut:
        parts.append("the document is cut short")
    if not entries and not unread:
        parts.append("the feed has no entries")
    return "; ".join(parts)


# One entry: fields from outside become plain, bounded values.


def _draft(entry: Entry, *, source: str, language: str | None, now: datetime) -> tuple[str, Item]:
    """Return an entry's guid and its item, still without an id: that depends on the neighbours."""
    summary = _body(entry.get("summary"))
    content = _content(entry)
    lat, lon = _position(entry)
    item = Item(
        id="",
        source=source,
        title=_title(entry),
        fetched=now,
        published=_published(entry, now=now),
        url=_link(entry.get("link")),
        summary=summary,
        content="" if content == summary else content,
        lang=_entry_language(entry) or language,
        lat=lat,
        lon=lon,
    )
    return one_line(str(entry.get("id") or "")), item


def _title(entry: Entry) -> str:
    raw = str(entry.get("title") or "")
    # A headline that is nothing but markup is shown as it came, rather than as no headline at all.
    title = one_line(_plain(raw), limit=TITLE_LIMIT)
    return title or one_line(raw, limit=TITLE_LIMIT)


def _content(entry: Entry) -> str:
    parts = [part for part in entry.get("content") or () if isinstance(part, Mapping)]
    return max((_body(part.get("value")) for part in parts), key=len, default="")


def _body(raw: object) -> str:
    lines = (" ".join(line.split()) for line in clean(_plain(str(raw or ""))).splitlines())
    return "\n".join(line for line in lines if line)


def _plain(raw: str) -> str:
    """Take the markup off *raw*. It is cut first: a tree of a megabyte of tags is what must not be built."""
    text = _without_markup(clean(raw[:FIELD_LIMIT]))
    return f"{text} [cut]" if len(raw) > FIELD_LIMIT else text


def _without_markup(text: str) -> str:
    if "<" not in text and "&" not in text:
        return text
    tree = LexborHTMLParser(_BLOCK.sub(r"\n\g<0>", text))
    tree.strip_tags(_UNREAD, recursive=True)
    return tree.text(separator="")


def _link(raw: object) -> str:
    """Return a link a reader may click, or nothing: http or https, no user name, no control character."""
    link = str(raw or "").strip().replace(" ", "%20")
    if len(link) > LINK_LIMIT or "\\" in link or not link.isprintable():
        return ""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return link if parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc else ""


def _entry_language(entry: Entry) -> str | None:
    details = (entry.get("title_detail"), entry.get("summary_detail"))
    said = [entry.get("language"), *(part.get("language") for part in details if isinstance(part, Mapping))]
    return next((code for one in said if (code := _language(one))), None)


def _language(raw: object) -> str | None:
    match = _LANGUAGE.match(str(raw or "").strip())
    return match[1].lower() if match else None


def _position(entry: Entry) -> tuple[float | None, float | None]:
    where = entry.get("where")
    try:
        if isinstance(where, Mapping) and where.get("type") == "Point":
            lon, lat = (float(number) for number in where["coordinates"][:2])
        else:
            lat, lon = float(entry["geo_lat"]), float(entry["geo_long"])
    except (KeyError, TypeError, ValueError):
        return None, None
    # NaN fails both comparisons and is dropped with the rest.
    return (lat, lon) if -90 <= lat <= 90 and -180 <= lon <= 180 else (None, None)  # noqa: PLR2004


def _published(entry: Entry, *, now: datetime) -> datetime | None:
    # A plain dict: feedparser's own answers "updated" with "published", and warns about it.
    fields = dict(entry)
    for name in ("published", "updated", "created"):
        moment = _moment(fields.get(f"{name}_parsed"))
        if moment and _plausible(moment, now=now) and _agrees(str(fields.get(name)), moment):
            return moment
    return None


def _plausible(moment: datetime, *, now: datetime) -> bool:
    return moment.year >= _EARLIEST and moment <= now + timedelta(days=1)


def _moment(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (OverflowError, OSError, TypeError, ValueError):
        return None


def _agrees(raw: str, moment: datetime) -> bool:
    """Whether *raw* names the day that was understood, give or take a time zone.

    The parser lets an impossible date overflow: the 45th of the 13th month becomes a day in
    another year, whose numbers are nowhere in the text.
    """
    written = _CLOCK.sub(" ", raw[:100])
    days = [(moment + timedelta(days=shift)).date() for shift in (-1, 0, 1)]
    if iso := _ISO_DAY.match(written.strip()):
        return "-".join(iso.groups()) in {day.isoformat() for day in days}
    numbers = {int(digits) for digits in re.findall(r"\d+", written)}
    return any(day.day in numbers and numbers & {day.year, day.year % 100} for day in days)


# Identity: looked at over the whole document, because some publishers give every entry the same guid.


def _identified(drafts: list[tuple[str, Item]]) -> list[Item]:
    """Give each draft the strongest identity that it does not share with a different one."""
    distinct = list(dict.fromkeys(drafts))
    guids = Counter(guid for guid, _ in distinct)
    links = Counter(item.url for _, item in distinct)
    headings = Counter((item.title, item.published) for _, item in distinct)
    return [
        replace(
            item,
            id=item_id(
                item.source,
                guid=guid if guids[guid] == 1 else "",
                url=item.url if links[item.url] == 1 else "",
                title=item.title if headings[item.title, item.published] == 1 else _whole(item),
                published=item.published,
            ),
        )
        for guid, item in distinct
    ]


def _whole(item: Item) -> str:
    return f"{item.title}\0{item.url}\0{item.summary}\0{item.content}"

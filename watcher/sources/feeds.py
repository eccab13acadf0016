"""RSS and Atom: one poll of a feed, and what its bytes say. The only file that knows feedparser."""

import hashlib
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar
from xml.sax import SAXException

import feedparser
from feedparser import api

from watcher.sources.entries import Entry, drafts_of, unread_date
from watcher.sources.exchange import looks_like, poll_document
from watcher.sources.faults import Fault, SourceError
from watcher.sources.fields import declared_language, language_of, title_of
from watcher.sources.http import Http, Response
from watcher.sources.hubs import hub_of
from watcher.sources.identity import Draft, identified_beside
from watcher.sources.known import MOST_READ, Delta, KnownEntries, delta_of
from watcher.sources.options import Options, options_of
from watcher.sources.source import Fetched, Hub, SourceSettings, Validators

SALVAGE_LIMIT = 500
"""How many entries are tried one at a time when the parser fails on the whole or loses some."""

_ENTRY_EDGE = re.compile(rb"<(/?)(?:[\w.-]+:)?(?:item|entry)(?=[\s>])[^<>]*>", re.IGNORECASE)
_ENTRY_END = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ROOT_END = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_TAIL = 200
"""Bytes in which the end of almost every document stands."""
_DECLARATION = re.compile(r"^\ufeff?<\?xml[^>]*\?>")

# It would take another XML parser if one happens to be installed, and looks for it at every document.
api.PREFERRED_XML_PARSERS.clear()


class FeedOptions(Options):
    """``websub``: let the hub that a feed advertises send its news at once, where others can reach us at all."""

    for_anybody: ClassVar[bool] = True

    websub: bool = True


class FeedSource:
    """A kind of source: one RSS or Atom document behind one address."""

    options = FeedOptions

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Poll the feed once, asking only for what changed since *validators*."""
        read = partial(_parse, settings=settings.bare, now=now, known=validators.known)
        websub = options_of(FeedOptions, settings.options, source=settings.id).websub
        fetched = await poll_document(settings, http, validators, now, read=read)
        return fetched if websub else replace(fetched, hub=None)


def parse_feed(
    body: bytes,
    *,
    settings: SourceSettings,
    content_type: str,
    now: datetime,
    known: str = "",
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Fetched:
    """Turn a document into items, newest knowledge and doubts included; validators are left to the caller.

    Entries that are *known* (:attr:`Fetched.known` of the poll before) are not read again; the items are those that
    the whole document would give, less the items of known entries.

    Raises :class:`SourceError` where the bytes are no feed at all. One unreadable entry is skipped
    and counted in ``note``. A hub may be advertised in the document or in the *headers* that came with it.
    """
    if not body.strip(b" \t\r\n\0"):
        raise SourceError(settings.id, Fault.EMPTY, "the answer has no content")
    document = _document(body)
    context, before = (settings.lang or "", settings.url), KnownEntries.read(known)
    delta = None if document.cut else delta_of(document.body, *context, content_type=content_type, known=before)
    desk = _Desk(settings=settings, content_type=content_type, now=now, headers=headers)
    found = desk.changes(delta) if delta else None
    if found is None and delta is not None and len(delta.raw) > MOST_READ:
        found = desk.changes(delta.anew())  # more than can be read at once
    found = found or desk.whole(document, delta)
    return replace(found, body_hash=hashlib.sha256(body).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """Where one document is read."""

    settings: SourceSettings
    content_type: str
    now: datetime
    headers: Mapping[str, str]

    def whole(self, document: "_Document", delta: Delta | None) -> Fetched:
        """Read all of *document*; what is to be known of it next time, if it could be cut."""
        parsed = self._parsed(document.body)
        if not parsed.version:
            raise SourceError(self.settings.id, Fault.NOT_A_FEED, f"looks like {looks_like(document.body)}")
        entries = parsed.entries if document.usable else []
        if document.cut and not entries:
            raise SourceError(self.settings.id, Fault.TRUNCATED, "the document ends before its first entry does")
        drafts = self._drafts(parsed, entries)
        told = identified_beside([draft for draft in drafts if draft], ())
        undated, unread = unread_date(entries, drafts), drafts.count(None) + parsed.lost
        note = _note(unread=unread, entries=len(entries), cut=document.cut, undated=undated)
        certain = delta is not None and parsed.strict and len(drafts) == len(delta.raw)
        return Fetched(
            items=tuple(told.items),
            partial=document.cut,
            title=parsed.title,
            language=parsed.language,
            hub=self._hub(parsed),
            note=note,
            known=None if document.cut else delta.after(drafts, told.marks) if delta and certain else "",
        )

    def changes(self, delta: Delta) -> Fetched | None:
        """Read only what *delta* says is new; ``None`` where that might not give what reading everything gives."""
        if not delta.beside and not delta.waiting:
            return None
        parsed = self._parsed(delta.document)
        if not (parsed.version and parsed.strict) or len(parsed.entries) != len(delta.fresh):
            return None
        drafts = self._drafts(parsed, parsed.entries)
        told = identified_beside([draft for draft in drafts if draft], delta.beside)
        if not delta.stands(told.bases):
            return None
        return Fetched(
            items=tuple(told.items),
            title=parsed.title,
            language=parsed.language,
            hub=self._hub(parsed),
            partial=bool(delta.waiting),
            note=_note(
                unread=drafts.count(None),
                entries=len(delta.raw),
                cut=False,
                waiting=delta.waiting,
                undated=unread_date(parsed.entries, drafts),
            ),
            shown=len(told.items) + len(delta.beside),
            known=delta.after(drafts, told.marks),
        )

    def _parsed(self, body: bytes) -> "_Parsed":
        return _feedparser(body, content_type=self.content_type, base=self.settings.url)

    def _hub(self, parsed: "_Parsed") -> Hub | None:
        return hub_of(self.headers, parsed.head.get("links") or ())

    def _drafts(self, parsed: "_Parsed", entries: Sequence[Entry]) -> list[Draft | None]:
        # Many sites in French declare en-US because their software does: the operator knows better.
        own, declared = self.settings.lang, declared_language(parsed.head.get("language"))
        return drafts_of(entries, source=self.settings.id, language=own, now=self.now, declared=declared)


def read_pushed(body: bytes, *, settings: SourceSettings, content_type: str, now: datetime) -> Fetched:
    """Return what a hub sent of a feed, read as if it had been polled; what is known of the feed's entries stays."""
    return replace(parse_feed(body, settings=settings, content_type=content_type, now=now), pushed=True, known=None)


def _parse(answer: Response, *, settings: SourceSettings, now: datetime, known: str) -> Fetched:
    content_type, headers = answer.headers.get("Content-Type", ""), answer.headers
    return parse_feed(answer.body, settings=settings, content_type=content_type, now=now, known=known, headers=headers)


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
    strict: bool = False
    """Whether it was read as the XML that it is: the parser's other way can read one entry by another's fault."""

    @property
    def title(self) -> str:
        return title_of(self.head.get("title"))

    @property
    def language(self) -> str:
        return language_of(self.head.get("language")) or ""


def _document(body: bytes) -> _Document:
    """Cut *body* after its last whole entry, unless its root is closed.

    feedparser would hand out the half entry like any other, and half a report misleads.
    """
    body = _narrowed(body)
    if _is_closed(body[-_TAIL:]) or _is_closed(body) or re.search(rb"/>\s*\Z", body):
        return _Document(body=body)
    last = _last_end(body)
    return _Document(body=body[:last] if last else body, cut=True, usable=bool(last))


def _is_closed(body: bytes) -> bool:
    """Whether the root is closed after the last entry: almost always the end of a document says so by itself."""
    return _ROOT_END.search(body, _last_end(body)) is not None


def _last_end(body: bytes) -> int:
    ends = [match.end() for match in _ENTRY_END.finditer(body)]
    return ends[-1] if ends else 0


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
    except MemoryError:
        raise  # the reader's bound, which is told as such
    except Exception:  # noqa: BLE001 - it is known to raise ValueError, KeyError, RecursionError on odd documents
        return _salvaged(body, headers)
    strict = not isinstance(found.get("bozo_exception"), SAXException)
    entries = found["entries"]
    if not strict and _has_swallowed(entries, body):
        apart = _salvaged(body, headers)
        if len(apart.entries) >= len(entries):
            return apart
    return _Parsed(version=found.get("version") or "", head=found["feed"], entries=entries, strict=strict)


def _has_swallowed(entries: Sequence[Entry], body: bytes) -> bool:
    """Whether an entry whose tag is never closed seems to have taken those after it, or what they say."""
    empty = any(not entry.get("title") and not entry.get("link") for entry in entries)
    return empty or len(entries) < len(_spans(body))


def _read(body: bytes, headers: dict[str, str]) -> Any:
    # BytesIO: a bare str or bytes that looks like an address or a path would be fetched or opened.
    # Its sanitiser is quadratic (22 s for 320 KB of "<!--") and leaves titles alone; we clean for ourselves.
    return feedparser.parse(
        io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False, response_headers=headers
    )


def _salvaged(body: bytes, headers: dict[str, str]) -> _Parsed:
    """Parse the entries one at a time, so that the one which is broken is the only one lost."""
    spans = _spans(body)
    if not spans:
        return _Parsed(version="", head={}, entries=())
    head, tail = body[: spans[0][0]], body[spans[-1][1] :]
    read: list[Any] = []
    for start, end in spans[:SALVAGE_LIMIT]:
        try:
            read.append(_read(head + body[start:end] + tail, headers))
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001, S112 - counted by the caller as lost
            continue
    if not read:
        return _Parsed(version="", head={}, entries=())
    entries = [entry for one in read for entry in one["entries"]]
    first, lost = read[0], max(len(spans) - len(entries), 0)
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


def _note(*, unread: int, entries: int, cut: bool, waiting: int = 0, undated: str = "") -> str:
    parts = []
    if waiting:
        parts.append(f"feed overflow: {waiting:,} of its {entries:,} entries wait for the next polls")
    if unread:
        parts.append(f"skipped {unread} unreadable {'entry' if unread == 1 else 'entries'}")
    if cut:
        parts.append("the document is cut short")
    if undated:
        parts.append(f"a date cannot be read ({undated!r})")
    if not entries and not unread:
        parts.append("the feed has no entries")
    return "; ".join(parts)

"""Atom 1.0 (RFC 4287) of what was told: an entry each, its text in one language, its marking in ``rights``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from indicators.bands import WarningLevel
from indicators.language.text import clean, one_line

NAMESPACE = "http://www.w3.org/2005/Atom"

EPOCH = "1970-01-01T00:00:00+00:00"
"""When a feed without entries was changed last: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One alert or notice as a feed has it; with a CAP *message* that is the content, and *text* is not shown."""

    id: str
    """A name that no other entry of any feed has, for ever (RFC 4287 §4.2.6)."""
    at: datetime
    line: str
    text: str
    kind: str
    level: WarningLevel | None
    """``None`` where no judgement may be told."""
    marking: str
    path: str
    """Where it is read at this desk."""
    message: Element | None = None


def feed(entries: Iterable[Entry], *, title: str, base: str, path: str, lang: str) -> bytes:
    """Return the feed of *entries*, the newest first.

    *base* is the address of this desk (empty where none is configured), *path* that of the feed.
    """
    shown = list(entries)
    top = Element("feed", {"xmlns": NAMESPACE, "xml:lang": lang})
    _text(top, "title", title)
    _text(top, "id", f"{base}{path}" if base else f"urn:watcher:feed:{path.rpartition('/')[2]}")
    _text(top, "updated", max((one.at.isoformat() for one in shown), default=EPOCH))
    _text(SubElement(top, "author"), "name", "Watcher")
    if base:
        SubElement(top, "link", {"rel": "self", "href": f"{base}{path}"})
    for one in shown:
        _entry(top, one, base=base)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(top, encoding="unicode")}'.encode()


def _entry(top: Element, one: Entry, *, base: str) -> None:
    entry = SubElement(top, "entry")
    _text(entry, "id", one.id)
    _text(entry, "title", one.line)
    _text(entry, "updated", one.at.isoformat())
    _text(entry, "published", one.at.isoformat())
    _text(entry, "rights", one.marking)
    SubElement(entry, "category", {"scheme": "urn:watcher:kind", "term": one.kind})
    if one.level is not None:
        SubElement(entry, "category", {"scheme": "urn:watcher:level", "term": one.level.name.lower()})
    if base:
        SubElement(entry, "link", {"rel": "alternate", "href": f"{base}{one.path}"})
    if one.message is None:
        SubElement(entry, "content", {"type": "text"}).text = clean(one.text)
    else:
        _text(entry, "summary", one.line)
        SubElement(entry, "content", {"type": "application/cap+xml"}).append(one.message)


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = one_line(text)

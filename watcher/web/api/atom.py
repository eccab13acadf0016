"""Atom 1.0 (RFC 4287) of alerts: an entry each, its text in one language, its marking in ``rights``."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from alerts.messages import subject_lines
from alerts.said import AnyAlert
from indicators.text import one_line

NAMESPACE = "http://www.w3.org/2005/Atom"

EPOCH = "1970-01-01T00:00:00+00:00"
"""When a feed without entries was changed last: never."""


def feed(rows: Iterable[tuple[AnyAlert, Element | None]], *, title: str, base: str, path: str, lang: str) -> bytes:
    """Return the feed of *rows*, the newest first: an alert, and the CAP message that is its entry's content, if any.

    *base* is the address of this desk (empty where none is configured), *path* that of the feed.
    """
    alerts = list(rows)
    top = Element("feed", {"xmlns": NAMESPACE, "xml:lang": lang})
    _text(top, "title", title)
    _text(top, "id", f"{base}{path}" if base else f"urn:watcher:feed:{path.rpartition('/')[2]}")
    _text(top, "updated", max((alert.at.isoformat() for alert, _ in alerts), default=EPOCH))
    _text(SubElement(top, "author"), "name", "Watcher")
    if base:
        SubElement(top, "link", {"rel": "self", "href": f"{base}{path}"})
    for alert, message in alerts:
        _entry(top, alert, message, base=base, lang=lang)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(top, encoding="unicode")}'.encode()


def _entry(top: Element, alert: AnyAlert, message: Element | None, *, base: str, lang: str) -> None:
    lines = subject_lines(alert)
    line = lines.get(lang) or lines["en"]
    entry = SubElement(top, "entry")
    _text(entry, "id", f"urn:watcher:alert:{alert.id}")
    _text(entry, "title", line)
    _text(entry, "updated", alert.at.isoformat())
    _text(entry, "published", alert.at.isoformat())
    _text(entry, "rights", alert.marking)
    for name, value in (("kind", alert.kind), ("level", alert.level.name.lower())):
        SubElement(entry, "category", {"scheme": f"urn:watcher:{name}", "term": value})
    if base:
        SubElement(entry, "link", {"rel": "alternate", "href": f"{base}/alerts/{alert.id}"})
    if message is None:
        _text(entry, "content", line, type="text")
    else:
        _text(entry, "summary", line)
        SubElement(entry, "content", {"type": "application/cap+xml"}).append(message)


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = one_line(text)

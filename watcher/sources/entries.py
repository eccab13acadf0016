"""One entry of a feed: what its fields from outside say, as plain and bounded values."""

import re
from calendar import timegm
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from indicators.items import Item, item_id
from indicators.text import clean, one_line

Entry = Mapping[str, Any]
"""One entry as the parser gives it: a dict whose values come from outside."""

FIELD_LIMIT = 64 * 1024
TITLE_LIMIT = 500
LINK_LIMIT = 2_000

_EARLIEST = 1990
_BLOCK = re.compile(r"</?(?:p|div|br|li|ul|ol|tr|td|th|table|h[1-6]|blockquote|section|article|hr)\b", re.IGNORECASE)
_UNREAD = ["script", "style", "iframe", "template", "noscript", "svg", "object"]
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?\s*(?:[+-]\d{2}:?\d{2})?")
_ISO_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_]|$)")


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
    return next((code for one in said if (code := language_of(one))), None)


def language_of(raw: object) -> str | None:
    """Return the two letters of a language tag such as ``fr-ML``, or ``None`` if it is none."""
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
    if lat == 0 == lon:
        return None, None  # what software writes that has no position, not a place in the sea
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

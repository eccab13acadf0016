"""One entry of a feed: what its fields from outside say, as plain and bounded values."""

import re
from calendar import timegm
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from indicators.items import Item
from indicators.language.languages import settled
from indicators.language.text import one_line
from watcher.sources.dates import moment_of
from watcher.sources.fields import (
    TITLE_LIMIT,
    declared_language,
    language_of,
    link_of,
    opening_of,
    plausible,
    text_of,
    title_of,
)
from watcher.sources.georss import position_of
from watcher.sources.identity import Draft

Entry = Mapping[str, Any]
"""One entry as the parser gives it: a dict whose values come from outside."""

_DATES = ("published", "updated", "created")
_DATE_LIMIT = 100
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?\s*(?:[+-]\d{2}:?\d{2})?")
_ISO_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)")


def drafts_of(
    entries: Iterable[Entry], *, source: str, language: str | None, now: datetime, declared: str | None = None
) -> list[Draft | None]:
    """Return a draft for each entry, or ``None`` for one that cannot be read.

    *language* is the operator's word, *declared* the feed's; that of an entry itself counts between them.
    """
    return [_readable(entry, source=source, language=language, now=now, declared=declared) for entry in entries]


def _readable(entry: Entry, *, source: str, language: str | None, now: datetime, declared: str | None) -> Draft | None:
    try:
        return _draft(entry, source=source, language=language, now=now, declared=declared)
    except Exception:  # noqa: BLE001 - whatever one poisoned entry does, its neighbours go on
        return None


def _draft(entry: Entry, *, source: str, language: str | None, now: datetime, declared: str | None) -> Draft:
    """Return an entry's guid and its item, still without an id: that depends on the neighbours."""
    content = _content(entry)
    summary = text_of(entry.get("summary"))
    if not (summary or content) and len(str(entry.get("title"))) > TITLE_LIMIT:
        summary = text_of(entry.get("title"))  # a post that is all title
    lat, lon = position_of(entry)
    title = title_of(entry.get("title")) or opening_of(summary or content)  # posts have none, and rules read titles
    url = link_of(entry.get("link"))
    if not title and not url:
        raise ValueError("nothing is told")
    item = Item(
        id="",
        source=source,
        title=title,
        fetched=now,
        published=_published(entry, now=now),
        url=url,
        summary=summary,
        content="" if content == summary else content,
        lang=settled(language or _entry_language(entry, beside=declared) or declared, f"{title} {summary or content}"),
        lat=lat,
        lon=lon,
    )
    return one_line(str(entry.get("id") or "")), item


def _content(entry: Entry) -> str:
    parts = [part for part in entry.get("content") or () if isinstance(part, Mapping)]
    return max((text_of(part.get("value")) for part in parts), key=len, default="")


def _entry_language(entry: Entry, *, beside: str | None) -> str | None:
    """Return what the entry says of itself; English is its own word only *beside* another that its feed says."""
    details = (entry.get("title_detail"), entry.get("summary_detail"))
    said = [entry.get("language"), *(part.get("language") for part in details if isinstance(part, Mapping))]
    understood = language_of if beside else declared_language
    return next((code for one in said if (code := understood(one))), None)


def _published(entry: Entry, *, now: datetime) -> datetime | None:
    # A plain dict: feedparser's own answers "updated" with "published", and warns about it.
    fields = dict(entry)
    for name in _DATES:
        moment = _moment(fields.get(f"{name}_parsed"))
        if moment and plausible(moment, now=now) and _agrees(str(fields.get(name)), moment):
            return moment
        # The parser knows neither mail dates without a zone nor months in French.
        if moment := moment_of(fields.get(name), now=now):
            return moment
    return None


def unread_date(entries: Iterable[Entry], drafts: Iterable[Draft | None]) -> str:
    """Return the first date that an entry writes and whose draft is undated all the same, or nothing."""
    undated = (dict(entry) for entry, draft in zip(entries, drafts, strict=True) if draft and not draft[1].published)
    written = (str(entry.get(name) or "") for entry in undated for name in _DATES)
    return next((told for one in written if (told := one_line(one, limit=_DATE_LIMIT))), "")


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

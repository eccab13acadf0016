"""GDELT 2.0: the list of the newest files, then every quarter hour's files that were not read yet.

While the list cannot be had, or stands still, its DOC API is asked where the operator wrote what for.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus

from yarl import URL

from indicators.items import Item
from watcher.sources.exchange import apart, check_status, conditions, validators_of
from watcher.sources.faults import Fault, SourceError
from watcher.sources.gdelt import articles, doc, mentions
from watcher.sources.gdelt.articles import articles_in
from watcher.sources.gdelt.events import COLUMNS, Events, events_in
from watcher.sources.gdelt.file_list import File, listed_in, moment_of_stamp, to_read
from watcher.sources.gdelt.mentions import mentions_in, remembered, to_remember
from watcher.sources.gdelt.options import GdeltOptions
from watcher.sources.http import Http
from watcher.sources.options import options_of
from watcher.sources.source import Fetched, SourceSettings, Validators
from watcher.sources.zips import RefusedZipError, only_member

UNPACKED = 30_000_000
"""Bytes that one export may unpack to; they have about a million."""

STALE = timedelta(hours=2)

_EXPORT = re.compile("export", re.IGNORECASE)
_CURSOR = re.compile(r"(\d{14})(?: (.*))?", re.DOTALL)


@dataclass(slots=True, kw_only=True)
class _Haul:
    """What the files of one poll brought."""

    items: dict[str, Item] = field(default_factory=dict)
    events: int = 0
    unread: int = 0
    failed: list[SourceError] = field(default_factory=list)
    missing: int = 0


class GdeltSource:
    """A kind of source: the events of GDELT 2.0. The files lie beside the list; no address in the list is followed."""

    options = GdeltOptions

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Poll the files; if they have failed or stood still for an hour, and the options allow it, ask the DOC API.

        The files are tried first each time, so that it goes back by itself.
        """
        options = options_of(GdeltOptions, settings.options, source=settings.id)
        error: SourceError | None = None
        found: Fetched | None = None
        try:
            found = await self._files(options, settings, http, validators, now)
        except SourceError as failed:
            error = failed
        if options.fallback and _overdue(found.validators if found else validators, now):
            return await _instead(options, settings, http, validators, now, error=error, beside=found)
        if found is None:
            raise error or AssertionError
        return found

    async def _files(
        self, options: GdeltOptions, settings: SourceSettings, http: Http, validators: Validators, now: datetime
    ) -> Fetched:
        """Poll the list, and read the files between the last one read (kept in front of the etag) and the newest."""
        seen, asked = _cursor(validators)
        answer = await http.get(
            settings.url, source=settings.id, headers=conditions(asked), allow_private=settings.allow_private
        )
        if answer.status == HTTPStatus.NOT_MODIFIED and asked != Validators():
            return Fetched(not_modified=True, validators=validators)
        check_status(answer, source=settings.id, now=now)
        listed, unlisted = listed_in(answer, settings.id, "articles" if options.files == "articles" else "events")
        body_hash = hashlib.sha256(answer.body).hexdigest()
        newest = listed[-1].stamp if listed else ""
        if newest and newest <= seen and not answer.truncated:
            return Fetched(not_modified=True, validators=validators)
        files, lost = to_read(listed, seen, options.catch_up)
        haul = await self._read(files, {one.name for one in listed}, settings, http, now)
        known = None
        if options.files == "mentions":
            known = await self._mentions(
                files, haul, listed_in(answer, settings.id, "mentions")[0], settings, http, validators, now
            )
        incomplete = answer.truncated or bool(haul.failed) or unlisted
        return Fetched(
            items=tuple(haul.items.values()),
            validators=validators if incomplete else _marked(validators_of(answer), newest),
            body_hash=body_hash,
            partial=incomplete,
            note=_note(haul, files, lost=lost, newest=newest, now=now),
            known=known,
        )

    async def _read(
        self, files: list[File], listed: set[str], settings: SourceSettings, http: Http, now: datetime
    ) -> _Haul:
        """Read *files*, the newest first; one that fails does not keep the others, all failing fails the poll."""
        haul = _Haul()
        for file in reversed(files):
            try:
                events = await _events(file, settings, http, now)
            except SourceError as error:
                # Files between are reckoned, not listed: GDELT leaves some out.
                if _is_absent(error) and file.name not in listed:
                    haul.missing += 1
                else:
                    haul.failed.append(error)
                continue
            for item in events.items:
                haul.items.setdefault(item.id, item)
            haul.events += events.events
            haul.unread += events.unread
        if haul.failed and len(haul.failed) + haul.missing == len(files):
            raise haul.failed[0]
        return haul

    async def _mentions(
        self,
        files: list[File],
        haul: _Haul,
        listed: list[File],
        settings: SourceSettings,
        http: Http,
        validators: Validators,
        now: datetime,
    ) -> str:
        """Add the articles that mention events of *haul* and of the day before; return the events to remember."""
        events = remembered(validators.known) | haul.items
        sums = {one.stamp: one for one in listed}
        for file in files:
            name = File(stamp=file.stamp, suffix=_EXPORT.sub("mentions", file.suffix))
            name = sums.get(file.stamp, name)
            try:
                found = await _events(name, settings, http, now, about=events)
            except SourceError as error:
                if not _is_absent(error) or file.stamp in sums:
                    haul.failed.append(error)
                continue
            haul.unread += found.unread
            for item in found.items:
                haul.items.setdefault(item.id, item)
        return to_remember(events.values(), now=now)


def parse_export(body: bytes, *, settings: SourceSettings, now: datetime) -> Fetched:
    """Return the wanted events of one export, packed (zip) or not; raises :class:`SourceError` if it is neither."""
    events = _events_of(body, settings=settings, now=now, packed=body.startswith(b"PK"))
    haul = _Haul(items={item.id: item for item in events.items}, events=events.events, unread=events.unread)
    note = _note(haul, [File(stamp="", suffix="")], lost=0, newest="", now=now)
    return Fetched(items=events.items, body_hash=hashlib.sha256(body).hexdigest(), note=note)


def _is_absent(error: SourceError) -> bool:
    return error.fault is Fault.HTTP_STATUS and error.detail.endswith("404")


def _overdue(validators: Validators, now: datetime) -> bool:
    """Whether the newest file that was read is so old that something is wrong; it is where none was ever read."""
    newest = moment_of_stamp(_cursor(validators)[0])
    return newest is None or now - newest > doc.PATIENCE


async def _instead(
    options: GdeltOptions,
    settings: SourceSettings,
    http: Http,
    validators: Validators,
    now: datetime,
    *,
    error: SourceError | None,
    beside: Fetched | None,
) -> Fetched:
    """Return what the DOC API knows since the newest file; where it fails too, the fault is the *error* of the files.

    What files that stand still did bring *beside* stays, with its place in them.
    """
    since = moment_of_stamp(_cursor(validators)[0])
    try:
        found = await doc.articles_since(
            since, query=options.fallback, address=options.fallback_url, settings=settings, http=http, now=now
        )
    except SourceError as other:
        too = f"its DOC API fails too: {other.fault}, {other.detail}"
        if beside is not None:
            return replace(beside, note="; ".join(part for part in (beside.note, too) if part))
        first = error or other
        raise SourceError(settings.id, first.fault, f"{first.detail}; {too}", retry_after=first.retry_after) from None
    because = f"{error.fault}: {error.detail}" if error else "they stand still"
    told = f"its DOC API is read instead of its files ({because})"
    kept = beside or Fetched(validators=validators)
    return replace(
        kept,
        items=tuple({item.id: item for item in (*kept.items, *found.items)}.values()),
        not_modified=False,
        instead=told,
        note="; ".join(part for part in (kept.note, found.note) if part),
        body_hash=found.body_hash,
    )


async def _events(
    file: File, settings: SourceSettings, http: Http, now: datetime, *, about: Mapping[str, Item] | None = None
) -> Events:
    url = URL(settings.url)
    address = url.with_name(file.name).with_query(url.query)
    answer = await http.get(str(address), source=settings.id, allow_private=settings.allow_private)
    check_status(answer, source=settings.id, now=now)
    bare = replace(settings.bare, options=settings.options)
    read = partial(_unpacked, answer.body, file, settings=bare, now=now, about=about)
    return await apart(read, Events, source=settings.id)


def _unpacked(
    body: bytes, file: File, *, settings: SourceSettings, now: datetime, about: Mapping[str, Item] | None
) -> Events:
    if file.md5 and hashlib.md5(body, usedforsecurity=False).hexdigest() != file.md5:
        words = f"{file.name}: not the file that the list names (its MD5 differs)"
        raise SourceError(settings.id, Fault.TRUNCATED, words)
    try:
        return _events_of(body, settings=settings, now=now, packed=True, about=about)
    except SourceError as error:
        raise SourceError(settings.id, error.fault, f"{file.name}: {error.detail}") from None


def _events_of(
    body: bytes, *, settings: SourceSettings, now: datetime, packed: bool, about: Mapping[str, Item] | None = None
) -> Events:
    try:
        export = only_member(body, suffix=".csv", limit=UNPACKED) if packed else body
    except RefusedZipError as error:
        raise SourceError(settings.id, Fault.NOT_A_FEED, str(error)) from None
    options = options_of(GdeltOptions, settings.options, source=settings.id)
    if about is not None:
        events, columns = mentions_in(export, about, source=settings.id, now=now), mentions.COLUMNS
    elif options.files == "articles":
        events, columns = articles_in(export, options.wanted, source=settings.id, now=now), articles.COLUMNS
    else:
        events, columns = events_in(export, options.wanted, source=settings.id, now=now), COLUMNS
    if events.unread and not events.events:
        raise SourceError(settings.id, Fault.COLUMNS, f"no line has the {columns} columns of GDELT 2.0")
    return events


def _cursor(validators: Validators) -> tuple[str, Validators]:
    """Return the time of the last file read, and what to ask the server with: both stand in the etag we kept."""
    found = _CURSOR.fullmatch(validators.etag)
    if not found:
        return "", validators
    return found[1], replace(validators, etag=found[2] or "")


def _marked(validators: Validators, newest: str) -> Validators:
    return replace(validators, etag=f"{newest} {validators.etag}".strip())


def _note(haul: _Haul, files: list[File], *, lost: int, newest: str, now: datetime) -> str:
    parts = []
    if not files:
        parts.append("the list names no file of events")
    elif not haul.items:
        parts.append(f"none of {haul.events} events is in the countries and roots asked for")
    if lost:
        parts.append(f"gap: {lost} older file(s), {lost / 4:g} h, were not read (catch_up)")
    if haul.missing:
        parts.append(f"gap: {haul.missing} file(s) of the time between are not there")
    if haul.unread:
        parts.append(f"skipped {haul.unread} line(s) of another format")
    parts += [error.detail for error in haul.failed]
    made = moment_of_stamp(newest)
    if made and now - made > STALE:
        parts.append(f"the newest file is of {made:%Y-%m-%d %H:%M} UTC: GDELT has stood still since")
    return "; ".join(parts)

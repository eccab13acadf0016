"""CAP alerts: one alert behind an address, or a feed (Atom, RSS, EDXL) that holds alerts or links to them."""

import asyncio
import hashlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import ClassVar

from yarl import URL

from watcher.sources.cap_alerts import CapAlert, alerts_in, is_alert, item_of, newest_of_each, read_alert
from watcher.sources.exchange import apart, check_status, conditions, looks_like, validators_of
from watcher.sources.faults import Fault, SourceError
from watcher.sources.http import Http, Response
from watcher.sources.options import Options, Shows
from watcher.sources.source import Fetched, SourceSettings, Validators
from watcher.sources.xml_trees import Node, RefusedXmlError, Tree, parse_xml

MOST_LINKS = 50
"""Alerts that are fetched in one poll; the rest come with the next."""

AT_ONCE = 4
LINKS_DEADLINE = timedelta(seconds=60)
REMEMBERED = 500
"""Alerts behind links that are kept in memory, so that no poll fetches them again: a CAP message never changes."""

LARGEST_REMEMBERED = 200_000
"""Bytes of an alert that is kept so."""

_FEEDS = frozenset({"feed", "rss", "rdf", "edxldistribution", "alerts"})
_ENTRIES = frozenset({"entry", "item"})
_CAP_TYPES = frozenset({"application/cap+xml", "application/common-alerting-protocol+xml"})
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What one document holds: alerts, links to others, and what could not be used of it."""

    alerts: tuple[CapAlert, ...] = ()
    links: tuple[str, ...] = ()
    unread: int = 0
    broken: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What the links led to. ``later`` were not asked in this poll, ``lost`` did not answer, ``gone`` are no more."""

    alerts: tuple[CapAlert, ...] = ()
    unread: int = 0
    later: int = 0
    lost: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class _Way:
    """What every link of one poll is followed with."""

    http: Http
    turn: asyncio.Semaphore
    now: datetime


class CapOptions(Options):
    """Nothing beyond the address."""

    shows: ClassVar[Shows] = Shows.CURRENT
    for_anybody: ClassVar[bool] = True


class CapSource:
    """A kind of source: CAP 1.2 alerts, by themselves or in a feed."""

    options = CapOptions

    def __init__(self) -> None:
        self._read: OrderedDict[str, Document] = OrderedDict()

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Poll the address once and follow its links to alerts that were not read before."""
        answer = await http.get(
            settings.url,
            source=settings.id,
            headers=conditions(validators),
            allow_private=settings.allow_private,
        )
        if answer.status == HTTPStatus.NOT_MODIFIED and validators != Validators():
            return Fetched(not_modified=True, validators=validators)
        check_status(answer, source=settings.id, now=now)
        document = await apart(partial(_read, answer, settings.bare), Document, source=settings.id)
        followed = await self._follow(document.links, settings, http, now)
        fetched = _fetched(document, followed, settings=settings, now=now)
        return replace(fetched, validators=validators if fetched.partial else validators_of(answer))

    async def _follow(self, links: Sequence[str], settings: SourceSettings, http: Http, now: datetime) -> Followed:
        """Fetch what is behind *links*, the first ones first; one that fails does not keep the others."""
        fresh = [link for link in links if self._key(settings, link) not in self._read]
        asked = fresh[:MOST_LINKS]
        found = [self._read[key] for link in links if (key := self._key(settings, link)) in self._read]
        turn = asyncio.Semaphore(AT_ONCE)
        tasks = [asyncio.create_task(self._one(link, settings, _Way(http, turn, now))) for link in asked]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=LINKS_DEADLINE.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        came = [task.result() for task in tasks if task not in late] if tasks else []
        whole = [one for one in came if isinstance(one, Document)]
        return Followed(
            alerts=tuple(alert for one in (*found, *whole) for alert in one.alerts),
            unread=sum(one.unread for one in (*found, *whole)),
            later=len(fresh) - len(asked),
            lost=len(asked) - len(whole) - came.count(None),
            gone=came.count(None),
        )

    async def _one(self, link: str, settings: SourceSettings, way: "_Way") -> Document | SourceError | None:
        """Return what is behind *link*, why it could not be read, or ``None`` if there is nothing any more."""
        # An inside address stays inside its own host: a feed must not lead us about a private network.
        inside = settings.allow_private and URL(link).host == URL(settings.url).host
        try:
            async with way.turn:
                answer = await way.http.get(link, source=settings.id, allow_private=inside)
            if answer.status in _GONE:
                return None
            check_status(answer, source=settings.id, now=way.now)
            document = await apart(partial(_read, answer, settings.bare, link), Document, source=settings.id)
        except SourceError as error:
            return error
        if document.broken:
            return SourceError(settings.id, Fault.TRUNCATED, "a linked alert broke off")
        if len(answer.body) <= LARGEST_REMEMBERED:
            self._remember(self._key(settings, link), document)
        return document

    def _key(self, settings: SourceSettings, link: str) -> str:
        return f"{settings.id}\0{settings.lang}\0{link}"

    def _remember(self, key: str, document: Document) -> None:
        self._read[key] = document
        while len(self._read) > REMEMBERED:
            self._read.popitem(last=False)


def read_document(body: bytes, *, settings: SourceSettings, link: str = "") -> Document:
    """Return what *body* holds; raises :class:`SourceError` for bytes that are no alert and no feed."""
    if not body.strip(b" \t\r\n\0"):
        raise SourceError(settings.id, Fault.EMPTY, "the answer has no content")
    kind = looks_like(body)
    if not kind.startswith("XML") and not body.startswith((BOM_UTF16_BE, BOM_UTF16_LE)):
        raise SourceError(settings.id, Fault.NOT_A_FEED, f"looks like {kind}")
    try:
        tree = parse_xml(body)
    except RefusedXmlError as error:
        raise SourceError(settings.id, Fault.NOT_A_FEED, str(error)) from None
    return replace(_document_of(tree, settings=settings, link=link), digest=hashlib.sha256(body).hexdigest())


def parse_cap(body: bytes, *, settings: SourceSettings, now: datetime) -> Fetched:
    """Return the items of a document whose links are not followed; validators are left to the caller."""
    document = read_document(body, settings=settings)
    fetched = _fetched(document, Followed(), settings=settings, now=now)
    unasked = f"{len(document.links)} linked and not in this file" if document.links else ""
    return replace(fetched, note="; ".join(part for part in (fetched.note, unasked) if part))


def _read(answer: Response, settings: SourceSettings, link: str = "") -> Document:
    """Read an answer; one that broke off explains whatever is wrong with what came."""
    try:
        document = read_document(answer.body, settings=settings, link=link)
    except SourceError as error:
        if answer.truncated:
            raise SourceError(settings.id, Fault.TRUNCATED, f"broke off; {error.detail}") from None
        raise
    return replace(document, broken=document.broken or "the connection ended") if answer.truncated else document


def _document_of(tree: Tree, *, settings: SourceSettings, link: str) -> Document:
    found = list(alerts_in(tree.root))
    if not found and not is_alert(tree.root) and tree.root.name.casefold() not in _FEEDS:
        raise SourceError(settings.id, Fault.NOT_A_FEED, "XML of another kind: neither a CAP alert nor a feed")
    alerts = [alert for node in found if (alert := read_alert(node, lang=settings.lang, link=link))]
    entries = [node for node in tree.root.walk() if node.name in _ENTRIES and node.closed]
    if tree.broken and not alerts and not entries:
        fault = Fault.TRUNCATED if tree.cut else Fault.NOT_A_FEED
        raise SourceError(settings.id, fault, f"nothing whole could be read: {tree.broken}")
    links = [one for entry in entries if not any(alerts_in(entry)) if (one := _link(entry, settings.url))]
    return Document(
        alerts=tuple(alerts),
        links=tuple(dict.fromkeys(links)),
        unread=len(found) - len(alerts),
        broken=tree.broken,
    )


def _link(entry: Node, base: str) -> str:
    """Return the address of an entry's alert: the link that says it is CAP, else its only or first one."""
    links = [*entry.all("link"), *entry.all("enclosure")]
    by_type = [node for node in links if node.attributes.get("type", "").partition(";")[0].strip() in _CAP_TYPES]
    plain = [node for node in links if node.attributes.get("rel", "alternate") == "alternate"]
    for node in (*by_type, *plain):
        written = node.attributes.get("href") or node.attributes.get("url") or node.text
        try:
            address = URL(base).join(URL(written))
        except ValueError:
            continue
        if written and address.scheme in {"http", "https"} and address.host:
            return str(address)
    return ""


def _fetched(document: Document, followed: Followed, *, settings: SourceSettings, now: datetime) -> Fetched:
    alerts = (*document.alerts, *followed.alerts)
    shown = [alert for alert in alerts if alert.scope != "private" and alert.kind != "ack"]
    chains = newest_of_each(shown)
    items = tuple(item_of(alert, begun, source=settings.id, now=now) for begun, alert in chains)
    private = sum(alert.scope == "private" for alert in alerts)
    told = (
        (document.unread + followed.unread, "without what CAP requires, skipped"),
        (private, "of scope Private, dropped"),
        (sum(alert.status != "actual" for _, alert in chains), "not actual (test, exercise, system, draft)"),
        (followed.lost, "linked but not readable, asked again at the next poll"),
        (followed.later, "linked and left for the next poll"),
        (followed.gone, "linked but no longer there"),
    )
    notes = [f"{count} {what}" for count, what in told if count]
    if document.broken:
        notes.append(f"the document breaks off: {document.broken}")
    if not items and not notes:
        notes.append("no alert in it")
    incomplete = bool(document.broken or followed.lost or followed.later)
    return Fetched(items=items, body_hash=document.digest, partial=incomplete, note="; ".join(notes))

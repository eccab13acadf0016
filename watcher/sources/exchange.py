"""One question and its answer: conditions, what the status line means, and reading it in a process apart.

Every kind that polls one document goes through :func:`poll_document`; a kind with pages or a login
uses the parts.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

from yarl import URL

from watcher.sources.faults import Fault, SourceError
from watcher.sources.http import Http, Response
from watcher.sources.readers import READERS
from watcher.sources.source import Fetched, SourceSettings, Validators

HEADER_LIMIT = 500
MAX_WAIT = timedelta(hours=6)

_DISKS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="disk")
_GOOD = frozenset({HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION, HTTPStatus.IM_USED})
_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


def _told(*statuses: HTTPStatus) -> frozenset[str]:
    """Return what the fault of each of *statuses* says in detail."""
    return frozenset(map(_detail, statuses))


def _detail(status: int) -> str:
    return f"answered {status:d}"


REFUSALS = _told(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
)
"""What a fault says in detail where a site answers and does not let us in."""

PASSING = _told(
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)
"""What it says where a site has trouble of its own, which may have passed when it is asked again."""

_T = TypeVar("_T")

Read = Callable[[Response], Fetched]
"""Turns an answer into items; raises :class:`SourceError` for bytes of another kind. Runs in a reader: picklable."""


async def poll_document(
    settings: SourceSettings,
    http: Http,
    validators: Validators,
    now: datetime,
    *,
    read: Read,
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    """Poll one address once, asking only for what changed since *validators*, and *read* what came."""
    answer = await http.get(
        settings.url,
        source=settings.id,
        headers={**(headers or {}), **conditions(validators)},
        allow_private=settings.allow_private,
    )
    if answer.status == HTTPStatus.NOT_MODIFIED and validators != Validators():
        return Fetched(not_modified=True, validators=validators)
    check_status(answer, source=settings.id, now=now)
    fetched = await read_apart(answer, read, source=settings.id)
    note = "; ".join(part for part in (fetched.note, _moved(answer)) if part)
    return replace(fetched, validators=validators if fetched.partial else validators_of(answer), note=note)


def _moved(answer: Response) -> str:
    """Tell the operator where a source has moved to; its address is changed by a person, for a hotel redirects too."""
    if not answer.moved:
        return ""
    return f"the site says that it has moved for good, to {URL(answer.url).host}: see, and correct url"


async def aside(work: Callable[[], _T], *, source: str, deadline: timedelta) -> _T:
    """Do *work* on this machine's disks in a thread, for no longer than *deadline*; what it finds is read apart."""
    working = asyncio.get_running_loop().run_in_executor(_DISKS, work)
    try:
        return await asyncio.wait_for(working, deadline.total_seconds())
    except TimeoutError:
        raise SourceError(source, Fault.TIMEOUT, f"not read within {deadline.total_seconds():.0f} s") from None


async def apart(work: Callable[[], _T], kind: Any, *, source: str) -> _T:
    """Do *work* on bytes from outside in a child process; return its value, a *kind*. See :meth:`Readers.read`."""
    return await READERS.read(work, kind, source=source)


async def read_apart(answer: Response, read: Read, *, source: str) -> Fetched:
    """Return what *read* makes of *answer* in a child process; an answer that broke off is partial, or TRUNCATED."""
    return await apart(partial(_read_whole, answer, read, source=source), Fetched, source=source)


def _read_whole(answer: Response, read: Read, *, source: str) -> Fetched:
    """Read an answer, remembering that a body which broke off explains whatever is wrong with it."""
    try:
        fetched = read(answer)
    except SourceError as error:
        if answer.truncated:
            raise SourceError(source, Fault.TRUNCATED, f"broke off; {error.detail}") from None
        raise
    return replace(fetched, partial=fetched.partial or answer.truncated)


def with_query(url: str, query: Mapping[str, str | list[str]]) -> str:
    """Return *url* with *query* in place of what it says under those names; what is no address is left to the door."""
    if not url.isprintable():
        return url
    try:
        return str(URL(url).update_query(query))
    except ValueError:
        return url


def conditions(validators: Validators) -> dict[str, str]:
    """Return the request headers that ask "anything new since then?"."""
    asked = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in asked.items() if value}


def validators_of(answer: Response) -> Validators:
    """Return what this answer gives to ask with next time."""
    return Validators(
        etag=_sendable(answer.headers.get("ETag", "")),
        last_modified=_sendable(answer.headers.get("Last-Modified", "")),
    )


def _sendable(value: str) -> str:
    """Return *value* if it can be sent back in a header without harm, else nothing."""
    return value if value.isascii() and value.isprintable() and len(value) <= HEADER_LIMIT else ""


def check_status(answer: Response, *, source: str, now: datetime) -> None:
    """Raise :class:`SourceError` unless *answer* carries a document."""
    status = answer.status
    if status in _BUSY:
        wait = retry_after(answer.headers.get("Retry-After", ""), now=now)
        raise SourceError(source, Fault.HTTP_STATUS, _detail(status), retry_after=wait)
    if status == HTTPStatus.NOT_MODIFIED:
        raise SourceError(source, Fault.HTTP_STATUS, "answered 304 to a question that set no condition")
    if status == HTTPStatus.NO_CONTENT:
        raise SourceError(source, Fault.EMPTY, "answered 204")
    if status not in _GOOD:
        raise SourceError(source, Fault.HTTP_STATUS, _detail(status))


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


def looks_like(body: bytes) -> str:
    """Say in two words what a body seems to be, for the fault of one that is no document of its kind."""
    start = body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<html" in start or b"<!doctype html" in start:
        return "an HTML page"
    if start.startswith((b"{", b"[")):
        return "JSON"
    if start.startswith(b"<"):
        return "XML of another kind"
    return "plain text" if b"\0" not in start else "binary data"

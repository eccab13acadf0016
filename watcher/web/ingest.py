"""``POST /ingest/{source}``: signed reports of a source of kind ``webhook``, kept and judged at once."""

import hashlib
import secrets
from dataclasses import asdict
from functools import partial
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import APIRouter, Request

from watcher.collecting.receiving import ReplayedError, ReusedKeyError, receive
from watcher.settings import WrittenSource
from watcher.sources import SourceError
from watcher.sources.options import options_of
from watcher.sources.signatures import SIGNATURE, TIMESTAMP, Seal, seal_of
from watcher.sources.webhook import MEDIA_TYPES, WebhookOptions, is_read, media_type_of, read_push
from watcher.web.permissions import Open, open_to_all
from watcher.web.refusals import Refusal, RefusedError
from watcher.web.site import Site

log = structlog.get_logger(__name__)

LONGEST_KEY = 200

_DECOY = secrets.token_hex(32)
"""What a message to no source is checked with, so that it takes as long and fails as well."""

_ASK = {"WWW-Authenticate": SIGNATURE}


def router(site: Site) -> APIRouter:
    """Return the route, for the sources of *site*."""
    routes = APIRouter()

    @routes.post("/ingest/{source}", status_code=HTTPStatus.ACCEPTED, dependencies=open_to_all(Open.SIGNED))
    async def ingest(source: str, request: Request) -> dict[str, Any]:
        known, options = _sender(site, source)
        seal = await _verified(site, request, secret=options.secret.get_secret_value() if options else _DECOY)
        if known is None or options is None:  # whoever knows the decoy has read our memory
            raise RefusedError(_UNKNOWN)
        media_type, key = _media_type(request), _key(request)
        body, now = await request.body(), site.plant.now()
        asked: dict[str, Any] = {"options": options.records, "settings": known.settings.bare}
        read = partial(read_push, body, media_type=media_type, now=now, **asked)
        told = hashlib.sha256(body).hexdigest()
        try:
            received = await receive(site.plant, known, read, signature=seal.signature, key=key, body=told, now=now)
        except ReplayedError:
            raise RefusedError(_REPLAYED) from None
        except ReusedKeyError:
            log.warning("push refused", why="its key was taken for another message", source=source)
            raise RefusedError(_REUSED) from None
        except SourceError as error:
            raise RefusedError(_unreadable(error, media_type)) from None
        if received.new:
            site.judge_soon()
        return asdict(received)

    return routes


def _sender(site: Site, wanted: str) -> tuple[WrittenSource | None, WebhookOptions | None]:
    source = site.source(wanted)
    if source is None or source.kind != "webhook":
        return None, None
    return source, options_of(WebhookOptions, source.settings.options, source=source.id)


async def _verified(site: Site, request: Request, *, secret: str) -> Seal:
    """Return the seal of a timely message signed with *secret*; nothing here tells whether a source exists."""
    seal = seal_of(request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, ""))
    if seal is None:
        raise RefusedError(_UNSIGNED)
    if not seal.is_timely(now=site.plant.now()):
        raise RefusedError(_UNTIMELY)
    if not seal.fits(await request.body(), secret=secret):
        log.warning("push refused", why="unknown source or wrong signature", client=_client(request))
        raise RefusedError(_UNKNOWN)
    return seal


def _client(request: Request) -> str:
    """Return who sent this, by the proxies that are trusted; for the operator's log alone."""
    return request.client.host if request.client else ""


def _media_type(request: Request) -> str:
    found = media_type_of(request.headers.get("Content-Type", ""))
    if not is_read(found):
        raise RefusedError(
            Refusal(
                status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                kind="media-type",
                what="a body of this Content-Type is not read",
                instead=f"one of: {', '.join(MEDIA_TYPES)}",
            )
        )
    return found


def _key(request: Request) -> str:
    found = request.headers.get("Idempotency-Key", "").strip()
    if len(found) > LONGEST_KEY or not (found.isascii() and found.isprintable()):
        instead = f"up to {LONGEST_KEY} printable characters"
        what = "the Idempotency-Key cannot be taken"
        raise RefusedError(Refusal(status=HTTPStatus.BAD_REQUEST, kind="key", what=what, instead=instead))
    return found


def _unreadable(error: SourceError, media_type: str) -> Refusal:
    return Refusal(
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        kind=error.fault.value.replace(" ", "-"),
        what=f"{error.fault}: {error.detail}",
        instead=_SHAPES.get(media_type, "a whole document of that Content-Type"),
    )


_SHAPES = {
    "application/json": "one report as an object, or a list of them, with the fields that the source's map names; "
    '[] says that all is quiet: {"id": "1", "title": "…", "published": "2026-03-01T12:00:00Z"}',
    "application/feed+json": 'a JSON Feed: {"version": "https://jsonfeed.org/version/1.1", "items": […]}',
}
_UNSIGNED = Refusal(
    status=HTTPStatus.UNAUTHORIZED,
    kind="unsigned",
    what="the message is not signed as it must be",
    instead=f"{TIMESTAMP}: seconds from 1970; {SIGNATURE}: sha256=HMAC-SHA256(secret, timestamp + '.' + body), in hex",
    headers=_ASK,
)
_UNTIMELY = Refusal(
    status=HTTPStatus.UNAUTHORIZED,
    kind="untimely",
    what="the message was signed more than five minutes from now; our time is in the header Date",
    instead="set the clock and sign it again",
    headers=_ASK,
)
_UNKNOWN = Refusal(
    status=HTTPStatus.UNAUTHORIZED,
    kind="unknown",
    what="no such source, or not signed with its secret",
    instead="look at the id in the address, the secret, and that the body is signed byte by byte as it is sent",
    headers=_ASK,
)
_REPLAYED = Refusal(
    status=HTTPStatus.CONFLICT,
    kind="replayed",
    what="this very message was taken before",
    instead="nothing, if it is a repeat; else sign it again with a new time",
)
_REUSED = Refusal(
    status=HTTPStatus.UNPROCESSABLE_ENTITY,
    kind="key",
    what="this Idempotency-Key was taken within a day for a message with another body; nothing of this one is kept",
    instead="a key of its own for each message, the same only for a repeat byte by byte; or leave the header out",
)

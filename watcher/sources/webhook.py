"""A webhook: reports that others send to ``POST /ingest/{source}``, signed with a secret that both know."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import ClassVar, get_args

from pydantic import Field, SecretStr, field_validator

from watcher.sources.dropped_files import read_xml
from watcher.sources.faults import Fault, SourceError
from watcher.sources.field_maps import Expression, FieldMap, FieldName
from watcher.sources.http import Http, Response
from watcher.sources.json_api import ONE_OR_MANY, RecordOptions, read_records
from watcher.sources.json_feed import read_json_feed
from watcher.sources.options import Shows
from watcher.sources.source import Fetched, SourceSettings, Validators

SHORTEST_SECRET = 16


def _by_name() -> FieldMap:
    return {name: name for name in get_args(FieldName)}


class WebhookOptions(RecordOptions):
    """``secret`` signs every message; ``items`` and ``map`` say where in its JSON which field stands."""

    shows: ClassVar[Shows] = Shows.ONCE
    pushed: ClassVar[bool] = True

    secret: SecretStr
    items: Expression = ONE_OR_MANY
    map: FieldMap = Field(default_factory=_by_name, min_length=1)

    @property
    def records(self) -> RecordOptions:
        """What reading a message asks for: all but the secret."""
        return RecordOptions(items=self.items, map=self.map, scheme=self.scheme)

    @field_validator("secret")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"it needs at least {SHORTEST_SECRET} characters: `openssl rand -hex 32` makes one")
        return value

    @classmethod
    def address_problem(cls, url: str) -> tuple[str, str]:
        """Return what is wrong with an address here: there is none, for the sender needs ours."""
        return ("reports are sent to a webhook, it asks no address", "leave url out") if url else ("", "")


class WebhookSource:
    """A kind of source: messages of one sender. It is never polled."""

    options = WebhookOptions

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Refuse: there is nobody to ask."""
        del http, validators, now
        raise SourceError(settings.id, Fault.OPTIONS, f"nothing to poll: reports are sent to /ingest/{settings.id}")


def read_push(
    body: bytes, *, media_type: str, options: RecordOptions, settings: SourceSettings, now: datetime
) -> Fetched:
    """Return what one message brought; raises :class:`SourceError` for a body that is not what *media_type* says.

    *media_type* is one that :func:`is_read` knows.
    """
    return replace(_READERS[media_type](body, options, settings, now), pushed=True)


def media_type_of(content_type: str) -> str:
    """Return the media type in a Content-Type header, without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def is_read(media_type: str) -> bool:
    """Whether a body of this media type is read at all."""
    return media_type in _READERS


def _records(body: bytes, options: RecordOptions, settings: SourceSettings, now: datetime) -> Fetched:
    return read_records(_answer(body), options=options, settings=settings, now=now)


def _json_feed(body: bytes, _: RecordOptions, settings: SourceSettings, now: datetime) -> Fetched:
    return read_json_feed(_answer(body), settings=settings, now=now)


def _feed(body: bytes, _: RecordOptions, settings: SourceSettings, now: datetime) -> Fetched:
    return read_xml(body, settings=settings, now=now)


def _answer(body: bytes) -> Response:
    return Response(status=200, headers={}, body=body, url="")


_READERS: dict[str, Callable[[bytes, RecordOptions, SourceSettings, datetime], Fetched]] = {
    "application/json": _records,
    "application/feed+json": _json_feed,
    "application/rss+xml": _feed,
    "application/atom+xml": _feed,
    "application/cap+xml": _feed,
    "application/xml": _feed,
    "text/xml": _feed,
}

MEDIA_TYPES = tuple(_READERS)
"""What a sender may write as Content-Type."""

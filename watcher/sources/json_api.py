"""Any JSON API: where its list of records stands and which field is which, said by JMESPath expressions."""

import re
from datetime import datetime
from functools import partial
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from watcher.sources.exchange import poll_document
from watcher.sources.faults import Fault, SourceError
from watcher.sources.field_maps import Expression, FieldMap, ListError, harvest_records, records_at
from watcher.sources.http import Http, Response
from watcher.sources.json_documents import document_of, fetched_of
from watcher.sources.options import Options, Shows, options_of
from watcher.sources.records import Harvest
from watcher.sources.source import Fetched, SourceSettings, Validators

ONE_OR_MANY = "[@][]"
"""The records are the document, be it their list or a single one without a list."""

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "cookie", "accept-encoding"})


class RecordOptions(Options):
    """``items``: where the list stands. ``map``: a field of the report and the expression that gives it."""

    shows: ClassVar[Shows] = Shows.CURRENT

    items: Expression = "@"
    map: FieldMap = Field(min_length=1)
    scheme: str = Field(default="", pattern="^[a-z0-9_-]*$", max_length=20)

    @field_validator("map")
    @classmethod
    def _says_something(cls, value: FieldMap) -> FieldMap:
        if not {"title", "summary", "content"} & set(value):
            raise ValueError("map a title, a summary or a content: a report without words can match nothing")
        return value


class JsonOptions(RecordOptions):
    """What an API's records need, and the ``headers`` that it wants to see."""

    headers: dict[str, SecretStr] = Field(default_factory=dict, repr=False)

    @field_validator("headers")
    @classmethod
    def _sendable(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, secret in value.items():
            if not _HEADER.fullmatch(name) or name.lower() in _OURS:
                raise ValueError(f"{name!r} is not a header that can be set here")
            if not secret.get_secret_value().isprintable():
                raise ValueError(f"the header {name!r} holds a control character")
        return value


class JsonSource:
    """A kind of source: one JSON document of an API that the operator maps."""

    options = JsonOptions

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Poll the address once, asking only for what changed since *validators*."""
        options = options_of(JsonOptions, settings.options, source=settings.id)
        plain = options.model_copy(update={"headers": {}})  # what only the server may see
        read = partial(read_records, options=plain, settings=settings.bare, now=now)
        headers = {"Accept": "application/json"} | {n: v.get_secret_value() for n, v in options.headers.items()}
        return await poll_document(settings, http, validators, now, read=read, headers=headers)


def read_records(answer: Response, *, options: RecordOptions, settings: SourceSettings, now: datetime) -> Fetched:
    """Turn the answer into items by the operator's map; raises :class:`SourceError` where it has no such list."""
    document = document_of(answer.body, source=settings.id)
    harvest = Harvest(source=settings.id, language=settings.lang, now=now)
    try:
        records = records_at(options.items, document.value)
    except ListError as error:
        raise SourceError(settings.id, Fault.NOT_A_FEED, f"JSON without the list of records: {error}") from None
    harvest_records(records, options.map, harvest, at=_place(options.items), scheme=options.scheme)
    return fetched_of(harvest, answer.body, cut=document.cut)


def _place(items: str) -> str:
    return "" if items in {"@", ONE_OR_MANY} else items

"""What every source promises: one poll, its new state, and a typed error when it is blind."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from indicators.items import Item
from watcher.sources.http import Http


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One source as the operator wrote it. ``every`` is the polling interval."""

    id: str
    url: str = field(repr=False)
    kind: str = "feed"
    every: timedelta = timedelta(minutes=15)
    family: str = ""
    grade: str = ""
    lang: str | None = None
    allow_private: bool = False
    """Let this source live on a private or loopback address; refused otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What the server gave us to ask "anything new?" with. Stored in the same transaction as the items."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One poll's result. ``not_modified`` means the server said 304 and there is nothing to keep.

    ``partial`` means the document was cut short: complete items are here, validators are not to be saved.
    """

    items: tuple[Item, ...] = ()
    validators: Validators = field(default_factory=Validators)
    body_hash: str = ""
    not_modified: bool = False
    partial: bool = False
    note: str = ""


class Source(Protocol):
    """A kind of source. One file in this folder and one row in :data:`watcher.sources.SOURCES`."""

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Poll once. Raises :class:`SourceError` and nothing else for what the outside world does."""
        ...

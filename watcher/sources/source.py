"""What every source promises: one poll, its new state, and a typed error when it is blind."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from indicators.items import Item
from watcher.sources.http import Http
from watcher.sources.options import Options


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
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What this kind alone asks for, as plain values; ``${NAME}`` is filled in, so it may hold a secret."""

    @property
    def bare(self) -> "SourceSettings":
        """What reading a document asks for: no options, no publisher, and no key in the address."""
        return replace(self, url=self.url.partition("#")[0].partition("?")[0], family="", grade="", options={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What the server gave us to ask "anything new?" with. Stored in the same transaction as the items.

    ``known`` is what the kind remembers of the last document's entries. Nothing is asked with it, so it does not
    count where validators are compared.
    """

    etag: str = ""
    last_modified: str = ""
    known: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """Who sends a feed's news at once to those who ask for it, and under which name the hub knows the feed."""

    url: str = field(repr=False)
    topic: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One poll's result. ``not_modified`` means the server said 304 and there is nothing to keep.

    ``partial`` means the document was cut short: complete items are here, validators are not to be saved.
    Of a kind that remembers entries, ``items`` are those of new and changed ones.
    """

    items: tuple[Item, ...] = ()
    validators: Validators = field(default_factory=Validators)
    body_hash: str = ""
    not_modified: bool = False
    partial: bool = False
    pushed: bool = False
    """It came to us; nobody asked, so there is nothing to ask with next time."""
    instead: str = ""
    """In words, by what other way this was had while the source's own does not work; its health says so."""
    note: str = ""
    known: str | None = field(default=None, repr=False)
    """What to remember of this document's entries; ``None`` for what was remembered before."""
    hub: Hub | None = None
    """The hub that the document advertises and that the operator lets us ask."""
    shown: int | None = None
    """How many reports the document shows, where ``items`` holds only some of them."""
    title: str = ""
    """What the document calls itself."""
    language: str = ""
    """The language that the document declares."""


class Source(Protocol):
    """A kind of source. One file in this folder and one row in :data:`watcher.sources.SOURCES`."""

    @property
    def options(self) -> type[Options]:
        """What it asks for in ``options:``, and which addresses it takes; a plain class attribute will do."""
        ...

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Poll once. Raises :class:`SourceError` and nothing else for what the outside world does."""
        ...

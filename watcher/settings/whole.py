"""``watcher.yaml`` as one value: everything that an operator decides."""

from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property

from pydantic import Field

from alerts.chains import Chain, Escalation
from alerts.clients import Client
from alerts.rotas import Override, Roster, Rota
from alerts.routes import Recipient, Route
from alerts.spans import Duration
from indicators.publishers import Publisher
from indicators.written import Written
from watcher.gazetteers import BUNDLED
from watcher.settings.notices import Notices
from watcher.settings.outside import Watchdog
from watcher.settings.sending import Sending
from watcher.settings.slack import SlackApp
from watcher.settings.source import WrittenSource
from watcher.settings.web import Web
from watcher.sources import SOURCES


class Settings(Written):
    """Everything an operator decides."""

    database: str = Field(default="watcher.db", repr=False)
    assessments: tuple[str, ...] = Field(min_length=1, examples=[["mali-2025-12"]])
    gazetteers: tuple[str, ...] = (BUNDLED,)
    """Places beside the assessments' own: ``bundled``, and files of ``watcher places import``; the first goes first."""
    contact: str = ""
    proxy: str = Field(default="", repr=False)
    """What sources ask everything outside of, ``http://host:port``; the environment's proxies are not used."""
    sources: tuple[WrittenSource, ...] = Field(
        min_length=1, examples=[[{"id": "wire", "url": "https://wire.example/rss"}]]
    )
    recipients: tuple[Recipient, ...] = Field(min_length=1, examples=[[{"id": "desk", "channels": {"console": ""}}]])
    routes: tuple[Route, ...] = Field(min_length=1, examples=[[{"to": ["desk"]}]])
    last_resort: str = Field(examples=["desk"])
    clients: tuple[Client, ...] = ()
    notices: Notices = Notices()
    rotas: tuple[Rota, ...] = ()
    chains: tuple[Chain, ...] = ()
    escalation: Escalation | None = None
    judge_every: Duration = timedelta(minutes=15)
    sending: Sending = Sending()
    templates: str = ""
    """A folder with layouts of the operator's own; empty where there are none."""
    web: Web | None = None
    slack: SlackApp | None = None
    watchdog: Watchdog | None = None

    @property
    def callbacks(self) -> str:
        """The address under which hubs reach us; empty if the operator names none, and then none is asked."""
        return self.served.base_url if self.served is not None else ""

    @cached_property
    def served(self) -> Web | None:
        """How the web server runs: as written, else by default where a source needs it, else not at all."""
        if self.web is None and any(s.kind in SOURCES and SOURCES[s.kind].options.pushed for s in self.sources):
            return Web()
        return self.web

    @property
    def publishers(self) -> dict[str, Publisher]:
        """The publishers that the operator named, by source."""
        return {s.id: p for s in self.sources if (p := s.publisher) is not None}

    @property
    def operators(self) -> tuple[Recipient, ...]:
        """Who hears of Watcher's own troubles: recipients marked ``operator``, or else the last resort."""
        marked = tuple(r for r in self.recipients if r.operator)
        return marked or tuple(r for r in self.recipients if r.id == self.last_resort)

    def roster(self, overrides: Iterable[Override] = ()) -> Roster:
        """Return the rotas with these *overrides*."""
        known = frozenset(r.id for r in self.recipients)
        return Roster(rotas=self.rotas, overrides=tuple(overrides), known=known)

    def chain(self, wanted: str) -> Chain | None:
        """Return the chain with that id."""
        return next((c for c in self.chains if c.id == wanted), None)

    def recipient(self, wanted: str) -> Recipient | None:
        """Return the recipient with that id; the watchdog's are among them."""
        outside = self.watchdog.recipients if self.watchdog is not None else ()
        return next((r for r in (*self.recipients, *outside) if r.id == wanted), None)

    def client(self, wanted: str) -> Client | None:
        """Return the client with that id."""
        return next((c for c in self.clients if c.id == wanted), None)

    def addressee(self, wanted: str) -> Recipient | None:
        """Return the recipient of that id, or the client's contact that deliveries know by it (``acme/bureau``)."""
        owner = self.client_of(wanted)
        if owner is None:
            return self.recipient(wanted)
        return next((c for c in owner.addressees if c.id == wanted), None)

    def client_of(self, addressee: str) -> Client | None:
        """Return the client whose contact goes by that name; ``None`` for whoever is of our own desk."""
        client, slash, _ = addressee.partition("/")
        return self.client(client) if slash else None

    @property
    def public_sources(self) -> frozenset[str]:
        """The sources that clients may read of by name."""
        return frozenset(s.id for s in self.sources if not s.is_private)

"""``watcher.yaml`` and the environment, as checked values.

Secrets stay in the environment: an address may say ``${NAME}`` and is filled in when it is used;
nothing here ever prints one.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, field_validator

from alerts.chains import CHAIN, EVERYBODY, LAST_RESORT, ROTA, TEAM, Chain, Escalation
from alerts.channels import CHANNELS, Secret
from alerts.clients import Client
from alerts.rotas import Override, Roster, Rota
from alerts.routes import Recipient, Route
from alerts.spans import Duration
from indicators.errors import Problem, Severity
from indicators.publishers import Publisher, Reliability
from indicators.written import Fault, Written, WrittenFile, in_order
from watcher.assessment_files import assessment_path, shipped_assessments
from watcher.client_faults import client_faults
from watcher.gazetteers import BUNDLED, refusal
from watcher.notice_settings import Notices
from watcher.outside import Watchdog, watchdog_faults
from watcher.sources import SOURCES, SourceSettings, articles
from watcher.sources.options import option_faults
from watcher.sources.robots import Minding

_PRIVATE_KINDS = ("folder", "imap", "webhook")
"""Kinds of source that are our own by nature: what is dropped, mailed or posted to us was printed nowhere."""
_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


def _several(value: Any) -> Any:
    """Let one word stand for a list of one."""
    return (value,) if isinstance(value, str) else value


Countries = Annotated[tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...], BeforeValidator(_several)]
"""ISO 3166-1 codes, ``ML`` or ``[ML, BF]``."""


class WrittenSource(Written):
    """One feed to poll. ``family`` and ``grade`` overrule the assessment's table of publishers.

    ``region`` holds the countries it reports from; none means that nobody has said. ``full_text``: the article behind
    each new report's link is fetched.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)
    url: str = Field(default="", repr=False)
    kind: str = "feed"
    every: Duration = timedelta(minutes=15)
    lang: str | None = Field(default=None, pattern="^[a-z]{2}$")
    family: str = ""
    grade: Reliability | None = None
    region: Countries = ()
    party: bool = False
    full_text: bool = False
    allow_private: bool = False
    robots: Minding | None = None
    """What to make of the site's robots.txt; ``None``: note it, where what is published for anybody is polled."""
    quiet_after: Duration = timedelta(hours=6)
    """Before so long without anything new its silence is never unusual, whatever its rhythm."""
    private: bool | None = None
    """Whether clients read nothing of it; what is dropped, mailed or posted to us is private unless it says no."""
    options: dict[str, Any] = Field(default_factory=dict, repr=False)

    @field_validator("every")
    @classmethod
    def _bounded(cls, value: timedelta) -> timedelta:
        if not timedelta(seconds=1) <= value <= timedelta(days=7):
            raise ValueError("write an interval between 1s and 7d")
        return value

    @property
    def settings(self) -> SourceSettings:
        """What a source needs to poll, with ``${NAME}`` filled in from the environment."""
        return SourceSettings(
            id=self.id,
            url=secret(self.url).value,
            kind=self.kind,
            every=self.every,
            family=self.family,
            grade=self.grade or "",
            lang=self.lang,
            allow_private=self.allow_private,
            options=_filled(self.options, os.environ),
        )

    @property
    def is_private(self) -> bool:
        """Whether it is kept from clients."""
        return self.kind in _PRIVATE_KINDS if self.private is None else self.private

    @property
    def publisher(self) -> Publisher | None:
        """Who stands behind it, where the operator said so."""
        if not self.family and self.grade is None:
            return None
        return Publisher(family=self.family or self.id, reliability=self.grade or Reliability.F, party=self.party)


class Storm(Written):
    """From *most* messages to one recipient *per* that time on, what follows is gathered into one a minute."""

    most: int = Field(default=20, ge=1)
    per: Duration = timedelta(minutes=10)


class Sending(Written):
    """How messages leave: longest wait for a provider, how long a claim holds, how often to look, what a storm is."""

    deadline: Duration = timedelta(seconds=20)
    lease: Duration = timedelta(minutes=2)
    look_every: Duration = timedelta(seconds=5)
    storm: Storm = Storm()


class Web(Written):
    """Where the web server listens, under which address others reach it, and whose word on their address counts."""

    listen: str = "127.0.0.1:8467"
    base_url: str = ""
    trusted_proxies: tuple[str, ...] = ()

    @field_validator("listen")
    @classmethod
    def _a_place(cls, value: str) -> str:
        try:
            host, port = _host_and_port(value)
            ip_address(host)
        except ValueError:
            raise ValueError("write an IP address of this machine and a port: 127.0.0.1:8467 or [::1]:8467") from None
        if not 0 <= port < 2**16:
            raise ValueError("a port is a number from 0 (any free one) to 65535")
        return value

    @field_validator("base_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc):
            raise ValueError("write the address under which others reach this machine: https://watch.example.org")
        if parts.query or parts.fragment:
            raise ValueError("write it without ? and #")
        return value.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            try:
                ip_network(one)
            except ValueError:
                raise ValueError(f"{one!r} is neither an IP address nor a network such as 10.0.0.0/8") from None
        return value

    @property
    def place(self) -> tuple[str, int]:
        """The address and the port of ``listen``."""
        return _host_and_port(self.listen)


def _host_and_port(written: str) -> tuple[str, int]:
    host, _, port = written.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), int(port)


class Settings(Written):
    """Everything an operator decides."""

    database: str = Field(default="watcher.db", repr=False)
    assessments: tuple[str, ...] = Field(min_length=1)
    gazetteers: tuple[str, ...] = (BUNDLED,)
    """Places beside the assessments' own: ``bundled``, and files of ``watcher places import``; the first goes first."""
    contact: str = ""
    sources: tuple[WrittenSource, ...] = Field(min_length=1)
    recipients: tuple[Recipient, ...] = Field(min_length=1)
    routes: tuple[Route, ...] = Field(min_length=1)
    last_resort: str
    clients: tuple[Client, ...] = ()
    notices: Notices = Notices()
    rotas: tuple[Rota, ...] = ()
    chains: tuple[Chain, ...] = ()
    escalation: Escalation | None = None
    judge_every: Duration = timedelta(minutes=15)
    sending: Sending = Sending()
    web: Web | None = None
    watchdog: Watchdog | None = None

    @property
    def callbacks(self) -> str:
        """The address under which hubs reach us; empty if the operator names none, and then none is asked."""
        return self.served.base_url if self.served is not None else ""

    @property
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


def load_settings(
    path: Path, *, environment: Mapping[str, str] | None = None
) -> tuple[Settings | None, tuple[Problem, ...]]:
    """Read the configuration at *path*; relative paths in it are meant from its folder.

    Returns ``None`` and what is wrong, all of it with its line, when it cannot be used.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}"
        return None, (Problem(where=str(path), what=what, instead="`watcher init` writes a commented one"),)
    return read_settings(text, path, environment=environment)


def read_settings(
    text: str, path: Path, *, environment: Mapping[str, str] | None = None
) -> tuple[Settings | None, tuple[Problem, ...]]:
    """Read *text* as the configuration that stands, or is to stand, at *path*, as :func:`load_settings` does."""
    file = WrittenFile(text, name=str(path))
    settings, problems = file.read(Settings)
    if settings is None:
        return None, problems
    known = os.environ if environment is None else environment
    problems = in_order(file.place(fault) for fault in _faults(settings, known, folder=path.parent))
    if any(p.severity is Severity.ERROR for p in problems):
        return None, problems
    return _from_folder(settings, path.parent), problems


def _from_folder(settings: Settings, folder: Path) -> Settings:
    database = settings.database
    if "://" not in database:
        database = f"sqlite:///{(folder / database).resolve()}"
    assessments = tuple(str(p) if (p := assessment_path(a, folder)) else a for a in settings.assessments)
    gazetteers = tuple(g if g == BUNDLED else str(folder / g) for g in settings.gazetteers)
    return settings.model_copy(update={"database": database, "assessments": assessments, "gazetteers": gazetteers})


def secret(written: str, environment: Mapping[str, str] | None = None) -> Secret:
    """Return the address *written* with its ``${NAME}`` parts filled in; a missing one stays empty."""
    known = os.environ if environment is None else environment
    return Secret(value=_VARIABLE.sub(lambda found: known.get(found[1], ""), written))


def _filled_or_missing(written: str, environment: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return *written* with its names filled in, and those that the environment does not have."""
    missing = tuple(name for name in _VARIABLE.findall(written) if not environment.get(name))
    return secret(written, environment).value, missing


def _filled(value: Any, environment: Mapping[str, str]) -> Any:
    """Return an option with the ``${NAME}`` parts of every text in it filled in."""
    if isinstance(value, str):
        return secret(value, environment).value
    if isinstance(value, dict):
        return {name: _filled(part, environment) for name, part in value.items()}
    return [_filled(part, environment) for part in value] if isinstance(value, list) else value


def _faults(settings: Settings, environment: Mapping[str, str], *, folder: Path) -> Iterator[Fault]:
    yield from _sources(settings)
    yield from _options(settings, environment)
    yield from _people(settings)
    yield from _addresses(settings.recipients, ("recipients",), environment)
    yield from watchdog_faults(
        settings.watchdog, settings.recipients, filled=lambda w: _filled_or_missing(w, environment)
    )
    for i, client in enumerate(settings.clients):
        yield from _addresses(client.contacts, ("clients", i, "contacts"), environment)
    yield from client_faults(
        settings.clients,
        desk=settings.recipients,
        signed=bool(settings.notices.issuer and settings.notices.contact),
        filled=lambda written: secret(written, environment).value,
    )
    for i, name in enumerate(settings.assessments):
        if assessment_path(name, folder) is None:
            shipped = ", ".join(sorted(p.stem for p in shipped_assessments().glob("*.yaml")))
            what = f"no assessment {name!r}"
            yield Fault(path=("assessments", i), what=what, instead=f"write a file's path or one of: {shipped}")
    yield from _gazetteers(settings, folder)
    yield from _database(settings, folder)
    if settings.sending.lease < 3 * settings.sending.deadline:
        what = "a claim must outlast three sends, or a slow provider gets everything twice"
        yield Fault(path=("sending",), what=what, instead="set lease to at least 3 x deadline")


def _gazetteers(settings: Settings, folder: Path) -> Iterator[Fault]:
    for i, name in enumerate(settings.gazetteers):
        what, instead = ("", "") if name == BUNDLED else refusal(folder / name)
        if what:
            yield Fault(path=("gazetteers", i), what=what, instead=instead)


def _database(settings: Settings, folder: Path) -> Iterator[Fault]:
    written = settings.database
    if "://" in written:
        if not written.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            instead = "a file name, or postgresql+psycopg://user@host/name"
            yield Fault(path=("database",), what="this kind of database is not supported", instead=instead)
    elif not (folder / written).absolute().parent.is_dir():
        yield Fault(path=("database",), what="its folder does not exist", instead="create it, or write another path")


def _sources(settings: Settings) -> Iterator[Fault]:
    seen: set[str] = set()
    for i, source in enumerate(settings.sources):
        if source.id in seen:
            yield Fault(path=("sources", i, "id"), what=f"the id {source.id!r} is used twice", instead="rename one")
        seen.add(source.id)
        if source.url and source.url in [other.url for other in settings.sources[:i]]:
            what, instead = "the same address is polled twice", "remove one, or its items count as two sources"
            yield Fault(path=("sources", i, "url"), what=what, instead=instead, severity=Severity.WARNING)
        if source.full_text and not articles.can_be_read():
            instead = "pip install 'iw-watcher[fulltext]', or take full_text out"
            yield Fault(path=("sources", i, "full_text"), what="the extra for full texts is not here", instead=instead)
        if source.kind not in SOURCES:
            hint = f"one of: {', '.join(SOURCES)}"
            yield Fault(path=("sources", i, "kind"), what=f"no source kind {source.kind!r}", instead=hint)


def _options(settings: Settings, environment: Mapping[str, str]) -> Iterator[Fault]:
    """Check what each kind asks for: its own options, its address, and that secrets stand in the environment."""
    for i, source in enumerate(settings.sources):
        if source.kind not in SOURCES:
            continue
        model = SOURCES[source.kind].options
        path, told = ("sources", i, "options"), f"source {source.id!r} ({source.kind})"
        what, instead = model.address_problem(source.url)
        if what:
            yield Fault(path=("sources", i, "url"), what=what, instead=instead)
        missing = [name for name in _VARIABLE.findall(f"{source.url} {source.options!r}") if not environment.get(name)]
        for name in dict.fromkeys(missing):
            yield Fault(path=path, what=f"{told}: the environment has no {name}", instead=f"export {name}=…")
        for name in model.secrets():
            if name in source.options and not _only_names(source.options[name]):
                what, instead = f"{told}: the secret {name!r} stands in the file", "write ${NAME} and export it"
                yield Fault(path=(*path, name), what=what, instead=instead)
        if not missing:
            for where, what, instead in option_faults(model, _filled(source.options, environment)):
                yield Fault(path=(*path, *where), what=f"{told}: {what}", instead=instead)


def _only_names(written: Any) -> bool:
    """Whether a secret is written as a name in the environment (a map of secrets: each of them)."""
    if isinstance(written, dict):
        return all(_only_names(part) for part in written.values())
    return isinstance(written, str) and _VARIABLE.search(written) is not None


def _people(settings: Settings) -> Iterator[Fault]:
    known = {r.id for r in settings.recipients}
    rotas, chains = {r.id for r in settings.rotas}, {c.id for c in settings.chains}
    callable_ = known | {f"{ROTA}{r}" for r in rotas}
    routed = callable_ | {f"{CHAIN}{c}" for c in chains}
    stepped = callable_ | {f"{TEAM}{r}" for r in rotas} | {EVERYBODY, LAST_RESORT}
    wanted: list[tuple[tuple[str | int, ...], str, set[str]]] = [
        (("routes", i, "to"), name, routed) for i, route in enumerate(settings.routes) for name in route.named()
    ]
    wanted += [(("rotas", i, "people"), name, known) for i, rota in enumerate(settings.rotas) for name in rota.people]
    wanted += [
        (("chains", i, "steps", k, "to"), name, stepped)
        for i, chain in enumerate(settings.chains)
        for k, step in enumerate(chain.steps)
        for name in step.to
    ]
    wanted += [(("escalation", "chain"), settings.escalation.chain, chains)] if settings.escalation else []
    for path, name, allowed in [*wanted, (("last_resort",), settings.last_resort, known)]:
        if name not in allowed:
            hint = f"one of: {', '.join(sorted(allowed)) or 'none is written yet'}"
            yield Fault(path=path, what=f"no recipient, rota or chain {name!r} can stand here", instead=hint)
    yield from _twice(settings)


def _twice(settings: Settings) -> Iterator[Fault]:
    for what, named in (("rotas", settings.rotas), ("chains", settings.chains)):
        ids = [one.id for one in named]
        for i, name in enumerate(ids):
            if name in ids[:i]:
                yield Fault(path=(what, i, "id"), what=f"the id {name!r} is used twice", instead="rename one")
    for i, chain in enumerate(settings.chains):
        for k, step in enumerate(chain.steps):
            for channel in step.channels:
                if channel not in CHANNELS:
                    hint = f"one of: {', '.join(CHANNELS)}"
                    path = ("chains", i, "steps", k, "channels")
                    yield Fault(path=path, what=f"no channel {channel!r}", instead=hint)


def _addresses(
    recipients: Sequence[Recipient], within: tuple[str | int, ...], environment: Mapping[str, str]
) -> Iterator[Fault]:
    for i, recipient in enumerate(recipients):
        for kind, written in recipient.channels.items():
            path = (*within, i, "channels", kind)
            channel = CHANNELS.get(kind)
            if channel is None:
                hint = f"one of: {', '.join(CHANNELS)}"
                yield Fault(path=path, what=f"no channel {kind!r}", instead=hint)
                continue
            if (kind == "slack" and "${" not in written) or re.search(r"://[^/@?]+:[^/@?]+@", written):
                what, instead = "an address with a secret stands in the file", "write ${NAME} and export it"
                yield Fault(path=path, what=what, instead=instead, severity=Severity.WARNING)
            missing = [name for name in _VARIABLE.findall(written) if not environment.get(name)]
            for name in missing:
                yield Fault(path=path, what=f"the environment has no {name}", instead=f"export {name}=…")
            if not missing:
                for what in channel.problems(secret(written, environment).value):
                    yield Fault(path=path, what=what)

"""A desk with clients: real judging over a real database, real channels to real receivers, the commands themselves."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from alerts.channels import CHANNELS
from alerts.clients import Client
from alerts.notices.notice import (
    Alternative,
    Before,
    Doubted,
    Driver,
    Exposure,
    Finding,
    Judgement,
    Mark,
    Notice,
    NoticeType,
    Release,
    Reliance,
    Shift,
    Turn,
)
from indicators.items import Item
from tests.builders import small
from tests.daemons import configure
from tests.fakes import FakeChannel, FakeClock, FakeSource
from watcher.cli import app
from watcher.cycle import run_cycle
from watcher.plant import Plant
from watcher.settings import Settings, load_settings
from watcher.sources import Source
from watcher.store import Database
from watcher.store.notices import ClientNotices, KeptNotice
from watcher.wiring import build

START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
ATTACKS = ("Convoy ambushed near Kolokani", "Tankers attacked on the road to Bamako", "Third convoy attack, Kolokani")
ARRESTS = (
    ("Officers arrested in Bamako", 0),
    ("Colonel and two officers arrested in Gao", 2),
    ("Army officers arrested at Kolokani barracks", 1),
    ("More officers arrested, Bamako, after talk of a mutiny", 4),
)
SIGNED = {"issuer": "Sahel Desk", "contact": "+223 20 00 00 00"}


def a_written_client(client: str = "acme", /, **changes: Any) -> dict[str, Any]:
    """Return a client as it stands in the file: one contact by console, every scenario from watch on."""
    values: dict[str, Any] = {
        "id": client,
        "name": f"{client.title()} Logistics",
        "contacts": [{"id": "ops", "lang": "en", "channels": {"console": ""}}],
        "subscriptions": [{"scenarios": ["*"], "min_level": "watch"}],
    }
    return values | changes


def a_client(client: str = "acme", /, **changes: Any) -> Client:
    return Client.model_validate(a_written_client(client, **changes))


@dataclass
class ClientDesk:
    """A configuration with clients, the reports of its wire, and its clock; our own desk reads on a fake console."""

    config: Path
    settings: Settings
    source: FakeSource = field(default_factory=FakeSource)
    console: FakeChannel = field(default_factory=FakeChannel)
    clock: FakeClock = field(default_factory=lambda: FakeClock(START))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Plant]:
        channels = dict(CHANNELS) | {"console": self.console}
        sources: dict[str, Source] = {"feed": self.source}
        async with build(self.settings, now=self.clock, sources=sources, channels=channels) as plant:
            yield plant

    async def cycle(self, **later: float) -> None:
        """Poll, judge and send once; *later* moves the clock first."""
        self.clock.pass_(**later)
        async with self.running() as plant:
            await run_cycle(plant, now=self.clock(), all_sources=True)

    async def story(self) -> None:
        """Quiet for six days, then three attacks in three days: the blockade goes to Watch."""
        self.clock.now = START - timedelta(days=6)
        await self.cycle()
        self.clock.now = START
        await self.story_now()

    async def story_now(self) -> None:
        """Three attacks in three days, as the clock stands; after that it is the machine's own time."""
        for number, title in enumerate(ATTACKS):
            self.report(title, ago=3 - number)
        await self.cycle()
        self.clock.now = datetime.now(UTC)

    def arrests(self, first: int, last: int) -> None:
        """Let the wire print arrests of officers, by number from 0: two make a Watch of a coup, four an Advisory."""
        for title, ago in ARRESTS[first:last]:
            self.report(title, ago=ago)

    async def denied(self, *, but: str = "") -> str:
        """Let the desk reject every event and days pass; return the draft, another than *but*, that this makes."""
        for event in self.json("events", "--since", "30d")["events"]:
            assert self.run("events", "reject", event["id"], "--why", "it was not so").exit_code == 0
        async with self.running() as plant:
            for _ in range(12):
                found = [n.id for n in self.kept() if n.state == "draft" and n.id != but]
                if found:
                    return found[-1]
                self.clock.pass_(days=1)
                await run_cycle(plant, now=self.clock(), all_sources=True)
        raise AssertionError("nothing moved in 12 days")

    def report(self, title: str, *, ago: float = 0, **more: Any) -> None:
        """Let the wire print *title*, dated some days ago."""
        dated = self.clock.now - timedelta(days=ago)
        usual: dict[str, Any] = {"id": title, "source": "wire", "lang": "en", "fetched": self.clock.now}
        self.source.items.append(Item(**(usual | {"title": title, "published": dated} | more)))

    def run(self, *arguments: str) -> Result:
        """Run a command, which goes by the machine's own clock; the desk's does not stay behind it."""
        self.clock.now = max(self.clock.now, datetime.now(UTC) + timedelta(seconds=30))
        return CliRunner().invoke(app, [*arguments, "-c", str(self.config)], env={"USER": "ines"})

    def act(self, *arguments: str) -> Result:
        """Run ``watcher notices`` with *arguments*, which must go well."""
        done = self.run("notices", *arguments)
        assert done.exit_code == 0, done.output
        return done

    def json(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--json")
        assert done.exit_code in (0, 1), done.output
        return json.loads(done.stdout)

    def kept(self, client: str = "acme") -> tuple[KeptNotice, ...]:
        """Every notice of *client*, oldest first."""
        owner = self.settings.client(client)
        assert owner is not None
        database = Database(self.settings.database)
        try:
            database.migrate()
            with database.read() as connection:
                return ClientNotices(connection, owner).every()
        finally:
            database.close()

    def draft(self, client: str = "acme") -> str:
        """The id of the one draft of *client* that waits."""
        (waiting,) = [n.id for n in self.kept(client) if n.state == "draft"]
        return waiting

    def rewrite(self, **changes: Any) -> None:
        """Change whole keys of the configuration, as an operator does between two starts."""
        raw = json.loads(self.config.read_text("utf-8"))
        self.config.write_text(json.dumps(raw | changes), "utf-8")
        self.settings = loaded(self.config)


def loaded(config: Path) -> Settings:
    settings, problems = load_settings(config)
    assert settings is not None, problems
    return settings


def dated(**changes: Any) -> str:
    """The small assessment, dated so that what happens now counts."""
    day = {"as_of": f"{START - timedelta(days=20):%Y-%m-%d}", "review_by": f"{START + timedelta(days=70):%Y-%m-%d}"}
    return small(**(day | changes))


def a_client_desk(folder: Path, *clients: dict[str, Any], text: str = "", **more: Any) -> ClientDesk:
    """Return a desk whose configuration has *clients* and the keys *more*."""
    sources = {"wire": "https://wire.example/rss"}
    config = configure(folder, text or dated(), sources=sources, channels={"console": ""})
    raw = (
        json.loads(config.read_text("utf-8"))
        | {"clients": list(clients), "notices": SIGNED, "gazetteers": [], "judge_every": "24h"}
        | more
    )
    raw["sources"][0]["every"] = "1h"
    config.write_text(json.dumps(raw), "utf-8")
    return ClientDesk(config=config, settings=loaded(config))


def a_notice(**changes: Any) -> Notice:
    """Return a notice of a coup question that rose to Advisory, released, with everything in it."""
    at = datetime(2026, 1, 4, 6, 30, tzinfo=UTC)
    values: dict[str, Any] = {
        "id": "n-1",
        "client": "acme",
        "client_name": "Acme Logistics",
        "assessment": "small",
        "version": "1",
        "title": {"en": "Small", "fr": "Petite"},
        "marking": "TLP:AMBER",
        "at": at,
        "type": NoticeType.UPDATE,
        "supersedes": "n-0",
        "judgement": Judgement(
            scenario="coup",
            name={"en": "Coup attempt", "fr": "Tentative de coup"},
            p=0.24,
            deadline=datetime(2026, 4, 4, tzinfo=UTC),
            level=2,
        ),
        "before": Before(notice="n-0", at=at - timedelta(days=3), p=0.12, level=1),
        "drivers": (
            Driver(kind="indicator", name={"en": "Officer unrest", "fr": "Agitation"}, up=True, strength=3),
            Driver(kind="link", name={"en": "Fuel", "fr": "Carburant"}, up=False, strength=1, fading=True),
        ),
        "findings": (
            a_finding(),
            a_finding(title="", url="", day="2026-01-01", grade="F6", voices=1, dated=False, place=""),
        ),
        "more": 1,
        "exposures": (
            Exposure(road=False, name="Kati depot", km=14.6, what={"en": "Arrest"}, place="Bamako", day="2026-01-02"),
            Exposure(road=True, name="RN3"),
        ),
        "reliance": Reliance(
            level="low",
            doubts=(Doubted(kind="one family", value=0.8), Doubted(kind="wide range", value=3)),
            coverage=0.85,
            unseen=({"en": "Gunfire", "fr": "Tirs"},),
            missing=({"en": "Troops", "fr": "Troupes"},),
        ),
        "alternative": Alternative(name={"en": "Coup attempt"}, p=0.76, opposite=True),
        "turns": (
            Turn(
                rises=True,
                band=3,
                ways=((Shift(name={"en": "Gunfire", "fr": "Tirs"}, before="quiet", level="level 2"),),),
            ),
            Turn(rises=False, band=1, ways=()),
        ),
        "course": (Mark(at=at - timedelta(days=30), p=0.12), Mark(at=at, p=0.24)),
        "advice": {"en": "Keep two weeks of fuel.", "fr": "Gardez deux semaines de carburant."},
        "clear_at": 1,
        "hold_hours": 72,
        "issuer": "Sahel Desk",
        "contact": "+223 20 00 00 00",
        "release": Release(by="A. Keita", at=at + timedelta(minutes=20), next_update=at + timedelta(days=1)),
    }
    return Notice(**(values | changes))


def a_finding(**changes: Any) -> Finding:
    values: dict[str, Any] = {
        "name": {"en": "Officer unrest", "fr": "Agitation des officiers"},
        "place": "Bamako",
        "day": "2026-01-02",
        "dated": True,
        "grade": "B2",
        "voices": 2,
        "title": "Officers arrested in Bamako",
        "url": "https://news.example/1",
    }
    return Finding(**(values | changes))

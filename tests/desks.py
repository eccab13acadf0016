"""The desk as people meet it: a real server over the demo's data, with an account of each role.

``async with desk_of(folder) as desk`` serves a copy of the demo's end; ``desk.browser(Role.ANALYST)`` is signed in. The
fixtures ``demo_data`` and ``desk`` stand in ``tests/conftest.py``.
"""

import asyncio
import fcntl
import hashlib
import json
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import aiohttp
from yarl import URL

from indicators.assessments import Assessment
from indicators.concepts import shared_digest
from tests.fakes import FakeClock
from watcher.assessments import Live, compiled
from watcher.demo.play import Day, Player
from watcher.judging.judge import judge
from watcher.people import accounts, sessions
from watcher.people.accounts import NewAccount
from watcher.people.roles import Role
from watcher.plant import Plant
from watcher.releasing.looking_after import look_after
from watcher.sending import outbox
from watcher.settings import Settings, load_settings
from watcher.web.server import serving
from watcher.web.site import Site
from watcher.wiring import build

ENDS = date(2025, 11, 20)
"""The day on which the demo's story is stopped: the blockade has moved, and its end is in sight."""

PASSWORD = "four words nobody expects"

_CONTACT = {"id": "ops", "lang": "fr", "zone": "Africa/Bamako"}
_MAIL = "mailto://127.0.0.1:9?from=watcher@demo.invalid&to="

WITH_CLIENTS: dict[str, Any] = {
    "notices": {"issuer": "The test desk", "contact": "+223 20 00 00 00"},
    "clients": [
        {
            "id": name,
            "name": name.title(),
            "ceiling": ceiling,
            "contacts": [_CONTACT | {"channels": {"email": f"{_MAIL}{name}@demo.invalid"}}],
            "sites": [{"name": "Depot", "at": "12.62,-7.99"}],
            "subscriptions": [{"scenarios": ["*"], "min_level": "watch"}],
        }
        for name, ceiling in (("acme", "TLP:AMBER"), ("bridge", "TLP:GREEN"))
    ],
}
"""Two clients beside the demo's own configuration: what moves drafts a notice for each."""

NAMES = {
    Role.ANALYST: "awa",
    Role.LEAD: "lea",
    Role.OPERATOR: "oumar",
    Role.CLIENT: "acme-ops",
    Role.READ_ONLY: "rita",
}
"""The account of each role; the client's belongs to ``acme``. ``bridge-ops`` belongs to another client."""


class _Silent:
    def begin(self, settings: Settings, base: str, mail_port: int) -> None:
        """Say nothing."""

    def day(self, day: Day) -> None:
        """Say nothing."""


_PAGES = {"web", "cli", "people"}
"""Rooms that do not change what the demo leaves behind."""


def _version() -> str:
    """Return a name for exactly this version of all that the demo's data depends on."""
    root, whole = Path(__file__).parent.parent, hashlib.sha256(Path(__file__).read_bytes())
    for package in ("indicators", "alerts", "watcher"):
        for path in sorted((root / package).rglob("*")):
            if path.suffix in {".py", ".yaml", ".lark"} and path.relative_to(root).parts[1] not in _PAGES:
                whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def play_demo(cache: Path, *, more: Mapping[str, Any] = WITH_CLIENTS) -> Path:
    """Return a folder in *cache* into which the story was played at once, unless this very version is there already.

    *more* is put into the demo's configuration.
    """
    folder = cache / _version()
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "played").is_file():
            for old in cache.glob("*/played"):
                shutil.rmtree(old.parent)
            asyncio.run(Player(folder, seconds=0, until=ENDS, more=more, every=2).play(_Silent()))
            (folder / "played").touch()
    return folder


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser got: ``text`` without tags is in ``words``."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def words(self) -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style).*?</\1>", " ", self.text)).split())


@dataclass
class Browser:
    """Somebody at a browser: keeps cookies, says where a request comes from, follows no redirect by itself."""

    base: str
    client: aiohttp.ClientSession
    same_origin: bool = True

    def bring(self, secret: str) -> None:
        """Put a session's secret into the browser, as if it had been given one."""
        self.client.cookie_jar.update_cookies({"watcher": secret}, URL(self.base))

    async def get(self, path: str, **headers: str) -> Page:
        return await self.ask("GET", path, headers=headers)

    async def post(self, path: str, **fields: Any) -> Page:
        """Send a form."""
        headers = {"Sec-Fetch-Site": "same-origin"} if self.same_origin else {}
        return await self.ask("POST", path, headers=headers, data=fields)

    async def ask(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, data: Any = None) -> Page:
        told = {"Accept": "text/html", **{name.replace("_", "-"): value for name, value in (headers or {}).items()}}
        sent = self.client.request(method, self.base + path, data=data, headers=told, allow_redirects=False)
        async with sent as answer:
            return Page(answer.status, await answer.text(errors="replace"), answer.headers.copy())


@dataclass
class ServedDesk:
    """A desk that is being served."""

    plant: Plant
    site: Site
    url: str
    clock: FakeClock
    open: list[aiohttp.ClientSession] = field(default_factory=list)

    async def come_round(self) -> None:
        """Judge, look after notices and send, as the daemon does; nothing is polled."""
        await self.plant.in_writer(judge, self.plant, self.clock())
        await self.plant.in_writer(look_after, self.plant, self.clock())
        await outbox.deliver_due(self.plant, now=self.clock())

    def stranger(self) -> Browser:
        """Return a browser in which nobody is signed in."""
        # One connection for each request: a kept one may be closed by the server just as it is used again.
        connector = aiohttp.TCPConnector(force_close=True)
        client = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.open.append(client)
        return Browser(self.url, client)

    def browser(self, who: Role | str) -> Browser:
        """Return a browser in which the account of that role, or of that name, is signed in."""
        made = self.stranger()
        made.bring(self.session(who))
        return made

    def session(self, who: Role | str) -> str:
        """Return the secret of a new session, as its cookie holds it: for a browser of another kind."""
        name = NAMES[who] if isinstance(who, Role) else who
        with self.plant.database.write() as connection:
            row = accounts.known(connection, name)
            return sessions.begin(connection, row, lasts=timedelta(days=7), now=self.clock(), how="test")


_COMPILED: dict[tuple[object, ...], Live] = {}


def _compiled_once(assessment: Assessment, *, text: str, file: str, **more: Any) -> Live:
    """Compile a text once for all desks of a process; their samples of items only make matching faster."""
    key = (text, shared_digest(), more["atlas_version"], repr(more["publishers"]))
    if key not in _COMPILED:
        _COMPILED[key] = compiled(assessment, text=text, file=file, **more)
    return replace(_COMPILED[key], assessment=assessment, file=file)


@asynccontextmanager
async def desk_of(
    folder: Path, *, with_people: bool = True, judges: bool = False, **changes: Any
) -> AsyncIterator[ServedDesk]:
    """Serve the configuration in *folder* with *changes*, at the moment after its last judgement.

    Nothing new is judged unless it *judges*: then what is saved or pushed is judged at once, as by the daemon. The
    shipped assessment is compiled for the first desk only: that takes as long as several tests at it.
    """
    path = folder / "watcher.yaml"
    raw = json.loads(path.read_text("utf-8")) | {"web": {"listen": "127.0.0.1:0"}} | changes
    path.write_text(json.dumps(raw), "utf-8")
    settings, problems = load_settings(path)
    assert settings is not None, problems
    clock = FakeClock(datetime.combine(ENDS, datetime.min.time(), tzinfo=UTC) + timedelta(minutes=5))
    with mock.patch("watcher.assessments.compiled", _compiled_once):
        async with build(settings, now=clock) as plant:
            web = settings.web
            assert web is not None
            if with_people:
                await plant.in_writer(partial(add_people, plant, now=clock()))
            rounds: list[asyncio.Task[None]] = []
            site = Site(plant=plant, web=web, judge_soon=lambda: rounds.append(asyncio.create_task(desk.come_round())))
            if not judges:
                site = replace(site, judge_soon=lambda: None)
            async with serving(site) as server:
                await asyncio.wait_for(server.listening.wait(), 30)
                desk = ServedDesk(plant, site, f"http://127.0.0.1:{server.port}", clock)
                try:
                    yield desk
                    await asyncio.gather(*rounds)
                finally:
                    for client in desk.open:
                        await client.close()


def add_people(plant: Plant, *, now: datetime) -> None:
    """Make an account of each role, and one of another client; only the analyst has a password one can sign in with."""
    with plant.database.write() as connection:
        people = {name: (role, "acme" if role is Role.CLIENT else "") for role, name in NAMES.items()}
        people["bridge-ops"] = (Role.CLIENT, "bridge")
        for name, (role, client) in people.items():
            way = {"password": PASSWORD} if role is Role.ANALYST else {"subject": f"test|{name}"}
            recipient = "desk" if role is Role.ANALYST else ""
            new = NewAccount(name=name, role=role, client=client, recipient=recipient, **way)
            accounts.add(connection, new, settings=plant.settings, by="test", now=now)


def copied(played: Path, folder: Path) -> Path:
    """Copy what the demo left behind, so that a test may change it."""
    shutil.copytree(played, folder, dirs_exist_ok=True)
    return folder

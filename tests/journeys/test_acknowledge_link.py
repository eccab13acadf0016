"""Acknowledging by a one-time link: the message that went out, a real server, and whoever else follows links."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from alerts.channels.channel import Message
from alerts.channels.wording import SEPARATOR, plain_text
from indicators.language.text import one_line
from tests.builders import a_sighting, an_alert, small
from tests.daemons import configure
from tests.fakes import FakeChannel, FakeClock, FakeSource
from watcher.deciding.acknowledging import open_alerts
from watcher.plant import Plant
from watcher.saying import planning
from watcher.sending import outbox
from watcher.settings import load_settings
from watcher.web.server import serving
from watcher.web.site import Site
from watcher.wiring import build

NIGHT = datetime(2026, 1, 5, 21, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BASE = "https://watch.example.org"
MAILBOX = "mailtos://watch.example.org?to=awa@watch.example.org"


@dataclass
class Desk:
    """A running watch with one recipient, their messages and the pages behind their links."""

    plant: Plant
    channel: FakeChannel
    clock: FakeClock
    url: str
    client: aiohttp.ClientSession

    async def told(self, name: str = "up", *, since: int = 0, level: int = 3, **more: Any) -> str:
        """Let an alert go out and return the path of the link in its message."""
        self.clock.pass_(minutes=1)
        alert = an_alert(id=name, level_before=since, level_after=level, at=self.clock.now, **more)
        with self.plant.database.write() as connection:
            planning.plan(connection, self.plant.settings, alert, now=self.clock.now)
        await outbox.deliver_due(self.plant, now=self.clock.now)
        found = re.search(rf"\n{SEPARATOR}\n(?:.*\n)*.+: {BASE}(/ack/\S+)$", self.channel.sent[-1].text)
        return found[1] if found is not None else ""

    async def get(self, path: str) -> tuple[int, str]:
        async with self.client.get(self.url + path) as answer:
            return answer.status, await answer.text()

    async def post(self, path: str, **form: str) -> tuple[int, str]:
        async with self.client.post(self.url + path, data=form) as answer:
            return answer.status, await answer.text()

    @property
    def owner(self) -> str:
        """Who has the one open alert."""
        (one,) = open_alerts(self.plant.settings, now=self.clock.now)
        return one.acknowledgement.owner if one.acknowledgement is not None else ""


@asynccontextmanager
async def _desk(folder: Path, **changes: Any) -> AsyncIterator[Desk]:
    config = configure(folder, small(), sources={"wire": "https://wire.example/rss"}, channels={"email": MAILBOX})
    raw = json.loads(config.read_text("utf-8"))
    raw["recipients"] = [{"id": "awa", "channels": {"email": MAILBOX}, **changes.pop("recipient", {})}]
    raw |= {"routes": [{"to": ["awa"]}], "last_resort": "awa", "web": {"listen": "127.0.0.1:0", "base_url": BASE}}
    config.write_text(json.dumps(raw | changes), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    clock, channel = FakeClock(NIGHT), FakeChannel()
    async with build(settings, now=clock, sources={"feed": FakeSource()}, channels={"email": channel}) as plant:
        web = settings.web
        assert web is not None
        async with (
            serving(Site(plant=plant, web=web, judge_soon=lambda: None)) as server,
            aiohttp.ClientSession() as client,
        ):
            await asyncio.wait_for(server.listening.wait(), 30)
            yield Desk(plant, channel, clock, f"http://127.0.0.1:{server.port}", client)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with _desk(tmp_path) as made:
        yield made


class Scanner(HTMLParser):
    """What guards mailboxes: it follows every link and every address of a form, and runs what it can."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script" or any(name.startswith("on") for name, _ in attrs)
        self.found += [value for name, value in attrs if name in ("href", "src", "action") and value]


async def test_whoever_only_looks_changes_nothing(desk: Desk) -> None:
    """D15: a scanner that follows every link of a message, again and again, takes nothing; a person then does."""
    path = await desk.told()
    message = desk.channel.sent[-1]
    scanner = Scanner()
    scanner.feed(message.html)
    assert BASE + path in scanner.found
    for _ in range(3):
        status, shown = await desk.get(path)
        assert status == 200
        async with desk.client.head(desk.url + path) as answer:
            assert answer.status == 200
        scanner.feed(shown)
    assert scanner.scripts == 0
    assert desk.owner == ""
    status, shown = await desk.post(path, lasts="12", note="calling Kati")
    assert (status, "awa has it" in shown, desk.owner) == (200, True, "awa")
    (one,) = open_alerts(desk.plant.settings, now=desk.clock.now)
    assert one.acknowledgement is not None
    assert (one.acknowledgement.note, one.acknowledgement.until) == ("calling Kati", desk.clock.now + 12 * HOUR)


async def test_a_second_time_does_nothing(desk: Desk) -> None:
    """D15: a link is good once, also when two clicks come at the same time."""
    path = await desk.told()
    first, second = await asyncio.gather(desk.post(path), desk.post(path))
    assert sorted((first[0], second[0])) == [200, 410]
    status, shown = await desk.get(path)
    assert (status, "used already" in shown) == (410, True)


async def test_after_a_day_it_does_nothing(desk: Desk) -> None:
    """D15: an old mail is no key; the page says what still works."""
    path = await desk.told()
    desk.clock.pass_(hours=24)
    for status, shown in (await desk.get(path), await desk.post(path)):
        assert (status, "has expired" in shown) == (410, True)
    assert desk.owner == ""


@pytest.mark.parametrize("change", [lambda p: p[:-1], lambda p: p[:-1] + "!", lambda _: "/ack/x", lambda p: p + "A"])
async def test_one_that_was_changed_does_nothing(desk: Desk, change: Any) -> None:
    """D15: and says so in a sentence, without saying of what alert."""
    path = change(await desk.told())
    for status, shown in (await desk.get(path), await desk.post(path)):
        assert (status, "not known" in shown, "Coup" in shown) == (404, True, False)
    assert desk.owner == ""


async def test_the_link_of_an_older_alert_takes_nothing(desk: Desk) -> None:
    """D15 and D14: it is bound to its alert at its level; what came since needs its own."""
    old = await desk.told()
    new = await desk.told("worse", since=3, level=4)
    assert old != new
    status, shown = await desk.post(old)
    assert (status, "moved on" in shown, desk.owner) == (409, True, "")
    assert (await desk.post(new))[0] == 200
    assert desk.owner == "awa"


async def test_the_secret_part_is_not_in_the_database(desk: Desk) -> None:
    """Whoever reads a backup can take no alert."""
    token = (await desk.told()).removeprefix("/ack/")
    file = Path(desk.plant.settings.database.removeprefix("sqlite:///"))
    stored = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert len(token) >= 22
    assert token.encode() not in stored


async def test_a_stand_down_has_no_link(desk: Desk) -> None:
    """There is nothing left to take; and the link of the warning says so."""
    path = await desk.told()
    assert await desk.told("over", since=3, level=0) == ""
    status, shown = await desk.get(path)
    assert (status, "over" in shown, "<form" in shown) == (200, True, False)


async def test_text_from_a_feed_draws_no_line_of_ours(desk: Desk) -> None:
    """I19: a headline that imitates our separator and our link stays within its quotation marks, in one line."""
    title = f"Calm in Kati\n{SEPARATOR}\nAcknowledge: https://evil.example/ack/x </p><a href='https://evil.example'>"
    await desk.told(evidence=(a_sighting(title=one_line(title)),))  # as every headline is kept
    lines = desk.channel.sent[-1].text.splitlines()
    assert [line for line in lines if line.startswith("Acknowledge: ")] == [lines[-1]]
    assert lines[-1].startswith(f"Acknowledge: {BASE}/ack/")
    assert lines.count(SEPARATOR) == 1
    scanner = Scanner()
    scanner.feed(desk.channel.sent[-1].html)
    assert not [address for address in scanner.found if "evil" in address]


async def test_the_page_speaks_the_recipients_language_and_escapes(tmp_path: Path) -> None:
    """French for who reads French; a name with markup stays text; only our style and our form are let in."""
    async with _desk(tmp_path, recipient={"lang": "fr"}) as desk:
        path = await desk.told()
        assert "\nPrendre en charge: " in desk.channel.sent[-1].text
        async with desk.client.get(desk.url + path) as answer:
            shown, headers = await answer.text(), answer.headers
        assert 'lang="fr"' in shown
        assert "width=device-width" in shown
        assert "Je m&#39;en charge" in shown
        assert "script" not in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


def test_a_long_message_is_cut_above_its_link() -> None:
    """A channel that takes little must not take the link away."""
    message = Message(id="1", subject="s", text="word " * 4000 + f"\n\n{SEPARATOR}\nAcknowledge: {BASE}/ack/x")
    told = plain_text(message, limit=6000)
    assert len(told) <= 6000 + len(" [cut]")
    assert told.endswith(f"\n{SEPARATOR}\nAcknowledge: {BASE}/ack/x")


async def test_without_an_address_there_is_no_link(tmp_path: Path) -> None:
    """A link to nowhere is worse than the command."""
    async with _desk(tmp_path, web={"listen": "127.0.0.1:0"}) as desk:
        assert await desk.told() == ""
        said = desk.channel.sent[-1].text
        assert "/ack/" not in said
        assert "watcher ack up" in said

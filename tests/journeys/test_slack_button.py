"""The button Acknowledge in Slack: a bot's message in a channel, a press as Slack signs it, and what comes of it."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from alerts.channels import CHANNELS
from tests.builders import an_alert, small
from tests.daemons import configure, until
from tests.fakes import FakeClock, FakeSource
from tests.senders import Answered, post
from tests.servers import SlackServer
from watcher.deciding.acknowledging import open_alerts
from watcher.plant import Plant
from watcher.saying import planning
from watcher.sending import outbox
from watcher.settings import load_settings
from watcher.web.server import serving
from watcher.web.site import Site
from watcher.wiring import build

NIGHT = datetime(2026, 1, 5, 21, 0, tzinfo=UTC)
SECRET, TOKEN, CHANNEL = "8f742231b10e8888abcd99yyyzzz85a5", "xoxb-1111-2222-canarytoken", "C0123456789"


@dataclass
class Room:
    """A running watch, the channel that its bot writes to, and the people in it."""

    plant: Plant
    slack: SlackServer
    clock: FakeClock
    address: str

    async def told(self, name: str = "up", *, level: int = 3, since: int = 0) -> dict[str, Any]:
        """Let an alert go out and return its button, or nothing where it has none."""
        self.clock.pass_(minutes=1)
        alert = an_alert(id=name, level_before=since, level_after=level, at=self.clock.now)
        with self.plant.database.write() as connection:
            planning.plan(connection, self.plant.settings, alert, now=self.clock.now)
        await outbox.deliver_due(self.plant, now=self.clock.now)
        shown = list(self.slack.shown.values())[-1]
        buttons = [element for block in shown["blocks"] if block["type"] == "actions" for element in block["elements"]]
        return buttons[0] if buttons else {}

    async def press(self, button: dict[str, Any], *, by: str = "U0001AWA", **wrong: Any) -> Answered:
        """Press *button* as *by*; with something *wrong* about it."""
        told = {
            "type": "block_actions",
            "user": {"id": by, "username": "moussa.k"},
            "response_url": wrong.get("reply_to", self.slack.url("/actions/T1/2/abc")),
            "actions": [{"type": "button", **button}],
        }
        body = urlencode({"payload": wrong.get("payload", json.dumps(told))}).encode()
        at = str(int((self.clock.now + wrong.get("late", timedelta())).timestamp()))
        mac = hmac.new(wrong.get("secret", SECRET).encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Slack-Request-Timestamp": at}
        headers["X-Slack-Signature"] = wrong.get("signature", f"v0={mac}")
        return await post(f"{self.address}/slack/interact", body + wrong.get("more", b""), headers)

    @property
    def owner(self) -> str:
        (one,) = open_alerts(self.plant.settings, now=self.clock.now)
        return one.acknowledgement.owner if one.acknowledgement is not None else ""


def _configured(folder: Path, **changes: Any) -> Path:
    channels = {"slack": f"slackbot://{TOKEN}@{CHANNEL}"}
    config = configure(folder, small(), sources={"wire": "https://wire.example/rss"}, channels=channels)
    raw = json.loads(config.read_text("utf-8")) | {"web": {"listen": "127.0.0.1:0"}}
    raw["slack"] = {"signing_secret": SECRET, "people": {"U0001AWA": "desk"}}
    config.write_text(json.dumps(raw | changes), "utf-8")
    return config


@pytest.fixture
async def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Room]:
    settings, problems = load_settings(_configured(tmp_path))
    assert settings is not None, problems
    assert settings.web is not None
    clock = FakeClock(NIGHT)
    async with SlackServer(token=TOKEN, channel=CHANNEL) as slack:
        monkeypatch.setattr("alerts.channels.slack.API", slack.url("/api"))
        monkeypatch.setattr("alerts.channels.slack.HOOKS", slack.url(""))
        async with (
            build(settings, now=clock, sources={"feed": FakeSource()}, channels=CHANNELS) as plant,
            serving(Site(plant=plant, web=settings.web, judge_soon=lambda: None)) as server,
        ):
            await asyncio.wait_for(server.listening.wait(), 30)
            yield Room(plant, slack, clock, f"http://127.0.0.1:{server.port}")


async def test_a_person_takes_the_alert_with_one_press(room: Room) -> None:
    """Who pressed has it, under the name that the operator gave them; the channel is told, and a second is told who."""
    button = await room.told()
    assert button["text"]["text"] == "Acknowledge"
    assert (await room.press(button)).status == 200
    assert room.owner == "desk"
    assert (await room.press(button, by="U0002MOU")).status == 200
    assert room.owner == "desk"
    await until(lambda: len(room.slack.said) == 2, what="both answers in the channel")
    told = sorted(said["text"] for said in room.slack.said)
    assert told == ["desk has it already. Nothing was changed.", "desk has it."]
    assert not any(said["replace_original"] for said in room.slack.said)


async def test_somebody_whom_the_operator_did_not_name_has_slacks_name(room: Room) -> None:
    """A person all the same: nobody is kept from taking a warning at night."""
    await room.press(await room.told(), by="U0002MOU")
    assert room.owner == "moussa.k (Slack)"


async def test_the_button_of_an_older_alert_takes_nothing(room: Room) -> None:
    """D14: it is bound to its alert at its level; a rise needs another press."""
    older = await room.told("up", level=2)
    await room.told("higher", level=3, since=2)
    await room.press(older)
    assert room.owner == ""
    await until(lambda: bool(room.slack.said), what="the answer in the channel")
    assert "has moved on" in room.slack.said[0]["text"]


async def test_the_end_of_a_warning_has_no_button(room: Room) -> None:
    """There is nothing left to take."""
    await room.told("up", level=3)
    assert await room.told("down", level=0, since=3) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"secret": "another app's"}, id="another secret"),
        pytest.param({"signature": "v0=" + "0" * 64}, id="a made-up signature"),
        pytest.param({"signature": ""}, id="no signature"),
        pytest.param({"signature": "v1=" + "0" * 64}, id="another version"),
        pytest.param({"late": timedelta(minutes=-6)}, id="a replay"),
        pytest.param({"late": timedelta(minutes=6)}, id="signed ahead"),
        pytest.param({"more": b"&x=1"}, id="a changed body"),
    ],
)
async def test_what_slack_did_not_sign_does_nothing(room: Room, wrong: dict[str, Any]) -> None:
    """D15: refused, and said in one sentence that helps no forger."""
    answered = await room.press(await room.told(), **wrong)
    assert answered.status == 401
    assert room.owner == ""
    assert SECRET not in answered.body.decode()


OURS = '{"actions": [{"action_id": "watcher_acknowledge", "value": %s}], "user": {"id": "%s"}}'
ODD = ["", "{", "[]", "null", '{"actions": []}', "[" * 5_000, OURS % ('"[1]"', "U0001AWA"), OURS % ("[1]", "U0001AWA")]
ODD += ['{"actions": [{"action_id": "another", "value": "x"}], "user": {"id": "U1"}}']
ODD += [OURS % (json.dumps('["up", 3, "desk"]'), "no id")]


@pytest.mark.parametrize("payload", ODD)
async def test_whatever_else_slack_sends_is_taken_and_does_nothing(room: Room, payload: str) -> None:
    """Menus, other buttons, tests of the address, odd shapes: no fault of ours, and no effect."""
    await room.told()
    assert (await room.press({}, payload=payload)).status == 200
    assert room.owner == ""


async def test_the_answer_goes_to_slack_and_nowhere_else(room: Room) -> None:
    """An address that somebody else wrote into a press is not dialled."""
    await room.press(await room.told(), reply_to="http://127.0.0.1:9/elsewhere")
    assert room.owner == "desk"
    assert room.slack.said == []


async def test_an_alert_that_is_not_there(room: Room) -> None:
    """A button of another installation, or of a database that was put away."""
    button = await room.told()
    await room.press(button | {"value": '["gone", 3, "desk"]'})
    await until(lambda: bool(room.slack.said), what="the answer in the channel")
    assert "not known here" in room.slack.said[0]["text"]


def test_without_a_secret_there_is_no_button_and_a_slip_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing listens: said before the first press goes nowhere."""
    monkeypatch.delenv("SLACK_SIGNING_SECRET", raising=False)
    wrong = {"signing_secret": "${SLACK_SIGNING_SECRET}", "people": {"U1": "nobody"}}
    settings, problems = load_settings(_configured(tmp_path, slack=wrong, web=None))
    told = "\n".join(map(str, problems))
    assert settings is None
    for word in ("SLACK_SIGNING_SECRET", "no recipient 'nobody'", "nothing listens"):
        assert word in told

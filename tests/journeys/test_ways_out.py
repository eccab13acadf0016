"""Alerts through the real store and outbox to real receivers: stories in Slack, and channels that fail."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.alert import Alert
from alerts.channels import CHANNELS, Answer
from tests.builders import an_alert, small
from tests.daemons import configure, until
from tests.fakes import FakeClock, FakeSource
from tests.servers import HookServer, MailServer, Reply, SlackServer
from watcher.plant import Plant
from watcher.saying import planning
from watcher.sending import outbox
from watcher.sending.sender import AT_ONCE, AT_ONCE_A_WAY, Sender
from watcher.settings import Settings, load_settings
from watcher.store import deliveries
from watcher.wiring import build

MORNING = datetime(2026, 1, 6, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TOKEN, CHANNEL = "xoxb-1111-2222-canarytoken", "C0123456789"


def _settings(folder: Path, channels: dict[str, str], **sending: Any) -> Settings:
    config = configure(folder, small(), sources={"wire": "https://wire.example/rss"}, channels=channels)
    raw = json.loads(config.read_text("utf-8"))
    raw["sending"] = raw.get("sending", {}) | sending
    config.write_text(json.dumps(raw), "utf-8")
    settings, problems = load_settings(config)
    assert settings is not None, problems
    return settings


@asynccontextmanager
async def _plant(settings: Settings, at: datetime) -> AsyncIterator[Plant]:
    async with build(settings, now=FakeClock(at), sources={"feed": FakeSource()}, channels=CHANNELS) as plant:
        yield plant


def _move(number: int, **changes: Any) -> Alert:
    return an_alert(id=f"move-{number}", at=MORNING + number * HOUR, **changes)


def _line(number: int) -> Alert:
    """A move of a line of its own: what is told of one line waits for what was told of it before."""
    return _move(number, scenario=f"line-{number}")


async def _tell(plant: Plant, alert: Alert) -> outbox.Sent:
    with plant.database.write() as connection:
        planning.plan(connection, plant.settings, alert, now=alert.at)
    return await outbox.deliver_due(plant, now=alert.at)


async def test_a_story_is_one_message_in_slack_across_restarts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each move stands in the thread, the first message at its newest; after a rest a new story begins."""
    settings = _settings(tmp_path, {"slack": f"slackbot://{TOKEN}@{CHANNEL}"})
    moves = [
        _move(0),
        _move(1, before=0.24, after=0.5, level_before=2, level_after=3),
        _move(2, before=0.5, after=0.05, level_before=3, level_after=0),
        _move(3),
    ]
    async with SlackServer(token=TOKEN, channel=CHANNEL) as slack:
        monkeypatch.setattr("alerts.channels.slack.API", slack.url("/api"))
        for move in moves:
            async with _plant(settings, move.at) as plant:  # a restart between any two
                assert await _tell(plant, move) == outbox.Sent(accepted=1)
        below = [post.get("thread_ts") for post in slack.shown.values()]
        first = next(iter(slack.shown))
        assert below == [None, first, first, None]
        assert "CRITICAL" not in slack.shown[first]["text"]
        assert slack.shown[first]["blocks"] == list(slack.shown.values())[2]["blocks"]


async def test_every_channel_of_a_person_is_tried_at_once(tmp_path: Path) -> None:
    """D05, D01: a channel that refuses, or is busy for an hour, leaves the same message on the next one untouched."""
    with MailServer() as mail:
        async with HookServer() as hook:
            address = f"mailto://127.0.0.1:{mail.port}?from=w@example.org&to=desk@example.org"
            settings = _settings(tmp_path, {"webhook": hook.url("/hook#inside=yes"), "email": address})
            for number, reply in enumerate((Reply(status=404), Reply(status=429, headers={"Retry-After": "3600"}))):
                hook.reply = reply
                alert = _move(number)
                async with _plant(settings, alert.at) as plant:
                    await _tell(plant, alert)
                    with plant.database.read() as connection:
                        told = {d.channel: d for d in deliveries.of_alert(connection, alert.id)}
                assert told["email"].last_answer is Answer.ACCEPTED
                assert told["webhook"].last_answer is (Answer.TEMPORARY if number else Answer.REFUSED)
                assert told["webhook"].due > alert.at
            assert len(mail.mails) == 2


async def test_a_mail_that_was_cut_off_comes_again_as_the_same(tmp_path: Path) -> None:
    """D03, D09: hung up on after its text, it is sent again: same Message-ID, marked in subject and page."""
    with MailServer() as mail:
        mail.drop_after_data = True
        address = f"mailto://127.0.0.1:{mail.port}?from=w@example.org&to=desk@example.org"
        settings = _settings(tmp_path, {"email": address})
        alert = _move(0)
        async with _plant(settings, alert.at) as plant:
            await _tell(plant, alert)
            mail.drop_after_data = False
            await outbox.deliver_due(plant, now=alert.at + HOUR)
        first, again = mail.mails
        assert first.message["Message-ID"] == again.message["Message-ID"]
        assert "may be a repeat" not in str(first.message["Subject"])
        assert str(again.message["Subject"]).endswith("(may be a repeat)")
        assert "This may be a repeat." in again.html


async def test_a_webhook_gets_the_alert_as_it_is_kept(tmp_path: Path) -> None:
    """The details are the alert: ledger rows and evidence with their numbers, not the words about them."""
    async with HookServer() as hook:
        settings = _settings(tmp_path, {"webhook": hook.url("/hook#inside=yes")})
        alert = _move(0)
        async with _plant(settings, alert.at) as plant:
            await _tell(plant, alert)
        [post] = hook.posts
        assert Alert.model_validate_json(json.dumps(post.json["details"])) == alert


async def test_a_way_that_hangs_delays_no_other(tmp_path: Path) -> None:
    """D10: while more messages than there are places for hang at one receiver, mail goes, and later news too."""
    with MailServer() as mail:
        async with HookServer() as hook:
            hook.reply = Reply(hang=True)
            address = f"mailto://127.0.0.1:{mail.port}?from=w@example.org&to=desk@example.org"
            channels = {"webhook": hook.url("/hook#inside=yes"), "email": address}
            settings = _settings(tmp_path, channels, storm={"most": 1_000}, deadline="2m", lease="6m")
            async with _plant(settings, MORNING + 50 * HOUR) as plant:
                sender = Sender(plant, outbox.deliver)
                for number in (*range(AT_ONCE), AT_ONCE):  # the last one comes while the others hang
                    with plant.database.write() as connection:
                        planning.plan(connection, plant.settings, _line(number), now=plant.now())
                    if number == AT_ONCE - 1:
                        await _until_mailed(sender, plant, mail, AT_ONCE)
                await _until_mailed(sender, plant, mail, AT_ONCE + 1)
                assert sender.answers == {Answer.ACCEPTED: AT_ONCE + 1}
                assert len(hook.posts) == AT_ONCE_A_WAY
                await sender.stop(patience=timedelta())


async def test_a_sender_that_goes_on_takes_up_what_waits_and_stops_when_asked(tmp_path: Path) -> None:
    """More than there are places leave without another look; what lands while it stops begins nothing new."""
    async with HookServer() as hook:
        settings = _settings(tmp_path, {"webhook": hook.url("/hook#inside=yes")}, storm={"most": 1_000})
        async with _plant(settings, MORNING + 50 * HOUR) as plant:
            with plant.database.write() as connection:
                for number in range(3 * AT_ONCE_A_WAY):
                    planning.plan(connection, plant.settings, _line(number), now=plant.now())
            sender = Sender(plant, outbox.deliver, goes_on=True)
            await sender.begin(now=plant.now(), tried=set())
            await until(lambda: sender.answers[Answer.ACCEPTED] == 3 * AT_ONCE_A_WAY, what="all of them")
            hook.reply = Reply(hang=True)
            with plant.database.write() as connection:
                for number in range(100, 100 + 2 * AT_ONCE_A_WAY):
                    planning.plan(connection, plant.settings, _line(number), now=plant.now())
            await sender.begin(now=plant.now(), tried=set())
            await sender.stop(patience=timedelta())
            with plant.database.read() as connection:
                states = deliveries.counts(connection)
            assert not sender.busy
            assert (states["sending"], states["waiting"]) == (0, 2 * AT_ONCE_A_WAY)


async def _until_mailed(sender: Sender, plant: Plant, mail: MailServer, count: int) -> None:
    await sender.begin(now=plant.now(), tried=set())
    while len(mail.mails) < count or sender.answers.total() < count:
        await sender.one_lands()
        await sender.begin(now=plant.now(), tried=set())


async def test_the_end_of_a_warning_is_tried_as_long_as_its_beginning(tmp_path: Path) -> None:
    """D22: a stand-down that the receiver loses or turns down stays owed in the one outbox, and arrives in the end."""
    async with HookServer() as hook:
        settings = _settings(tmp_path, {"webhook": hook.url("/hook#inside=yes")})
        over = _move(1, before=0.24, after=0.05, level_before=2, level_after=0)
        async with _plant(settings, over.at) as plant:
            assert (await _tell(plant, _move(0))).accepted == 1
            for hours, reply in ((0, Reply(status=503)), (1, Reply(drop=True)), (3, Reply(status=404)), (5, Reply())):
                hook.reply = reply
                if not hours:
                    await _tell(plant, over)
                else:
                    await outbox.deliver_due(plant, now=over.at + hours * HOUR)
            with plant.database.read() as connection:
                [ended] = deliveries.of_alert(connection, over.id)
        assert ended.last_answer is Answer.ACCEPTED
        assert hook.posts[-1].json["facts"]["level"] == "baseline"
        assert hook.posts[-1].json["repeat"] is True


async def test_a_line_that_flaps_is_a_few_messages_with_a_count(tmp_path: Path) -> None:
    """D18: up and down a hundred times in ten minutes: 30 messages at most, and every move counted in them."""
    async with HookServer() as hook:
        settings = _settings(tmp_path, {"webhook": hook.url("/hook#inside=yes")})
        clock = FakeClock(MORNING)
        async with build(settings, now=clock, sources={"feed": FakeSource()}, channels=CHANNELS) as plant:
            for number in range(100):
                levels = {"level_before": number % 2, "level_after": 1 - number % 2}
                alert = an_alert(id=f"flap-{number}", at=clock.pass_(seconds=6), **levels)
                await _tell(plant, alert)
            await outbox.deliver_due(plant, now=clock.pass_(minutes=2))
        assert len(hook.posts) <= 30
        digests = [post.json["facts"] for post in hook.posts if post.json["facts"]["kind"] == "digest"]
        single = len(hook.posts) - len(digests)
        assert single + sum(int(facts["count"]) for facts in digests) == 100


@pytest.mark.parametrize("lang", ["en", "fr"])
async def test_a_mail_shows_the_outlook_and_names_the_next_step(tmp_path: Path, lang: str) -> None:
    """The picture is in the mail itself and said in words; below the line stands what to type; the end asks nothing."""
    with MailServer() as mail:
        address = f"mailto://127.0.0.1:{mail.port}?from=w@example.org&to=desk@example.org"
        settings = _settings(tmp_path, {"email": address})
        settings = settings.model_copy(
            update={"recipients": tuple(r.model_copy(update={"lang": lang}) for r in settings.recipients)}
        )
        over = _move(1, before=0.24, after=0.05, level_before=2, level_after=0)
        async with _plant(settings, over.at) as plant:
            for alert in (_move(0), over):
                await _tell(plant, alert)
        up, down = mail.mails
    assert f"watcher ack {_move(0).id}" in up.text
    assert "watcher ack" not in down.text
    assert 'src="cid:outlook"' in up.html
    [picture] = [part for part in up.message.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<outlook>"
    assert picture.get_content().startswith(b"\x89PNG")
    alt = {"en": "Coup attempt: 12 % on 5 January 2026, 24 % on 6 January 2026", "fr": "Tentative de coup : 12 % le 5"}
    assert f'alt="{alt[lang]}' in up.html.replace("\u00a0", " ").replace("\u202f", " ")


async def test_a_picture_that_cannot_be_drawn_costs_the_picture_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chart library that fails is no reason not to warn."""

    def broken(*_: object, **__: object) -> bytes:
        raise RuntimeError("no fonts")

    monkeypatch.setattr("watcher.charts.outlook.outlook_png", broken)
    with MailServer() as mail:
        address = f"mailto://127.0.0.1:{mail.port}?from=w@example.org&to=desk@example.org"
        alert = _move(0)
        async with _plant(_settings(tmp_path, {"email": address}), alert.at) as plant:
            assert (await _tell(plant, alert)).accepted == 1
        [sent] = mail.mails
    assert "cid:outlook" not in sent.html
    assert [part.get_content_type() for part in sent.message.iter_parts()] == ["text/plain", "text/html"]

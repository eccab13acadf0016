"""P15: a canary is planted in every place that holds a secret, and nothing that leaves us has a letter of it."""

import asyncio
import json
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.builders import small
from tests.daemons import Daemon, configure, rss, until
from tests.noticing import SIGNED, a_written_client
from tests.servers import FeedServer, HookServer, MailServer, Page, Reply
from watcher.cli import app
from watcher.settings import Settings, load_settings

NAMES = (
    *("FEED_KEY", "ACLED_PASSWORD", "IMAP_PASSWORD", "PUSH_SECRET", "MAIL_PASSWORD", "HOOK_TOKEN", "HOOK_KEY"),
    *("SLACK_TOKEN", "SLACK_SECRET", "NTFY_TOKEN", "WATCHDOG_TOKEN", "CLIENT_TOKEN"),
)
"""A canary each, by the name of the variable that holds it."""

COMMANDS: tuple[tuple[str, ...], ...] = (
    *(("check",), ("status",), ("sources",), ("outbox",), ("alerts",), ("tasks",), ("notices",), ("routes",)),
    *(("doctor",), ("audit",), ("oncall",), ("moves",), ("events",), ("fatigue",), ("silence", "list"), ("outlook",)),
    *(("template", "list"), ("channels", "test", "desk"), ("sources", "test", "keyed"), ("sources", "test", "acled")),
    *(("sources", "test", "mailbox"), ("once",)),
)


def canary(name: str) -> str:
    return f"xoxb-C4NARY{NAMES.index(name):02}{name.replace('_', '').lower()}"


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, canary(name))


def _leaks(told: str | bytes) -> list[str]:
    """The canaries that stand in *told*, whole or in the middle."""
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    return [name for name in NAMES if f"C4NARY{NAMES.index(name):02}" in text]


def _configured(folder: Path, feeds: FeedServer, hook: HookServer, mail: MailServer) -> Path:
    sources = {"wire": feeds.url("/wire.xml"), "keyed": feeds.url("/keyed.xml?key=${FEED_KEY}")}
    channels = {
        "email": f"mailtos://desk:${{MAIL_PASSWORD}}@127.0.0.1:{mail.port}/desk@example.org?from=w@example.org",
        "webhook": hook.url("/${HOOK_TOKEN}#inside=yes&key=${HOOK_KEY}"),
        "slack": "slackbot://${SLACK_TOKEN}@C0123456789",
        "ntfy": f"ntfy://${{NTFY_TOKEN}}@127.0.0.1:{hook.port}/topic",
    }
    config = configure(folder, small(), sources=sources, channels=channels)
    raw: dict[str, Any] = json.loads(config.read_text("utf-8"))
    acled = {"email": "w@example.org", "password": "${ACLED_PASSWORD}"}
    acled["token_url"] = feeds.url("/token")
    raw["sources"] += [
        {"id": "acled", "kind": "acled", "url": feeds.url("/acled"), "allow_private": True, "options": acled},
        {"id": "mailbox", "kind": "imap", "url": "imaps://localhost:9/INBOX", "allow_private": True}
        | {"options": {"user": "desk", "password": "${IMAP_PASSWORD}"}},
        {"id": "push", "kind": "webhook", "options": {"secret": "${PUSH_SECRET}"}},
    ]
    contact = {"id": "ops", "lang": "en", "channels": {"webhook": hook.url("/client/${CLIENT_TOKEN}#inside=yes")}}
    more = {
        "clients": [a_written_client(contacts=[contact])],
        "notices": SIGNED,
        "web": {"listen": "127.0.0.1:0"},
        "slack": {"signing_secret": "${SLACK_SECRET}"},
        "watchdog": {"url": hook.url("/ping/${WATCHDOG_TOKEN}#inside=yes"), "every": "1s"},
    }
    config.write_text(json.dumps(raw | more), "utf-8")
    return config


@pytest.mark.usefixtures("planted")
async def test_no_output_has_a_letter_of_a_secret(tmp_path: Path) -> None:
    """P15: log at its loudest, every --json, every page of a command, bodies that leave, the database, and status."""
    with MailServer() as mail:
        async with FeedServer() as feeds, HookServer() as hook:
            feeds.put("/wire.xml", Page(body=rss(["Officers arrested in Bamako", "Officers arrested in Gao"])))
            feeds.put("/keyed.xml", Page(status=500))
            hook.reply = Reply(status=500, body="canary? no")
            config = _configured(tmp_path, feeds, hook, mail)
            daemon = Daemon(config)
            await daemon.start()
            await until(lambda: _has(daemon, "delivery") and _has(daemon, "poll failed"), what="failures in the log")
            await daemon.stop()
            told = await asyncio.to_thread(lambda: dict(_commands(config)))
            posted = [post.body for post in hook.posts]
    assert posted
    assert _leaks(daemon.log.read_bytes()) == []
    assert {command: _leaks(output) for command, output in told.items() if _leaks(output)} == {}
    assert [_leaks(body) for body in posted if _leaks(body)] == []
    kept = _kept(tmp_path)
    assert b"wire" in kept
    assert _leaks(kept) == []


def _kept(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("watcher.db*"))


def _has(daemon: Daemon, event: str) -> bool:
    return f'"event": "{event}"' in daemon.log.read_text("utf-8")


def _commands(config: Path) -> Iterator[tuple[str, str]]:
    """Run each command as a person and as a program asks it, and return what it said with any traceback."""
    for command in COMMANDS:
        for form in ((), ("--json",)):
            done = CliRunner().invoke(app, [*command, "-c", str(config), *form])
            crash = "".join(traceback.format_exception(done.exception)) if done.exception is not None else ""
            yield " ".join((*command, *form)), done.output + crash


@pytest.mark.usefixtures("planted")
async def test_no_settings_and_no_fault_of_them_shows_a_secret(tmp_path: Path) -> None:
    """P15: repr, str and every sentence about what is wrong; a secret in the wrong place is not repeated."""
    with MailServer() as mail:
        async with FeedServer() as feeds, HookServer() as hook:
            config = _configured(tmp_path, feeds, hook, mail)
    assert _leaks(f"a line with {canary('FEED_KEY')} in it") == ["FEED_KEY"]  # what is looked for can be found
    settings, problems = load_settings(config)
    assert isinstance(settings, Settings), problems
    shown = "".join(f"{part!r} {part}" for part in (settings, settings.sources, settings.recipients, settings.clients))
    shown += "".join(repr(source.settings) for source in settings.sources)
    assert _leaks(shown) == []
    raw = json.loads(config.read_text("utf-8"))
    raw["recipients"][0]["channels"] = {kind: canary("HOOK_TOKEN") for kind in ("email", "webhook", "slack", "ntfy")}
    raw["watchdog"]["url"] = canary("WATCHDOG_TOKEN")
    raw["sources"][1]["url"] = f"ftp://{canary('FEED_KEY')}"
    config.write_text(json.dumps(raw), "utf-8")
    broken, problems = load_settings(config)
    assert broken is None
    assert _leaks("\n".join(map(str, problems))) == []

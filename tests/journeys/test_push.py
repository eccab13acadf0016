"""A signed report is pushed to the real process, and a mail goes out."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import small
from tests.daemons import Daemon, configure, until
from tests.senders import SECRET, ask, post, signed
from tests.servers import MailServer

ATTACKS = ("Convoy ambushed near Kolokani", "Tankers attacked on the road to Bamako", "Convoy attacked near Kolokani")


def _log(daemon: Daemon) -> list[dict[str, object]]:
    return [json.loads(line) for line in daemon.log.read_text("utf-8").splitlines() if line.startswith("{")]


def _port(daemon: Daemon) -> int:
    return next((int(str(x["port"])) for x in _log(daemon) if x["event"] == "web server listens"), 0)


def _config(folder: Path, mail: MailServer) -> Path:
    address = f"mailto://127.0.0.1:{mail.port}?from=watcher@example.org&to=desk@example.org"
    config = configure(folder, small(), sources={}, channels={"email": address})
    raw = json.loads(config.read_text("utf-8"))
    graded = {"family": "wire", "grade": "B", "lang": "en", "options": {"secret": "${WIRE_SECRET}"}}
    raw["sources"] = [{"id": "wire", "kind": "webhook", "every": "1h"} | graded]
    # After the first one, only the push itself can bring a judgement within this test.
    raw |= {"web": {"listen": "127.0.0.1:0"}, "judge_every": "1h"}
    config.write_text(json.dumps(raw), "utf-8")
    return config


async def _has_come_round(here: str) -> None:
    """Wait until it has polled, judged and sent once: from then on only a push brings anything."""
    for _ in range(1_500):
        if (await ask("GET", f"{here}/healthz")).status == 200:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("never healthy")


async def test_a_signed_push_becomes_a_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pushed, kept, judged at once, sent: through the daemon, real HTTP and real SMTP; and it stops cleanly."""
    monkeypatch.setenv("WIRE_SECRET", SECRET)
    now = datetime.now(UTC)
    reports = [
        {"id": str(n), "title": title, "published": (now - timedelta(days=2 - n)).isoformat()}
        for n, title in enumerate(ATTACKS)
    ]
    body = json.dumps(reports).encode()
    with MailServer() as mail:
        daemon = Daemon(_config(tmp_path, mail))
        await daemon.start()
        await until(lambda: _port(daemon) > 0, what="the web server", seconds=150)
        here = f"http://127.0.0.1:{_port(daemon)}"
        await _has_come_round(here)
        forged = await post(f"{here}/ingest/wire", body, signed(body, at=now, secret="somebody else's guess"))
        assert forged.status == 401
        answer = await post(f"{here}/ingest/wire", body, signed(body, at=datetime.now(UTC)))
        assert (answer.status, answer.json["new"]) == (202, 3)
        await until(lambda: len(mail.mails) >= 1, what="a mail about the attacks")
        assert await daemon.stop() == 0
    assert "Convoy attack (level 2)" in mail.mails[0].text
    assert SECRET not in daemon.log.read_text("utf-8")

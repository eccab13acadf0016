"""The main job as a process: a real feed is polled, a real mail arrives, a stop is clean, a restart is quiet."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import small
from tests.daemons import Daemon, configure, rss, until
from tests.servers import FeedServer, MailServer, Page
from watcher.store import Database, items

# One a day. At one place two days in a row would be one event; Bamako is 100 km from Kolokani.
THREE_ATTACKS = [
    "Convoy ambushed near Kolokani, drivers say",
    "Tankers attacked on the road to Bamako",
    "Third convoy attacked near Kolokani <script>alert(1)</script>",
]


def _mail_address(mail: MailServer) -> str:
    return f"mailto://127.0.0.1:{mail.port}?from=watcher@example.org&to=desk@example.org"


async def test_a_report_in_a_feed_becomes_a_mail_with_its_evidence(tmp_path: Path) -> None:
    """Poll, match, event, level, outlook, alert, mail: through the daemon, real HTTP and real SMTP."""
    with MailServer() as mail:
        async with FeedServer() as feeds:
            url = feeds.put("/wire.xml", Page(body=rss(THREE_ATTACKS), etag='"1"'))
            config = configure(tmp_path, small(), sources={"wire": url}, channels={"email": _mail_address(mail)})
            daemon = Daemon(config)
            await daemon.start()
            await until(lambda: len(mail.mails) >= 1, what="a mail about the attacks")
            assert await daemon.stop() == 0
    text = mail.mails[0].text
    assert list(mail.mails[0].recipients) == ["desk@example.org"]
    assert "TLP:GREEN" in mail.mails[0].message["Subject"]
    for part in ("Baseline -> Watch", "Blockade goes on", "62 % ->", "Convoy attack (level 2)", "Kolokani", "B3"):
        assert part in text
    assert "<script>" in text, "text from a feed is shown as it is"
    page = mail.mails[0].message.get_body(("html",))
    assert page is not None
    assert "&lt;script&gt;" in page.get_content()
    assert "<script>" not in page.get_content(), "and in the page it is no markup"


async def test_a_restart_neither_repeats_nor_forgets(tmp_path: Path) -> None:
    """After a clean stop and a start: no second mail for what was said, and new items still judged."""
    with MailServer() as mail:
        async with FeedServer() as feeds:
            url = feeds.put("/wire.xml", Page(body=rss(THREE_ATTACKS), etag='"1"'))
            config = configure(tmp_path, small(), sources={"wire": url}, channels={"email": _mail_address(mail)})
            first = Daemon(config)
            await first.start()
            await until(lambda: len(mail.mails) == 1, what="the first mail")
            assert await first.stop() == 0
            feeds.put(
                "/wire.xml",
                Page(body=rss([*THREE_ATTACKS, "Officers arrested in Bamako", "Officers arrested in Gao"])),
            )
            second = Daemon(config)
            await second.start()
            await until(lambda: len(mail.mails) >= 2, what="the mail about the officers")
            assert await second.stop() == 0
    subjects = [m.message["Subject"] for m in mail.mails]
    assert sum("Blockade" in s for s in subjects) == 1
    assert sum("Coup" in s for s in subjects) == 1


async def test_a_second_daemon_is_refused(tmp_path: Path) -> None:
    """Two daemons on one database would send everything twice."""
    async with FeedServer() as feeds:
        url = feeds.put("/wire.xml", Page(body=rss(["Nothing happened"])))
        config = configure(tmp_path, small(), sources={"wire": url}, channels={"console": ""})
        first, second = Daemon(config), Daemon(config)
        await first.start()
        await until(lambda: bool(feeds.requests), what="the first poll")
        await second.start()
        assert second.process is not None
        assert await second.process.wait() == 1
        told = second.log.read_text("utf-8")
        assert "another watcher" in told
        assert told.count("taken up") == 1, "both write to one log, and the second is refused before it does anything"
        assert await first.stop() == 0


@pytest.mark.parametrize(
    "page",
    [
        Page(status=500),
        Page(body=b"<!doctype html><title>Log in</title>", content_type="text/html"),
        Page(body=b""),
        Page(body=rss(THREE_ATTACKS)[:150]),
    ],
    ids=["down", "html", "empty", "truncated"],
)
async def test_one_sick_source_does_not_hold_up_the_others(tmp_path: Path, page: Page) -> None:
    """T18: The sick one has its fault in the status, its cursor stays, and the healthy one's warning goes out."""
    with MailServer() as mail:
        async with FeedServer() as feeds:
            sick = feeds.put("/sick.xml", page)
            well = feeds.put("/well.xml", Page(body=rss(THREE_ATTACKS)))
            config = configure(
                tmp_path, small(), sources={"sick": sick, "well": well}, channels={"email": _mail_address(mail)}
            )
            daemon = Daemon(config)
            await daemon.start()
            await until(lambda: len(mail.mails) >= 1, what="the healthy source's warning")
            assert await daemon.stop() == 0
    log = [json.loads(line) for line in daemon.log.read_text("utf-8").splitlines() if line.startswith("{")]
    assert any(line["event"] == "poll failed" and line["source"] == "sick" for line in log)


async def test_a_broken_assessment_never_replaces_the_last_good_one(tmp_path: Path) -> None:
    """A daemon that starts over a file broken meanwhile watches on with the version it last took up."""
    with MailServer() as mail:
        async with FeedServer() as feeds:
            url = feeds.put("/wire.xml", Page(body=rss(["Nothing happened"])))
            config = configure(tmp_path, small(), sources={"wire": url}, channels={"email": _mail_address(mail)})
            first = Daemon(config)
            await first.start()
            await until(lambda: len(feeds.requests) >= 2, what="two polls")
            assert await first.stop() == 0
            (tmp_path / "assessment.yaml").write_text("id: [broken", "utf-8")
            feeds.put("/wire.xml", Page(body=rss(THREE_ATTACKS)))
            second = Daemon(config)
            await second.start()
            await until(lambda: len(mail.mails) >= 1, what="a warning by the last good version")
            assert await second.stop() == 0
    assert "the last good version stays" in second.log.read_text("utf-8")
    database = Database(f"sqlite:///{tmp_path / 'watcher.db'}")
    with database.read() as connection:
        assert items.count(connection) == 4
    database.close()


LOADED = """
import sys
from pathlib import Path
from watcher import daemon
from watcher.settings import load_settings
settings, _ = load_settings(Path(sys.argv[1]))
daemon.load(settings)
print([name for name in ("fastapi", "uvicorn", "watcher.web.server") if name in sys.modules])
"""


@pytest.mark.parametrize(
    ("more", "loaded"),
    [
        pytest.param({}, [], id="nobody is served"),
        pytest.param({"web": {}}, ["fastapi", "uvicorn", "watcher.web.server"], id="pages are"),
    ],
)
def test_the_web_is_loaded_before_the_start_and_only_where_it_is_asked_for(
    more: dict[str, object], loaded: list[str], tmp_path: Path
) -> None:
    """It is a quarter of what a start loads; where it is served, it is there before the daemon begins to watch."""
    channels = {"email": "mailto://127.0.0.1:9?from=watcher@example.org&to=desk@example.org"}
    config = configure(tmp_path, small(), sources={"wire": "https://wire.example/rss"}, channels=channels)
    config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | more), "utf-8")
    run = subprocess.run([sys.executable, "-c", LOADED, str(config)], capture_output=True, text=True, check=True)
    assert run.stdout == f"{loaded}\n"

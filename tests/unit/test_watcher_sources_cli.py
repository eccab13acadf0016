"""`watcher sources`: how polling goes, one poll for the eye, lists of feeds in and out."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from tests.builders import small
from tests.daemons import configure, rss
from tests.servers import FeedServer, Page
from watcher.cli import app
from watcher.health.conditions import Condition
from watcher.health.vitals import Oddity, Vitals
from watcher.settings import WrittenSource, load_settings
from watcher.sources.source import Validators
from watcher.sourcing.opml import OpmlError, as_opml, as_sources, read_opml
from watcher.sourcing.trials import sources_health, try_source
from watcher.store import Database, audit, items
from watcher.store import sources as source_store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def objects(done: Result) -> Any:
    return json.loads(done.stdout.splitlines()[0])


def databases(folder: Path) -> list[Path]:
    return list(folder.glob("*.db"))


async def watcher(*arguments: str | Path) -> Result:
    """Run a command in a thread: it has a loop of its own, while the server goes on in ours."""
    return await asyncio.to_thread(run, *arguments)


# One poll for the eye.


async def test_a_trial_shows_what_comes_and_what_todays_rules_say(tmp_path: Path) -> None:
    """Every report with its fields, and for each rule that it fits why it would not count."""
    titles = ["Convoy ambushed near Kolokani", "Convoy ambushed near Gao", "Rain in Bamako"]
    async with FeedServer() as server:
        url = server.put("/wire.xml", Page(body=rss(titles)))
        config = configure(tmp_path, small(), sources={"wire": url}, channels={"console": ""})
        done = await watcher("sources", "test", "wire", "-c", config, "--json")
        shown = await watcher("sources", "test", "wire", "-c", config)
    assert done.exit_code == 0, done.output
    found = {item["title"]: item["indicators"] for item in objects(done)["items"]}
    assert found[titles[0]] == [{"indicator": "convoy_attack", "rejected_by": None}]
    assert "names no place in near" in found[titles[1]][0]["rejected_by"]
    assert found[titles[2]] == []
    assert "3 report(s) came; 1 would count for a rule. Nothing was kept." in shown.output


async def test_a_trial_keeps_nothing_and_asks_as_the_daemon_does(tmp_path: Path) -> None:
    """No database is made, no validator sent; the site is told who we are."""
    async with FeedServer() as server:
        url = server.put("/wire.xml", Page(body=rss(["One"]), etag='"1"'))
        config = configure(tmp_path, small(), sources={"wire": url}, channels={"console": ""})
        settings, _ = load_settings(config)
        assert settings is not None
        for _ in range(2):
            tried = await try_source(settings, settings.sources[0], (), now=NOON)
            assert tried.fetched is not None
            assert len(tried.fetched.items) == 1
        assert server.requests[0].headers["User-Agent"].startswith("watcher/")
        assert all("If-None-Match" not in seen.headers for seen in server.requests)
    assert not databases(tmp_path)


async def test_a_trial_that_fails_says_why(tmp_path: Path) -> None:
    """The same fault that the daemon would note, and exit code 1."""
    async with FeedServer() as server:
        url = server.put("/wire.xml", Page(body=b"<html></html>"))
        config = configure(tmp_path, small(), sources={"wire": url}, channels={"console": ""})
        done = await watcher("sources", "test", "wire", "-c", config)
    assert done.exit_code == 1
    assert "not a feed: looks like an HTML page" in done.stderr


def test_a_trial_of_a_source_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    """Wrong usage, exit code 2."""
    config = configure(tmp_path, small(), sources={"wire": "http://wire.example/"}, channels={"console": ""})
    done = run("sources", "test", "other", "-c", config)
    assert done.exit_code == 2
    assert "known: wire" in done.stderr


async def test_markup_in_a_report_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    """Text from outside is text, also on the console."""
    async with FeedServer() as server:
        url = server.put("/wire.xml", Page(body=rss(["[bold]Calm[/bold] [/] night"])))
        config = configure(tmp_path, small(), sources={"wire": url}, channels={"console": ""})
        done = await watcher("sources", "test", "wire", "-c", config)
    assert done.exit_code == 0, done.output
    assert "[bold]Calm[/bold] [/] night" in done.output


# How polling goes.


def kept(folder: Path, **outcomes: tuple[datetime | None, str]) -> Path:
    """A configuration whose sources were last polled so: when it worked, and the fault since."""
    config = configure(folder, small(), sources={n: f"http://{n}.example/" for n in outcomes}, channels={"console": ""})
    database = Database(f"sqlite:///{folder / 'watcher.db'}")
    database.migrate()
    with database.write() as connection:
        for name, (worked, failed) in outcomes.items():
            url = f"http://{name}.example/"
            if worked:
                good = source_store.succeeded(
                    source_store.state(connection, name),
                    url=url,
                    validators=Validators(),
                    at=worked,
                    next_due_at=worked,
                    items_new=0,
                    body_hash="",
                    note="",
                    vitals=Vitals(),
                )
                source_store.record(connection, [good])
            if failed:
                before = source_store.state(connection, name)
                bad = source_store.failed(
                    before, url=url, fault=failed, detail="answered 500", at=NOON, next_due_at=NOON
                )
                source_store.record(connection, [bad])
    database.close()
    return config


def test_each_source_has_its_state_in_one_word(tmp_path: Path) -> None:
    """ok, failing while it still counts as seeing, failing for good, never polled."""
    config = kept(
        tmp_path,
        good=(NOON, ""),
        shaky=(NOON, "http status"),
        gone=(datetime(2026, 2, 1, tzinfo=UTC), "timeout"),
        fresh=(None, ""),
    )
    settings, _ = load_settings(config)
    assert settings is not None
    found = {one.source.id: (one.health.condition, one.health.sees) for one in sources_health(settings, now=NOON)}
    assert found == {
        "good": (Condition.OK, True),
        "shaky": (Condition.FAILING, True),
        "gone": (Condition.FAILING, False),
        "fresh": (Condition.NEW, False),
    }


def test_the_table_shows_the_fault_and_ends_with_a_finding(tmp_path: Path) -> None:
    """Exit code 1 while one cannot see; --json has the same as plain values."""
    config = kept(tmp_path, gone=(datetime(2026, 2, 1, tzinfo=UTC), "timeout"))
    done = run("sources", "-c", config)
    assert done.exit_code == 1
    assert "failing" in done.output
    assert "timeout: answered" in done.output
    (told,) = objects(run("sources", "-c", config, "--json"))
    assert (told["id"], told["state"], told["fault"]) == ("gone", "failing", "timeout")


def test_a_person_can_say_that_a_doubted_source_is_still_the_one_we_trust(tmp_path: Path) -> None:
    """Its new title is usual from now on; who, why and what was odd stay on record; without a reason it is refused."""
    config = kept(tmp_path, wire=(NOON, ""))
    database = Database(f"sqlite:///{tmp_path / 'watcher.db'}")
    odd = Vitals(whole_at=NOON, title="Wire", odd=Oddity.TITLE, odd_since=NOON, odd_polls=3)
    with database.write() as connection:
        source_store.keep_vitals(connection, "wire", odd)
    assert run("sources", "trust", "wire", "--why", " ", "--by", "A. Keita", "-c", config).exit_code == 2
    done = run("sources", "trust", "wire", "--why", "They sold it", "--by", "A. Keita", "-c", config)
    assert (done.exit_code, "another title" in done.output) == (0, True)
    with database.read() as connection:
        assert source_store.state(connection, "wire").vitals.odd is Oddity.NONE
        (entry,) = audit.recent(connection, limit=9)
    assert (entry.who, entry.detail["why"], entry.detail["odd"]) == ("A. Keita", "They sold it", Oddity.TITLE)
    database.close()


def test_an_option_before_the_command_is_refused(tmp_path: Path) -> None:
    """It would be read by nobody: another configuration than the one that was meant."""
    config = configure(tmp_path, small(), sources={"wire": "http://wire.example/"}, channels={"console": ""})
    done = run("sources", "-c", config, "export")
    assert done.exit_code == 2
    assert "options stand behind the command" in done.stderr


# Lists of feeds.

OPML = """<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="Sahel">
    <outline type="rss" text="Lefaso &amp; co" xmlUrl="https://lefaso.example/rss" language="fr-BF"/>
    <outline type="rss" text="Lefaso &amp; co" xmlurl="https://lefaso.example/other"/>
    <outline type="rss" text="Again" xmlUrl="https://lefaso.example/rss"/>
  </outline>
  <outline text="Studio Tamani – é" xmlUrl="https://tamani.example/feed?a=1&amp;b=2"/>
  <outline text="Script" xmlUrl="javascript:alert(1)"/>
  <outline text="A note"/>
</body></opml>"""


def written(lines: list[str]) -> list[WrittenSource]:
    """The lines as the configuration would read them."""
    raw = YAML(typ="safe").load("sources:\n" + "\n".join(lines))
    return [WrittenSource.model_validate(one) for one in raw["sources"]]


def test_a_list_of_feeds_becomes_lines_for_the_configuration(tmp_path: Path) -> None:
    """Each address once, with an id in the configuration's letters, its language, and where it stood."""
    path = tmp_path / "list.opml"
    path.write_text(OPML, "utf-8")
    found, unfit = read_opml(path)
    lines = as_sources(found, ())
    sources = written(lines)
    assert [(s.id, s.url, s.lang) for s in sources] == [
        ("lefaso-co", "https://lefaso.example/rss", "fr"),
        ("lefaso-co-2", "https://lefaso.example/other", None),
        ("studio-tamani-e", "https://tamani.example/feed?a=1&b=2", None),
    ]
    assert lines[0].endswith("# Sahel / Lefaso & co")
    assert unfit == 1


def test_what_is_polled_already_is_left_out(tmp_path: Path) -> None:
    """An import twice adds nothing, and a taken id is not given again."""
    path = tmp_path / "list.opml"
    path.write_text(OPML, "utf-8")
    known = [WrittenSource(id="lefaso-co", url="https://lefaso.example/rss")]
    assert [s.id for s in written(as_sources(read_opml(path)[0], known))] == ["lefaso-co-2", "studio-tamani-e"]


def test_export_and_import_are_a_round_trip(tmp_path: Path) -> None:
    """Addresses and languages come back; the family is the folder."""
    sources = [
        WrittenSource(id="rfi", url='https://rfi.example/a?b="c"&d', lang="fr", family="rfi & co"),
        WrittenSource(id="wire", url="https://wire.example/"),
    ]
    path = tmp_path / "list.opml"
    path.write_text(as_opml(sources, title="x"), "utf-8")
    found, _ = read_opml(path)
    assert {(one.url, one.lang, one.category) for one in found} == {
        ('https://rfi.example/a?b="c"&d', "fr", "rfi & co"),
        ("https://wire.example/", None, ""),
    }
    assert [s.id for s in written(as_sources(found, ()))] == ["wire", "rfi"]


@pytest.mark.parametrize(
    "text",
    ["", "<html></html>", "<opml><body>", '<!DOCTYPE opml SYSTEM "file:///etc/hostname"><opml/>', "plain"],
    ids=["empty", "another root", "cut", "X01 document type", "no XML"],
)
def test_what_is_no_list_is_refused(tmp_path: Path, text: str) -> None:
    """A reason in words, never half a list."""
    path = tmp_path / "list.opml"
    path.write_text(text, "utf-8")
    with pytest.raises(OpmlError):
        read_opml(path)
    assert run("sources", "import", path).exit_code == 1


def test_a_title_cannot_write_into_the_configuration(tmp_path: Path) -> None:
    """A line break or a quotation mark in a list from elsewhere stays in its remark."""
    path = tmp_path / "list.opml"
    evil = "x&#10;  - {id: evil, url: &quot;http://evil.example&quot;}"
    path.write_text(f'<opml><body><outline text="{evil}" xmlUrl="https://a.example/"/></body></opml>', "utf-8")
    (source,) = written(as_sources(read_opml(path)[0], ()))
    assert source.url == "https://a.example/"


def test_export_prints_the_feeds_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    """Only feeds can be subscribed to; a name of a secret is not filled in."""
    config = configure(tmp_path, small(), sources={"wire": "http://wire.example/"}, channels={"console": ""})
    raw = json.loads(config.read_text())
    raw["sources"].append(
        {"id": "gdelt", "kind": "gdelt", "url": "http://gdelt.example/lastupdate.txt", "options": {"countries": ["ML"]}}
    )
    config.write_text(json.dumps(raw))
    done = run("sources", "export", "-c", config)
    assert done.exit_code == 0, done.output
    assert 'xmlUrl="http://wire.example/"' in done.stdout
    assert "gdelt" not in done.stdout
    assert "1 source(s) of other kinds are left out" in done.stderr


def test_import_leaves_the_configuration_alone(tmp_path: Path) -> None:
    """The lines are printed for a person to look at."""
    config = configure(tmp_path, small(), sources={"wire": "http://wire.example/"}, channels={"console": ""})
    before = config.read_bytes()
    (tmp_path / "list.opml").write_text(OPML, "utf-8")
    done = run("sources", "import", tmp_path / "list.opml", "-c", config)
    assert done.exit_code == 0, done.output
    assert len(done.stdout.splitlines()) == 3
    assert "3 of 3 feed(s) are new; 1 address(es) are neither http nor https" in done.stderr
    assert config.read_bytes() == before


def test_nothing_is_stored_by_a_health_table_but_the_schema(tmp_path: Path) -> None:
    """Looking changes nothing."""
    config = kept(tmp_path, good=(NOON, ""))
    run("sources", "-c", config)
    database = Database(f"sqlite:///{tmp_path / 'watcher.db'}")
    with database.read() as connection:
        assert items.count(connection) == 0
        assert source_store.state(connection, "good").last_ok_at == NOON
    database.close()


def test_what_a_source_could_show_by_its_region_is_told(tmp_path: Path) -> None:
    """A source of Niger alone makes nothing of Mali observable: beside the table, in JSON, and in the status."""
    config = kept(tmp_path, niger=(NOON, ""), anybody=(NOON, ""))
    raw = json.loads(config.read_text("utf-8"))
    raw["sources"][0]["region"] = "NE"
    config.write_text(json.dumps(raw), "utf-8")
    shown = run("sources", "-c", config)
    assert "niger could show 0 of 2 indicators (region NE; lang en; kind feed)." in shown.output
    assert "anybody could show" not in shown.output
    niger, anybody = objects(run("sources", "--json", "-c", config))
    assert (niger["region"], niger["not_shown"]) == (["NE"], ["convoy_attack", "officer_unrest"])
    assert (anybody["region"], anybody["not_shown"]) == ([], [])
    del raw["sources"][1]
    config.write_text(json.dumps(raw), "utf-8")
    status = " ".join(run("status", "-c", config).output.split())
    assert "small: no source could show convoy_attack, officer_unrest" in status

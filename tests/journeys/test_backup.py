"""Backups of a real service: made while it writes, looked through before they count, and put back by a named person."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from alerts.acknowledgements import Acknowledgement
from alerts.alert import Alert
from alerts.silences import Silence
from indicators.bands import WarningLevel
from tests.builders import an_alert, small
from tests.daemons import Daemon, configure, rss, until
from tests.servers import FeedServer, HookServer, Page
from tests.store.version_0002 import old_database
from watcher.cli import app
from watcher.saying import planning
from watcher.saying.restored import tell_restored
from watcher.settings import load_settings
from watcher.store import (
    Database,
    acknowledgements,
    audit,
    audit_chain,
    deliveries,
    installation,
    migrations,
    restores,
    silences,
)
from watcher.store import alerts as alert_store
from watcher.store.restores import Restore

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)

OFFICERS = ["Officers arrested in Bamako", "Officers arrested in Gao"]
ATTACKS = [
    "Convoy ambushed near Kolokani, drivers say",
    "Tankers attacked on the road to Bamako",
    "Third convoy attacked near Kolokani",
]


def _asked(config: Path, *words: str) -> Any:
    return CliRunner().invoke(app, [*words, "--config", str(config)], catch_exceptions=False)


def _service(folder: Path) -> Path:
    """Return the configuration of a service that has a database with one act on record."""
    config = configure(folder, small(), sources={"wire": "http://127.0.0.1:9/"}, channels={"console": ""})
    with Database(f"sqlite:///{folder / 'watcher.db'}") as database:
        database.migrate()
        with database.write() as connection:
            installation.name(connection)
            audit.write(connection, at=NOW, who="Ana", what="said something", detail={"why": "a test"})
    return config


def _changed(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(statement)


def _left(folder: Path) -> set[str]:
    """What a folder holds that began with a dot, or is no whole backup: halves that were left behind."""
    return {p.name for p in folder.iterdir() if p.name.startswith(".") or p.name.endswith((".part", "-journal"))}


def _is_one_private_file(backup: Path, *, size: int) -> None:
    assert backup.stat().st_size == size
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in backup.parent.iterdir() if backup.name in p.name] == [backup.name]


async def test_a_backup_is_made_beside_a_daemon_that_writes(tmp_path: Path) -> None:
    """It holds one moment, is a single file that only its owner reads, says what it holds, and hinders nobody."""
    async with FeedServer() as feeds:
        url = feeds.put("/wire.xml", Page(body=rss(["Convoy ambushed near Kolokani"])))
        config = configure(tmp_path, small(), sources={"wire": url}, channels={"console": ""})
        daemon = Daemon(config)
        await daemon.start()
        await until(lambda: len(feeds.requests) > 2, what="a few polls")
        to = tmp_path / "kept.db"
        done = await asyncio.to_thread(_asked, config, "backup", str(to), "--json")
        asked = len(feeds.requests)
        await until(lambda: len(feeds.requests) > asked, what="a poll after the backup")
        again = await asyncio.to_thread(_asked, config, "backup", str(to))
        assert await daemon.stop() == 0
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["items"] == 1
    assert told["judged"] is not None
    assert told["as_of"] >= told["judged"]
    _is_one_private_file(to, size=told["bytes"])
    assert again.exit_code == 2
    assert "is there already" in again.stderr


def test_a_copy_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    """A disk that is full, or a limit on a file's size, ends it with one sentence and exit code 1."""
    config = _service(tmp_path)
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
        "from watcher.cli import app; app()"
    )
    (tmp_path / "kept").mkdir()
    command = [sys.executable, "-c", program, "backup", str(tmp_path / "kept"), "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "nothing of it was left there" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list((tmp_path / "kept").iterdir())


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE audit SET who = 'Ben'", "record of who did what was touched"),
        ("INSERT INTO judgements SELECT 'no', 'small', 'x', 'x' WHERE 0", ""),
        ("UPDATE alembic_version SET version_num = '9999'", "a newer version"),
        ("DROP TABLE alembic_version", "no database of Watcher"),
    ],
    ids=["touched", "sound", "newer", "foreign"],
)
def test_what_is_not_sound_is_no_backup(tmp_path: Path, statement: str, told: str) -> None:
    """The copy is read before it gets its name, and older backups go only once the new one is proven."""
    config, kept = _service(tmp_path), tmp_path / "kept"
    kept.mkdir()
    assert _asked(config, "backup", str(kept)).exit_code == 0
    (first,) = kept.iterdir()
    first = first.rename(kept / "watcher-20260101T000000Z.db")
    _changed(tmp_path / "watcher.db", statement)
    done = _asked(config, "backup", str(kept), "--keep", "1")
    if not told:
        assert done.exit_code == 0, done.stderr
        assert not first.exists()
        return
    assert done.exit_code == 1
    assert told in done.stderr
    assert list(kept.iterdir()) == [first]


def test_a_damaged_page_is_found(tmp_path: Path) -> None:
    """A copy of damaged pages is as damaged as they are."""
    config, kept = _service(tmp_path), tmp_path / "kept"
    kept.mkdir()
    file = tmp_path / "watcher.db"
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size // 2)
        opened.write(b"\xff" * 20_000)
    done = _asked(config, "backup", str(kept))
    assert done.exit_code == 1
    assert "damaged" in done.stderr
    assert not list(kept.iterdir())


def test_only_our_own_backups_make_room(tmp_path: Path) -> None:
    """``--keep`` counts those of this very database: another's of the same name stays, and so does any other file."""
    kept = tmp_path / "kept"
    for name in ("one", "two", "kept"):
        (tmp_path / name).mkdir()
    one, two = _service(tmp_path / "one"), _service(tmp_path / "two")
    assert _asked(two, "backup", str(kept / "watcher-20260101T000000Z.db")).exit_code == 0
    assert _asked(one, "backup", str(kept / "watcher-20260102T000000Z.db")).exit_code == 0
    assert _asked(one, "backup", str(kept / "watcher-20260103T000000Z.db")).exit_code == 0
    (kept / "notes.txt").write_text("mine", "utf-8")
    done = _asked(one, "backup", str(kept), "--keep", "2")
    assert done.exit_code == 0, done.stderr
    left = {p.name for p in kept.iterdir()}
    assert {"notes.txt", "watcher-20260101T000000Z.db", "watcher-20260103T000000Z.db"} < left
    assert "watcher-20260102T000000Z.db" not in left
    assert "Removed the older" in done.stdout


def test_a_server_is_left_to_its_own_tools(tmp_path: Path) -> None:
    """The command is said as it is typed, without a password."""
    config = _service(tmp_path)
    raw = json.loads(config.read_text("utf-8"))
    raw["database"] = "postgresql://watch:hushhush@db.example/watcher?password=hushhush&sslmode=require"
    config.write_text(json.dumps(raw), "utf-8")
    done = _asked(config, "backup", str(tmp_path))
    assert done.exit_code == 2
    assert "pg_dump --format=custom --file=watcher-" in done.stderr
    assert "'postgresql://watch@db.example/watcher?sslmode=require'" in done.stderr
    assert "hushhush" not in done.stderr + done.stdout


def test_a_target_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    """A folder that is not there, and one that takes no file."""
    config = _service(tmp_path)
    missing = _asked(config, "backup", str(tmp_path / "no" / "kept.db"))
    assert missing.exit_code == 2
    assert "does not exist" in missing.stderr
    long = _asked(config, "backup", str(tmp_path / ("x" * 300)))
    assert long.exit_code == 2
    assert "File name too long" in long.stderr
    closed = _asked(config, "backup", "/proc")
    assert closed.exit_code == 1
    assert "could not be copied to /proc/watcher-" in closed.stderr
    assert not _left(tmp_path)


def _restored(config: Path, backup: Path, *more: str) -> Any:
    return _asked(config, "restore", str(backup), "--by", "Ana", "--why", "the disk died", *more)


async def test_what_was_raised_since_the_backup_is_warned_of_again(tmp_path: Path) -> None:
    """After a restore a receiver gets it under another id, marked; the operators hear once; the doctor finds nothing.

    The id of the second move of a line is made of its number: the restored database would give it out again for other
    contents, and a receiver that drops repeats would drop a warning.
    """
    async with FeedServer() as feeds, HookServer() as hook:
        url = feeds.put("/wire.xml", Page(body=rss(OFFICERS), etag='"1"'))
        to = {"webhook": f"http://127.0.0.1:{hook.port}/hook#inside=yes"}
        config = configure(tmp_path, small(), sources={"wire": url}, channels=to)
        daemon, backup = Daemon(config), tmp_path / "kept.db"
        await daemon.start()
        await until(lambda: len(_moves(hook)) == 1 and _nothing_owed(tmp_path), what="the warning before the backup")
        assert (await asyncio.to_thread(_asked, config, "backup", str(backup))).exit_code == 0
        feeds.put("/wire.xml", Page(body=rss([*ATTACKS, *OFFICERS]), etag='"2"'))
        await until(lambda: len(_moves(hook)) == 2 and _nothing_owed(tmp_path), what="the warning before the restore")
        running = await asyncio.to_thread(_restored, config, backup, "--yes")
        assert (running.exit_code, "stop it first" in running.stderr) == (1, True)
        assert await daemon.stop() == 0
        done = await asyncio.to_thread(_restored, config, backup, "--yes", "--json")
        assert done.exit_code == 0, done.stderr
        assert json.loads(done.stdout)["unknown_alerts"] == 1
        await daemon.start()
        await until(lambda: len(_moves(hook)) == 3, what="the warning after the restore")
        await until(lambda: bool(_told(hook)), what="the word to the operators")
        examined = await asyncio.to_thread(_asked, config, "doctor", "--json")
        assert await daemon.stop() == 0
        await daemon.start()
        await until(lambda: daemon.log.read_text("utf-8").count('"event": "started"') == 3, what="a third start")
        assert await daemon.stop() == 0
    _, first, second = _moves(hook)
    assert first.json["facts"]["scenario"] == second.json["facts"]["scenario"], "of the same line"
    assert first.json["id"] != second.json["id"]
    assert (first.json["repeat"], second.json["repeat"]) == (False, True)
    (told,) = _told(hook)
    assert "1 alert(s) were said since the backup" in told.json["message"]
    unsound = [one["check"] for one in json.loads(examined.stdout) if one["state"] != "sound"]
    assert unsound == ["watchdog"], "none is set"
    again = await asyncio.to_thread(_asked, config, "replay")
    assert again.exit_code == 0, again.stdout
    assert "2 move" in again.stdout


def _nothing_owed(folder: Path) -> bool:
    with closing(sqlite3.connect(folder / "watcher.db")) as connection:
        return not connection.execute("SELECT key FROM deliveries WHERE state != 'accepted'").fetchone()


def _moves(hook: HookServer) -> list[Any]:
    return [post for post in hook.posts if post.json["facts"]["kind"] == "move"]


def _told(hook: HookServer) -> list[Any]:
    return [post for post in hook.posts if post.json["facts"].get("about") == "restored"]


def test_the_present_database_is_moved_aside_with_its_log(tmp_path: Path) -> None:
    """Nothing is lost, who did it is on record in a chain that holds, and a log of the old one is not read into it."""
    config, backup, file = _service(tmp_path), tmp_path / "kept.db", tmp_path / "watcher.db"
    assert _asked(config, "backup", str(backup)).exit_code == 0
    with closing(sqlite3.connect(file)) as open_one:  # it stays open, so that the log stays as well
        open_one.execute("INSERT INTO installation VALUES ('since the backup')")
        open_one.commit()
        kept = CliRunner().invoke(
            app, ["restore", str(backup), "--by", "Ana", "--why", "x", "--config", str(config)], input="n\n"
        )
        assert kept.exit_code == 1
        assert "Nothing was changed" in kept.stdout
        done = _restored(config, backup, "--yes", "--json")
    assert done.exit_code == 0, done.stderr
    aside = Path(json.loads(done.stdout)["aside"])
    assert len(_names(file)) == 1
    assert "since the backup" in _names(aside)
    entry = json.loads(_asked(config, "audit", "--json").stdout)["entries"][0]
    assert (entry["who"], entry["what"], entry["detail"]["why"]) == ("Ana", "restored the database", "the disk died")
    with Database(f"sqlite:///{file}") as database, database.read() as connection:
        assert not list(audit_chain.broken(connection))
    assert not _left(tmp_path)


def _names(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM installation")]


@pytest.mark.parametrize("what", ["touched", "damaged", "none", "itself"])
def test_what_is_no_sound_backup_is_not_put_back(tmp_path: Path, what: str) -> None:
    """The present database stays as it is, and nothing is left beside it."""
    config, backup = _service(tmp_path), tmp_path / "kept.db"
    assert _asked(config, "backup", str(backup)).exit_code == 0
    if what == "touched":
        _changed(backup, "UPDATE audit SET who = 'Ben'")
    if what == "damaged":
        backup.write_bytes(backup.read_bytes()[:20_000])
    before = (tmp_path / "watcher.db").read_bytes()
    source = {"none": tmp_path / "no.db", "itself": tmp_path / "watcher.db"}.get(what, backup)
    done = _restored(config, source, "--yes")
    assert done.exit_code in (1, 2)
    assert str(source) in done.stderr
    assert (tmp_path / "watcher.db").read_bytes() == before
    assert not _left(tmp_path)
    assert not list(tmp_path.glob("*.before-*"))


def test_a_database_that_is_gone_or_broken_is_restored_all_the_same(tmp_path: Path) -> None:
    """That is what a backup is for."""
    config, backup, file = _service(tmp_path), tmp_path / "kept.db", tmp_path / "watcher.db"
    assert _asked(config, "backup", str(backup)).exit_code == 0
    file.write_bytes(b"rubbish" * 1000)
    Path(f"{file}-wal").write_bytes(b"rubbish")
    assert _restored(config, backup, "--yes").exit_code == 0
    assert len(_names(file)) == 1
    assert next(tmp_path.glob("*.before-*Z")).read_bytes().startswith(b"rubbish")
    file.unlink()
    assert _restored(config, backup, "--yes").exit_code == 0
    assert len(_names(file)) == 1


def test_a_message_that_was_owed_says_that_it_may_have_come(tmp_path: Path) -> None:
    """What waited when the backup was made may have been sent since; whoever was signed in signs in anew."""
    config, backup = _service(tmp_path), tmp_path / "kept.db"
    with Database(f"sqlite:///{tmp_path / 'watcher.db'}") as database, database.write() as connection:
        alert = an_alert(id="owed")
        alert_store.add(connection, alert)
        settings = load_settings(config)[0]
        assert settings is not None
        deliveries.plan(connection, planning.owed(alert, settings.recipients[0], None, now=NOW), at=NOW)
    assert _asked(config, "backup", str(backup)).exit_code == 0
    assert _restored(config, backup, "--yes").exit_code == 0
    with Database(f"sqlite:///{tmp_path / 'watcher.db'}") as database, database.read() as connection:
        (owed,) = deliveries.pending(connection)
    assert owed.is_repeat


def _has(taken: Alert, *, until: datetime) -> Acknowledgement:
    return Acknowledgement(
        assessment=taken.assessment,
        kind=taken.kind,
        subject=taken.subject_key,
        level=taken.level,
        alert_id=taken.id,
        owner="Cleo",
        at=NOW,
        until=until,
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_root_leaves_the_database_to_its_owner(tmp_path: Path) -> None:
    """A service runs as a user of its own, who must be able to open what root put back."""
    config, backup, file = _service(tmp_path), tmp_path / "kept.db", tmp_path / "watcher.db"
    assert _asked(config, "backup", str(backup)).exit_code == 0
    os.chown(file, 12345, 12345)
    file.chmod(0o640)
    assert _restored(config, backup, "--yes").exit_code == 0
    assert [Path(f"{file}{ending}").stat().st_uid for ending in ("", ".lock")] == [12345, 12345]
    assert file.stat().st_mode & 0o777 == 0o640


def test_the_operators_hear_what_is_in_force_again(tmp_path: Path) -> None:
    """Who ended a silence since, or gave an alert back, learns that it stands; the word is told once.

    A first warning after it is marked, and no later one.
    """
    config = _service(tmp_path)
    settings = load_settings(config)[0]
    assert settings is not None
    later = NOW + timedelta(hours=1)
    silence = Silence(who="Ben", why="an exercise", start=NOW, end=later, up_to=WarningLevel.WATCH)
    put_back = Restore(at=NOW, who="Ana", why="the disk died", as_of=NOW, source="kept.db")
    with Database(f"sqlite:///{tmp_path / 'watcher.db'}") as database, database.write() as connection:
        silences.add(connection, silence, at=NOW)
        taken = an_alert(id="taken", scenario="c")
        alert_store.add(connection, taken)
        acknowledgements.add(connection, _has(taken, until=later))
        restores.record(connection, put_back)
        told = tell_restored(connection, settings, NOW)
        assert tell_restored(connection, settings, later) is None
        for name, of, at in (("first", "a", NOW), ("second", "a", NOW), ("later", "b", NOW + timedelta(days=2))):
            planning.plan(connection, settings, an_alert(id=name, scenario=of, at=at), now=at)
        marks = {one.alert_id: one.is_repeat for one in deliveries.pending(connection)}
    assert told is not None
    details = " ".join(line["en"] for line in told.details)
    assert "silence 1 of Ben is on as it was then" in details
    assert "Cleo has this as it was then, until 2026-01-05 13:00 UTC" in details
    assert marks == {"first": True, "second": False, "later": False, told.id: False}


def test_a_backup_of_an_older_version_is_brought_up(tmp_path: Path) -> None:
    """It is what an upgrade that went wrong goes back to, and what a machine was saved by a year ago."""
    config, backup = _service(tmp_path), tmp_path / "old.db"
    old_database(f"sqlite:///{backup}").close()
    done = _restored(config, backup, "--yes")
    assert done.exit_code == 0, done.stderr
    with Database(f"sqlite:///{tmp_path / 'watcher.db'}") as database, database.read() as connection:
        stands, newest = migrations.standing(connection)
        assert stands == newest
        assert restores.latest(connection) is not None

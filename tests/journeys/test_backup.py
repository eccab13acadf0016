"""Backups of a real service: made while it writes, looked through before they count, and put back by a named person."""

import asyncio
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.builders import small
from tests.daemons import Daemon, configure, rss, until
from tests.servers import FeedServer, Page
from watcher.cli import app
from watcher.store import Database, audit, installation

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


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

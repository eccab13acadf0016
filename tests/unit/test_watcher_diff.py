"""watcher diff, and what goes on record when a new version is taken up."""

import json
from datetime import UTC, datetime
from pathlib import Path

from typer.testing import CliRunner

from tests.builders import small
from watcher.assessments import Library
from watcher.cli import app
from watcher.store import Database, audit

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_new_version_is_compared_before_it_is_taken_up(tmp_path: Path) -> None:
    """Each change with what it touches; the same version number is remarked upon; nothing is written."""
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(small(), "utf-8")
    new.write_text(small().replace("thresholds: [1, 3, 6]", "thresholds: [1, 2, 6]"), "utf-8")
    done = CliRunner().invoke(app, ["diff", str(new), "--against", str(old)])
    assert done.exit_code == 0, done.output
    for part in ("[levels] convoy_attack", "raise it", "History is never rewritten"):
        assert part in done.stdout
    told = json.loads(CliRunner().invoke(app, ["diff", str(new), "--against", str(old), "--json"]).stdout)
    assert [r["touches"] for r in told["revisions"]] == ["levels"]
    assert "Nothing changes." in CliRunner().invoke(app, ["diff", str(old), "--against", str(old)]).stdout


def test_two_assessments_are_refused(tmp_path: Path) -> None:
    """One clear sentence, and exit code 1."""
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(small(), "utf-8")
    new.write_text(small(id="other"), "utf-8")
    done = CliRunner().invoke(app, ["diff", str(new), "--against", str(old)])
    assert (done.exit_code, "two assessments" in done.stderr) == (1, True)


def test_what_a_version_did_to_what_was_open_is_on_record(tmp_path: Path) -> None:
    """The audit says it with both versions; taking up the first one says nothing."""
    file = tmp_path / "small.yaml"
    file.write_text(small(), "utf-8")
    database = Database(f"sqlite:///{tmp_path / 'watcher.db'}")
    database.migrate()
    library = Library((str(file),), database)
    library.refresh(now=NOW)
    file.write_text(small(version='"2"').replace("p: 0.12", "p: 0.15"), "utf-8")
    library.refresh(now=NOW)
    with database.read() as connection:
        (entry,) = [e for e in audit.recent(connection, limit=9) if e.what == "assessment revised"]
    assert (entry.detail["from"], entry.detail["to"]) == ("1", "2")
    assert entry.detail["what"] == [
        "coup: its prior goes from 0.12 to 0.15; the change is a row of its own in the next ledger"
    ]
    database.close()

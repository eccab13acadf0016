"""The way from one version's tables to the next."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from subprocess import PIPE

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from indicators.levels import Span
from indicators.sight import EVERYWHERE
from indicators.stances import Stance
from tests.databases import upgrade_at_once
from tests.store.builders import DAY, HOUR, NOON, a_match, a_move, an_item
from tests.store.version_0002 import TEXTS, old_database
from watcher.health.vitals import Vitals
from watcher.store import (
    Database,
    StoreError,
    alerts,
    audit,
    audit_chain,
    evaluations,
    event_decisions,
    items,
    matches,
    migrations,
    outlooks,
    rulings,
    sight,
    sources,
    troubles,
)
from watcher.store.migrations import upgrade
from watcher.store.rulings import Ruling
from watcher.store.tables import metadata


@pytest.fixture(autouse=True)
def _every_step(_as_a_fresh_process: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "upgrade", upgrade)


def test_the_tables_are_those_the_code_knows(database: Database) -> None:
    """After every migration step the database has exactly the tables, columns and indexes of store/tables."""
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_what_other_tests_copy_is_what_the_steps_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables, columns, indexes and first rows: a test on a copy is a test on a database that took every step."""
    made = []
    for name, way in (("steps", upgrade), ("copy", upgrade_at_once)):
        monkeypatch.setattr(migrations, "upgrade", way)
        database = Database(f"sqlite:///{tmp_path / name}")
        database.migrate()
        database.close()
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            made.append(sorted(connection.iterdump()))  # indexes in any order
    assert made[0] == made[1]
    assert len(made[0]) > len(metadata.tables)


def test_tables_that_are_not_there_yet_are_named_as_the_fault(database_url: str) -> None:
    """Asking a new database before the service has run says so, and does not blame the connection."""
    database = Database(database_url)
    with pytest.raises(StoreError, match="start the service once, it upgrades them"), database.read() as connection:
        items.count(connection)
    database.close()


def test_migrating_twice_changes_nothing(database: Database) -> None:
    """Every start of the service may migrate."""
    steps = sorted(path.name[:4] for path in Path(migrations.__file__).parent.glob("versions/[0-9]*.py"))
    database.migrate()
    with database.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == steps[-1:]


def test_the_steps_are_one_chain() -> None:
    """Two steps of one number would be two ways on from the same tables; each step's file begins with its number."""
    steps = sorted((Path(migrations.__file__).parent / "versions").glob("[0-9]*.py"))
    told = [
        dict(re.findall(r'^(revision|down_revision) = "?(\w+)"?', path.read_text("utf-8"), re.MULTILINE))
        for path in steps
    ]
    assert [t["revision"] for t in told] == [path.name[:4] for path in steps]
    assert [t["down_revision"] for t in told] == ["None", *(t["revision"] for t in told[:-1])]


def test_newer_tables_are_refused(database: Database) -> None:
    """A database that a later version has changed is left alone, and the sentence says what to do."""
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer version \(9999\); install that version"):
        database.migrate()


def test_tables_are_not_upgraded_under_a_daemon(database_url: str) -> None:
    """A command of a new version under a daemon of the old one would leave that unable to keep what it warns of."""
    database, daemon = old_database(database_url), Database(database_url)
    with daemon.exclusive():
        with pytest.raises(StoreError, match="of an older version, and a watcher runs on it; stop that one"):
            database.migrate()
        with database.read() as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["0002"]
        daemon.migrate()
        database.migrate()
    database.close()
    daemon.close()


def test_what_a_killed_daemon_left_is_upgraded_by_any_command(database_url: str) -> None:
    """Only a daemon that runs stands in the way, not one that ran."""
    database, daemon = old_database(database_url), Database(database_url)
    with daemon.exclusive():
        pass
    daemon.close()
    database.migrate()
    with database.read() as connection:
        assert not migrations.are_old(connection)
    database.close()


def test_a_failed_step_leaves_nothing_behind(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration is one transaction: all of its tables are there, or none."""

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    database = Database(database_url)
    with monkeypatch.context() as patched:
        patched.setattr("alembic.runtime.migration.HeadMaintainer._insert_version", fails)
        with pytest.raises(RuntimeError, match="power cut"):
            database.migrate()
    with database.read() as connection:
        assert inspect(connection).get_table_names() == []
    database.migrate()
    database.close()


def test_what_version_0002_kept_is_all_there_in_0003(database_url: str) -> None:
    """An old match is a report at no known spot, a span blinds the whole, a ruling is not void; nothing is lost."""
    database = old_database(database_url)
    database.migrate()
    item = an_item(**TEXTS, codes=("1721",), actors=("JNIM",), occurred=None)
    match = a_match(an_item(**TEXTS | {"content": ""}, codes=("1721",), actors=("JNIM",)), known=NOON)
    assert (match.spot, match.stance, match.signature) == (None, Stance.REPORTS, "")
    with database.read() as connection:
        assert items.find(connection, "item-1") == item
        assert items.unjudged(connection, "mali", limit=9) == ()
        assert matches.counting(connection, "mali", since=NOON - DAY) == (match,)
        assert sight.blind(connection, "mali") == {
            EVERYWHERE: (Span(start=NOON - DAY, end=NOON - HOUR), Span(start=NOON))
        }
        ruling = Ruling(assessment="mali", key="coup", happened=True, who="A. Diallo", why="radio", at=NOON, void=False)
        assert rulings.rulings(connection, "mali") == (ruling,)
        (move,) = outlooks.moves(connection, "mali", limit=9)
        assert [report.stance for event in move.events for report in event.reports] == [Stance.REPORTS]
        assert connection.execute(text("SELECT count(*) FROM item_revisions")).scalar() == 1
        assert event_decisions.decisions(connection, "mali") == ()
        assert list(evaluations.past(connection, "mali", until=NOON + DAY)) == []
    database.close()


def test_a_record_from_before_the_chain_is_linked(database_url: str) -> None:
    """0018: acts of older versions are links as well, in the order in which they were written."""
    database = old_database(database_url)
    with database.write() as connection:
        for number in range(3):
            row = {
                "at": NOON + number * HOUR,
                "who": "A. Diallo",
                "what": f"act {number}",
                "detail": '{"b": 1, "a": "é"}',
            }
            connection.execute(
                text("INSERT INTO audit (at, who, what, detail) VALUES (:at, :who, :what, :detail)"), row
            )
    database.migrate()
    with database.write() as connection:
        audit.write(connection, at=NOON + DAY, who="ines", what="a new act", detail={})
    with database.read() as connection:
        assert list(audit_chain.broken(connection)) == []
        assert audit_chain.head(connection).count >= 4
    database.close()


def test_moves_from_before_they_were_numbered_come_before_new_ones(database_url: str) -> None:
    """0027: a file knows in which order they came, a server goes by their time; what comes now is the newest."""
    database = old_database(database_url)
    same = "assessment, key, before, after, reasons, data"
    with database.write() as connection:
        older = text(
            f"INSERT INTO moves (id, sequence, at, {same}) SELECT 'later', sequence + 1, :at, {same} FROM moves"
        )
        connection.execute(older, {"at": (NOON - DAY).replace(tzinfo=None)})
    database.migrate()
    with database.write() as connection:
        outlooks.add_moves(connection, [a_move(3, at=NOON - 2 * DAY)])
        kept = connection.execute(text("SELECT id, number FROM moves ORDER BY number")).all()
    in_time = ["later", "move-1"] if database_url.startswith("postgresql") else ["move-1", "later"]
    assert [tuple(row) for row in kept] == [*zip([*in_time, a_move(3).id], (1, 2, 3), strict=True)]
    database.close()


def test_an_alert_from_before_there_were_kinds_is_about_a_move(database_url: str) -> None:
    """0004: what was kept about a scenario is an alert about a move, found by its subject."""
    database = old_database(database_url)
    database.migrate()
    with database.read() as connection:
        kept = connection.execute(text("SELECT kind, subject FROM alerts")).one()
        assert tuple(kept) == ("move", "coup")
        assert alerts.get(connection, "move-1").kind == "move"
    database.close()


def test_a_source_polled_before_there_were_vitals_has_none_yet(database_url: str) -> None:
    """0007: its row is as it was, and everything about its content is still to be learned."""
    database = old_database(database_url)
    columns = "id, url, etag, last_modified, last_ok_at, last_fault, last_detail, failures"
    with database.write() as connection:
        connection.execute(
            text(f"INSERT INTO sources ({columns}) VALUES ('rfi', 'u', 'e', '', :at, '', '', 0)"),
            {"at": NOON.replace(tzinfo=None)},
        )
    database.migrate()
    with database.read() as connection:
        kept = sources.state(connection, "rfi")
        assert (kept.validators.etag, kept.vitals) == ("e", Vitals())
        assert troubles.told(connection, now=NOON) == ()
    database.close()


def test_what_0003_upgraded_can_be_written_on(database_url: str) -> None:
    """After the upgrade new rows stand beside the old, and the defaults that filled the old rows are gone."""
    database = old_database(database_url)
    database.migrate()
    with database.write() as connection:
        sight.close_blind(connection, "mali", NOON + HOUR)
        sight.open_blind(connection, "mali", NOON, indicator="fuel")
        assert sight.blind(connection, "mali") == {
            EVERYWHERE: (Span(start=NOON - DAY, end=NOON - HOUR), Span(start=NOON, end=NOON + HOUR)),
            "fuel": (Span(start=NOON),),
        }
        rulings.add(
            connection, Ruling(assessment="mali", key="war", happened=None, who="B", why="w", at=NOON, void=True)
        )
        assert [ruling.void for ruling in rulings.rulings(connection, "mali")] == [False, True]
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    database.close()


COPY = """
import sys
from watcher.store import Database, items
print("ready", flush=True)
sys.stdin.readline()
database = Database(sys.argv[1])
database.migrate()
with database.read() as connection:
    print(items.count(connection))
database.close()
"""


def test_several_copies_may_start_at_once(database_url: str) -> None:
    """One process makes the tables; the others wait and find them."""
    command = [sys.executable, "-c", COPY, database_url]
    copies = [subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True) for _ in range(3)]
    for copy in copies:
        assert copy.stdout is not None
        assert copy.stdout.readline() == "ready\n"
    for copy in copies:
        assert copy.stdin is not None
        copy.stdin.write("go\n")
        copy.stdin.flush()
    assert [copy.communicate(timeout=60) for copy in copies] == [("0\n", "")] * 3


LATER = """
import sys
from watcher.store import Database
database = Database(sys.argv[1])
database.migrate()
database.close()
print([name for name in sys.modules if name.startswith("alembic")])
"""


@pytest.mark.usefixtures("database")
def test_where_no_step_is_missing_none_is_looked_for(database_url: str) -> None:
    """Every start but the first after an upgrade is spared what only an upgrade needs."""
    run = subprocess.run([sys.executable, "-c", LATER, database_url], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_it_does_not_matter_from_where(database_url: str, tmp_path: Path) -> None:
    """Migrations are found from any working directory."""
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        database = Database(database_url)
        database.migrate()
        database.close()
    finally:
        os.chdir(before)

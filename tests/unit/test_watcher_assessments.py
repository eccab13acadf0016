"""The live assessments: taken up whole or not at all, while what is in force goes on."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from indicators.items import Item
from tests.builders import an_item, small
from watcher.assessments import Library
from watcher.store import Database, StoreError, items

NOW = datetime(2026, 3, 1, tzinfo=UTC)
REPORT = an_item("Tanker ambushed near Kolokani", lang="en")
LORRY = an_item("Lorry ambushed near Kolokani", lang="en")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(small(), "utf-8")
    return path


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(f"sqlite:///{tmp_path / 'watcher.db'}")
    made.migrate()
    return made


def counted(library: Library, item: Item = REPORT) -> list[str]:
    (live,) = library.live
    return [m.indicator for m in live.matcher.match_item(item) if not m.rejected_by]


def test_a_changed_rule_takes_the_place_of_the_old_one_in_one_step(file: Path, database: Database) -> None:
    """Whoever holds the version before goes on with all of it; the next look gets all of the new one."""
    library = Library((str(file),), database)
    library.refresh(now=NOW)
    (before,) = library.live
    file.write_text(small().replace("[convoy*, tanker*]", "[convoy*, lorr*]"), "utf-8")
    library.refresh(now=NOW)
    (after,) = library.live
    assert [m.indicator for m in before.matcher.match_item(REPORT)] == ["convoy_attack"]
    assert [m.indicator for m in before.matcher.match_item(LORRY)] == []
    assert [m.indicator for m in after.matcher.match_item(LORRY)] == ["convoy_attack"]
    assert before.digest != after.digest


def test_a_broken_rule_leaves_the_last_good_version_whole(file: Path, database: Database) -> None:
    """Not one of its rules is lost, and the fault is told once."""
    library = Library((str(file),), database)
    library.refresh(now=NOW)
    file.write_text(small().replace("NEAR/12", "NEAR/0"), "utf-8")
    assert ["not 0" in problem.what for problem in library.refresh(now=NOW)] == [True]
    assert counted(library) == ["convoy_attack"]
    assert library.refresh(now=NOW) == ()


def test_what_was_received_last_tells_which_words_are_rare_and_changes_no_match(file: Path, database: Database) -> None:
    """The same rules with and without a past to learn from match the same."""
    empty = Library((str(file),), database)
    empty.refresh(now=NOW)
    with database.write() as connection:
        items.add(connection, [an_item(f"Convoy number {n} leaves Kolokani", id=str(n)) for n in range(50)])
    learned = Library((str(file),), database)
    learned.refresh(now=NOW)
    assert counted(empty) == counted(learned) == ["convoy_attack"]


def test_a_gazetteer_that_vanishes_keeps_what_is_in_force(file: Path, database: Database, tmp_path: Path) -> None:
    """A file that was there and is gone is a fault to be told, not a reason to know fewer places."""
    dump = Path(__file__).parents[1] / "corpus" / "geonames" / "ML.txt"
    places = tmp_path / "ML.tsv"
    imported(dump, places)
    library = Library((str(file),), database, gazetteers=(str(places),))
    assert library.refresh(now=NOW) == ()
    (before,) = library.live
    places.unlink()
    problems = library.refresh(now=NOW)
    assert any(str(places) in str(problem) for problem in problems)
    assert library.live == (before,)


def imported(dump: Path, to: Path) -> None:
    """Write the places of *dump* as the command does."""
    from typer.testing import CliRunner

    from watcher.cli import app

    done = CliRunner().invoke(app, ["places", "import", str(dump), "--to", str(to)])
    assert to.is_file(), done.output


def test_a_change_that_the_store_could_not_keep_is_taken_up_at_the_next_look(
    file: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk for a minute must not leave yesterday's rules in force for ever."""
    library = Library((str(file),), database)
    library.refresh(now=NOW)
    file.write_text(small().replace("[convoy*, tanker*]", "[convoy*, lorr*]"), "utf-8")
    with monkeypatch.context() as patched:
        patched.setattr("watcher.store.assessments.keep_good", _full)
        with pytest.raises(StoreError):
            library.refresh(now=NOW)
    assert counted(library, LORRY) == []
    library.refresh(now=NOW)
    assert counted(library, LORRY) == ["convoy_attack"]


def _full(*_: object) -> None:
    raise StoreError("database or disk is full")


def test_two_files_of_one_id_are_never_in_force_together_after_a_start_either(file: Path, database: Database) -> None:
    """Each would judge anew what the other had judged, at every look, and move its lines back and forth."""
    other = file.with_name("other.yaml")
    other.write_text(small(id="other"), "utf-8")
    files = (str(other), str(file))
    Library(files, database).refresh(now=NOW)
    other.write_text(small(), "utf-8")
    library = Library(files, database)
    library.refresh(now=NOW)
    assert [(live.file, live.assessment.id) for live in library.live] == [(str(other), "small")]
    assert list(library.refused) == [str(file)]

"""Changing a rule in its file: versions, what is refused, and what is on record."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from indicators.errors import Severity
from indicators.items import Item
from tests.builders import SHIPPED, small
from watcher.store import Database, audit
from watcher.workbench.changing import (
    ChangeError,
    change_back,
    line_of,
    opened_rule,
    opened_version,
    put,
    raised,
    rule_change,
    version_change,
)
from watcher.workbench.looking import look
from watcher.workbench.searching import Searcher

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text("# kept comment\n" + small(), "utf-8")
    return path


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(f"sqlite:///{tmp_path / 'watcher.db'}")
    made.migrate()
    return made


@pytest.mark.parametrize(
    ("version", "next_one"),
    [("1.0.0", "1.0.1"), ("1.9", "1.10"), ("2026-03b", "2026-4b"), ("draft", "draft.1"), ("", ".1")],
)
def test_the_next_version(version: str, next_one: str) -> None:
    """The last number goes up by one; where there is none, one begins."""
    assert raised(version) == next_one


def test_a_change_is_on_record_or_it_is_not_made(file: Path, database: Database) -> None:
    """With name, reason and both versions; without a reason, or where the file changed meanwhile, nothing happens."""
    before = file.read_text("utf-8")
    opened = opened_rule(file, "convoy_attack")
    block = opened.block.replace("NEAR/12", "NEAR/20")
    change = rule_change(file, "convoy_attack", block, opened.mark)
    assert change.amendment.sound
    for why in ("", "  "):
        with pytest.raises(ChangeError, match="say why"), database.write() as connection:
            put(connection, change, who="awa", why=why, now=NOW)
    file.write_text(before + "# somebody else\n", "utf-8")
    with pytest.raises(ChangeError, match="changed meanwhile"), database.write() as connection:
        put(connection, change, who="awa", why="wider", now=NOW)
    file.write_text(before, "utf-8")
    with database.write() as connection:
        put(connection, change, who="awa", why="wider", now=NOW)
    with database.read() as connection:
        (entry,) = audit.entries(connection, "rule changed")
    assert (entry.who, entry.detail["why"], entry.detail["after"]) == ("awa", "wider", change.after)
    assert change.before != change.after
    assert file.read_text("utf-8").startswith("# kept comment\n")
    with pytest.raises(ChangeError, match="somebody changed this rule meanwhile"):
        rule_change(file, "convoy_attack", block, opened.mark)
    back = change_back(file, before)
    assert back.after == raised(change.after)


@pytest.mark.parametrize(
    ("rule", "old", "new", "told"),
    [
        ("convoy_attack", "id: convoy_attack", "id: other", "keeps its id"),
        ("", "", "", "there is a rule convoy_attack already"),
        ("no_such", "", "", "has no rule no_such"),
    ],
)
def test_what_would_lose_a_rule_is_refused(file: Path, rule: str, old: str, new: str, told: str) -> None:
    """A rule keeps its id, a new one brings one of its own."""
    block = (
        opened_rule(file, "convoy_attack").block.replace(old, new) if old else opened_rule(file, "convoy_attack").block
    )
    with pytest.raises(ChangeError, match=told):
        rule_change(file, rule, block)


def test_an_assessment_that_ships_is_not_changed_in_place(database: Database) -> None:
    """An update would overwrite it without a word."""
    shipped = SHIPPED / "mali-2025-12.yaml"
    before = shipped.read_bytes()
    opened = opened_rule(shipped, "fuel_shortage")
    change = rule_change(
        shipped, "fuel_shortage", opened.block.replace("window_days: 7", "window_days: 8"), opened.mark
    )
    with pytest.raises(ChangeError, match="comes with Watcher"), database.write() as connection:
        put(connection, change, who="awa", why="x", now=NOW)
    assert shipped.read_bytes() == before


def test_a_whole_version_is_kept_letter_by_letter(file: Path, database: Database) -> None:
    """Comments, order and line ends stay; a version that no text had is left alone, one that was used is raised."""
    before = file.read_text("utf-8")
    opened = opened_version(file)
    given = (before + "# more\n").replace("\n", "\r\n")
    change = version_change(file, "small", given, opened.mark)
    assert change.amendment.text == given.replace('version: "1"', 'version: "2"')
    assert version_change(file, "small", given, used={"2", "3"}).after == "4"
    by_hand = given.replace('version: "1"', 'version: "2026b"')
    assert version_change(file, "small", by_hand).amendment.text == by_hand
    assert version_change(file, "small", before).amendment.changes is False
    with database.write() as connection:
        put(connection, change, who="awa", why="read again", now=NOW)
    assert file.read_bytes() == change.amendment.text.encode()
    with pytest.raises(ChangeError, match="somebody changed this assessment meanwhile"):
        version_change(file, "small", given, opened.mark)


def test_a_version_that_cannot_be_taken_up_says_why_at_the_line(file: Path) -> None:
    """Even where the file itself is broken, as a whole new text may be what mends it; another id is refused."""
    text = file.read_text("utf-8")
    bad = version_change(file, "small", text.replace("near: {within_km: 150", "near: {within_km: far"))
    assert not bad.amendment.sound
    (line,) = {line_of(problem) for problem in bad.elsewhere if problem.severity is Severity.ERROR}
    assert "within_km: far" in bad.amendment.text.splitlines()[line - 1]
    assert not version_change(file, "small", "a: [").amendment.sound
    assert not version_change(file, "small", "").amendment.sound
    with pytest.raises(ChangeError, match="this is another assessment, other"):
        version_change(file, "small", text.replace("id: small", "id: other"))
    file.write_text("a: [", "utf-8")
    assert version_change(file, "small", text).amendment.sound


def test_a_fault_stands_at_its_key(file: Path) -> None:
    """With the line of the block; one that is not of the rule stands apart."""
    opened = opened_rule(file, "convoy_attack")
    change = rule_change(file, "convoy_attack", opened.block.replace("NEAR/12", "NEAR/0"), opened.mark)
    assert not change.amendment.sound
    assert "match" in {one.key for one in change.problems}
    (fault,) = [one for one in change.problems if one.key == "match"][:1]
    assert "NEAR" in opened.block.splitlines()[fault.line - 1]


def test_a_look_ends_by_time_and_always_comes_further() -> None:
    """When the time is up it says where to look on; a page that is full ends it too, and the end is the end."""
    items = [Item(id=f"{n}", source="wire", title="fuel" if n % 2 else "rain", fetched=NOW) for n in range(10)]
    ticks = iter(range(100))
    slow = look(items, Searcher("fuel"), most=50, patience=2.5, clock=lambda: next(ticks))
    assert (slow.looked, slow.over, slow.behind is not None) == (3, False, True)
    hasty = look(items, Searcher("fuel"), most=50, patience=-1, clock=lambda: 0.0)
    assert (hasty.looked, len(hasty.hits)) == (1, 0)
    full = look(items, Searcher("fuel"), most=2)
    assert ([hit.item.id for hit in full.hits], full.over) == (["1", "3"], False)
    whole = look(items, None, most=10)
    assert (len(whole.hits), whole.over, whole.behind) == (10, True, None)

"""Searching: one language for rules and for looking things up."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from indicators.query import QueryError
from tests.builders import a_small_assessment, an_item
from watcher.cli import app
from watcher.workbench.searching import Searcher

REPORTS = [
    an_item("Convoy ambushed near Kolokani", lang="en"),
    an_item("Un convoi attaqué", lang="fr", summary="Des hommes armés ont tendu une embuscade."),
    an_item("Rain in Kayes", lang="en"),
]


def found(query: str, *, own: bool = False) -> list[str]:
    searcher = Searcher(query, a_small_assessment() if own else None)
    return [hit.item.title for hit in searcher.search(REPORTS)]


def test_a_query_finds_items_with_their_words() -> None:
    """Words, shared concepts and an assessment's own concepts, in every language they have."""
    assert found("rain OR convoi") == ["Un convoi attaqué", "Rain in Kayes"]
    assert found("@ambush") == ["Convoy ambushed near Kolokani", "Un convoi attaqué"]
    assert found("@convoy AND @attack", own=True) == ["Convoy ambushed near Kolokani", "Un convoi attaqué"]
    assert found("@convoy AND attaquer~", own=True) == ["Un convoi attaqué"]
    (hit,) = Searcher("body:@ambush").search(REPORTS)
    assert [(e.field, e.words) for e in hit.evidence] == [("summary", "embuscade")]


@pytest.mark.parametrize(("query", "column"), [("@nothing_such", 1), ("rain AND #jnim", 10), ("rain AND", 9)])
def test_a_query_that_cannot_be_asked_says_where(query: str, column: int) -> None:
    """An unknown concept or actor is a fault, not an empty answer."""
    with pytest.raises(QueryError) as fault:
        Searcher(query)
    assert fault.value.column <= column


def test_an_unknown_name_is_answered_with_the_near_ones() -> None:
    """As they are called; with an assessment its own as well."""
    with pytest.raises(QueryError, match=r"unknown @shortag: did you mean @shortage\?; name an assessment"):
        Searcher("@shortag")
    with pytest.raises(QueryError, match=r"unknown #jnmi: did you mean #jnim\?$"):
        Searcher("rain AND #jnmi", a_small_assessment())


def _search(folder: Path, *arguments: str) -> Result:
    file = folder / "items.jsonl"
    lines = [
        {"source": "wire", "title": r.title, "summary": r.summary, "lang": r.lang, "published": "2026-01-10T08:00:00Z"}
        for r in REPORTS
    ]
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return CliRunner().invoke(app, ["search", *arguments, "--items", str(file)])


def test_the_command_marks_the_words_and_counts(tmp_path: Path) -> None:
    """Words in brackets where there are no colours, and how many of how many."""
    done = _search(tmp_path, "@ambush")
    assert done.exit_code == 0, done.output
    assert "Convoy [ambushed] near Kolokani" in done.stdout
    assert "tendu une [embuscade]" in done.stdout
    assert "2 of 3 item(s) since 2026-01-10" in done.stdout


def test_the_command_prints_json_and_points_at_faults(tmp_path: Path) -> None:
    """One object an item; a fault stands under its column, exit code 2."""
    done = _search(tmp_path, "rain", "--json")
    assert [json.loads(line)["title"] for line in done.stdout.splitlines()] == ["Rain in Kayes"]
    wrong = _search(tmp_path, "rain AND @rian")
    assert wrong.exit_code == 2
    assert "\n         ^\n" in wrong.output

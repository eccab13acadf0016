"""``watcher validate``: what it prints, writes and refuses."""

import json
import re
from io import StringIO
from pathlib import Path

from rich.console import Console
from typer.testing import CliRunner, Result

from indicators.validation import validated
from tests.builders import mali, small
from watcher.cli import app
from watcher.cli.validate import print_matrix, shortened


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def written(folder: Path, text: str) -> Path:
    path = folder / "small.yaml"
    path.write_text(text, "utf-8")
    return path


def test_it_prints_matrix_findings_and_how_far_each_can_move(tmp_path: Path) -> None:
    """With a legend, and what to do about each finding."""
    done = run("validate", written(tmp_path, small()))
    assert done.exit_code == 0, done.output
    assert re.search(r"officer_unrest +\+0\.99\*", done.output)
    assert re.search(r"blocka +blockade", done.output)
    assert "can only rise" in done.output
    assert "-> add a counter-indicator" in done.output
    assert re.search(r"coup +12 % +from 12 % \(very unlikely\) to 27 % \(unlikely\)", done.output)
    assert "\x1b" not in done.output


def test_ratings_are_shown_as_written(tmp_path: Path) -> None:
    """In the place of ln LR."""
    assert re.search(r"officer_unrest +VL/U\*", run("validate", written(tmp_path, small()), "--ratings").output)


def test_json_has_the_whole_report(tmp_path: Path) -> None:
    """Cells, findings, ranges with their terms."""
    told = json.loads(run("validate", written(tmp_path, small()), "--json").stdout)
    assert told["matrix"]["columns"] == ["coup", "blockade"]
    assert told["findings"][0]["kind"]
    assert told["reaches"][0]["high_term"] == "unlikely"
    assert told["sound"] is True


def test_it_speaks_the_words_that_the_assessment_speaks(tmp_path: Path) -> None:
    """On the screen, as JSON, and on the page: an assessment that chose PHIA never reads the words of ICD 203."""
    text = small(estimative="phia").replace("term: very unlikely", "term: highly unlikely")
    file, html = written(tmp_path, text), tmp_path / "report.html"
    done = run("validate", file, "--html", html)
    assert re.search(r"coup +12 % +from 12 % \(highly unlikely\) to 27 % \(unlikely\)", done.output), done.output
    told = json.loads(run("validate", file, "--json").stdout)
    assert (told["estimative"], told["reaches"][0]["low_term"]) == ("phia", "highly unlikely")
    assert "<td>highly unlikely</td>" in html.read_text("utf-8")
    assert "very unlikely" not in done.output + json.dumps(told) + html.read_text("utf-8")


def test_the_page_is_written_and_said(tmp_path: Path) -> None:
    """Beside what is printed."""
    page = tmp_path / "report.html"
    done = run("validate", written(tmp_path, small()), "--html", page)
    assert f"note: written to {page}" in done.stderr
    assert page.read_text("utf-8").startswith("<!doctype html>")
    refused = run("validate", written(tmp_path, small()), "--html", tmp_path / "no" / "report.html")
    assert refused.exit_code == 1
    assert "cannot be written" in refused.output


def test_numbers_that_contradict_one_another_are_findings_and_fail(tmp_path: Path) -> None:
    """A link that asks for an impossible probability refuses the file; the matrix is there all the same."""
    prior = "prior: {p: 0.12, term: very unlikely, basis: inferred, statements: [S1]}"
    text = small().replace(prior, f"{prior}\n    links: [{{parent: blockade, p_if: 0.9, statements: [S1]}}]")
    done = run("validate", written(tmp_path, text))
    assert done.exit_code == 1
    assert "numbers contradict one another" in done.output
    assert "is not worked out" in done.output
    assert "officer_unrest" in done.output


def test_a_file_whose_names_do_not_stand_is_refused_with_its_line(tmp_path: Path) -> None:
    """There is nothing to report on."""
    path = written(tmp_path, small().replace("effects: {coup: [VL, U]}", "effects: {putsch: [VL, U]}"))
    done = run("validate", path)
    assert done.exit_code == 1
    assert re.search(rf"{re.escape(str(path))}:\d+: error: ", done.stderr)
    assert not done.stdout
    assert run("validate", "nowhere").exit_code == 2


def test_the_shipped_assessment_fits_a_hundred_columns_in_turns() -> None:
    """Thirteen lines of the outlook on two pages; the order is the same each time."""
    out = StringIO()
    print_matrix(Console(width=100, highlight=False, file=out), validated(mali()), ratings=False)
    text = out.getvalue()
    assert "scenarios 1 to 10 of 13" in text
    assert "scenarios 11 to 13 of 13" in text
    assert max(map(len, text.splitlines())) <= 100
    first, second = (run("validate", "mali-2025-12") for _ in range(2))
    assert first.exit_code == 0
    assert first.output == second.output


def test_short_names_differ() -> None:
    """States go by their own name, equals by a number."""
    assert shortened(["capture_attempt", "capture_event", "status.broken", "coup"]) == {
        "capture_attempt": "captur",
        "capture_event": "captu2",
        "status.broken": "broken",
        "coup": "coup",
    }

"""``watcher calibrate``: a proposal from forecasts, and its application by a named person."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.builders import START, small
from watcher.cli import app

HEAD = "scenario,at,evidence_nats,prior,outcome,officer_unrest"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with an assessment and sixty forecasts before each of which officers were arrested."""
    (tmp_path / "small.yaml").write_text(small(), "utf-8")
    days = (START + timedelta(days=90 * n) for n in range(60))
    lines = [f"coup,{day:%Y-%m-%d},0.9,0.12,{number % 2},{number % 2}" for number, day in enumerate(days)]
    (tmp_path / "forecasts.csv").write_text("\n".join([HEAD, *lines, ""]), "utf-8")
    return tmp_path


def propose(folder: Path, *more: str | Path) -> Result:
    files = ("--forecasts", folder / "forecasts.csv", "--out", folder / "proposal.yaml")
    return run("calibrate", folder / "small.yaml", *files, *more)


def apply(folder: Path, *more: str | Path) -> Result:
    decided = ("--by", "A. Analyst", "--why", "sixty forecasts", "--version", "2")
    return run("calibrate", "--apply", folder / "proposal.yaml", *decided, *more)


def test_a_proposal_is_written_and_the_assessment_stays(folder: Path) -> None:
    """With what it rests on, who must decide, and how to apply it."""
    done = propose(folder)
    assert done.exit_code == 0, done.output
    assert "a proposal; nothing has changed" in done.output
    assert "officer_unrest: coup if_true VL -> AC" in done.output
    assert "binary: temperature 1 -> " in done.output
    assert "200 are needed" in done.output
    assert "tests must decide" in done.output
    assert (folder / "small.yaml").read_text("utf-8") == small()
    assert "schema: watcher-calibration/1" in (folder / "proposal.yaml").read_text("utf-8")


def test_a_proposal_never_takes_the_place_of_another(folder: Path) -> None:
    """It may hold a decision."""
    propose(folder)
    before = (folder / "proposal.yaml").read_bytes()
    done = propose(folder)
    assert done.exit_code == 2
    assert "is there already" in done.output
    assert (folder / "proposal.yaml").read_bytes() == before


def test_a_named_person_applies_it_and_the_record_is_in_the_proposal(folder: Path) -> None:
    """The words change, the version is raised, `amend --undo` puts it back."""
    propose(folder)
    done = apply(folder)
    assert done.exit_code == 0, done.output
    wanted = small().replace("effects: {coup: [VL, U]}", "effects: {coup: [AC, VU]}")
    written = (folder / "small.yaml").read_text("utf-8")
    assert written.startswith(wanted.replace('version: "1"', 'version: "2"').rstrip())
    assert "model:\n  temperatures: {binary: " in written
    record = (folder / "proposal.yaml").read_text("utf-8")
    assert "by: A. Analyst" in record
    assert "why: sixty forecasts" in record
    assert "applied before" in apply(folder).output
    assert run("amend", "--undo", "-a", folder / "small.yaml").exit_code == 0
    assert (folder / "small.yaml").read_text("utf-8") == small()


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    """Neither the assessment nor the record."""
    propose(folder)
    record = (folder / "proposal.yaml").read_bytes()
    done = apply(folder, "--dry-run")
    assert "+    effects: {coup: [AC, VU]}" in done.output
    assert "Nothing was written (--dry-run)." in done.output
    assert (folder / "small.yaml").read_text("utf-8") == small()
    assert (folder / "proposal.yaml").read_bytes() == record


@pytest.mark.parametrize("left_out", ["--by", "--why", "--version"])
def test_a_name_a_reason_and_a_version_are_asked_for(folder: Path, left_out: str) -> None:
    """Each one."""
    propose(folder)
    given = {"--by": "A", "--why": "b", "--version": "2"}
    options = [text for option, value in given.items() if option != left_out for text in (option, value)]
    done = run("calibrate", "--apply", folder / "proposal.yaml", *options)
    assert done.exit_code == 2
    assert left_out in done.output
    assert (folder / "small.yaml").read_text("utf-8") == small()


def test_a_version_that_is_not_raised_is_refused(folder: Path) -> None:
    """With what to do."""
    propose(folder)
    done = apply(folder, "--version", "1")
    assert done.exit_code == 1
    assert "raise the version" in done.output
    assert (folder / "small.yaml").read_text("utf-8") == small()


def test_what_is_wrong_with_the_forecasts_is_told_with_its_line(folder: Path) -> None:
    """And no proposal is written."""
    with (folder / "forecasts.csv").open("a", encoding="utf-8") as file:
        file.write("putsch,2026-01-01,0,0.1,0,\n")
    done = propose(folder)
    assert done.exit_code == 1
    assert "forecasts.csv:62: error: no scenario 'putsch'" in done.stderr
    assert not (folder / "proposal.yaml").exists()


def test_a_test_span_that_leaves_nothing_to_fit_on_is_refused(folder: Path) -> None:
    """The day is named; a day that is none is wrong usage."""
    done = propose(folder, "--test-from", "2026-03-01")
    assert done.exit_code == 1
    assert "no forecast was resolved before 2026-03-01" in done.output
    assert propose(folder, "--test-from", "soon").exit_code == 2


def test_the_shipped_assessment_is_not_written_to(folder: Path) -> None:
    """It is copied first."""
    propose(folder)
    done = apply(folder, "mali-2025-12")
    assert done.exit_code == 2
    assert "is copied first" in done.output
    assert run("calibrate").exit_code == 2


def test_json_is_the_proposal_for_programs(folder: Path) -> None:
    """On one line."""
    told = json.loads(propose(folder, "--json").stdout)
    assert told["schema"] == "watcher-calibration/1"
    assert told["ratings"][0]["old"] == "VL"

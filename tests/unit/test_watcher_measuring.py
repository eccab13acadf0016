"""Measuring: what a labelled set says of each rule, and what it cannot say."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.builders import small
from watcher.cli import app
from watcher.workbench.measuring import Score, interval

LINE = {"source": "wire", "published": "2026-01-10T08:00:00Z", "lang": "en"}
SET = [
    LINE | {"id": "1", "title": "Convoy ambushed near Kolokani", "expected": ["convoy_attack"]},
    LINE | {"id": "2", "title": "Tanker ambushed near Kolokani", "expected": []},
    LINE | {"id": "3", "title": "Lorry torched near Kolokani", "expected": ["convoy_attack"]},
    LINE | {"id": "4", "title": "Convoy ambushed in Bamako", "expected": [], "maybe": ["convoy_attack"]},
    LINE | {"id": "5", "title": "Officers arrested in Bamako", "lang": "fr", "expected": ["officer_unrest"]},
]


@pytest.fixture
def assessment(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(small(), "utf-8")
    return path


def _measure(folder: Path, assessment: Path, *lines: dict[str, Any], options: tuple[str, ...] = ()) -> Result:
    file = folder / "labelled.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    return CliRunner().invoke(app, ["measure", str(file), "-a", str(assessment), *options])


def test_each_rule_is_measured_and_every_slip_is_named(tmp_path: Path, assessment: Path) -> None:
    """Right, wrong and missed for each indicator and language; what may be counted counts neither way."""
    done = _measure(tmp_path, assessment, *SET, options=("--json",))
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    convoy, officers = found["indicators"]["convoy_attack"], found["indicators"]["officer_unrest"]
    assert (convoy["right"], convoy["wrong"], convoy["missed"]) == (1, 1, 1)
    assert (convoy["precision"], convoy["recall"]) == (0.5, 0.5)
    assert (officers["precision"], officers["recall"]) == (None, 0.0)
    assert found["languages"]["fr"]["missed"] == 1
    assert [(s["item"], s["kind"]) for s in found["slips"]] == [("2", "wrong"), ("3", "missed"), ("5", "missed")]


def test_a_floor_makes_a_poor_rule_a_finding(tmp_path: Path, assessment: Path) -> None:
    """For a gate in a team's own checks; the rules below it are named."""
    done = _measure(tmp_path, assessment, *SET, options=("--floor", "0.95", "--misses"))
    assert done.exit_code == 1
    assert "below 95%: convoy_attack, officer_unrest" in done.stdout
    assert "missed convoy_attack 3: Lorry torched near Kolokani" in done.stdout


def test_a_line_without_labels_is_named_and_the_rest_goes_on(tmp_path: Path, assessment: Path) -> None:
    """An unlabelled line is not a line on which nothing should match."""
    done = _measure(tmp_path, assessment, SET[0], LINE | {"title": "Rain"})
    assert done.exit_code == 1
    assert "labelled.jsonl:2: error: has no expected" in done.output
    assert "1 labelled item(s)" in done.stdout


def test_a_file_that_is_not_there_is_said_in_words(tmp_path: Path, assessment: Path) -> None:
    """A typo in the file's name gives its name once and why, in no words of Python's."""
    missing = tmp_path / "labeled.jsonl"
    done = CliRunner().invoke(app, ["measure", str(missing), "-a", str(assessment)])
    assert done.exit_code == 1
    assert f"{missing}: error: cannot be read: No such file or directory\n" in done.output
    assert "Errno" not in done.output
    assert "nothing was measured" in done.output


def test_few_cases_say_little() -> None:
    """Ten of ten is not certainty: Wilson's interval for it begins at .72; of nothing there is none."""
    assert interval(1.0, 10) == pytest.approx((0.7225, 1.0), abs=1e-3)
    assert interval(0.5, 4) == pytest.approx((0.150, 0.850), abs=1e-3)
    assert interval(Score().precision, 0) is None

"""Amending: a rule is changed in its file, checked first, written in one step, and undone."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.builders import small
from watcher.cli import app


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text("# kept comment\n" + small(), "utf-8")
    return path


def _amend(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["amend", *map(str, arguments)])


def test_a_rule_is_changed_and_put_back(file: Path) -> None:
    """The difference is shown, the comment stays, --undo restores the file, and undoing again redoes."""
    before = file.read_text("utf-8")
    done = _amend("convoy_attack", "--match", "@convoy NEAR/20 @attack", "-a", file)
    assert done.exit_code == 0, done.output
    assert '+    match: "@convoy NEAR/20 @attack"' in done.stdout
    after = file.read_text("utf-8")
    assert after == before.replace("NEAR/12", "NEAR/20")
    assert _amend("--undo", "-a", file).exit_code == 0
    assert file.read_text("utf-8") == before
    assert _amend("--undo", "-a", file).exit_code == 0
    assert file.read_text("utf-8") == after


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["convoy_attack", "--match", "@convoy NEAR/0 @attack"], 1, "not 0", id="a query that is none"),
        pytest.param(["convoy_attack", "--match", "@officer"], 1, "must match “", id="its own proof fails"),
        pytest.param(["convoy_atack", "--match", "@convoy"], 1, "no indicator 'convoy_atack'", id="unknown rule"),
        pytest.param(["convoy_attack"], 2, "say what to change", id="nothing to change"),
        pytest.param(["--undo"], 1, "nothing to undo", id="nothing to undo"),
        pytest.param(
            ["convoy_attack", "--match", "@convoi", "--dry-run"], 1, "did you mean convoy?", id="dry run of a fault"
        ),
        pytest.param(
            ["convoy_attack", "--match", "@convoy NEAR/12 @attack"], 0, "reads so already", id="no difference"
        ),
        pytest.param(
            ["convoy_attack", "--match", "@convoy NEAR/13 @attack", "--dry-run"], 0, "(--dry-run)", id="dry run"
        ),
    ],
)
def test_a_file_that_would_be_refused_is_never_written(file: Path, arguments: list[str], code: int, said: str) -> None:
    """A running daemon must not find a broken rule because of us."""
    before = file.read_text("utf-8")
    done = _amend(*arguments, "-a", file)
    assert (done.exit_code, said in done.output) == (code, True), done.output
    assert file.read_text("utf-8") == before
    assert [p.name for p in file.parent.iterdir()] == [file.name]

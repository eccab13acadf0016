"""Amending: a rule is changed in its file, checked first, written in one step, and undone."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.builders import small
from watcher.cli import app
from watcher.workbench.amending import Amendment, amended, undone, write


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


def _change(file: Path, distance: int = 20) -> Amendment:
    return amended(file, "convoy_attack", {"match": f"@convoy NEAR/{distance} @attack"})


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_rule_that_takes_keys_from_another_is_left_alone(file: Path) -> None:
    """With ``<<`` a key could land in the other rule: the command says so and ends without a change."""
    text = small().replace("  - id: convoy_attack\n", "  - &base\n    id: convoy_attack\n") + "    <<: *base\n"
    file.write_text(text, "utf-8")
    done = _amend("officer_unrest", "--not", "title:movie", "-a", file)
    assert (done.exit_code, "takes keys from another part of the file (<<)" in done.output) == (1, True), done.output
    assert file.read_text("utf-8") == text


def test_half_a_character_is_a_sentence_not_a_traceback(file: Path) -> None:
    """A value that no file can hold is refused like every other fault."""
    change = amended(file, "convoy_attack", {"not": "title:\ud800"})
    assert not change.sound
    assert "entry 1 of indicators, not cannot be changed here" in change.problems[0].what


def test_the_line_ends_of_the_file_stay(file: Path) -> None:
    """A file from Windows stays one, and so does the version that is kept."""
    before = file.read_bytes().replace(b"\n", b"\r\n")
    file.write_bytes(before)
    assert write(_change(file)) is None
    assert file.read_bytes() == before.replace(b"NEAR/12", b"NEAR/20")
    assert file.with_name("small.yaml.before").read_bytes() == before


def test_undo_restores_line_ends_too(file: Path) -> None:
    """A kept version that differs in its line ends only is put back all the same."""
    before = file.read_bytes().replace(b"\n", b"\r\n")
    file.with_name("small.yaml.before").write_bytes(before)
    done = _amend("--undo", "-a", file)
    assert (done.exit_code, file.read_bytes()) == (0, before), done.output


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    """The file it leads to is changed, kept and put back."""
    folder = tmp_path / "links"
    folder.mkdir()
    link = folder / "current.yaml"
    link.symlink_to(file)
    before = file.read_text("utf-8")
    assert write(_change(link)) is None
    assert (link.is_symlink(), _names(folder)) == (True, ["current.yaml"])
    assert "NEAR/20" in file.read_text("utf-8")
    back = undone(link)
    assert back is not None
    assert back.text == before


def test_a_file_that_changed_meanwhile_is_not_overwritten(file: Path) -> None:
    """The change of another person is not thrown away without a word."""
    mine, other = _change(file, 20), _change(file, 30)
    assert write(other) is None
    refusal = write(mine)
    assert refusal is not None
    assert "changed meanwhile, look again" in str(refusal)
    assert file.read_text("utf-8") == other.text


def test_of_many_writers_at_once_one_wins(file: Path) -> None:
    """Whoever comes second is told; what is kept is what the winner replaced."""
    before = file.read_text("utf-8")
    changes = [_change(file, 20 + n) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        refusals = list(pool.map(write, changes))
    (winner,) = (change for change, refusal in zip(changes, refusals, strict=True) if refusal is None)
    assert file.read_text("utf-8") == winner.text
    assert file.with_name("small.yaml.before").read_text("utf-8") == before


def test_a_file_beside_with_a_name_of_ours_is_left_alone(file: Path) -> None:
    """No fixed name is used for what is not yet in place: it could be another writer's."""
    other = file.with_name(".small.yaml.new")
    other.write_text("another writer's", "utf-8")
    assert write(_change(file)) is None
    assert other.read_text("utf-8") == "another writer's"
    assert _names(file.parent) == [".small.yaml.new", "small.yaml", "small.yaml.before"]


def test_the_rights_of_the_file_stay(file: Path) -> None:
    """Neither the file nor the version kept can be read by more or fewer people than before."""
    file.chmod(0o640)
    assert write(_change(file)) is None
    kept = file.with_name("small.yaml.before")
    assert [path.stat().st_mode & 0o777 for path in (file, kept)] == [0o640, 0o640]


def test_a_read_only_file_is_refused(file: Path) -> None:
    """Who took the right to write away meant it, whoever runs the command."""
    file.chmod(0o444)
    before = file.read_text("utf-8")
    done = _amend("convoy_attack", "--match", "@convoy NEAR/20 @attack", "--json", "-a", file)
    assert done.exit_code == 1, done.output
    said = json.loads(done.stdout)
    assert (said["written"], said["problems"][-1]["what"]) == (False, "is read-only")
    assert (file.read_text("utf-8"), _names(file.parent)) == (before, ["small.yaml"])


def test_a_place_that_cannot_be_written_is_a_sentence(file: Path) -> None:
    """What the system refuses is told, the file stays, and nothing half-done is left beside it."""
    before = file.read_text("utf-8")
    file.with_name("small.yaml.before").mkdir()
    refusal = write(_change(file))
    assert refusal is not None
    assert "cannot be written: Is a directory" in str(refusal)
    assert (file.read_text("utf-8"), _names(file.parent)) == (before, ["small.yaml", "small.yaml.before"])

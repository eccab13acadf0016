"""Commands: what they print for people and programs, and their exit codes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from tests.builders import small
from watcher.cli import app

GOOD = {
    "source": "wire",
    "title": "Convoy ambushed near Kolokani",
    "published": "2026-01-10T08:00:00Z",
    "lang": "en",
    "id": "a",
}


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def assessment(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(small(), "utf-8")
    return path


def _items(folder: Path, *lines: object) -> Path:
    path = folder / "items.jsonl"
    path.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines), "utf-8")
    return path


def _objects(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def test_match_prints_an_object_for_each_item_that_matched(assessment: Path, tmp_path: Path) -> None:
    """id, and for each indicator its evidence with offsets into the item's own text, places, refusal."""
    far = GOOD | {"id": "b", "title": "Convoy ambushed near Gao"}
    film = GOOD | {"id": "c", "title": "Film: a convoy ambushed near Kolokani"}
    other = GOOD | {"id": "d", "title": "Rain in Kolokani"}
    done = _run("match", "--assessment", assessment, "--items", _items(tmp_path, GOOD, far, film, other), "--json")
    assert done.exit_code == 0, done.output
    found = {o["id"]: o["indicators"] for o in _objects(done)}
    assert set(found) == {"a", "b", "c"}
    (hit,) = found["a"]
    assert hit["indicator"] == "convoy_attack"
    assert hit["rejected_by"] is None
    assert hit["places"] == ["kolokani"]
    for evidence in hit["evidence"]:
        assert GOOD["title"][evidence["start"] : evidence["end"]] == evidence["words"]
    assert "names no place in near" in found["b"][0]["rejected_by"]
    assert "not: Film" in found["c"][0]["rejected_by"]


def test_a_bad_line_is_named_and_the_others_go_on(assessment: Path, tmp_path: Path) -> None:
    """Exit code 1, the line's number, what to write instead; every good line is still judged."""
    naive = GOOD | {"id": "n", "published": "2026-01-10T08:00:00"}
    path = _items(tmp_path, "{broken", GOOD, {"title": "no source", "published": None}, naive, GOOD | {"lat": "x"})
    done = _run("match", "--assessment", assessment, "--items", path, "--json")
    assert done.exit_code == 1
    assert [o["id"] for o in _objects(done)] == ["a"]
    for number in (1, 3, 4, 5):
        assert f"items.jsonl:{number}: error" in done.stderr


def test_replay_prints_readings_moves_and_alerts(assessment: Path, tmp_path: Path) -> None:
    """Three attacks within a week lift the indicator to level 2 and move the outlook, once."""
    attacks = [GOOD | {"id": str(i), "published": f"2026-01-1{2 * i}T08:00:00Z", "source": "afp"} for i in range(3)]
    publishers = "[{match: [afp], family: afp, grade: B}]"
    assessment.write_text(small(publishers=publishers), "utf-8")
    done = _run("replay", "--assessment", assessment, "--items", _items(tmp_path, *attacks), "--json")
    assert done.exit_code == 0, done.output
    (told,) = _objects(done)
    readings: list[dict[str, Any]] = told["readings"]
    moves: list[dict[str, Any]] = told["moves"]
    assert [r["level"] for r in readings] == ["level 1", "level 2"]
    assert [(m["scenario"], m["level_after"]) for m in moves] == [("blockade", "watch")]
    assert len(told["alerts"]) == 1


def test_items_older_than_the_assessment_move_nothing_unless_it_is_dated_back(assessment: Path, tmp_path: Path) -> None:
    """The priors know what happened before; --backdate puts the assessment's own date back."""
    assessment.write_text(small(publishers="[{match: [wire], family: wire, grade: B}]"), "utf-8")
    old = [GOOD | {"id": str(i), "published": f"2025-11-1{2 * i}T08:00:00Z"} for i in range(3)]
    path = _items(tmp_path, *old)
    before = json.loads(_run("replay", "-a", assessment, "-i", path, "--json").stdout)
    after = json.loads(_run("replay", "-a", assessment, "-i", path, "--backdate", "2025-11-01", "--json").stdout)
    assert (before["before_assessment"], before["moves"]) == (3, [])
    assert [m["scenario"] for m in after["moves"]] == ["blockade"]


def test_a_late_record_says_when_its_threshold_was_met_and_known(assessment: Path, tmp_path: Path) -> None:
    """A record of the 5th that came on the 9th raises the level from the 5th on, and nobody is told we knew it then."""
    assessment.write_text(small(publishers="[{match: [wire], family: wire, grade: B}]"), "utf-8")
    late = GOOD | {"occurred": "2026-01-05T00:00:00Z", "published": "2026-01-09T08:00:00Z"}
    path = _items(tmp_path, late)
    words = _run("replay", "-a", assessment, "-i", path, "--until", "2026-01-09T12:00:00").stdout
    assert "met 05 Jan, known 09 Jan" in " ".join(words.split())


def test_the_shipped_assessment_is_known_by_name(tmp_path: Path) -> None:
    """No path is needed for what comes with Watcher; an unknown name is a usage error that lists what there is."""
    items = _items(tmp_path, GOOD | {"title": "Mali : un convoi de citernes attaqué près de Kolokani", "lang": "fr"})
    done = _run("match", "--assessment", "mali-2025-12", "--items", items, "--json")
    assert done.exit_code == 0
    assert "convoy_attack_bamako" in done.stdout
    unknown = _run("match", "--assessment", "mali", "--items", items)
    assert unknown.exit_code == 2
    assert "mali-2025-12" in unknown.stderr


def test_check_names_every_fault_with_its_line(tmp_path: Path) -> None:
    """All faults at once, each with file, line and what to write instead; exit code 1."""
    path = tmp_path / "bad.yaml"
    path.write_text(small(groups="[suply, officers]").replace("horizon_days: 90", "horizon_dayz: 90", 1), "utf-8")
    done = _run("check", path)
    assert done.exit_code == 1
    assert "did you mean horizon_days?" in done.stderr
    path.write_text(small(groups="[suply, officers]"), "utf-8")
    done = _run("check", path)
    assert "unknown group 'supply' — did you mean suply?" in done.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id: mali\nindicators:\n  - {id: a, effekts: {}}\n", "effekts: is not a key that is known here"),
        ("scenarios: {}\nsources: []\nregions: {}\n", "statements: is missing — write statements: {S1: …, S2: …}"),
        ("sources: []\nindicators: []\nroutes: []\n", "last_resort: is missing — write last_resort: desk"),
        ("just words\n", "the file is not a table of keys"),
    ],
)
def test_check_knows_by_its_keys_what_a_half_written_file_is_to_be(text: str, told: str, tmp_path: Path) -> None:
    """An assessment that has no statements yet is not told that it lacks recipients and routes."""
    path = tmp_path / "half.yaml"
    path.write_text(text, "utf-8")
    done = _run("check", path)
    assert done.exit_code == 1
    assert told in done.stderr


def test_check_passes_what_ships() -> None:
    """The shipped assessment has no error, and no warning but that its review is overdue."""
    from watcher.assessment_files import shipped_assessments

    done = _run("check", "--json", shipped_assessments() / "mali-2025-12.yaml")
    assert done.exit_code == 0, done.output
    assert all("the review was due" in p["what"] for p in json.loads(done.stdout)["problems"])


def test_init_writes_a_configuration_that_passes_its_own_check(tmp_path: Path) -> None:
    """No edit is needed before the first check; a file that is there is not overwritten by accident."""
    path = tmp_path / "watcher.yaml"
    assert _run("init", path).exit_code == 0
    assert _run("check", path).exit_code == 0
    text = path.read_text("utf-8")
    for outlet in ("rfi", "france24", "jeuneafrique", "studiotamani", "maliweb", "malijet", "journaldumali", "abamako",
                   "lefaso", "actuniger", "allafrica", "bbc", "lemonde", "aljazeera", "reliefweb"):  # fmt: skip
        assert outlet in text
    assert _run("init", path).exit_code == 1
    assert _run("init", path, "--force").exit_code == 0


def test_a_missing_configuration_says_what_to_type(tmp_path: Path) -> None:
    """The message names the file and the command that makes one."""
    for command in ("run", "once", "status"):
        done = _run(command, "--config", tmp_path / "none.yaml")
        assert done.exit_code == 1
        assert "watcher init" in done.stderr


def test_a_missing_secret_is_named_and_never_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address from the environment that is not there is an error at its line; one that is there stays unsaid."""
    path = tmp_path / "watcher.yaml"
    _run("init", path)
    path.write_text(path.read_text("utf-8").replace("# email: ${WATCHER_DESK_EMAIL}", "email: ${WATCHER_DESK_EMAIL}"))
    monkeypatch.delenv("WATCHER_DESK_EMAIL", raising=False)
    missing = _run("check", path)
    assert missing.exit_code == 1
    assert "the environment has no WATCHER_DESK_EMAIL" in missing.stderr
    monkeypatch.setenv("WATCHER_DESK_EMAIL", "nonsense://user:hunter2@host")
    wrong = _run("check", path)
    assert wrong.exit_code == 1
    assert "hunter2" not in wrong.output + wrong.stderr


def test_the_schema_knows_every_key_of_the_file() -> None:
    """An editor that follows it completes what the check accepts, for both files."""
    told = json.loads(_run("schema").stdout)
    assert {"schema", "as_of", "scenarios", "indicators", "model"} <= set(told["properties"])
    assert told["additionalProperties"] is False
    assert "sources" in json.loads(_run("schema", "configuration").stdout)["properties"]


def test_usage_errors_end_with_two() -> None:
    """A program can tell wrong usage from a finding."""
    assert _run("match").exit_code == 2
    assert _run("nonsense").exit_code == 2


def test_explain_match_says_why_an_item_of_a_file_is_refused(assessment: Path, tmp_path: Path) -> None:
    """The clauses with their words, the veto, the places, and the verdict in one sentence."""
    film = GOOD | {"id": "c", "title": "Film: a convoy ambushed near Kolokani"}
    items = _items(tmp_path, GOOD, film)
    done = _run("explain-match", "c", "convoy_attack", "-a", assessment, "--items", items)
    assert done.exit_code == 0, done.output
    assert "matches, but is refused by not: Film" in done.stdout
    assert "✓ @convoy: convoy" in done.stdout
    assert "inside near: kolokani" in done.stdout


def test_explain_match_reads_a_headline_and_prints_json(assessment: Path) -> None:
    """What has a space in it is a headline; programs get every clause."""
    done = _run("explain-match", "Convoy leaves Kolokani", "convoy_attack", "-a", assessment, "--lang", "en", "--json")
    (found,) = _objects(done)
    assert (found["counts"], found["verdict"]) == (False, "does not match: @attack does not hold")
    assert [part["holds"] for part in found["readings"][0]["match"]["parts"]] == [True, False]


@pytest.mark.parametrize(
    ("item", "rule", "said"),
    [
        ("Convoy leaves", "convoy_atack", "did you mean convoy_attack?"),
        ("nobody", "convoy_attack", "no item 'nobody'"),
    ],
)
def test_explain_match_says_what_to_write_instead(
    assessment: Path, tmp_path: Path, item: str, rule: str, said: str
) -> None:
    """A wrong name of a rule or an item is usage, exit code 2."""
    done = _run("explain-match", item, rule, "-a", assessment, "--items", _items(tmp_path, GOOD))
    assert done.exit_code == 2
    assert said in done.output


def _commands(group: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every command with the words that call it, and the groups themselves."""
    for name, command in group.commands.items():
        yield f"{above}{name}", command
        if hasattr(command, "commands"):
            yield from _commands(command, f"{above}{name} ")


def test_every_help_text_flows_and_every_command_has_its_place() -> None:
    """Forty commands in one list are read by nobody, nor is prose that breaks where the source does."""
    whole = typer.main.get_command(app)
    torn = [name for name, one in _commands(whole) for part in (one.help or "").split("\n\n") if "\n" in part]
    assert torn == []
    lost = [name for name, one in whole.commands.items() if not one.rich_help_panel]  # type: ignore[attr-defined] # a group
    assert lost == []
    assert len(list(_commands(whole))) > 60

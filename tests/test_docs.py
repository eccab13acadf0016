"""Documents are tests: what they show must exist, and what exists must be shown."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from ruamel.yaml import YAML
from typer.testing import CliRunner

from alerts.channels import CHANNELS
from indicators.bands import ICD_203
from indicators.parsing import parse_assessment
from indicators.rules import Rating
from watcher.cli import app
from watcher.settings import Sending, Settings, Web, WrittenSource
from watcher.settings.notices import Notices
from watcher.sources import SOURCES
from watcher.sources.options import option_faults

ROOT = Path(__file__).parent.parent
GUIDES = (
    "README.md",
    "docs/operate.md",
    "docs/notices.md",
    "docs/templates.md",
    "docs/write-an-assessment.md",
    "docs/workbench.md",
    "docs/places.md",
    "docs/sources.md",
    "docs/validate.md",
    "docs/backtest.md",
)
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined] # a group, by construction


def _page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_and_paths_in_a_page_lead_somewhere(page: Path) -> None:
    """Every relative link and every file named in backticks exists."""
    text = page.read_text("utf-8")
    links = [x for x in re.findall(r"\]\(([^)#]+)", text) if "://" not in x]
    named = re.findall(r"`((?:tests|watcher|alerts|indicators|docs|deploy)/[\w./-]+\.\w+)`", text)
    missing = [x for x in links if not (page.parent / x).exists()] + [x for x in named if not (ROOT / x).exists()]
    assert not missing


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented_and_teaches(command: str) -> None:
    """It stands in the README or a guide, and its help says what it does in a sentence."""
    pages = "".join(_page(p) for p in GUIDES)
    assert re.search(rf"watcher {command}(?![\w-])", pages)
    done = CliRunner().invoke(app, [command, "--help"])
    assert done.exit_code == 0
    assert len(done.output) > 200


def test_every_command_in_a_page_exists() -> None:
    """No page tells of a command that is not there."""
    told = {c for page in PAGES for c in re.findall(r"(?m)^(?:\.venv/bin/)?watcher ([a-z][a-z-]*)", _code(page))}
    assert len(told) > 5
    assert told <= set(COMMANDS)


def _code(page: Path) -> str:
    text = page.read_text("utf-8")
    return "\n".join(re.findall(r"(?s)```sh\n(.*?)```", text) + re.findall(r"`([^`\n]+)`", text))


def test_the_glossary_has_each_word_once_and_in_its_place() -> None:
    """One word for one idea: a word that stands twice means two things, and one out of its order is not found."""
    words = re.findall(r"(?m)^\| \*\*(.+?)\*\* \|", _page("docs/glossary.md"))
    assert len(words) > 100
    assert words == sorted(set(words), key=str.lower)


@pytest.mark.parametrize("model", [Settings, WrittenSource, Sending, Web, Notices])
def test_every_setting_is_documented(model: type[Settings]) -> None:
    """Each key of the configuration stands in the guide for operators."""
    page = _page("docs/operate.md")
    assert not [name for name in model.model_fields if f"`{name}`" not in page]


@pytest.mark.parametrize("kind", sorted(SOURCES))
def test_every_kind_of_source_has_its_row_its_options_and_an_example(kind: str) -> None:
    """Whoever adds a source finds its kind in the table, each option by name, and something to copy."""
    page = _page("docs/sources.md")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| `{kind}` |")]
    assert not [name for name in SOURCES[kind].options.model_fields if f"`{name}`" not in row]
    assert kind == "feed" or [s for s in _examples_of_sources() if s["kind"] == kind]


def test_every_example_of_a_source_passes() -> None:
    """What is copied from the guide is taken, once the names in it are set in the environment."""
    for written in _examples_of_sources():
        source = WrittenSource.model_validate(written)
        model = SOURCES[source.kind].options
        assert model.address_problem(source.url) == ("", "")
        assert not list(option_faults(model, source.options)), source.id


def _examples_of_sources() -> list[dict[str, Any]]:
    return [source for block in _yaml_blocks("docs/sources.md") for source in YAML(typ="safe").load(block)]


def test_every_operator_and_word_of_the_file_is_documented() -> None:
    """The guide for analysts has each operator, rating, band, and way to count."""
    page = _page("docs/write-an-assessment.md")
    for word in ("NEAR/", "BEFORE/", "SAME SENTENCE", "title:", "body:", "source:", "lang:", "@", "#", "AND NOT", "OR"):
        assert word in page
    for rating in Rating:
        assert f"{rating.value} {rating.p:.3f}".rstrip("0").replace(" 0.", " .") in page
    for band in ICD_203:
        assert f"| {band.terms['en']} | {band.printed} |" in page


def test_every_channel_and_source_kind_is_documented() -> None:
    """An operator finds each in the guide."""
    page = _page("docs/operate.md")
    assert not [kind for kind in (*CHANNELS, *SOURCES) if f"{kind}" not in page]


def _yaml_blocks(page: str) -> list[str]:
    return re.findall(r"(?s)```yaml\n(.*?)```", _page(page))


def test_the_small_file_of_the_guide_passes() -> None:
    """An analyst who copies it starts from something that works."""
    (text,) = _yaml_blocks("docs/write-an-assessment.md")
    assessment, problems = parse_assessment(text, name="guide")
    assert assessment is not None, problems
    assert not problems


def test_the_readmes_indicator_passes_in_the_shipped_assessment() -> None:
    """Ten lines that a newcomer reads first are real: they replace the shipped indicator of that name."""
    (block,) = _yaml_blocks("README.md")
    small, _ = parse_assessment(_yaml_blocks("docs/write-an-assessment.md")[0], name="guide")
    assert small is not None
    text = _yaml_blocks("docs/write-an-assessment.md")[0]
    head = text[: text.index("indicators:")]
    concepts = "concepts:\n  commemoration: {en: [anniversary], fr: [anniversaire]}\n"
    head = head.replace("concepts:\n", concepts).replace("id: coup\n", "id: coup_attempt\n").replace("S1", "S16")
    indented = "indicators:\n" + "".join(f"  {line}\n" if line else "\n" for line in block.splitlines())
    assessment, problems = parse_assessment(head + indented, name="readme")
    assert assessment is not None, problems


def test_ci_runs_the_readmes_test_command() -> None:
    """What a newcomer types is what guards every change."""
    assert "make test" in _page("README.md")
    assert "make test" in _page(".ci/run")

"""Options of a kind in ``watcher.yaml``: one clear fault each, and secrets that stay in the environment."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from tests.builders import small
from watcher.settings import Settings, load_settings
from watcher.sources import SOURCES, Fault, Options, SourceError
from watcher.sources.acled import AcledOptions
from watcher.sources.csv_table import CsvOptions
from watcher.sources.options import options_of

ENVIRONMENT = {"ACLED_EMAIL": "desk@example.org", "ACLED_PASSWORD": "hush-password", "KEY": "hush-key"}
ACLED = {"email": "${ACLED_EMAIL}", "password": "${ACLED_PASSWORD}"}


def load(
    folder: Path, *, kind: str, url: str = "https://wire.example/x", **options: Any
) -> tuple[Settings | None, str]:
    """Return the settings of a configuration with one source, and all that is told about it."""
    (folder / "assessment.yaml").write_text(small(), "utf-8")
    settings = {
        "assessments": ["assessment.yaml"],
        "sources": [{"id": "wire", "url": url, "kind": kind, "options": options}],
        "recipients": [{"id": "desk", "channels": {"console": ""}}],
        "routes": [{"to": ["desk"]}],
        "last_resort": "desk",
    }
    path = folder / "watcher.yaml"
    path.write_text(json.dumps(settings, indent=1), "utf-8")
    found, problems = load_settings(path, environment=ENVIRONMENT)
    return found, "\n".join(f"{p.where}: {p.what} -> {p.instead}" for p in problems)


@pytest.mark.parametrize(
    ("kind", "options", "told"),
    [
        ("feed", {"limit": 5}, "source 'wire' (feed): there is no option 'limit' for this kind -> its options: websub"),
        ("json", {}, "source 'wire' (json): the option 'map' is missing"),
        ("json", {"map": {"titel": "t"}}, "option 'map.titel': "),
        ("json", {"map": {"title": "a["}}, "option 'map.title': 'a[' is no JMESPath expression"),
        ("json", {"map": {"id": "a"}}, "option 'map': map a title, a summary or a content"),
        ("json", {"map": {"title": "t"}, "headers": {"Host": "${KEY}"}}, "'Host' is not a header that can be set"),
        ("csv", {}, "write either columns (a field and its column) or preset: acled"),
        ("csv", {"preset": "acled", "columns": {"title": "t"}}, "write either columns"),
        ("csv", {"columns": {"title": "t"}, "delimiter": ":"}, "option 'delimiter': "),
        ("csv", {"columns": {"title": "t"}, "encoding": "klingon"}, "'klingon' is no encoding that is known"),
        ("acled", {"email": "x@y.example"}, "source 'wire' (acled): the option 'password' is missing"),
        ("acled", {**ACLED, "days": 0}, "option 'days': "),
        ("acled", {**ACLED, "token_url": "ftp://x"}, "option 'token_url': write an address"),
        ("reliefweb", {}, "source 'wire' (reliefweb): the option 'appname' is missing"),
        ("geojson", {"preset": "usgs"}, "option 'preset': "),
    ],
)
def test_a_wrong_option_is_one_fault_that_names_source_and_option(
    tmp_path: Path, kind: str, options: dict[str, Any], told: str
) -> None:
    """Whoever wrote it is led to the line, the source and the option, and to nothing else."""
    settings, words = load(tmp_path, kind=kind, **options)
    assert settings is None
    assert told in words
    assert words.count("\n") == 0
    assert words.startswith(f"{tmp_path / 'watcher.yaml'}:")


def test_the_fault_stands_at_the_line_of_its_option(tmp_path: Path) -> None:
    """A list of forty sources is not searched by hand."""
    _, words = load(tmp_path, kind="acled", **ACLED, days=0)
    lines = (tmp_path / "watcher.yaml").read_text("utf-8").splitlines()
    line = int(words.partition("watcher.yaml:")[2].partition(":")[0])
    assert '"days"' in lines[line - 1]


def test_a_secret_in_the_file_is_refused_without_being_shown(tmp_path: Path) -> None:
    """P15: a password is written as a name; the message tells which option, and not what stood there."""
    settings, words = load(tmp_path, kind="acled", email="desk@example.org", password="open-password")
    assert settings is None
    assert "the secret 'password' stands in the file -> write ${NAME} and export it" in words
    assert "open-password" not in words


def test_a_key_in_a_header_is_a_secret_too(tmp_path: Path) -> None:
    """P15: it may stand beside other words, but not in the file."""
    assert "the secret 'headers'" in load(tmp_path, kind="json", map={"title": "t"}, headers={"X-Key": "open"})[1]
    settings, words = load(tmp_path, kind="json", map={"title": "t"}, headers={"Authorization": "Bearer ${KEY}"})
    assert settings is not None, words


def test_a_name_that_the_environment_does_not_have_is_told(tmp_path: Path) -> None:
    """An empty password would only fail at three in the morning."""
    settings, words = load(tmp_path, kind="acled", email="x@y.example", password="${ACLED_PASWORD}")
    assert settings is None
    assert "the environment has no ACLED_PASWORD -> export ACLED_PASWORD=…" in words


def test_names_are_filled_in_where_a_source_is_polled_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P15: the poll gets the secret; what is printed of the settings has neither it nor the address."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    settings, words = load(tmp_path, kind="acled", url="https://wire.example/x?key=${KEY}", **ACLED)
    assert settings is not None, words
    (source,) = settings.sources
    options = options_of(AcledOptions, source.settings.options, source="wire")
    assert options.password.get_secret_value() == "hush-password"
    assert source.settings.url.endswith("?key=hush-key")
    assert "hush" not in f"{settings!r} {source!r} {source.settings!r} {options!r} {options.model_dump()}"


@pytest.mark.parametrize("kind", sorted(SOURCES))
def test_every_kind_says_what_it_asks_for(kind: str) -> None:
    """Each has a checked model of its options, and every option of it can be told by name."""
    model = SOURCES[kind].options
    assert issubclass(model, Options)
    assert model.model_config["extra"] == "forbid"


def test_a_fault_at_the_poll_never_shows_a_value(caplog: pytest.LogCaptureFixture) -> None:
    """P15: even an option of the wrong kind that holds a secret is told by its name only."""
    with caplog.at_level(logging.DEBUG), pytest.raises(SourceError) as failure:
        options_of(CsvOptions, {"columns": {"title": {"hush": "hush-key"}}}, source="wire")
    assert failure.value.fault is Fault.OPTIONS
    assert "hush-key" not in f"{failure.value!r} {failure.value} {failure.value.__cause__} {caplog.text}"


@pytest.mark.parametrize(("written", "read"), [("ML", ("ML",)), (["ML", "NO"], ("ML", "NO")), ([], ())])
def test_a_source_says_from_which_countries_it_reports(tmp_path: Path, written: Any, read: tuple[str, ...]) -> None:
    """One code or a list of them, Norway's too; a source of which nobody has said it has none."""
    settings, told = _region(tmp_path, written)
    assert settings is not None, told
    assert settings.sources[0].region == read


@pytest.mark.parametrize("written", ["Mali", "ml", ["ML", "Niger"], [["ML"]]])
def test_a_region_that_is_no_country_is_refused_with_its_line(tmp_path: Path, written: Any) -> None:
    """A name in the place of a code would never fit an assessment's country, and nobody would see it."""
    settings, told = _region(tmp_path, written)
    assert settings is None
    assert "watcher.yaml:" in told
    assert "region" in told


def _region(folder: Path, written: Any) -> tuple[Settings | None, str]:
    load(folder, kind="feed")
    path = folder / "watcher.yaml"
    raw = json.loads(path.read_text("utf-8"))
    raw["sources"][0]["region"] = written
    path.write_text(json.dumps(raw, indent=1), "utf-8")
    found, problems = load_settings(path, environment=ENVIRONMENT)
    return found, "\n".join(f"{p.where}: {p.what} -> {p.instead}" for p in problems)

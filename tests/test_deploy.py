"""What `deploy/` runs Watcher with: files it names are there, commands it gives are ours, both ways serve one port."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from ruamel.yaml import YAML
from typer.testing import CliRunner

from watcher.cli import app

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"


def _read(name: str) -> str:
    return (DEPLOY / name).read_text("utf-8")


def _copied() -> Iterator[str]:
    for line in _read("Containerfile").splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            *sources, _ = shlex.split(line)[1:]
            yield from sources


@pytest.mark.parametrize("source", list(_copied()))
def test_the_image_is_made_of_files_that_are_there(source: str) -> None:
    """And no rule keeps them out of what is sent to the build."""
    assert (ROOT / source).exists()
    kept_out = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert source not in kept_out


def test_every_package_of_ours_is_in_the_image() -> None:
    """A new top folder of the program is not forgotten."""
    packages = re.search(r"(?m)^packages = \[(.*)\]", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert packages is not None
    assert set(re.findall(r'"(\w+)"', packages[1])) <= set(_copied())


@pytest.mark.parametrize("name", ["Containerfile", "compose.yaml", "watcher.service"])
def test_commands_that_are_given_are_ours(name: str) -> None:
    """No unit and no image starts what is not there."""
    given = set(re.findall(r'(?:bin/watcher|--rm watcher|exec watcher watcher|CMD \[")\s*(\w+)', _read(name)))
    assert given
    assert given <= set(typer.main.get_command(app).commands)  # type: ignore[attr-defined] # a group, by construction


def test_the_composition_serves_where_a_new_configuration_does(tmp_path: Path) -> None:
    """The port that is published and asked after is the one that `watcher init` writes."""
    written = tmp_path / "watcher.yaml"
    assert CliRunner().invoke(app, ["init", str(written)]).exit_code == 0
    port = re.search(r"web: \{listen: \"127\.0\.0\.1:(\d+)\"", written.read_text("utf-8"))
    assert port is not None
    service = YAML(typ="safe").load(_read("compose.yaml"))["services"]["watcher"]
    assert service["ports"] == [f"127.0.0.1:{port[1]}:{port[1]}"]
    assert f":{port[1]}/healthz" in service["healthcheck"]["test"][-1]
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).exists()

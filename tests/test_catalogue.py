"""The catalogue of bad inputs is a table of tests: each entry has one that names it, and no test names another."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

TESTS = Path(__file__).parent
CATALOGUE: dict[str, list[str]] = YAML(typ="safe").load((TESTS / "corpus" / "catalogue.yaml").read_text("utf-8"))
_ID = re.compile(r"\b[TXIDJ]\d{2}\b")
_ID_IN_NAME = re.compile(r"_([txidj]\d{2})(?=_)")


def _promises() -> Iterator[tuple[str, str]]:
    """Yield each test's name and docstring."""
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield f"{path.relative_to(TESTS)}::{node.name}", ast.get_docstring(node) or ""


@cache
def named() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, promise in _promises():
        for entry in {*_ID.findall(promise), *(one.upper() for one in _ID_IN_NAME.findall(name))}:
            found[entry].append(name)
    return found


@pytest.mark.parametrize("entry", sorted(CATALOGUE))
def test_every_entry_has_a_test_that_names_it(entry: str) -> None:
    """What the world does to us is tried, and whoever reads the catalogue finds where."""
    assert named().get(entry), f"{entry} ({CATALOGUE[entry][0]}): no test names it"


def test_no_test_names_an_entry_that_is_not_there() -> None:
    """A slip of the pen would look like a test that is missing elsewhere."""
    assert not {entry: tests for entry, tests in named().items() if entry not in CATALOGUE}


def test_the_catalogue_is_whole() -> None:
    """Each part is numbered without a gap, and each entry says what happens and what must come of it."""
    for letter, count in (("T", 24), ("X", 14), ("I", 22), ("D", 24), ("J", 7)):
        assert [one for one in CATALOGUE if one[0] == letter] == [f"{letter}{n:02}" for n in range(1, count + 1)]
    assert all(len(told) >= 2 and all(told) for told in CATALOGUE.values())

"""The fences of the house: who may import what, who may ask the time, how large a room may grow."""

import ast
import builtins
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("watcher", "alerts", "indicators")
LONGEST_FUNCTION = 60
LONGEST_MODULE = 480


def _modules(package: str) -> list[Path]:
    found = (ROOT / package).rglob("*.py")
    foreign = {"versions", "node_modules"}  # a migration is a list, not logic; what npm installs is not ours
    return sorted(path for path in found if foreign.isdisjoint(path.parts))


def _lint_imports(config: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--config", str(config), "--no-cache"]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def test_arrows_point_one_way_and_each_library_has_one_owner() -> None:
    """Watcher -> alerts -> indicators; each library that must not spread stands behind its fence."""
    done = _lint_imports(ROOT / "pyproject.toml")
    assert done.returncode == 0, done.stdout + done.stderr


def _imported(tree: ast.AST) -> Iterator[str]:
    """Yield the full names that are imported in *tree* when it runs, wherever in it; not those for types alone."""
    if isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING":
        return
    if isinstance(tree, ast.Import):
        yield from (name.name for name in tree.names)
    if isinstance(tree, ast.ImportFrom):
        yield from (f"{tree.module}.{name.name}" for name in tree.names)
    for part in ast.iter_child_nodes(tree):
        yield from _imported(part)


def _arrows() -> dict[str, set[str]]:
    """Return, for each file of ours by its dotted name, the files whose names it imports; a name may be a file too."""
    paths = [path for package in PACKAGES for path in _modules(package)]
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}
    found: dict[str, set[str]] = {}
    for name, path in names.items():
        wanted = set(_imported(ast.parse(path.read_text("utf-8"))))
        found[name] = {one if one in names else one.rpartition(".")[0] for one in wanted} & names.keys()
    return found


def _refuse_a_circle(arrows: Mapping[str, set[str]]) -> None:
    try:
        list(TopologicalSorter(arrows).static_order())
    except CycleError as error:
        pytest.fail("these import each other: " + " -> ".join(reversed(error.args[1])))


def test_no_files_import_each_other() -> None:
    """Not in a circle of many either, and not by an import that waits inside a function."""
    arrows = _arrows()
    assert arrows["watcher.sources.exchange"] >= {"watcher.sources.readers"}
    _refuse_a_circle(arrows)


def _room(name: str) -> str:
    """Return the room that a file lies in: its folder, or itself where it stands at the top of its package."""
    return ".".join(name.split(".")[:2])


def test_no_rooms_import_each_other() -> None:
    """Two folders can, though no two of their files do: then neither can be understood without the other."""
    rooms: dict[str, set[str]] = {}
    for name, wanted in _arrows().items():
        rooms.setdefault(_room(name), set()).update({_room(other) for other in wanted} - {_room(name)})
    assert rooms["alerts.messages"] >= {"alerts.notices"}
    _refuse_a_circle(rooms)


FENCED = ["apprise", "apscheduler", "feedparser", "sqlalchemy", "jinja2", "jmespath", "matplotlib", "trafilatura"]
FENCED += ["fastapi", "starlette", "uvicorn", "typst", "protego", "babel", "pwdlib", "stix2", "authlib", "joserfc"]


@pytest.mark.parametrize("library", FENCED)
def test_the_fence_is_closed(library: str, tmp_path: Path) -> None:
    """Without its owner's exception the same contract breaks: the fence sees the import it guards."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    fence = next(c for c in contracts if library in c.get("forbidden_modules", ()) and "ignore_imports" in c)
    lines = ["[importlinter]", "root_packages=", *(f"    {p}" for p in PACKAGES), "include_external_packages=True"]
    lines += ["[importlinter:contract:1]", f"name={fence['name']}", "type=forbidden", "allow_indirect_imports=True"]
    lines += ["source_modules=", *(f"    {p}" for p in PACKAGES), "forbidden_modules=", f"    {library}"]
    config = tmp_path / "fence.ini"
    config.write_text("\n".join(lines), "utf-8")
    assert _lint_imports(config).returncode == 1


@pytest.mark.parametrize("path", _modules("indicators"), ids=lambda p: p.stem)
def test_indicators_never_asks_the_time(path: Path) -> None:
    """``now`` is an argument: no datetime.now, utcnow, today or time() below the shell."""
    asked = [
        node.attr
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("now", "utcnow", "today")
        # a dataclass of ours may have a field called now; the clock is asked on datetime or date
        and isinstance(node.value, ast.Name)
        and node.value.id in ("datetime", "date")
    ]
    assert not asked


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_and_modules_stay_small(package: str) -> None:
    """A function has at most 60 lines; a module has a size at which one still finds things."""
    for path in _modules(package):
        text = path.read_text("utf-8")
        assert text.count("\n") <= LONGEST_MODULE, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                assert length <= LONGEST_FUNCTION, f"{path}:{node.lineno} {node.name} has {length} lines"


_REFERENCE = re.compile(r":(?:mod|func|class|data|meth|attr):`~?([\w.]+)`")


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names that a file or a class binds; those of a class's own body with the class before them."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (name.asname or name.name for name in node.names)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            if isinstance(node, ast.ClassDef):
                yield from (f"{node.name}.{name}" for name in _bound(node.body))


@cache
def _known_names() -> frozenset[str]:
    """Return every name that a docstring may call something by: from its package down, or its last parts alone."""
    whole = set(dir(builtins))
    for path in (path for package in PACKAGES for path in _modules(package)):
        here = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        whole |= {here, *(f"{here}.{name}" for name in _bound(ast.parse(path.read_text("utf-8")).body))}
    return frozenset(".".join(parts[n:]) for name in whole for parts in [name.split(".")] for n in range(len(parts)))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_name_in_a_docstring_leads_somewhere(package: str) -> None:
    """What was renamed or moved is called by its new name everywhere."""
    for path in _modules(package):
        told = _REFERENCE.findall(path.read_text("utf-8"))
        ours = (name for name in told if "." not in name or name[0].isupper() or name.startswith(PACKAGES))
        assert not [name for name in ours if name not in _known_names()], path


_MEANS_IT_OTHERWISE = {
    "indicators/query/syntax.py",  # the nodes of a query, each called after what it names
    "watcher/web/site.py",  # what is served; a client's site is in alerts
}
_SCHEMAS = "watcher/web/api/"
"""The API's own forms of things, which its document calls by their names."""


def _classes(path: Path) -> set[str]:
    return {node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ClassDef)}


def test_a_word_of_the_glossary_names_one_class() -> None:
    """One word for one idea: who reads ``Notice`` in any file reads of what the glossary calls a notice."""
    told = re.findall(r"(?m)^\| \*\*(.+?)\*\* \|", (ROOT / "docs" / "glossary.md").read_text("utf-8"))
    words = {"".join(part.capitalize() for part in re.split(r"\W+", word)) for word in told}
    named: dict[str, list[str]] = {}
    for path in (path for package in PACKAGES for path in _modules(package)):
        place = path.relative_to(ROOT).as_posix()
        if place not in _MEANS_IT_OTHERWISE and not place.startswith(_SCHEMAS):
            for word in words & _classes(path):
                named.setdefault(word, []).append(place)
    assert len(named) > 40
    assert {word: places for word, places in named.items() if len(places) > 1} == {}


def test_no_test_imports_another() -> None:
    """What two files of tests need stands in a third, which is no test; a process of its own may import its file."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        names = _imported(ast.parse(path.read_text("utf-8")))
        assert not [name for name in names if name.startswith("tests.") and ".test_" in name], path


_WITHOUT_REASON = re.compile(r"# (?:noqa(?:: [A-Z0-9, ]+)?|type: ignore(?:\[[a-z, -]+\])?)$")


def test_whoever_silences_a_check_says_why() -> None:
    """A rule that is broken for a reason is told from one that was in the way."""
    for path in (path for package in PACKAGES for path in _modules(package)):
        silent = [line for line in path.read_text("utf-8").splitlines() if _WITHOUT_REASON.search(line)]
        assert not silent, path


def test_no_room_for_whatever() -> None:
    """A thing that fits nowhere needs a noun, not a drawer."""
    names = {path.stem.strip("_") for package in PACKAGES for path in _modules(package)}
    assert not names & {"utils", "util", "helpers", "helper", "manager", "misc", "common"}


SAFE_WRITER = "watcher/web/api/spreadsheets.py"


def test_one_file_writes_tables_for_spreadsheets() -> None:
    """I18: A text that begins with = runs in a spreadsheet: one file writes such tables, and quotes it."""
    writers = ("csv.writer", "csv.DictWriter", "openpyxl", "xlsxwriter")
    for package in PACKAGES:
        for path in _modules(package):
            text = path.read_text("utf-8")
            assert not [one for one in writers if one in text] or path == ROOT / SAFE_WRITER, path

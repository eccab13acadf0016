"""Copy: the tree in which mutmut puts its faults, with tests that draw fewer examples."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mutants import Mutants, verdict_of

_FOLDERS = ("alerts", "benchmarks", "docs", "indicators", "tests", "watcher")
_PROJECT = "pyproject.toml"

_FEWER = 16
"""A test draws one in so many of its examples: a survivor runs every test to the end."""

_ADDED = """

# Added for mutants: a fault that was found need not be made small; and an endless loop ends after half a minute of
# processor time, on a busy machine as on a quiet one.
settings.register_profile("found", parent=settings.default, phases=[Phase.explicit, Phase.generate])
settings.load_profile("found")


def pytest_sessionstart() -> None:
    if "__mutmut_" in os.environ.get("MUTANT_UNDER_TEST", ""):
        resource.setrlimit(resource.RLIMIT_CPU, (30, 31))
"""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the tree *at* a folder, for the mutants of one *package* of ``indicators``."""

    at: Path
    package: str

    @classmethod
    def of(cls, root: Path, at: Path, package: str, tests: Sequence[str]) -> "Copy":
        """Return the copy of *root*; made anew, without any verdict, where the tree is not the one it was made of."""
        made_of = f"{_digest(root)} {' '.join(tests)}"
        mark = at / "made_of"
        if not mark.exists() or mark.read_text("utf-8") != made_of:
            shutil.rmtree(at, ignore_errors=True)
            _made(root, at, package, tests)
            mark.write_text(made_of, "utf-8")
        return cls(at, package)

    def mutants(self, seed: int) -> Mutants:
        """Return the mutants with what mutmut has written down of them so far; none if it never ran."""
        folder = self.at / "mutants" / "indicators" / self.package
        codes: dict[str, int | None] = {}
        for path in sorted(folder.glob("*.meta")):
            codes |= json.loads(path.read_text("utf-8"))["exit_code_by_key"]
        return Mutants({name: verdict_of(code) for name, code in codes.items()}, seed)


def _made(root: Path, at: Path, package: str, tests: Sequence[str]) -> None:
    for name in _FOLDERS:
        shutil.copytree(root / name, at / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (at / "tests").rglob("*.py"):
        path.write_text(with_fewer_examples(path.read_text("utf-8")), "utf-8")
    conftest = at / "tests" / "conftest.py"
    text = conftest.read_text("utf-8").replace("import settings\n", "import Phase, settings\n")
    text = text.replace("import os\n", "import os\nimport resource\n") + _ADDED
    conftest.write_text(text, "utf-8")
    project = (root / _PROJECT).read_text("utf-8")
    (at / _PROJECT).write_text(f"{project}\n{_settings(package, tests)}", "utf-8")


def with_fewer_examples(text: str) -> str:
    """Return the *text* of a test file in which every number of examples is one of sixteen."""
    return re.sub(r"max_examples=(\d+)", lambda found: f"max_examples={-(-int(found[1]) // _FEWER)}", text)


def _settings(package: str, tests: Iterable[str]) -> str:
    """Return the table of mutmut's settings; its own limits are far above the one of the copy, which comes first."""
    values = {
        "source_paths": ["indicators"],
        "only_mutate": [f"indicators/{package}/*"],
        "also_copy": [name for name in _FOLDERS if name not in ("indicators", "tests")],
        "pytest_add_cli_args": ["-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": list(tests),
        "timeout_constant": 60.0,
        "timeout_multiplier": 10.0,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    return "\n".join(["[tool.mutmut]", *lines, "use_git_change_detection = false", ""])


def _digest(root: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(_files(root)):
        found.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return found.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    yield root / _PROJECT
    for name in ("indicators", "tests"):
        yield from (p for p in (root / name).rglob("*") if p.is_file() and "__pycache__" not in p.parts)

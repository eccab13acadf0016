"""Mutation: how many small faults put into a package of ``indicators`` its unit tests notice.

``python -m benchmarks.mutation events`` from a checkout, with the ``mutation`` dependency group: mutmut makes the
mutants in a copy of the tree and tries a sample of them, drawn by chance. What was interrupted goes on where it was.
"""

import argparse
import os
import resource
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.mutants import Mutants, Verdict, report
from benchmarks.mutation_copy import Copy

ROOT = Path(__file__).parent.parent

_BATCH = 50
"""Mutants of one call of mutmut: it runs their tests once without a fault before."""

_NOTHING = "nothing"
"""No mutant has this name: asked for it, mutmut makes all of them, times the tests, and finds none to try."""

_MEMORY = 4 * 1024**3
"""A loop that a fault made endless ends here."""

_TESTS = {
    "events": (
        "test_indicators_events.py",
        "test_indicators_events_grouping.py",
        "test_indicators_events_growing.py",
        "test_evaluation_machine.py",
    ),
    "levels": (
        "test_indicators_levels.py",
        "test_indicators_levels_counting.py",
        "test_indicators_levels_kinds.py",
        "test_indicators_levels_laws.py",
        "test_indicators_levels_tracks.py",
        "test_evaluation_machine.py",
    ),
    "outlooks": (
        "test_indicators_outlooks.py",
        "test_indicators_outlooks_figures.py",
        "test_indicators_outlooks_reference.py",
        "test_indicators_outlooks_telling.py",
        "test_indicators_outlooks_turning.py",
        "test_evaluation_machine.py",
    ),
}
"""The tests that were written for each package, and the machine that lives through whole judgements."""


def tried(copy: Copy, names: Iterable[str], children: int) -> None:
    """Let mutmut try the mutants of those *names*, so many *children* at once; what it finds stands in the copy."""
    done = _run(copy, names, children)
    if done.returncode:
        raise SystemExit(f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}\nmutmut could not run; see above")


def _run(copy: Copy, names: Iterable[str], children: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(children), *names]
    environment = os.environ | {"CI": "1"}  # hypothesis then draws the same examples every time
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.run(  # noqa: S603 - mutmut, and names of its own making
        command, cwd=copy.at, env=environment, capture_output=True, text=True, check=False
    )


def sampled(copy: Copy, asked: argparse.Namespace) -> Mutants:
    """Return the mutants when as many as were *asked* for are tried, in an order drawn with the seed."""
    if not copy.mutants(asked.seed).verdicts:
        _run(copy, [_NOTHING], 1)
    while todo := copy.mutants(asked.seed).undecided(asked.tries)[:_BATCH]:
        tried(copy, todo, asked.children)
        print(report(copy.mutants(asked.seed)).splitlines()[0], flush=True)
    return copy.mutants(asked.seed)


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=__doc__)
    parser.add_argument("package", choices=sorted(_TESTS), help="package of indicators")
    parser.add_argument("names", nargs="*", help="try these mutants, and no sample")
    parser.add_argument("--tries", type=int, default=400, help="mutants of the sample; default: %(default)s")
    parser.add_argument("--seed", type=int, default=20261130, help="of the order in which they are drawn")
    parser.add_argument("--children", type=int, default=1, help="processes at once; default: %(default)s")
    parser.add_argument("--at", type=Path, help="where the copy is made; default: .mutation/PACKAGE")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> None:
    """Try the mutants and print the score and the survivors."""
    asked = _asked(arguments)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    tests = [f"tests/unit/{name}" for name in _TESTS[asked.package]]
    copy = Copy.of(ROOT, asked.at or ROOT / ".mutation" / asked.package, asked.package, tests)
    if asked.names:
        tried(copy, asked.names, asked.children)
        found = copy.mutants(asked.seed).verdicts
        print("\n".join(f"{found.get(name, Verdict.UNDECIDED)}: {name}" for name in asked.names))
    else:
        print(report(sampled(copy, asked)))


if __name__ == "__main__":
    main(sys.argv[1:])

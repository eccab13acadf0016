"""What commands are given, loaded or refused with one clear message."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.printing import USAGE, fail, print_problems

if TYPE_CHECKING:
    from indicators.assessments import Assessment
    from watcher.settings import Settings

ConfigOption = Annotated[
    Path,
    typer.Option("--config", "-c", help="The configuration; `watcher init` writes one.", envvar="WATCHER_CONFIG"),
]
AssessmentOption = Annotated[
    str,
    typer.Option("--assessment", "-a", help="An assessment file, or the name of a shipped one (mali-2025-12)."),
]
ItemsOption = Annotated[
    Path, typer.Option("--items", "-i", help="items.jsonl: one report a line with source, title, published.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
DEFAULT_CONFIG = Path("watcher.yaml")


def settings_or_exit(path: Path) -> "Settings":
    """Return the settings at *path*, or end with every problem printed."""
    from watcher.settings import load_settings

    settings, problems = load_settings(path)
    print_problems(problems)
    if settings is None:
        raise typer.Exit(1)
    return settings


def assessment_or_exit(name: str) -> "Assessment":
    """Return the assessment *name* (a file or a shipped one), or end with every problem printed."""
    from watcher.assessment_files import assessment_path, read_assessment, shipped_assessments

    path = assessment_path(name, Path())
    if path is None:
        shipped = ", ".join(sorted(p.stem for p in shipped_assessments().glob("*.yaml")))
        fail(f"no assessment {name!r}: write a file's path, or one that ships: {shipped}", code=USAGE)
    # A rule whose example fails is what these commands are for; `watcher check` and the daemon refuse it.
    assessment, problems = read_assessment(path, proven=False)
    print_problems(problems)
    if assessment is None:
        raise typer.Exit(1)
    return assessment

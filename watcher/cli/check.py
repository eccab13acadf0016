"""``watcher check``: everything that is wrong with assessments and configuration, in one go."""

from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.loading import DEFAULT_CONFIG, JsonOption
from watcher.cli.printing import FINDING, print_json, print_problems, screen


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("check")(check)


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Assessment or configuration files; without any, watcher.yaml and what it names."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check assessments and configuration; print every fault with its file, line and what to write instead.

    Each indicator's own examples are run. Warnings do not fail the check, errors do (exit code 1).
    """
    from indicators.errors import Severity
    from watcher.checking import check_files
    from watcher.settings import assessment_path
    from watcher.wiring import utc_now

    wanted = [assessment_path(str(p), Path()) or p for p in paths or [DEFAULT_CONFIG]]
    found = check_files(wanted, today=utc_now().date())
    errors = sum(p.severity is Severity.ERROR for p in found.problems)
    if as_json:
        print_json(
            {
                "files": [str(p) for p in found.files],
                "problems": [
                    {"where": p.where, "severity": p.severity, "what": p.what, "instead": p.instead}
                    for p in found.problems
                ],
            }
        )
    else:
        print_problems(found.problems)
        warnings = len(found.problems) - errors
        screen().print(f"{len(found.files)} file(s): {errors} error(s), {warnings} warning(s)")
        if not errors:
            screen().print(
                "Next: [bold]watcher once[/bold] polls everything one time, [bold]watcher run[/bold] keeps watching."
            )
    if errors:
        raise typer.Exit(FINDING)

"""``watcher check``: everything that is wrong with assessments and configuration, in one go."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.loading import DEFAULT_CONFIG, JsonOption, share_or_exit, share_told
from watcher.cli.places import PlacesOption
from watcher.cli.printing import FINDING, USAGE, fail, print_json, print_problems, screen
from watcher.cli.progress import with_progress

if TYPE_CHECKING:
    from indicators.items import Item
    from watcher.workbench.checking import Checked, Past


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("check")(check)


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Assessment or configuration files; without any, watcher.yaml and what it names."),
    ] = None,
    items: Annotated[
        Path | None,
        typer.Option(
            "--items", "-i", help="Run the rules over this items.jsonl, not over the configuration's database."
        ),
    ] = None,
    since: Annotated[
        str, typer.Option("--since", help="Stored items to run over: 90d, 12h, 6w or 2025-11-01.")
    ] = "90d",
    most: Annotated[
        str,
        typer.Option(
            "--most", help="The share of all items above which a rule is too wide: 5% or 0.05.", show_default="5%"
        ),
    ] = "",
    history: Annotated[bool, typer.Option(help="Run the rules over items of the past.")] = True,
    places: PlacesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check assessments and configuration; print every fault with its file, line and what to write instead.

    Each indicator's own examples are run. Warnings do not fail the check, errors do (exit code 1). Where
    there are items (a file, or a configuration's database), rules that match too much, or the same as
    another, are warned of too; one that never matched is only noted. With --places, items are located with
    those places, and an example that turns out otherwise with them is warned of.
    """
    from indicators.errors import Severity
    from watcher.assessment_files import assessment_path
    from watcher.clock import utc_now
    from watcher.item_files import ReadItems, read_items
    from watcher.workbench.checking import check_files

    wanted = [assessment_path(str(p), Path()) or p for p in paths or [DEFAULT_CONFIG]]
    read = read_items(items) if items else ReadItems(items=(), problems=())
    share = share_or_exit("--most", most or "5%", one=0.01)
    over = _past(read.items if items else None, since, share) if history else None
    found = check_files(wanted, today=utc_now().date(), over=over, places=tuple(places or ()))
    bar = (f"--most {most}: a rule is too wide above {share_told(share)} of all items",) if most and history else ()
    found = replace(found, problems=(*found.problems, *read.problems), notes=(*bar, *found.notes))
    errors = sum(p.severity is Severity.ERROR for p in found.problems)
    _print(found, errors, as_json=as_json)
    if errors:
        raise typer.Exit(FINDING)


def _print(found: "Checked", errors: int, *, as_json: bool) -> None:
    if as_json:
        problems = [
            {"where": p.where, "severity": p.severity, "what": p.what, "instead": p.instead} for p in found.problems
        ]
        print_json({"files": [str(p) for p in found.files], "problems": problems, "notes": list(found.notes)})
        return
    print_problems(found.problems)
    for note in found.notes:
        screen().print(f"note: {note}", markup=False)
    screen().print(f"{len(found.files)} file(s): {errors} error(s), {len(found.problems) - errors} warning(s)")
    if not errors:
        screen().print(_next(found.files))


def _past(items: "tuple[Item, ...] | None", since: str, most: float) -> "Past":
    from watcher.assessment_files import matcher_of
    from watcher.clock import utc_now
    from watcher.gazetteers import DEFAULT
    from watcher.workbench.checking import Past
    from watcher.workbench.period import since_of

    try:
        begin = since_of(since, until=utc_now())
    except ValueError as error:
        fail(f"--since: {error}", code=USAGE)
    located = matcher_of(DEFAULT)  # a configuration's own gazetteers are read with its own items
    return Past(since=begin, items=items, most=most, watched=with_progress, matcher_of=located)


def _next(files: "tuple[Path, ...]") -> str:
    alone = next((file for file in files if len(files) == 1 and file != DEFAULT_CONFIG), None)
    if alone is not None:
        return (
            f"Next: [bold]watcher describe -a {alone}[/bold] reads its rules back, [bold]watcher try[/bold] tries one."
        )
    return "Next: [bold]watcher once[/bold] polls everything one time, [bold]watcher run[/bold] keeps watching."

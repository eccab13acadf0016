"""``watcher validate``: what an assessment's indicators tell apart, and whom nobody would see coming."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from watcher.cli.loading import JsonOption
from watcher.cli.printing import FINDING, USAGE, fail, print_json, print_problems, screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.text import Text

    from indicators.validation import Report
    from indicators.validation.matrix import Cell, Row

_CELL = 7
"""Columns of the screen that a rating takes, with the space before it."""
_LEFT = 26
"""Columns that an indicator's id takes; a longer one is cut."""
_SHORT = _CELL - 1


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("validate")(validate)


def validate(
    assessment: Annotated[str, typer.Argument(help="An assessment file, or the name of a shipped one.")],
    *,
    ratings: Annotated[bool, typer.Option("--ratings", help="Show the ratings as written, not ln LR.")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Also write the report as one HTML page.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show which indicator tells which scenarios apart, and what the whole of them cannot see.

    Prints the matrix of indicators and scenarios, then findings, each with what to do: scenarios that nobody
    would see coming, indicators that tell nothing apart or say the same, paths counted twice, priors at an edge.
    Then how far each probability can move at all. Nothing is stored. Only contradictions fail (exit code 1).
    """
    from indicators.validation.page import page
    from watcher.assessment_files import assessment_path
    from watcher.workbench.validating import validate_file

    path = assessment_path(assessment, Path())
    if path is None:
        fail(f"no assessment {assessment!r}: write a file's path, or the name of one that ships", code=USAGE)
    report, problems = validate_file(path)
    print_problems(problems)
    if report is None:
        raise typer.Exit(FINDING)
    if html is not None:
        _write(html, page(report))
    if as_json:
        print_json(_json(report))
    else:
        _print(report, ratings=ratings)
    if not report.sound:
        raise typer.Exit(FINDING)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        fail(f"{path}: cannot be written: {error.strerror or error}")
    typer.echo(f"note: written to {path}", err=True)


def _print(report: "Report", *, ratings: bool) -> None:
    console = screen()
    console.print(f"[bold]{report.assessment}[/bold], version {report.version}: what its indicators tell apart\n")
    print_matrix(console, report, ratings=ratings)
    _print_findings(console, report)
    _print_reaches(console, report)
    _print_groups(console, report)


def print_matrix(console: "Console", report: "Report", *, ratings: bool) -> None:
    """Print the matrix of *report* in as many turns as the width of *console* asks for, and its legend."""
    from rich.text import Text

    columns = report.matrix.columns
    short = shortened(columns)
    told = (
        "if true/if false (of a state: one rating)" if ratings else "ln LR at full level, in nats (+0.69 doubles odds)"
    )
    console.print(f"{told}; * strongest of its column, = the event itself, · says nothing", markup=False)
    fitting = max(1, (console.width - _LEFT) // _CELL)
    for start in range(0, len(columns), fitting):
        shown = columns[start : start + fitting]
        if len(columns) > fitting:
            console.print(f"\nscenarios {start + 1} to {start + len(shown)} of {len(columns)}", markup=False)
        console.print(Text(" " * _LEFT + "".join(f"{short[key]:>{_CELL}}" for key in shown), style="bold"))
        group = ""
        for row in report.matrix.rows:
            if row.group != group:
                group = row.group
                console.print(Text(group, style="dim"))
            console.print(_line(row, shown, ratings=ratings))
    console.print()
    for key in columns:
        console.print(f"  {short[key]:<{_CELL}} {key}", markup=False)


def _line(row: "Row", columns: "Sequence[str]", *, ratings: bool) -> "Text":
    from rich.text import Text

    name = row.indicator if len(row.indicator) < _LEFT - 2 else f"{row.indicator[: _LEFT - 3]}…"
    line = Text(f"  {name:<{_LEFT - 2}}")
    for key in columns:
        cell = row.cells.get(key)
        if cell is None:
            line.append(f"{'·':>{_SHORT}} ", style="dim")
        else:
            text = f"{cell.rating if ratings else f'{cell.nats:+.2f}':>{_SHORT}}"
            line.append(text, style=_style(cell))
            line.append("=" if cell.itself else "*" if cell.strongest else " ")
    line.rstrip()
    return line


def _style(cell: "Cell") -> str:
    """Return the colour of a cell; where the screen has none, the sign says it."""
    from indicators.validation.page import shade

    step = shade(cell.nats)
    if not step:
        return "dim"
    weight = "bold " if cell.strongest else "" if step[1] in "234" else "dim "
    return weight + ("red" if step[0] == "u" else "blue")


def shortened(names: "Sequence[str]") -> dict[str, str]:
    """Return a name of at most six letters for each of *names*, no two the same; states go by their own name."""
    taken: dict[str, str] = {}
    for name in names:
        stem = name.rpartition(".")[2]
        short, number = stem[:_SHORT], 1
        while short in taken.values():
            number += 1
            short = f"{stem[: _SHORT - len(str(number))]}{number}"
        taken[name] = short
    return taken


def _print_findings(console: "Console", report: "Report") -> None:
    console.print(f"\n[bold]Findings: {len(report.findings)}[/bold]")
    kind = None
    for finding in report.findings:
        if finding.kind is not kind:
            kind = finding.kind
            console.print(f"\n{kind}", style="bold", markup=False)
        _say(console, f"  - {finding.severity}: {finding.what}")
        _say(console, f"    -> {finding.instead}")
    if report.kept:
        console.print("\nReaches a scenario by two ways, and says why:", markup=False)
        for path in report.kept:
            told = f"  - {path.indicator}: {path.child}, also through {', '.join(path.parents)}: {path.reason}"
            _say(console, told)


def _say(console: "Console", text: str) -> None:
    """Print *text* folded to the screen, what follows its first line set in under it."""
    from textwrap import fill

    lead = text[: len(text) - len(text.lstrip(" ->"))]
    folded = fill(text, console.width - 1, subsequent_indent=" " * len(lead), break_on_hyphens=False)
    console.print(folded, markup=False)


def _print_reaches(console: "Console", report: "Report") -> None:
    from indicators.bands import percent

    if not report.reaches:
        console.print("\nHow far each can move is not worked out: the numbers contradict one another.", markup=False)
        return
    console.print("\n[bold]How far each can move at all[/bold] (every indicator at full level or quiet, no ruling)")
    for reach in report.reaches:
        low, high = (f"{percent(p)} ({_term(report, p)})" for p in (reach.low, reach.high))
        console.print(f"  {reach.key:<31} {percent(reach.prior):>11}  from {low} to {high}", markup=False)


def _print_groups(console: "Console", report: "Report") -> None:
    console.print("\n[bold]Declared groups[/bold] (one counts in full, the second half, the third a quarter …)")
    for group in report.groups:
        _say(console, f"  {group.name}: {', '.join(group.members)}")
        for shared in group.shared:
            told = f"    {shared.scenario}: {len(shared.members)} raise it by {shared.alone:.2f} nats one by one, "
            _say(console, f"{told}{shared.counted:.2f} together")


def _json(report: "Report") -> dict[str, Any]:
    from dataclasses import asdict

    told = asdict(report)
    told["sound"] = report.sound
    for reach in told["reaches"]:
        reach |= {f"{end}_term": _term(report, reach[end]) for end in ("low", "high")}
    return told


def _term(report: "Report", p: float) -> str:
    from indicators.bands import band_of

    scale = report.estimative.scale
    return scale[band_of(p, scale)].terms["en"]

"""``watcher amend``: change a rule in its file, with its comments and order kept."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.loading import AssessmentOption, JsonOption
from watcher.cli.printing import FINDING, USAGE, fail, print_json, print_problems, screen

if TYPE_CHECKING:
    from watcher.amending import Amendment

_Query = Annotated[str | None, typer.Option(help="A new query; an empty one takes the key out.")]


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("amend")(amend)


def amend(
    assessment: AssessmentOption,
    rule: Annotated[str, typer.Argument(help="The indicator's id; none is needed with --undo.")] = "",
    match: _Query = None,
    not_: Annotated[str | None, typer.Option("--not", help="A new veto; an empty one takes it out.")] = None,
    announcement: _Query = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the change and write nothing.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Put back what the last change replaced.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Change the queries of RULE in its file: shown line by line, checked first, written in one step.

    Comments, order and everything else stay as they are. The version before is kept beside the file
    (FILE.before), and --undo puts it back. A running daemon takes a sound file up at its next look.
    """
    from watcher.amending import amended, undone, write
    from watcher.assessment_files import assessment_path

    path = assessment_path(assessment, Path())
    if path is None or not Path(assessment).is_file():
        hint = f": {assessment} ships with Watcher, copy {path} and amend the copy" if path else ""
        fail(f"no file {assessment!r}{hint}", code=USAGE)
    given = {"match": match, "not": not_, "announcement": announcement}
    changes = {key: value for key, value in given.items() if value is not None}
    if undo:
        amendment = undone(path)
        if amendment is None:
            fail(f"nothing to undo: {path} has not been changed by `watcher amend`")
    elif not rule or not changes:
        fail("say what to change: watcher amend RULE --match 'a query' (or --not, --announcement, --undo)", code=USAGE)
    else:
        amendment = amended(path, rule, changes)
    wanted = amendment.sound and amendment.changes and not dry_run
    refusal = write(amendment) if wanted else None
    if refusal is not None:
        amendment = replace(amendment, problems=(*amendment.problems, refusal))
    _print(amendment, written=wanted and refusal is None, as_json=as_json)
    if not amendment.sound:
        raise typer.Exit(FINDING)


def _print(amendment: "Amendment", *, written: bool, as_json: bool) -> None:
    if as_json:
        problems = [
            {"where": p.where, "severity": p.severity, "what": p.what, "instead": p.instead} for p in amendment.problems
        ]
        print_json({"written": written, "difference": list(amendment.difference), "problems": problems})
        return
    from rich.text import Text

    console = screen()
    styles = {"+": "green", "-": "red"}
    for line in amendment.difference:
        console.print(Text(line, style=styles.get(line[:1], "dim")))
    print_problems(amendment.problems)
    if not amendment.sound:
        console.print("Nothing was written.")
    elif not amendment.changes:
        console.print("Nothing to change: it reads so already.")
    elif written:
        console.print(
            f"Written to {amendment.file}. Next: [bold]watcher try RULE -a {amendment.file}[/bold] shows what it would "
            "have done; --undo puts it back."
        )
    else:
        console.print("Nothing was written (--dry-run).")

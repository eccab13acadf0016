"""``watcher amend``: change a rule in its file, with its comments and order kept."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.loading import (
    DEFAULT_CONFIG,
    SHIPPED,
    AssessmentOption,
    ConfigOption,
    JsonOption,
    assessment_or_exit,
    assessments_at_hand,
)
from watcher.cli.places import PlacesOption, atlas_or_exit
from watcher.cli.printing import FINDING, USAGE, fail, print_json, print_problems, screen

if TYPE_CHECKING:
    from indicators.assessments import Assessment
    from indicators.written import Fault
    from watcher.workbench.amending import Amendment

_Query = Annotated[str | None, typer.Option(help="A new query; an empty one takes the key out.")]


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("amend")(amend)


def amend(
    rule: Annotated[str, typer.Argument(help="The indicator's id; none is needed with --undo.")] = "",
    *,
    assessment: AssessmentOption = "",
    match: _Query = None,
    not_: Annotated[str | None, typer.Option("--not", help="A new veto; an empty one takes it out.")] = None,
    announcement: _Query = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the change and write nothing.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Put back what the last change replaced.")] = False,
    places: PlacesOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Change the queries of RULE in its file: shown line by line, checked first, written in one step.

    Comments, order and everything else stay as they are. The version before is kept beside the file
    (FILE.before), and --undo puts it back. A running daemon takes a sound file up at its next look. With
    --places, an example of the rule that turns out otherwise with those places is warned of.
    """
    from watcher.workbench.amending import amended, undone, write

    path = _file(assessment, config, rule)
    given = {"match": match, "not": not_, "announcement": announcement}
    changes = {key: value for key, value in given.items() if value is not None}
    if undo:
        amendment = undone(path)
        if amendment is None:
            fail(f"nothing to undo: {path} has not been changed by `watcher amend`")
    elif not rule or not changes:
        fail("say what to change: watcher amend RULE --match 'a query' (or --not, --announcement, --undo)", code=USAGE)
    else:
        amendment = amended(path, rule, changes, advice=partial(_located, places=places, rule=rule))
    wanted = amendment.sound and amendment.changes and not dry_run
    refusal = write(amendment) if wanted else None
    if refusal is not None:
        amendment = replace(amendment, problems=(*amendment.problems, refusal))
    _print(amendment, written=wanted and refusal is None, as_json=as_json)
    if not amendment.sound:
        raise typer.Exit(FINDING)


def _file(name: str, config: Path, rule: str) -> Path:
    """Return the file *name*; without a name the one of the configuration, of several the one that has *rule*."""
    from watcher.assessment_files import assessment_path, shipped_assessments

    if name:
        path = assessment_path(name, Path())
        if path is None or not Path(name).is_file():
            hint = f": {name} ships with Watcher, copy {path} and amend the copy" if path else ""
            fail(f"no file {name!r}{hint}", code=USAGE)
        return path
    names, where = assessments_at_hand(config)
    own = [file for file in names if where != SHIPPED and Path(file).parent != shipped_assessments()]
    if not own:
        fail("no assessment to amend: name a file with -a (what ships with Watcher is copied first)", code=USAGE)
    if len(own) > 1:
        own = [file for file in own if any(i.id == rule for i in assessment_or_exit(file).indicators)]
    if len(own) != 1:
        fail(f"which file? Name one with -a: {', '.join(names)}", code=USAGE)
    typer.echo(f"note: {own[0]} ({where}); -a names another", err=True)
    return Path(own[0])


def _located(assessment: "Assessment", *, places: list[str] | None, rule: str) -> "Iterator[Fault]":
    """Find examples of *rule* that count otherwise with *places*; end where those cannot be read."""
    if places:
        from watcher.workbench.checking import located_otherwise

        atlas_or_exit(places, assessment)
        yield from located_otherwise(assessment, places, rule)


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

"""``watcher assessments``: which are in force, what stands of those that were taken out, and ending one of these."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import ByOption, WhyOption, refusing, said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import FINDING, USAGE, fail, new_table, print_json, screen

if TYPE_CHECKING:
    from watcher.deciding.ending import AssessmentStanding, EndedAssessment

group = typer.Typer(name="assessments", invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.add_typer(group)


@group.callback()
def assessments(context: typer.Context, *, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List every assessment that was ever in force here: whether it still is, and what of it stands.

    Exit code 1 if one was taken out of the configuration while warnings or notices of it stand.
    """
    if context.invoked_subcommand is not None:
        return
    from watcher.deciding.ending import every_standing

    settings = settings_or_exit(config)
    with refusing():
        found = every_standing(settings)
    if as_json:
        print_json([one.as_json() for one in found])
    else:
        _print(found)
    if any(one.left is not None for one in found):
        raise typer.Exit(FINDING)


def _print(found: "tuple[AssessmentStanding, ...]") -> None:
    table = new_table("assessment", "version", "state", "file", title="Assessments")
    for one in found:
        table.add_row(one.last.id, said(one.last.version), said(one.told), Path(one.last.file).name)
    screen().print(table)
    left = [one.last.id for one in found if one.left is not None]
    if left:
        screen().print(f"Next: `watcher assessments end {left[0]} --why TEXT`, or put its file back.")


@group.command("end")
def end(
    assessment: Annotated[str, typer.Argument(help="The id of an assessment that was taken out of `assessments`.")],
    *,
    why: WhyOption,
    by: ByOption = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask again.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """End ASSESSMENT: take back what it said that still stands, and tell whoever heard of it.

    Its warnings stand down at once, chains and messages on their way end, and for each client who was told a notice
    of the end is drafted, which is released as every other. What was judged and said stays on record. Refused while the
    assessment is configured, while a configured file cannot be read, and until a running service has told of it.
    """
    from watcher.asking.persons import by_whom
    from watcher.clock import utc_now
    from watcher.deciding.ending import end_assessment, question

    settings = settings_or_exit(config)
    if as_json and not yes:
        fail("--json asks nothing: add --yes once you are sure", code=USAGE)
    with refusing():
        who, reason = by_whom(by, why)
        asked = question(settings, assessment)
        if not (yes or typer.confirm(f"{asked.assessment}: {asked.told['en']}. End it, by {who}?", err=True)):
            fail("nothing was ended")
        done = end_assessment(settings, asked.assessment, who=who, why=reason, now=utc_now())
    if as_json:
        print_json(done.as_json())
    else:
        _print_end(done, who)


def _print_end(done: "EndedAssessment", who: str) -> None:
    console = screen()
    console.print(said(f"On record: {done.assessment} is ended, by {who}."))
    for move in done.moves:
        told = ", ".join(done.hearers[move.id]) or "nobody had heard of it"
        console.print(said(f"  {move.key}: {move.level_before.name.lower()} -> baseline; told: {told}"))
    for notice in done.clients.drafted:
        console.print(said(f"  {notice.client} is told by {notice.id}: `watcher notices release {notice.id}`"))
    for client in done.clients.out_of_reach:
        console.print(said(f"  CALL {client}: it was told of {done.assessment} and is out of reach from here"))
    console.print("A running daemon sends what is owed within seconds, `watcher once` at once.")
    console.print("Should it come back: put its file back into `assessments`; it goes on from where it stood.")

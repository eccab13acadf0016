"""``watcher diff``: what taking up a new version of an assessment would do to what is open."""

from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import FINDING, fail, print_json, print_problems, screen


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("diff")(diff)


def diff(
    file: Annotated[Path, typer.Argument(help="The new version.")],
    *,
    against: Annotated[
        Path | None, typer.Option(help="The old version; without it, what is in force by the configuration.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Say what a new version of an assessment would do to what is open. Nothing is changed by asking.

    Which items are judged again, which events end counting, which levels and figures are worked out anew,
    which open warning stands down.

    Past judgements are never rewritten: they stay as they were made, and `watcher replay --rules now` shows
    what the new rules would have said.
    """
    from indicators.parsing import parse_assessment
    from indicators.revisions import revisions
    from watcher.asking.opening import opened
    from watcher.assessment_files import read_text
    from watcher.assessments import in_force

    text, problems = read_text(file)
    after = None
    if text is not None:
        after, problems = parse_assessment(text, name=str(file), proven=False)
    print_problems(problems)
    if after is None:
        raise typer.Exit(FINDING)
    if against is not None:
        old, faults = read_text(against)
        before = parse_assessment(old, name=str(against), proven=False)[0] if old is not None else None
        if before is None:
            print_problems(faults)
            fail(f"{against} cannot be read as an assessment")
    else:
        from watcher.cli.deciding import refusing

        settings = settings_or_exit(config)
        with refusing(), opened(settings) as database, database.read() as connection:
            before = next((a for a in in_force(connection, settings.assessments) if a.id == after.id), None)
        if before is None:
            fail(f"no version of {after.id} is in force by {config}: give --against OLD")
    if before.id != after.id:
        fail(f"{before.id} and {after.id} are two assessments, not two versions of one")
    found = revisions(before, after)
    if as_json:
        told = [{"subject": r.subject, "touches": r.touches, "told": r.told} for r in found]
        print_json({"assessment": after.id, "from": before.version, "to": after.version, "revisions": told})
        return
    console = screen()
    console.print(f"{after.id}: version {before.version} -> {after.version}", markup=False)
    if before.version == after.version and found:
        console.print("The version is the same: raise it, or nobody can tell the two apart.", markup=False)
    for one in found:
        console.print(f"  [{one.touches}] {one}", markup=False)
    console.print(
        "History is never rewritten. Next: watcher try RULE -a FILE" if found else "Nothing changes.", markup=False
    )

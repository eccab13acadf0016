"""``watcher tasks``: what waits for a person."""

import typer

from watcher.cli.deciding import refusing, said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import FINDING, new_table, print_json, screen


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("tasks")(tasks)


def tasks(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List what waits for a person: events that may be what a scenario asks about, last days that are over.

    Also proposed moves, notices that are not released, and overdue reviews. Nothing is resolved by itself.
    Exit code 1 if anything waits.
    """
    from watcher.clock import utc_now
    from watcher.deciding.tasks import tasks as waiting

    settings = settings_or_exit(config)
    with refusing():
        found = waiting(settings, now=utc_now())
    if as_json:
        print_json({"tasks": [task.as_json() for task in found]})
    elif not found:
        screen().print("Nothing waits for a person.")
    else:
        table = new_table("kind", "since (UTC)", "what", "do", title=f"Waiting for a person ({len(found)})")
        for task in found:
            table.add_row(task.kind, f"{task.since:%Y-%m-%d %H:%M}", said(task.what), said(task.do))
        screen().print(table)
        screen().print("Each needs --why TEXT; `watcher events show ID` has the reports behind an event.")
    if found:
        raise typer.Exit(FINDING)

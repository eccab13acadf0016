"""``watcher doctor``: whether the promises are kept on this very database."""

from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import refusing, said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import FINDING, print_json, screen

if TYPE_CHECKING:
    from watcher.doctor import Examined


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("doctor")(doctor)


def doctor(
    *,
    deep: Annotated[bool, typer.Option("--deep", help="Read every page and index of the file too: slow.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Look at every promise on the live database: sound, or what is wrong, with ids and the next step.

    Changes nothing and may run beside the daemon. Exit code 1 on a finding, and where a check could not be made.
    """
    from watcher.clock import utc_now
    from watcher.doctor.examining import examined

    settings = settings_or_exit(config)
    with refusing():
        found = examined(settings, now=utc_now(), deep=deep)
    if as_json:
        print_json([one.as_json() for one in found])
    else:
        for one in found:
            _print(one)
    if any(one.findings for one in found):
        raise typer.Exit(FINDING)


_SHOWN = {
    "finding": "[bold red]FINDING[/bold red]",
    "failed": "[bold red]FAILED[/bold red]",
    "sound": "[green]sound[/green]",
}


def _print(one: "Examined") -> None:
    from watcher.doctor.finding import MOST_IDS

    console = screen()
    console.print(f"{one.name:<10} {_SHOWN.get(one.state, one.state)}: {one.promise}")
    for finding in one.findings:
        console.print(said(finding.what, indent=4), style="bold")
        more = f" … {len(finding.ids) - MOST_IDS} more (--json has all)" if len(finding.ids) > MOST_IDS else ""
        if finding.ids:
            console.print(said(" ".join(finding.ids[:MOST_IDS]) + more, indent=6))
        console.print(said(f"Next: {finding.instead}", indent=6))

"""The command ``watcher``. One file for each group of commands; each parses, calls one function, prints.

Heavy libraries are imported inside the commands, so that ``watcher --help`` answers at once.
"""

import typer

from watcher.cli import (
    alerts,
    amend,
    assessments,
    audit,
    backtest,
    calibrate,
    channels,
    check,
    concepts,
    decide,
    demo,
    describe,
    diff,
    doctor,
    events,
    explain_match,
    fatigue,
    history,
    init,
    match,
    measure,
    moves,
    notices,
    oncall,
    outbox,
    outlook,
    people,
    places,
    replay,
    resolve,
    routes,
    run,
    schema,
    scorecard,
    search,
    silence,
    sources,
    status,
    tasks,
    template,
    trial,
    validate,
)

app = typer.Typer(
    name="watcher",
    help=(
        "Keep a written assessment alive: poll feeds, match its indicators, move its outlook, send warnings.\n\n"
        "Begin with [bold]watcher demo[/bold], then [bold]watcher init[/bold] and [bold]watcher check[/bold]."
    ),
    epilog="Exit codes: 0 all well, 1 a finding or a failure, 2 wrong usage.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
for group in (
    demo,
    init,
    check,
    diff,
    doctor,
    audit,
    run,
    status,
    sources,
    outlook,
    tasks,
    events,
    moves,
    decide,
    notices,
    resolve,
    assessments,
    history,
    alerts,
    oncall,
    outbox,
    channels,
    template,
    routes,
    silence,
    match,
    replay,
    describe,
    trial,
    explain_match,
    measure,
    validate,
    calibrate,
    backtest,
    scorecard,
    fatigue,
    search,
    concepts,
    amend,
    people,
    places,
    schema,
):
    group.add_to(app)


def main() -> None:
    """Run the command line."""
    app()

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
    backup,
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
    restore,
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
from watcher.cli.help_pages import flow, under

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
_LISTED = {
    "Begin": (demo, init, check, schema),
    "Watch": (run, status, outlook, history, alerts, tasks, assessments, doctor),
    "Judge": (events, moves, decide, resolve),
    "Tell people": (oncall, routes, silence, outbox, channels, notices, template, fatigue),
    "Sources and places": (sources, search, places),
    "Write and try rules": (describe, match, trial, explain_match, amend, diff, replay, measure, concepts),
    "Keep score": (validate, scorecard, backtest, calibrate),
    "Accounts and record": (people, audit, backup, restore),
}
"""The commands as `--help` lists them, by what they are for."""

for _title, _files in _LISTED.items():
    for _file in _files:
        under(_title, app, _file.add_to)
flow(app)


def main() -> None:
    """Run the command line."""
    app()

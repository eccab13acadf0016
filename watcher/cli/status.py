"""``watcher status``: how the watch goes and what stands."""

from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import FINDING, fail, figure, new_table, print_json, screen

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.health.source_state import SourceState
    from watcher.overseeing.status import OutlookStatus, Status


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("status")(status)


def status(
    config: ConfigOption = DEFAULT_CONFIG,
    indicators: Annotated[bool, typer.Option("--indicators", help="Show the level of every indicator too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the sources, the outlook of each assessment, and what waits to be sent.

    Exit code 1 if fewer sources can see than the assessments ask for, or a message waits undelivered.
    """
    from watcher.clock import utc_now
    from watcher.overseeing.status import status_of
    from watcher.store.errors import StoreError

    settings = settings_or_exit(config)
    try:
        report = status_of(settings, now=utc_now())
    except StoreError as error:
        fail(str(error))
    if as_json:
        print_json(report.as_json())
    else:
        _print_status(report)
        if indicators:
            _print_indicators(report)
    if report.findings:
        raise typer.Exit(FINDING)


def _print_status(report: "Status") -> None:
    from rich.text import Text

    console = screen()
    for finding in report.findings:
        if finding.startswith(("BLIND", "NOTHING GETS THROUGH")):
            console.print(Text(f" {finding} ", style="bold white on red"))
    table = new_table("source", "last good poll (UTC)", "next due (UTC)", "failures", "last fault", title="Sources")
    for s in report.sources:
        table.add_row(s.id, _time(s.last_ok_at), _time(s.next_due_at), str(s.failures), _fault(s))
    console.print(table)
    for view in report.outlooks:
        _print_outlook(view)
    _print_watched(report)
    waiting = ", ".join(f"{n} {state}" for state, n in sorted(report.deliveries.items())) or "none yet"
    console.print(f"Messages: {waiting}")
    console.print(f"Canary last came out: {_time(report.canary.out)} UTC (our own item that goes the whole way hourly)")
    for note in report.notes:
        console.print(Text(note, style="yellow"))
    for finding in report.findings:
        console.print(Text(finding, style="bold red"))
    if any(view.at is None for view in report.outlooks):
        console.print("Next: [bold]watcher once[/bold] or [bold]watcher run[/bold] polls and judges.")
    else:
        console.print("Next: [bold]watcher outlook SCENARIO[/bold] shows everything behind a figure.")


def _print_outlook(view: "OutlookStatus") -> None:
    from indicators.bands import percent

    if view.at is None:
        screen().print(f"{view.title}: never judged, so nothing can be said of it; review by {view.review_by}")
        return
    title = f"{view.title}: outlook at {_time(view.at)} UTC, review by {view.review_by}"
    table = new_table("scenario", "question", "p", "term", "range*", "level", "by", title=title)
    for line in view.lines:
        table.add_row(
            line.key,
            line.name,
            figure(line.p, line.happened),
            line.band.spelled(),
            f"{percent(line.low)} to {percent(line.high)}",
            line.level.name.lower(),
            f"{line.deadline:%Y-%m-%d}",
        )
    screen().print(table)
    screen().print(f"* with all ratings halved or raised by half{_since(view)}")


MOST_WATCHED = 10


def _print_watched(report: "Status") -> None:
    from watcher.store.matches import WATCHED_FOR

    for view in report.outlooks:
        if not view.watched:
            continue
        many = f"{len(view.watched)} in {WATCHED_FOR.days} days"
        title = f"{view.title}: to look at, these name no place and do not count ({many})"
        table = new_table("item", "report", "indicator", title=title)
        for m in view.watched[-MOST_WATCHED:]:
            table.add_row(m.item.id, m.item.title[:70], m.indicator)
        screen().print(table)


def _fault(state: "SourceState") -> str:
    return f"{state.last_fault}: {state.last_detail}"[:60] if state.last_fault else ""


def _print_indicators(report: "Status") -> None:
    for view in report.outlooks:
        table = new_table("indicator", "level", "counted", "activation", title=f"{view.title}: indicators")
        for r in view.readings:
            table.add_row(r.indicator, r.level.told(r.count), f"{r.count:.2f}", f"{r.activation:.2f}")
        screen().print(table)


def _since(view: "OutlookStatus") -> str:
    """Say that the figures of *view* have stood for a while, where they were judged again since."""
    if view.at is None or view.judged is None or view.judged <= view.at:
        return ""
    return f". These figures stand since {_time(view.at)} UTC; last judged {_time(view.judged)} UTC, without a change."


def _time(moment: "datetime | None") -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"

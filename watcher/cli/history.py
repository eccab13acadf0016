"""``watcher history``: the machine's line and the analyst's line of one scenario, drawn together."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import refusing, said, since_or_exit
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import fail, new_table, print_json, screen

if TYPE_CHECKING:
    from watcher.showing.history import History

MOST = 30
"""Rows of the table; --json has all."""


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("history")(history)


def history(
    scenario: Annotated[str, typer.Argument(help="A scenario's id, e.g. coup_attempt or blockade_status.continues.")],
    *,
    since: Annotated[str, typer.Option("--since", help="How far back: 90d, 6w; without it since the assessment.")] = "",
    svg: Annotated[Path | None, typer.Option("--svg", help="Write the drawing into this file too.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Draw the machine's line and the analyst's line of SCENARIO over time, with moves, decisions, rulings, events.

    The analyst's line follows the machine's moves, or where moves are reviewed only what a person accepted or
    amended. Neither line is ever rewritten.
    """
    from watcher.cli.history_svg import svg as drawing
    from watcher.clock import utc_now
    from watcher.showing.history import history as both_lines

    settings = settings_or_exit(config)
    now = utc_now()
    with refusing():
        begin = since_or_exit(since, now) if since else None
        found = both_lines(settings, scenario, since=begin, now=now)
    if svg is not None:
        try:
            svg.write_text(drawing(found), "utf-8")
        except OSError as error:
            fail(f"{svg}: cannot be written: {error.strerror or error}")
    if as_json:
        print_json(found.as_json())
    else:
        _print(found)
        if svg is not None:
            typer.echo(f"Written to {svg}.", err=True)


def _print(found: "History") -> None:
    from watcher.cli.history_plot import LEGEND, plot

    console = screen()
    console.print(said(f"{found.key}: {found.name} ({found.assessment}, moves: {found.moves_are})"), style="bold")
    for line in plot(found):
        console.print(line, markup=False, soft_wrap=True)
    console.print(LEGEND, markup=False)
    _print_table(found)
    console.print(
        "Next: `watcher moves` has their ids, `watcher decide` rules on one, `watcher outlook` has the ledger."
    )


def _print_table(found: "History") -> None:
    from indicators.bands import percent
    from watcher.deciding.resolving import verdict_of

    decided = {d.number: d for d in found.decisions}
    rows = [
        (m.at, "machine", percent(m.after), f"{m.id[:8]}: {', '.join(r.told for r in m.reasons)}") for m in found.moves
    ]
    for point in found.analyst:
        because = decided.get(point.decision) if point.decision is not None else None
        told = f"{because.kind} by {because.who}: {because.why}" if because else "follows" if point.move else "prior"
        rows.append((point.at, "analyst", percent(point.p), told))
    in_line = {p.decision for p in found.analyst}
    rows += [
        (d.at, "decision", "", f"{d.kind} by {d.who}: {d.why}") for d in found.decisions if d.number not in in_line
    ]
    rows += [(r.at, "ruling", "", f"{verdict_of(r)}, by {r.who}: {r.why}") for r in found.rulings]
    table = new_table("at (UTC)", "whose", "p", "because", title="Moves, decisions, rulings")
    for at, whose, p, told in sorted(rows, key=lambda row: (row[0], row[1] != "machine"))[-MOST:]:
        table.add_row(f"{at:%Y-%m-%d %H:%M}", whose, p, said(told))
    screen().print(table)

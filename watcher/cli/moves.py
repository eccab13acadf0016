"""``watcher moves``: what the machine moved, and what a person decided about it."""

from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import refusing, since_or_exit
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import new_table, print_json, screen

if TYPE_CHECKING:
    from watcher.deciding.moves import MoveReport

_SHORT = 8


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("moves")(moves)


def moves(
    *,
    scenario: Annotated[str, typer.Option("--scenario", help="Only moves of this scenario.")] = "",
    since: Annotated[str, typer.Option("--since", help="How far back: 90d, 6w or 2025-11-01.")] = "90d",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List the moves of the outlook with what was decided about each.

    Where the assessment says `moves: reviewed`, a move is a proposal until a person accepts, amends or rejects it;
    elsewhere it counts unless a person says otherwise.
    """
    from watcher.clock import utc_now
    from watcher.deciding.moves import moves_listed

    settings = settings_or_exit(config)
    with refusing():
        begin = since_or_exit(since, utc_now())
        found = moves_listed(settings, since=begin, scenario=scenario)
    if as_json:
        print_json({"since": begin, "moves": [report.as_json() for report in found]})
        return
    _print(found, title=f"Moves since {begin:%Y-%m-%d} UTC ({len(found)})")


def _print(found: "tuple[MoveReport, ...]", *, title: str) -> None:
    from indicators.bands import percent

    table = new_table("move", "at (UTC)", "scenario", "machine", "level", "because", "decided", title=title)
    table.columns[2].no_wrap = True
    for report in found:
        move = report.move
        levels = [level.name.lower() for level in (move.level_before, move.level_after)]
        table.add_row(
            move.id[:_SHORT],
            f"{move.at:%Y-%m-%d %H:%M}",
            move.key,
            f"{percent(move.before)} -> {percent(move.after)}",
            levels[1] if levels[0] == levels[1] else " -> ".join(levels),
            ", ".join(r.told for r in move.reasons),
            _decided(report),
        )
    screen().print(table)
    waits = [report for report in found if report.waits]
    example = waits[-1].move.id[:_SHORT] if waits else "MOVE"
    screen().print(f"Next: `watcher decide {example} accept|amend|reject --why TEXT`; `watcher tasks` has what waits.")


def _decided(report: "MoveReport") -> str:
    from indicators.bands import percent

    decision = report.decision
    if decision is None:
        if report.waits:
            return "PROPOSED, nobody yet"
        return "nobody" if report.reviewed else "counts by itself"
    told = f" {percent(decision.p)}" if decision.p is not None else ""
    return f"{decision.kind}{told} ({decision.who})"

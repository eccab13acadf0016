"""``watcher demo``: the main job on this machine alone, in about half a minute."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.printing import FINDING, fail, new_table, screen

if TYPE_CHECKING:
    from rich.table import Table

    from indicators.bands import Scale
    from indicators.moves import OutlookMove
    from indicators.outlooks import Outlook
    from watcher.demo.play import Day, Ending, Player
    from watcher.demo.serving import Doors
    from watcher.plant import Plant
    from watcher.settings import Settings

FOLDER = Path("watcher-demo")
PORT = 8467
SECONDS = 25.0
CELLS = 20

SHOWN = (
    "blockade_status.continues",
    "blockade_status.negotiated_end",
    "coup_attempt",
    "fama_degraded",
    "complex_attack_bamako",
)
"""The lines that the demo's facts speak to."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("demo")(demo)


def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Where to leave database, mails, configuration.")] = FOLDER,
    seconds: Annotated[float, typer.Option("--seconds", min=0, help="How long the story should take.")] = SECONDS,
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=["%Y-%m-%d"], help="Tell the story to this day (at most 2026-02-06)."),
    ] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Then serve the desk over it, until Ctrl-C.")] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="Where; 0 is any free one.")] = PORT,
) -> None:
    """Watch the main job: five local newspapers are polled, indicators rise, the outlook moves, alerts arrive.

    Plays the fuel blockade of Bamako in autumn 2025 through the real pipeline. The headlines are our
    own wording of dated, publicly reported facts, among invented everyday news. Nothing leaves this
    machine.
    """
    from watcher.demo.play import DemoError, Player
    from watcher.logs import log_warnings_only

    log_warnings_only()
    try:
        player = Player(folder, seconds=seconds, until=until.date() if until else None)
        ending = asyncio.run(_play(player, port if serve else None))
    except DemoError as error:
        fail(str(error))
    except KeyboardInterrupt:
        screen().print("The desk is closed; what the demo left behind stays.")
        return
    if not serve:
        _print_ending(ending)
    if ending.faults or not ending.alerts or not ending.mails:
        fail("the demo did not do its job: " + ("; ".join(ending.faults[:3]) or "no alert arrived"), code=FINDING)


async def _play(player: "Player", port: int | None) -> "Ending":
    """Play the story, and then serve the desk on *port* if there is one."""
    from watcher.daemon import stop_on_signals
    from watcher.demo.serving import serve

    if port is None:
        return await player.play(_Teller())

    async def served(plant: "Plant", ending: "Ending") -> None:
        _print_ending(ending)
        stop = asyncio.Event()
        stop_on_signals(stop)
        await serve(plant, player.clock, port=port, tell=_print_doors, stop=stop)

    return await player.play(_Teller(), after=served)


def _print_doors(doors: "Doors") -> None:
    console = screen()
    console.rule("[bold]The desk")
    console.print(f"Open {doors.url} in a browser on this machine. Ctrl-C closes it.", markup=False)
    console.print(f"Sign in as one of {', '.join(doors.names)}; the password is {doors.password}", markup=False)


class _Teller:
    """Prints the story as it goes."""

    def __init__(self) -> None:
        self._month = 0
        self._levels: dict[str, str] = {}

    def begin(self, settings: "Settings", base: str, mail_port: int) -> None:
        console = screen()
        console.rule("[bold]Watcher demo: the fuel blockade of Bamako, autumn 2025")
        console.print(
            "Headlines are [bold]our own wording of dated, reported facts[/bold], among invented everyday news; "
            "the newspapers are stand-ins.\nThe assessment is of 3 December 2025 and knows these facts; here it is "
            "read as if written on 1 September 2025,\nwith its priors and baselines unchanged. This shows the "
            "mechanism; it is no test of the assessment."
        )
        console.print(f"\n{len(settings.sources)} newspapers at {base}, mailbox at 127.0.0.1:{mail_port}\n")

    def day(self, day: "Day") -> None:
        if day.at.month != self._month:
            self._month = day.at.month
            screen().print(_outlook(f"Outlook on {day.at:%d %B %Y}", day.evaluation.outlook, day.scale))
        self._matches(day)
        self._readings(day)
        for move in day.evaluation.moves:
            screen().print(f"{day.at:%d %b}  " + _move(move))

    def _matches(self, day: "Day") -> None:
        for found in day.evaluation.matches:
            if found.rejected_by:
                continue
            words = ", ".join(dict.fromkeys(e.words for e in found.evidence[:4]))
            places = ", ".join(found.places[:2])
            screen().print(f"{day.at:%d %b}  [cyan]{found.item.source}: {found.item.title}[/cyan]")
            screen().print(f"        {found.indicator} on: {words} (at {places})", markup=False)

    def _readings(self, day: "Day") -> None:
        for reading in day.evaluation.readings:
            before = self._levels.get(reading.indicator, "quiet")
            if reading.level != before:
                change = f"{reading.indicator}: {before} -> {reading.level.told(reading.count)}"
                screen().print(f"{day.at:%d %b}  [yellow]{change}[/yellow]")
                self._levels[reading.indicator] = reading.level


def _move(move: "OutlookMove") -> str:
    from indicators.bands import percent

    level = f"{move.level_before.name.lower()} -> {move.level_after.name.lower()}"
    change = f"{percent(move.before)} -> {percent(move.after)}"
    arrow = "▲" if move.rising else "▼"
    because = ", ".join(reason.told for reason in move.reasons)
    return f"[bold magenta]{arrow} {move.key}: {change}, {level}[/bold magenta] ({because})"


def _outlook(title: str, outlook: "Outlook", scale: "Scale") -> "Table":
    from indicators.bands import band_of, percent

    table = new_table("scenario, within 90 days", "prior", "now", "", "term", title=title)
    for key in SHOWN:
        e = outlook.estimates[key]
        spelled = scale[band_of(e.p, scale)].spelled()
        table.add_row(key, percent(e.prior), percent(e.p), _bar(e.prior, e.p), spelled)
    return table


def _command() -> str:
    """Return this command as it was typed, so that the next one can be."""
    typed = Path(sys.argv[0])
    if Path.cwd() in typed.parents:
        typed = typed.relative_to(Path.cwd())
    return str(typed) if not typed.is_absolute() and typed.name == "watcher" else "watcher"


def _bar(prior: float, p: float) -> str:
    """Draw *p* as a bar of 20 cells with the prior marked on it."""
    cells = ["█" if i < round(CELLS * p) else "·" for i in range(CELLS)]
    cells[min(CELLS - 1, round(CELLS * prior))] = "|"
    return "".join(cells)


def _print_ending(ending: "Ending") -> None:
    from indicators.outlooks import logit

    console = screen()
    console.rule("[bold]Summary")
    console.print(
        _outlook("From the assessment to the end of the story ( | marks the prior)", ending.last, ending.scale)
    )
    for key in ("blockade_status.continues", "blockade_status.negotiated_end"):
        e = ending.last.estimates[key]
        console.print(
            f"{key}: {len(e.rows)} ledger rows add up to {e.change:+.4f} nats; "
            f"the change from {e.prior:.4f} to {e.p:.4f} is {logit(e.p) - logit(e.prior):+.4f}."
        )
    polls = ", ".join(f"{n} x {status}" for status, n in sorted(ending.answers.items()))
    console.print(
        f"\n{ending.days} days; polls answered {polls}; {ending.items} items kept; {ending.moves} outlook moves; "
        f"{ending.alerts} alerts;\n{ending.accepted} messages accepted, {ending.mails} of them mails in the box; "
        f"{ending.seconds:.0f} seconds."
    )
    config = ending.folder / "watcher.yaml"
    console.print(
        f"""
Where to look next
  {ending.folder}/mail/                                the mails that arrived, English and French
  {_command()} outlook blockade_status.continues -c {config}   everything behind a figure
  {_command()} demo --serve                       the same again, then its desk in a browser: make demo ARGS=--serve
  {_command()} init                               begin with real feeds, then `check`""",
        markup=False,
    )

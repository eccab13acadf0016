"""``watcher run`` and ``watcher once``: the daemon, and one cycle of it."""

import asyncio
import gc
import os
from typing import TYPE_CHECKING, Any

import typer

from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import FINDING, fail, new_table, print_json, screen

if TYPE_CHECKING:
    from watcher.cycle import Cycle
    from watcher.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("run")(run)
    app.command("once")(once)


def run(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Watch: poll each source at its own interval, judge, send. Stops cleanly on SIGTERM or Ctrl-C.

    What was polled but not judged, or decided but not sent, when a process died is taken up at the
    next start. A second daemon on the same database refuses to start.
    """
    from watcher.logs import log_as_json
    from watcher.store.errors import StoreError

    settings = settings_or_exit(config)
    log_as_json()
    try:
        asyncio.run(_run(settings))
    except StoreError as error:
        fail(str(error))


async def _run(settings: "Settings") -> None:
    from watcher import daemon
    from watcher.engine.inprocess import InProcessEngine
    from watcher.overseeing.supervisor import supervisor_of
    from watcher.wiring import build

    stop = asyncio.Event()
    daemon.stop_on_signals(stop)
    daemon.load(settings)
    async with build(settings, alone=True) as plant:
        gc.freeze()  # what is loaded now stays: to look through it again and again would stop everything each time
        await daemon.run(plant, InProcessEngine(), stop=stop, supervisor=supervisor_of(os.environ))


def once(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Poll every source one time, judge and send, then exit: for cron, or to see that all is well.

    Exit code 1 if a source could not be read or a message was not accepted.
    """
    from watcher.logs import log_as_json
    from watcher.store.errors import StoreError

    settings = settings_or_exit(config)
    log_as_json()
    try:
        cycle = asyncio.run(_once(settings))
    except StoreError as error:
        fail(str(error))
    (print_json(_cycle_json(cycle)) if as_json else _print_cycle(cycle))
    if any(p.fault for p in cycle.polls) or cycle.sent.waiting:
        raise typer.Exit(FINDING)


async def _once(settings: "Settings") -> "Cycle":
    from watcher.clock import utc_now
    from watcher.cycle import run_cycle
    from watcher.wiring import build

    async with build(settings, alone=True) as plant:
        return await run_cycle(plant, now=utc_now(), all_sources=True)


def _cycle_json(cycle: "Cycle") -> dict[str, Any]:
    return {
        "at": cycle.at,
        "polls": [
            {"source": p.source, "new": p.new, "not_modified": p.not_modified, "fault": p.fault or None}
            for p in cycle.polls
        ],
        "matches": sum(len(e.matches) for e in cycle.evaluations),
        "moves": [m.id for e in cycle.evaluations for m in e.moves],
        "alerts": [a.id for a in cycle.alerts],
        "sent": {"accepted": cycle.sent.accepted, "waiting": cycle.sent.waiting},
    }


def _print_cycle(cycle: "Cycle") -> None:
    table = new_table("source", "new items", "what happened")
    for p in cycle.polls:
        table.add_row(p.source, str(p.new), p.fault or ("nothing new" if p.not_modified else "read"))
    screen().print(table)
    moves = sum(len(e.moves) for e in cycle.evaluations)
    screen().print(
        f"{moves} move(s), {len(cycle.alerts)} alert(s), {cycle.sent.accepted} message(s) accepted, "
        f"{cycle.sent.waiting} waiting. Next: [bold]watcher status[/bold]."
    )

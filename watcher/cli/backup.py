"""``watcher backup``: a copy of the database, made while the daemon runs and looked through before it counts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from watcher.cli.deciding import refusing
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import print_json, screen

if TYPE_CHECKING:
    from watcher.overseeing.backing_up import BackedUp
    from watcher.store.backups import Backup


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("backup")(backup)


def backup(
    to: Annotated[Path, typer.Argument(metavar="TO", help="A new file, or a folder: there its name has the time.")],
    *,
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="In a folder: keep so many of our backups, the newest.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Copy the database as of one moment, beside a running daemon; read the whole copy before it gets its name.

    Nothing is ever written over, and older backups go (--keep) only once the new one is proven. A copy that is not
    sound, or does not fit on the disk, leaves nothing behind and ends with 1. Of PostgreSQL the command for pg_dump
    is said (exit code 2).
    """
    from watcher.clock import utc_now
    from watcher.overseeing.backing_up import back_up

    settings = settings_or_exit(config)
    with refusing():
        done = back_up(settings, to, keep=keep, now=utc_now())
    if as_json:
        removed = [str(one) for one in done.removed]
        print_json({"backup": str(done.place), **holds_json(done.holds), "removed": removed})
    else:
        _print(done)


def holds_json(holds: "Backup") -> dict[str, Any]:
    """Return what a backup holds, as plain values."""
    return {
        "as_of": holds.as_of,
        "judged": holds.judged,
        "items": holds.items,
        "alerts": holds.alerts,
        "bytes": holds.size,
    }


def told_holds(holds: "Backup") -> str:
    """Say what a backup holds, in a line."""
    as_of, judged = (f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "never" for at in (holds.as_of, holds.judged))
    size = f"{holds.size / 1_000_000:.1f} MB"
    return f"As of {as_of}; newest judgement {judged}; {holds.items} items, {holds.alerts} alerts; {size}."


def _print(done: "BackedUp") -> None:
    console = screen()
    console.print(f"Backup {done.place}: whole, its record of acts as it was written.", markup=False, soft_wrap=True)
    console.print(told_holds(done.holds))
    for one in done.removed:
        console.print(f"Removed the older {one}", markup=False, soft_wrap=True)
    console.print(
        "Next: copy it to another machine, with watcher.yaml and your assessments; `watcher restore` puts it back."
    )

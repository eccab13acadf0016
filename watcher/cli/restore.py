"""``watcher restore``: the database put back from a backup, by a named person."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.backup import holds_json, told_holds
from watcher.cli.deciding import ByOption, WhyOption, refusing
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import FINDING, print_json, screen

if TYPE_CHECKING:
    from watcher.overseeing.restoring import Restored
    from watcher.store.backups import Backup


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("restore")(restore)


def restore(
    source: Annotated[Path, typer.Argument(metavar="FROM", help="A backup that `watcher backup` made.")],
    *,
    by: ByOption,
    why: WhyOption,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Put it back without asking.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Put the database back from a backup: it is read whole first, and the present one is moved aside, never deleted.

    Stop the daemon before. Once it is started again the operators are told what it cannot know, and what may come
    twice says so. With --json nothing is asked: it is put back with --yes alone.
    """
    from watcher.clock import utc_now
    from watcher.overseeing.restoring import put_back

    def wanted(holds: "Backup", unknown: int | None) -> bool:
        if not as_json:
            _print_before(source, holds, unknown)
        return yes or (not as_json and typer.confirm("Put it in the place of the present database?"))

    settings = settings_or_exit(config)
    with refusing():
        done = put_back(settings, source, who=by, why=why, now=utc_now(), wanted=wanted)
    if as_json:
        print_json(_json(done))
    elif done is not None:
        _print(done)
    else:
        screen().print("Nothing was changed.")
    if done is None:
        raise typer.Exit(FINDING)


def _json(done: "Restored | None") -> dict[str, object]:
    if done is None:
        return {"restored": False}
    aside = str(done.aside) if done.aside is not None else None
    return {"restored": True, "database": str(done.place), "aside": aside, "unknown_alerts": done.unknown} | holds_json(
        done.holds
    )


def _print_before(source: Path, holds: "Backup", unknown: int | None) -> None:
    console = screen()
    console.print(f"{source} is whole.", markup=False, soft_wrap=True)
    console.print(told_holds(holds))
    if unknown is not None:
        console.print(f"The present database has said {unknown} alert(s) since then; this one will not know of them.")


def _print(done: "Restored") -> None:
    console = screen()
    console.print(f"{done.place} is the database of the backup now.", markup=False, soft_wrap=True)
    if done.aside is not None:
        console.print(f"The one before it lies in {done.aside}", markup=False, soft_wrap=True)
    console.print(
        "Accounts, passwords and tokens are those of that moment: revoke again what was revoked since. "
        "Everybody signs in anew.\nNext: `watcher doctor`, then start the daemon; it tells the operators."
    )

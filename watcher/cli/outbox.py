"""``watcher outbox``: every message that has not arrived, why not, and what a person can do about it."""

from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import ByOption, WhyOption, refusing, said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import FINDING, new_table, print_json, screen

if TYPE_CHECKING:
    from alerts.deliveries import Delivery
    from watcher.saying.owing import Owed

group = typer.Typer(name="outbox", invoke_without_command=True)

KeyArgument = Annotated[str, typer.Argument(help="The message's key; its beginning is enough.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.add_typer(group)


@group.callback()
def outbox(
    context: typer.Context,
    *,
    dead: Annotated[bool, typer.Option("--dead", help="What persons gave up, instead of what is owed.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List every message that is decided and not yet accepted by its channel: held, waiting or on its way, and why.

    Nothing in it expires. Exit code 1 if one was tried and did not get through.
    """
    if context.invoked_subcommand is not None:
        return
    from watcher.saying.owing import owed_now

    settings = settings_or_exit(config)
    with refusing():
        found = owed_now(settings, dead=dead)
    if as_json:
        print_json([one.as_json() for one in found])
    else:
        _print(found, dead=dead)
    if not dead and any(one.delivery.attempts and one.delivery.last_answer for one in found):
        raise typer.Exit(FINDING)


def _print(found: "tuple[Owed, ...]", *, dead: bool) -> None:
    if not found:
        screen().print("No message was given up." if dead else "Nothing is owed: every message decided was accepted.")
        return
    table = new_table("key", "message", "to", "state", "due (UTC)", "tries", "why", title=f"Messages ({len(found)})")
    for one in found:
        d = one.delivery
        to, due = f"{d.recipient}, {d.channel}", f"{d.due:%m-%d %H:%M}"
        table.add_row(d.key[:8], said(one.line), to, d.state.value, due, str(d.attempts), said(one.why))
    screen().print(table)
    told = "`watcher outbox revive KEY`" if dead else "`watcher outbox send KEY`, or `give-up KEY --why TEXT`"
    screen().print(f"Next: {told}.")


@group.command("send")
def send(key: KeyArgument, *, by: ByOption = "", config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Send a message now that is held, or that waits for its next try."""
    from watcher.clock import utc_now
    from watcher.saying.owing import send_now

    settings = settings_or_exit(config)
    with refusing():
        _say(send_now(settings, key, who=by, now=utc_now()), "is due now; the daemon sends it within seconds")


@group.command("give-up")
def give_up(key: KeyArgument, *, why: WhyOption, by: ByOption = "", config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Give a message up for good: only a named person does that, with a reason."""
    from watcher.clock import utc_now
    from watcher.saying.owing import give_up as give

    settings = settings_or_exit(config)
    with refusing():
        done = give(settings, key, who=by, why=why, now=utc_now())
        _say(done, f"is given up. To undo: `watcher outbox revive {done.key[:8]}`")


@group.command("revive")
def revive(key: KeyArgument, *, by: ByOption = "", config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Owe a message again that was given up; it is due at once."""
    from watcher.clock import utc_now
    from watcher.saying.owing import revive as take_back

    settings = settings_or_exit(config)
    with refusing():
        _say(take_back(settings, key, who=by, now=utc_now()), "is owed again and due now")


def _say(delivery: "Delivery", what: str) -> None:
    screen().print(said(f"Message {delivery.key[:8]} to {delivery.recipient} by {delivery.channel} {what}."))

"""``watcher channels``: whether the ways out work."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import FINDING, USAGE, fail, new_table, print_json, screen

if TYPE_CHECKING:
    from watcher.sending.trying import Tried

group = typer.Typer(name="channels", help="Try the ways out.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.add_typer(group)


@group.command("test")
def try_out(
    recipient: Annotated[str, typer.Argument(help="Whom to send the test message to, by id.")],
    *,
    channel: Annotated[str | None, typer.Option("--channel", help="This kind only, such as email.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Send a marked test message by the way that alerts take, and say what the provider answered.

    Exit code 1 if one was not accepted. Accepted means the provider's own proof; whether a person saw it, ask them.
    """
    from alerts.channels import CHANNELS
    from watcher.clock import utc_now
    from watcher.sending.trying import NoChannelError, try_channels

    settings = settings_or_exit(config)
    try:
        tried = asyncio.run(try_channels(settings, recipient, channel, channels=CHANNELS, now=utc_now()))
    except NoChannelError as error:
        fail(str(error), code=USAGE)
    if as_json:
        print_json([{"channel": t.channel, "answer": t.outcome.answer, "detail": t.outcome.detail} for t in tried])
    else:
        _print(recipient, tried)
    if not all(t.works for t in tried):
        raise typer.Exit(FINDING)


def _print(recipient: str, tried: "tuple[Tried, ...]") -> None:
    table = new_table("channel", "answer", "what the provider said", title=f"A test message to {recipient}")
    for one in tried:
        table.add_row(one.channel, one.outcome.answer.value, said(one.outcome.detail))
    screen().print(table)

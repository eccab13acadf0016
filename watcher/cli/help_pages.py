"""What `--help` shows: paragraphs that flow on a screen of any width, and the commands in the groups of their use.

typer breaks a docstring's lines where the source does and again at the screen's edge; only the first paragraph flows.
"""

import inspect
from collections.abc import Callable
from typing import Any

import typer


def flow(app: typer.Typer) -> None:
    """Let every help text of *app*, and of the groups below it, flow."""
    for command in app.registered_commands:
        command.help = _flowing(command.help, command.callback)
    if app.registered_callback is not None:
        app.registered_callback.help = _flowing(None, app.registered_callback.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            flow(group.typer_instance)


def under(title: str, app: typer.Typer, add_to: Callable[[typer.Typer], None]) -> None:
    """Call *add_to* with *app*, and let what it adds stand under *title*."""
    commands, groups = len(app.registered_commands), len(app.registered_groups)
    add_to(app)
    for command in app.registered_commands[commands:]:
        command.rich_help_panel = title
    for group in app.registered_groups[groups:]:
        group.rich_help_panel = title


def _flowing(written: Any, callback: Callable[..., Any] | None) -> str | None:
    """Return the text that typer would take, each paragraph in one line; ``None`` where there is none."""
    text = written if isinstance(written, str) else inspect.getdoc(callback) if callback is not None else None
    return "\n\n".join(part.replace("\n", " ") for part in text.split("\n\n")) if text else None

"""``watcher init``: a commented configuration to begin with."""

from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.printing import fail, screen


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("init")(init)


def init(
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("watcher.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
) -> None:
    """Write a commented watcher.yaml with Sahel news feeds and the Mali assessment. It holds no secret."""
    if path.is_dir():
        path /= "watcher.yaml"
    if path.exists() and not force:
        fail(f"{path} is there already; --force overwrites it")
    text = (Path(__file__).parent.parent / "example.yaml").read_text("utf-8")
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}; make its folder first, or give another path")
    screen().print(f"Wrote {path}. Next: edit recipients, then [bold]watcher check {path}[/bold].")

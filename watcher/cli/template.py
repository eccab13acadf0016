"""``watcher template``: layouts of messages of your own, from the first copy to a preview with a real move."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import FINDING, USAGE, fail, new_table, print_json, screen

if TYPE_CHECKING:
    from alerts.said import AnyAlert
    from watcher.settings import Settings

group = typer.Typer(name="template", help="Layouts of messages of your own.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.add_typer(group)


@group.command("list")
def list_layouts(*, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List every layout that ships, and which of your own stand in their place."""
    from alerts.layouts.environment import shipped_names
    from watcher.layouts.own import own_folder

    folder = own_folder(settings_or_exit(config))
    own = dict.fromkeys(folder.layouts, "yours") | {name: f"refused: {why}" for name, why in folder.refused.items()}
    rows = [(name, own.get(name, "")) for name in shipped_names()]
    rows += [(name, told) for name, told in sorted(own.items()) if name not in shipped_names()]
    if as_json:
        print_json([{"layout": name, "own": told} for name, told in rows])
        return
    table = new_table("layout", "your own", title="Layouts of messages")
    for name, told in rows:
        table.add_row(name, said(told))
    screen().print(table)
    screen().print("Next: `watcher template export FOLDER` copies what ships; `templates:` names your folder.")


@group.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="Where to write them; files that are there already stay.")],
    *,
    only: Annotated[list[str] | None, typer.Option("--only", help="This layout alone; may be given again.")] = None,
) -> None:
    """Write the layouts that ship into a folder, to begin your own with. Delete those that you do not change."""
    from alerts.layouts.environment import shipped, shipped_names

    wanted = only or list(shipped_names())
    if unknown := sorted(set(wanted) - set(shipped_names())):
        fail(f"no layout {unknown[0]!r}: `watcher template list` has them", code=USAGE)
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for name in wanted:
        path = folder / name
        if path.exists():
            typer.echo(f"note: {path} is there already and stays as it is", err=True)
            continue
        path.write_text(shipped(name) or "", "utf-8")
        written += 1
    screen().print(f"{written} layout(s) written to {folder}", markup=False)
    screen().print(f"Next: `templates: {folder}` in the configuration, then `watcher template check`.", markup=False)


@group.command("check")
def check(*, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Lay a made-up alert out by each layout of your own, within the bounds of a real one. Exit code 1 for a fault.

    A layout that fails stops no warning: the one that ships stands in, and the operators are told.
    """
    from watcher.layouts.own import closing_layouts
    from watcher.layouts.trying import tried

    settings = settings_or_exit(config)
    with closing_layouts(settings) as own:
        found = tried(own, settings) if own is not None else ()
    if as_json:
        print_json([one.as_json() for one in found])
    elif not found:
        screen().print("There is no layout of your own; `watcher template export FOLDER` writes some to begin with.")
    else:
        table = new_table("layout", "how it is", title="Your own layouts")
        for one in found:
            table.add_row(one.name, said(one.fault or one.note or "works"))
        screen().print(table)
    if any(one.fault for one in found):
        raise typer.Exit(FINDING)


@group.command("preview")
def preview(
    alert: Annotated[str, typer.Argument(help="An alert by its id, or its beginning; without one the newest.")] = "",
    *,
    kind: Annotated[str, typer.Option("--kind", help="move, system, digest, notice or watchdog.")] = "move",
    lang: Annotated[str, typer.Option("--lang", help="en or fr.")] = "en",
    page: Annotated[Path | None, typer.Option("--html", help="Write the page for mail to this file.")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Take a made-up alert, not one of the database.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show a real recent alert in the words that would go out now, with your own layouts. Sends nothing.

    Exit code 1 if a layout of yours failed; what ships then stands in, here as in a real message.
    """
    from watcher.layouts.own import closing_layouts
    from watcher.layouts.trying import shown

    settings = settings_or_exit(config)
    chosen = _chosen(settings, alert, kind, sample=sample)
    if lang not in ("en", "fr"):
        fail(f"--lang {lang}: one of en, fr", code=USAGE)
    with closing_layouts(settings) as own:
        words = shown(chosen, own, lang=lang)
    if page is not None:
        page.write_text(words.html, "utf-8")
    if as_json:
        told = {"alert": chosen.id, "subject": words.subject, "text": words.text, "html": words.html}
        print_json(told | {"refused": dict(words.refused)})
    else:
        screen().print(said(words.subject))
        screen().print()
        screen().print(words.text, markup=False)
    for name, why in words.refused.items():
        typer.echo(f"{name}: {why}; what ships stands in", err=True)
    if words.refused:
        raise typer.Exit(FINDING)


def _chosen(settings: "Settings", wanted: str, kind: str, *, sample: bool) -> "AnyAlert":
    from alerts.messages.samples import samples
    from watcher.asking.opening import opened
    from watcher.store import alerts

    made_up = samples(next((client.id for client in settings.clients), "sample-client"))
    if kind not in made_up:
        fail(f"--kind {kind}: one of {', '.join(made_up)}", code=USAGE)
    if sample:
        return made_up[kind]
    with opened(settings) as database, database.read() as connection:
        recent = alerts.recent(connection, limit=1_000)
    fitting = [one for one in recent if (one.id.startswith(wanted) if wanted else one.kind == kind)]
    if fitting:
        return fitting[0]
    if wanted:
        fail(f"no alert {wanted!r} among the last 1,000: `watcher alerts` lists those that stand", code=USAGE)
    typer.echo(f"note: no alert of the kind {kind} is kept yet: this one is made up", err=True)
    return made_up[kind]

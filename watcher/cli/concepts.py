"""``watcher concepts``: what the shared library holds."""

from typing import Annotated

import typer

from watcher.cli.loading import JsonOption
from watcher.cli.printing import FINDING, new_table, print_json, screen


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("concepts")(concepts)


def concepts(
    word: Annotated[str, typer.Argument(help="Only those whose name or meaning has this in it, e.g. strike.")] = "",
    as_json: JsonOption = False,
) -> None:
    """List the concepts of the shared library, which every assessment can call as @name.

    watcher describe --query '@ambush' --terms prints the words behind one.
    """
    from indicators.concepts import gathered, shared_concept, shared_names

    wanted = word.casefold().removeprefix("@")
    found = [(name, one) for name in shared_names() if (one := shared_concept(name)) is not None]
    chosen = [(name, one) for name, one in found if wanted in name or wanted in one.about.casefold()]
    counts = {name: gathered(name, lambda part, _: shared_concept(part)) or {} for name, _ in chosen}
    sizes = {name: {lang: len(terms) for lang, terms in sorted(by.items())} for name, by in counts.items()}
    if as_json:
        print_json([{"name": n, "about": one.about, "include": one.include, "terms": sizes[n]} for n, one in chosen])
    else:
        table = new_table("concept", "what is meant", "terms")
        for name, one in chosen:
            table.add_row(f"@{name}", one.about, ", ".join(f"{lang} {n}" for lang, n in sizes[name].items()))
        screen().print(table)
        screen().print(
            f"{len(chosen)} of {len(found)} concepts. "
            "Next: [bold]watcher describe --query '@NAME' --terms[/bold] prints the words behind one."
        )
    if not chosen:
        raise typer.Exit(FINDING)

"""``watcher search``: kept items by a query in the language of the rules."""

from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.loading import JsonOption, assessment_or_exit
from watcher.cli.past import PastConfigOption, PastItemsOption, SinceOption, items_read, settings_for
from watcher.cli.printing import FINDING, USAGE, fail, print_json, screen
from watcher.cli.progress import with_progress

if TYPE_CHECKING:
    from watcher.workbench.searching import Hit, Searcher


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("search")(search)


def search(
    query: Annotated[str, typer.Argument(help="A query as rules have it, in single quotes.")],
    *,
    assessment: Annotated[
        str, typer.Option("--assessment", "-a", help="Call the concepts and actors of this assessment.")
    ] = "",
    config: PastConfigOption = None,
    items: PastItemsOption = None,
    since: SinceOption = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="Show so many, the newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Find kept items by a query: the same words, phrases, @concepts and operators as in a rule.

    For example: watcher search '@fuel NEAR/8 @shortage AND NOT title:Nigeria' --since 6w. Concepts of
    the shared library can be called without an assessment. A query that finds what you want is the
    `match` of a new indicator.
    """
    settings = settings_for(config, needed=items is None)
    searcher = _searcher(query, assessment)
    with items_read(settings, items, since) as past:
        inside = (item for item in with_progress(past.items, past.total) if past.period.holds(item))
        found = sorted(searcher.search(inside), key=lambda hit: hit.item.when, reverse=True)
    if as_json:
        for hit in found:
            print_json(_json(hit))
    else:
        for hit in found[:limit]:
            _print(hit)
        more = f", the newest {limit} shown" if len(found) > limit else ""
        screen().print(f"{len(found)} of {past.total} item(s) since {past.period.since:%Y-%m-%d}{more}.")
        if not past.total:
            screen().print(
                "Nothing was received in that time: [bold]watcher once[/bold] polls, --since goes further back."
            )
    if past.bad_lines:
        raise typer.Exit(FINDING)


def _searcher(query: str, assessment: str) -> "Searcher":
    from indicators.query import QueryError
    from watcher.workbench.searching import Searcher

    loaded = assessment_or_exit(assessment) if assessment else None
    try:
        return Searcher(query, loaded)
    except QueryError as error:
        fail(f"{query}\n{' ' * (error.column - 1)}^\n{error}", code=USAGE)


def _print(hit: "Hit") -> None:
    from watcher.cli.marks import marked
    from watcher.workbench.excerpts import excerpts_of

    item = hit.item
    first, *below = excerpts_of(hit)
    console = screen()
    console.print(f"[dim]{item.when:%Y-%m-%d} {item.source}[/dim]", marked(first))
    for excerpt in below:
        console.print("          ", marked(excerpt))


def _json(hit: "Hit") -> dict[str, object]:
    item = hit.item
    words = [{"words": e.words, "field": e.field, "start": e.start, "end": e.end} for e in hit.evidence]
    return {"id": item.id, "source": item.source, "when": item.when, "title": item.title, "evidence": words}

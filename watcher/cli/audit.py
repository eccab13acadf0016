"""``watcher audit``: who did what, and whether the record of it is as it was written."""

from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import refusing, said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import FINDING, USAGE, fail, new_table, print_json, screen

if TYPE_CHECKING:
    from watcher.overseeing.recorded import ActsOnRecord


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("audit")(audit)


def audit(
    *,
    since: Annotated[str, typer.Option("--since", help="Not older than this: 30d, 12h, 6w or 2025-11-01.")] = "",
    who: Annotated[str, typer.Option("--who", help="By this person alone, or by watcher itself.")] = "",
    what: Annotated[str, typer.Option("--what", help="Acts with these words in them, such as silence.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100_000, help="As many at most.")] = 50,
    holds: Annotated[
        str, typer.Option("--holds", help="Only say whether the chain still has this digest, noted down earlier.")
    ] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List who did what, newest first, with what stood before and after.

    Each row holds the digest of the one before: `watcher doctor` names the row that somebody touched. Whoever cuts off
    the end and mends the rest is found by a digest that was noted down elsewhere (--holds, exit code 1 if it is gone).
    """
    from watcher.clock import utc_now
    from watcher.overseeing.recorded import recorded, still_holds
    from watcher.workbench.period import since_of

    settings = settings_or_exit(config)
    try:
        begin = since_of(since, until=utc_now()) if since else None
    except ValueError as error:
        fail(f"--since: {error}", code=USAGE)
    with refusing():
        if holds:
            _print_holds(still_holds(settings, holds), as_json=as_json)
            return
        record = recorded(settings, limit=limit, since=begin, who=who, what=what)
    _print(record, as_json=as_json)


def _print_holds(there: bool, *, as_json: bool) -> None:
    if as_json:
        print_json({"holds": there})
    else:
        screen().print("The chain has it." if there else "The chain does not have it: the record is not what it was.")
    if not there:
        raise typer.Exit(FINDING)


def _print(record: "ActsOnRecord", *, as_json: bool) -> None:
    from watcher.overseeing.recorded import as_json as entry_json
    from watcher.overseeing.recorded import in_words, told_of

    head = record.head
    if as_json:
        print_json(
            {"head": {"count": head.count, "digest": head.digest}, "entries": [entry_json(e) for e in record.entries]}
        )
        return
    table = new_table("when (UTC)", "who", "what", "before", "after", "more", title="Who did what")
    for entry in record.entries:
        told = (said(in_words(told_of(entry)[name])) for name in ("before", "after", "detail"))
        table.add_row(f"{entry.at:%Y-%m-%d %H:%M}", said(entry.who), said(entry.what), *told)
    screen().print(table)
    screen().print(f"{head.count} rows; the chain ends with {head.digest}", markup=False)
    screen().print("Next: `watcher doctor` looks whether anything was touched; note the digest down elsewhere.")

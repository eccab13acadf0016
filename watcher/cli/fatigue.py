"""``watcher fatigue``: how much each person is told, how much of it was true, and which rule to tune."""

from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import refusing, said, since_or_exit
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import new_table, print_json, screen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.overseeing.tiring import Tiredness

MOST_NOISES = 10
MOST_DAYS = 60


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("fatigue")(fatigue)


def fatigue(
    *,
    since: Annotated[str, typer.Option("--since", help="How far back: 30d, 6w or 2025-11-01.")] = "30d",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show how many messages each person got, by day and week, and how many were acted on or called false.

    Below stand the indicators and scenarios that caused most, those whose alerts or events people rejected first,
    each with the command that shows what a narrower rule would have done.
    """
    from watcher.clock import utc_now
    from watcher.overseeing.tiring import tiredness

    settings = settings_or_exit(config)
    now = utc_now()
    begin = since_or_exit(since, now)
    with refusing():
        found = tiredness(settings, since=begin, now=now)
    if as_json:
        print_json(found.as_json())
    else:
        _print(found)


def _print(found: "Tiredness") -> None:
    console = screen()
    if not found.burdens:
        console.print(f"Nobody was told anything since {found.since:%Y-%m-%d}.")
        return
    title = f"Messages since {found.since:%Y-%m-%d}"
    table = new_table(
        "who", "a day", "a week", "busiest", "alerts", "digests", "held", "taken", "acted on", "false", title=title
    )
    for one in found.burdens:
        decided = [f"{one.acknowledged} of {one.alerts}"]
        decided += [f"{n} of {one.about_moves}" for n in (one.acted, one.false)]
        table.add_row(
            said(one.recipient),
            f"{one.per_day:.1f}",
            f"{one.per_week:.1f}",
            *(str(n) for n in (one.busiest, one.alerts, one.digests, one.held)),
            *decided,
        )
    console.print(table)
    console.print("Taken: acknowledged by somebody. Acted on, false: the move was accepted or amended, rejected.")
    for one in found.burdens:
        days = list(one.messages.values())[-MOST_DAYS:]
        console.print(said(f"{one.recipient}: {bars(days)}  the last {len(days)} days, {max(days)} at most"))
    _print_noises(found)


def _print_noises(found: "Tiredness") -> None:
    table = new_table("what", "alerts", "called false", "events rejected", "to tune it", title="Noisiest")
    for one in found.noises[:MOST_NOISES]:
        counts = (str(n) for n in (one.alerts, one.false, one.rejected))
        table.add_row(said(f"{one.kind} {one.name} ({one.assessment})"), *counts, said(one.next_step))
    if found.noises:
        screen().print(table)


def bars(counts: "Iterable[int]") -> str:
    """Return one block for each of *counts*, as high as its share of the highest; a day without anything is a dot."""
    told = list(counts)
    most = max(told, default=0)
    return "".join("·" if not n else _BLOCKS[(n * len(_BLOCKS) - 1) // most] for n in told)


_BLOCKS = "▁▂▃▄▅▆▇█"

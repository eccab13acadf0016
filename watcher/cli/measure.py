"""``watcher measure``: precision and recall of every rule on labelled reports."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.loading import (
    DEFAULT_CONFIG,
    AssessmentOption,
    ConfigOption,
    JsonOption,
    assessment_meant,
    share_or_exit,
    share_told,
)
from watcher.cli.places import PlacesOption, atlas_or_exit
from watcher.cli.printing import FINDING, fail, new_table, note_unlisted, print_json, print_problems, screen

if TYPE_CHECKING:
    from watcher.workbench.measuring import Measured, Score


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("measure")(measure)


def measure(
    labelled: Annotated[
        Path, typer.Argument(help='items.jsonl whose lines also have "expected", a list of indicator ids.')
    ],
    *,
    assessment: AssessmentOption = "",
    floor: Annotated[
        str,
        typer.Option("--floor", help="Exit 1 if the precision or recall of a rule is below this share: 95% or 0.95."),
    ] = "0%",
    misses: Annotated[bool, typer.Option("--misses", help="List every false alarm and every miss.")] = False,
    places: PlacesOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show how often each rule is right on reports that a person labelled, and how often it misses.

    A line may also have "maybe": what counts there neither way. Few reports say little: the range in
    which the true share lies with 95 % is printed beside each. A set that was tuned on tells nothing
    about the next report; keep one that nobody looks at.
    """
    from indicators.matcher import Matcher
    from watcher.workbench.measuring import measured, read_labelled
    from watcher.workbench.unlisted import Unlisted

    least = share_or_exit("--floor", floor, one=1.0)
    loaded = assessment_meant(assessment, config)
    names = [indicator.id for indicator in loaded.indicators if indicator.matched]
    found, problems = read_labelled(labelled, names)
    bad = print_problems(problems)
    if not found:
        fail("nothing was measured: no labelled report could be read", code=FINDING)
    unlisted = Unlisted(loaded)
    for one in found:
        unlisted.add(one.item)
    note_unlisted(unlisted.names)
    result = measured(Matcher(loaded, atlas=atlas_or_exit(places, loaded)), found, names)
    low = [name for name, score in result.by_indicator.items() if _lowest(score) < least]
    if as_json:
        print_json(_json(result, low) | {"floor": least, "unlisted_sources": unlisted.names})
    else:
        _print(result, misses=misses)
        if low:
            screen().print(f"[bold red]below {share_told(least)}: {', '.join(low)}[/bold red]")
        elif least:
            screen().print(f"No rule is below {share_told(least)}.")
    if bad or low:
        raise typer.Exit(FINDING)


def _lowest(score: "Score") -> float:
    return min((share for share in (score.precision, score.recall) if share is not None), default=1.0)


def _print(result: "Measured", *, misses: bool) -> None:
    console = screen()
    table = new_table("indicator", "right", "wrong", "missed", "precision", "recall")
    for name, score in result.by_indicator.items():
        table.add_row(name, *_row(score))
    table.add_section()
    for lang, score in sorted(result.by_language.items()):
        table.add_row(f"language {lang}", *_row(score))
    table.add_row("all", *_row(result.total), style="bold")
    console.print(table)
    if misses:
        for slip in result.slips:
            console.print(
                f"{slip.kind} {slip.indicator} {slip.item.id}: {slip.item.title} [{slip.because}]", markup=False
            )
    console.print(
        f"{result.items} labelled item(s). Next: [bold]watcher explain-match ITEM RULE -i FILE[/bold] shows why."
    )


def _row(score: "Score") -> tuple[str, ...]:
    counts = (str(score.right), str(score.wrong), str(score.missed))
    return *counts, _told(score.precision, score.right + score.wrong), _told(score.recall, score.right + score.missed)


def _told(share: float | None, n: int) -> str:
    from watcher.workbench.measuring import interval

    span = interval(share, n)
    return f"{share:.2f} ({span[0]:.2f} to {span[1]:.2f})" if span else "-"


def _json(result: "Measured", low: list[str]) -> dict[str, object]:
    def told(score: "Score") -> dict[str, object]:
        counts = {"right": score.right, "wrong": score.wrong, "missed": score.missed}
        return counts | {"precision": score.precision, "recall": score.recall}

    return {
        "items": result.items,
        "indicators": {name: told(score) for name, score in result.by_indicator.items()},
        "languages": {lang: told(score) for lang, score in result.by_language.items()},
        "all": told(result.total),
        "below_floor": low,
        "slips": [
            {"item": s.item.id, "title": s.item.title, "indicator": s.indicator, "kind": s.kind, "because": s.because}
            for s in result.slips
        ],
    }

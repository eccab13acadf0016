"""``watcher match``: rules against a file of items. Nothing is stored or sent."""

from collections import Counter
from typing import Any

import typer

from watcher.cli.loading import (
    DEFAULT_CONFIG,
    AssessmentOption,
    ConfigOption,
    ItemsOption,
    JsonOption,
    assessment_meant,
)
from watcher.cli.places import PlacesOption, atlas_or_exit
from watcher.cli.printing import FINDING, new_table, note_unlisted, print_json, print_problems, screen
from watcher.cli.progress import with_progress


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("match")(match)


def match(
    *,
    assessment: AssessmentOption = "",
    items: ItemsOption,
    places: PlacesOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show which items match which indicators, on what words, and what was refused and why.

    With --json: one object a line for each item that matched: id, whether its source is listed in the
    assessment, and for each indicator its evidence (words, field, offsets), places, and rejected_by when a
    veto or the region refused it.
    """
    from watcher.item_files import read_items
    from watcher.judging.matching import ahead
    from watcher.workbench.unlisted import Unlisted

    loaded = assessment_meant(assessment, config)
    read = read_items(items)
    unlisted = Unlisted(loaded)
    matching = ahead(loaded, atlas=atlas_or_exit(places, loaded))
    table = new_table("item", "indicator", "evidence", "places", "refused because")
    counts: Counter[str] = Counter()
    matched = zip(read.items, matching(read.items), strict=True)
    for item, found in with_progress(matched, len(read.items), doing="Matching"):
        listed = not unlisted.add(item)
        counts.update("watched" if m.watched else "refused" if m.rejected_by else "counted" for m in found)
        if not found:
            continue
        if as_json:
            print_json(
                {
                    "id": item.id,
                    "source": item.source,
                    "source_listed": listed,
                    "when": item.when,
                    "title": item.title,
                    "indicators": [_match_json(m) for m in found],
                }
            )
            continue
        for m in found:
            words = ", ".join(e.words for e in m.evidence[:6])
            table.add_row(item.title[:60], m.indicator, words, ", ".join(m.places[:3]), m.rejected_by)
    bad = print_problems(read.problems)
    note_unlisted(unlisted.names)
    if not as_json:
        screen().print(table)
        screen().print(
            f"{len(read.items)} item(s) read: {counts['counted']} match(es) count, {counts['watched']} to look at, "
            f"{counts['refused']} refused. Next: [bold]watcher replay[/bold] shows what they would have moved."
        )
    if bad:
        raise typer.Exit(FINDING)


def _match_json(match: Any) -> dict[str, Any]:
    return {
        "indicator": match.indicator,
        "evidence": [{"words": e.words, "field": e.field, "start": e.start, "end": e.end} for e in match.evidence],
        "places": list(match.places),
        "rejected_by": match.rejected_by or None,
        "watched": match.watched,
    }

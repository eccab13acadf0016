"""``watcher match`` and ``watcher replay``: rules against a file of items. Nothing is stored or sent."""

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, Any

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


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("match")(match)
    app.command("replay")(replay)


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
    from indicators.matcher import Matcher
    from watcher.item_files import read_items
    from watcher.trial import Unlisted

    loaded = assessment_meant(assessment, config)
    read = read_items(items)
    unlisted = Unlisted(loaded)
    matcher = Matcher(loaded, atlas=atlas_or_exit(places, loaded))
    table = new_table("item", "indicator", "evidence", "places", "refused because")
    counts: Counter[str] = Counter()
    for item in read.items:
        found = matcher.match_item(item)
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


def replay(
    *,
    assessment: AssessmentOption = "",
    items: ItemsOption,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="Read the assessment as if written on this day."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Go on to this moment (UTC)."),
    ] = None,
    places: PlacesOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Play the items back in the order they became known: dated readings, outlook moves and alerts.

    Items dated before the assessment are known to its priors and move nothing; --as-of puts the
    assessment's own date back. Nothing is stored or sent.
    """
    from watcher import replay as replaying
    from watcher.item_files import read_items
    from watcher.trial import Unlisted

    loaded = assessment_meant(assessment, config)
    if as_of is not None:
        loaded = replaying.dated(loaded, as_of.date())
    read = read_items(items)
    end = until.replace(tzinfo=UTC) if until else None
    done = replaying.replay(loaded, read.items, until=end, atlas=atlas_or_exit(places, loaded))
    bad = print_problems(read.problems)
    unlisted = Unlisted(loaded)
    for item in read.items:
        unlisted.add(item)
    note_unlisted(unlisted.names)
    if as_json:
        print_json(_replay_json(done) | {"unlisted_sources": unlisted.names})
    else:
        _print_replay(done, loaded)
    if bad:
        raise typer.Exit(FINDING)


def _replay_json(done: Any) -> dict[str, Any]:
    return {
        "items": done.items,
        "matched": done.matched,
        "before_assessment": done.before,
        "readings": [
            {
                "at": r.at,
                "indicator": r.indicator,
                "level": r.level,
                "count": round(r.count, 6),
                "activation": round(r.activation, 6),
                "events": [{"id": e.id, "day": str(e.day), "place": e.place, "grade": str(e.grade)} for e in r.events],
            }
            for r in done.readings
        ],
        "moves": [
            {
                "id": m.id,
                "at": m.at,
                "scenario": m.key,
                "before": m.before,
                "after": m.after,
                "level_before": m.level_before.name.lower(),
                "level_after": m.level_after.name.lower(),
                "reasons": list(m.reasons),
                "ledger": [{"kind": r.kind, "source": r.source, "nats": r.nats} for r in m.rows],
            }
            for m in done.moves
        ],
        "alerts": [a.model_dump(mode="json") for a in done.alerts],
        "outlook": {k: e.p for k, e in done.last.outlook.estimates.items()} if done.last else {},
    }


def _print_replay(done: Any, assessment: Any) -> None:
    from indicators.bands import percent

    console = screen()
    levels = new_table("when (UTC)", "indicator", "level", "counted")
    for r in done.readings:
        levels.add_row(f"{r.at:%Y-%m-%d %H:%M}", r.indicator, r.level, f"{r.count:.2f}")
    console.print(levels)
    table = new_table("when (UTC)", "scenario", "before", "after", "level", "why")
    for m in done.moves:
        level = m.level_after.name.lower()
        table.add_row(f"{m.at:%Y-%m-%d %H:%M}", m.key, percent(m.before), percent(m.after), level, ", ".join(m.reasons))
    console.print(table)
    console.print(
        f"{done.items} item(s), {done.matched} matched, {len(done.readings)} level change(s), "
        f"{len(done.moves)} move(s), {len(done.alerts)} alert(s)."
    )
    if done.last is not None:
        ends = new_table("scenario", "prior", "at the end", "range*")
        for e in done.last.outlook.estimates.values():
            ends.add_row(e.key, percent(e.prior), percent(e.p), f"{percent(e.low)} to {percent(e.high)}")
        console.print(ends)
    if done.before:
        day = assessment.as_of
        console.print(f"{done.before} matched item(s) are older than the assessment ({day}): see --as-of.")

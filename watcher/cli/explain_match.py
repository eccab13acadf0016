"""``watcher explain-match``: why one item does or does not match one rule."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.loading import (
    DEFAULT_CONFIG,
    AssessmentOption,
    ConfigOption,
    JsonOption,
    assessment_meant,
    settings_or_exit,
)
from watcher.cli.places import PlacesOption, atlas_or_exit
from watcher.cli.printing import USAGE, fail, print_json, print_problems, screen

if TYPE_CHECKING:
    from rich.tree import Tree

    from indicators.assessments import Assessment
    from indicators.explanation import Clause, Explanation
    from indicators.items import Item


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("explain-match")(explain_match)


def explain_match(
    item: Annotated[str, typer.Argument(help="An item's id, or a headline in quotes.")],
    rule: Annotated[str, typer.Argument(help="An indicator's id, e.g. fuel_shortage.")],
    *,
    assessment: AssessmentOption = "",
    items: Annotated[Path | None, typer.Option("--items", "-i", help="Look for the id in this items.jsonl.")] = None,
    summary: Annotated[str, typer.Option(help="The text below a headline given in quotes.")] = "",
    lang: Annotated[str | None, typer.Option(help="The language of that headline: en, fr, ar.")] = None,
    places: PlacesOption = None,
    every: Annotated[bool, typer.Option("--all", help="Show every clause, not only those that decided.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show why ITEM does or does not match RULE: each clause with its words, the veto, the places.

    ITEM is looked for in --items, else among the items kept by the daemon; anything with a space in
    it is read as a headline: watcher explain-match "Convoy ambushed near Kolokani" convoy_attack_bamako -a mali-2025-12
    """
    from indicators.explanation import explain
    from indicators.matcher import Matcher

    loaded = assessment_meant(assessment, config, rule=rule)
    report = _item(item, items, config, summary=summary, lang=lang)
    try:
        found = explain(Matcher(loaded, atlas=atlas_or_exit(places, loaded)), report, rule)
    except KeyError:
        fail(_unknown(rule, loaded), code=USAGE)
    if as_json:
        print_json(_json(found, report))
    else:
        _print(found, report, every=every)


def _json(found: "Explanation", report: "Item") -> dict[str, object]:
    """Return what decided, without the report's text: a program that asks has it."""
    told = asdict(replace(found, match=None))
    del told["match"]
    rejected = (found.match.rejected_by or None) if found.match else None
    inside = list(found.match.places) if found.match else []
    return told | {"item": report.id, "matches": found.match is not None, "rejected_by": rejected, "inside": inside}


def _unknown(rule: str, assessment: "Assessment") -> str:
    from indicators.checks.references import suggestion

    known = [i.id for i in assessment.indicators if i.matched]
    return f"{assessment.id} has no indicator {rule!r} that reads items: {suggestion(rule, known)}"


def _item(wanted: str, file: Path | None, config: Path, *, summary: str, lang: str | None) -> "Item":
    from indicators.items import Item
    from watcher.clock import utc_now
    from watcher.item_files import read_items

    if " " in wanted.strip():
        return Item(id="headline", source="headline", title=wanted, summary=summary, lang=lang, fetched=utc_now())
    if file is not None:
        read = read_items(file)
        print_problems(read.problems)
        found = next((i for i in read.items if i.id == wanted), None)
    else:
        found = _kept(wanted, config)
    if found is None:
        fail(f"no item {wanted!r} in {file or config}: give its id, or a headline in quotes", code=USAGE)
    return found


def _kept(wanted: str, config: Path) -> "Item | None":
    from watcher.store import items
    from watcher.store.database import Database
    from watcher.store.errors import StoreError

    if not config.exists():
        fail(f"no items: give --items FILE, or run where {config} is, or give a headline in quotes", code=USAGE)
    try:
        with Database(settings_or_exit(config).database) as database, database.read() as connection:
            return items.find(connection, wanted)
    except StoreError as error:
        fail(str(error))


def _print(found: "Explanation", item: "Item", *, every: bool) -> None:
    from rich.markup import escape
    from rich.text import Text
    from rich.tree import Tree

    console = screen()
    console.print(Text(item.title), style="bold")
    console.print(f"[{'green' if found.counts else 'red'}]{escape(found.indicator)}: {escape(found.verdict)}[/]")
    holding = [r for r in found.readings if r.match is not None and r.match.holds]
    for reading in holding or found.readings:
        for name, clause in (("match", reading.match), ("not", reading.veto), ("announcement", reading.announcement)):
            if clause is not None and (name == "match" or clause.holds):
                console.print(_tree(Tree(f"{name}, read in {reading.lang}"), clause, every=every))
    for code in found.codes:
        console.print(f"code: {escape(code)}")
    console.print(f"where: {escape(_where(found))}")
    for doubt in found.doubts:
        console.print(f"  not taken for a place: {escape(doubt)}")
    console.print(f"Next: [bold]watcher try {found.indicator}[/bold] shows what a changed rule would have done.")


_SHORT = 70
"""Characters; a longer clause with parts is named by how they are joined."""


def _tree(branch: "Tree", clause: "Clause", *, every: bool) -> "Tree":
    from rich.text import Text

    words = f": {', '.join(clause.words)}" if clause.words else ""
    note = f" ({clause.note})" if clause.note else ""
    style = "green" if clause.holds else "dim"
    name = clause.text
    if clause.parts and len(name) > _SHORT:
        name = {"all": "all of these", "any": "any of these"}.get(clause.joined, f"{name[:_SHORT]}…")
    inner = branch.add(Text(f"{'✓' if clause.holds else '✗'} {name}{words}{note}", style=style))
    for part in clause.parts if every else clause.decisive:
        _tree(inner, part, every=every)
    return branch


def _where(found: "Explanation") -> str:
    told = [*found.places, *(f"country {code}" for code in found.countries)]
    named = f"the item names {', '.join(told) or 'no place'}"
    if found.match is None:
        return f"{named}; the rule asks for {found.region}, which is looked at once words or codes fit"
    if found.match.places:
        return f"{named}; inside {found.region}: {', '.join(found.match.places)}"
    if found.match.watched:
        return f"{named}, none in {found.region}: it does not count and is kept for a person to look at"
    refused = "where: " in found.match.rejected_by
    return f"{named}, none in {found.region}" if refused else f"{named}; {found.region} asks for no place"

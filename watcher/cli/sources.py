"""``watcher sources``: how polling goes, one poll for the eye, and lists of feeds in and out."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from watcher.cli import source_changes, source_trust
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, matchers_of, settings_or_exit
from watcher.cli.printing import FINDING, USAGE, fail, new_table, plain, print_json, screen

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from indicators.items import Item
    from indicators.matcher import Match
    from watcher.sourcing.trials import SourceHealth, SourceTrial

group = typer.Typer(name="sources", invoke_without_command=True)
source_changes.add_to(group)
source_trust.add_to(group)

MOST_SHOWN = 40
"""Reports of a trial that are shown; with --json all are printed."""

_LONGEST = 80
_FEW = 3
"""Indicators that a source could not show, up to which they are named beside it."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.add_typer(group)


@group.callback()
def sources(context: typer.Context, config: ConfigOption = DEFAULT_CONFIG, *, as_json: JsonOption = False) -> None:
    """List the sources: how each is and why, when it last said something new, how often; or use a command below.

    The bars are the last seven days: higher where more hours brought something new, a dot where nobody could look.
    Exit code 1 if one does not see. `watcher sources test ID` polls one now and keeps nothing.
    """
    if context.invoked_subcommand is not None:
        _options_stand_behind(context)
        return
    from watcher.clock import utc_now
    from watcher.sourcing.trials import sources_health
    from watcher.store.errors import StoreError

    settings, now = settings_or_exit(config), utc_now()
    try:
        found = sources_health(settings, now=now)
    except StoreError as error:
        fail(str(error))
    (print_json([_health_json(one) for one in found]) if as_json else _print_health(found, now))
    if not all(one.health.sees for one in found):
        raise typer.Exit(FINDING)


def _options_stand_behind(context: typer.Context) -> None:
    """Refuse options before the subcommand: it would not see them."""
    given = [context.get_parameter_source(name) for name in context.params]
    if any(one is not None and one.name == "COMMANDLINE" for one in given):
        called = context.invoked_subcommand
        fail(f"options stand behind the command: watcher sources {called} … -c FILE", code=USAGE)


def _health_json(one: "SourceHealth") -> dict[str, Any]:
    state, health, vitals = one.state, one.health, one.state.vitals
    return {
        "id": one.source.id,
        "kind": one.source.kind,
        "state": health.condition,
        "since": health.since,
        "reason": health.reason["en"] or None,
        "sees": health.sees,
        "last_new_at": vitals.heard_at,
        "newest_at": vitals.newest_at,
        "late_at": vitals.late_at,
        "usual_hours": one.usual_gap.total_seconds() / 3600 if one.usual_gap else None,
        "last_ok_at": state.last_ok_at,
        "next_due_at": state.next_due_at,
        "failures": state.failures,
        "fault": state.last_fault or None,
        "detail": state.last_detail or None,
        "region": one.source.region,
        "indicators": one.indicators,
        "not_shown": one.not_shown,
    }


def _print_health(found: "tuple[SourceHealth, ...]", now: "datetime") -> None:
    from rich.text import Text

    from watcher.health.week import week_bar

    table = new_table("source", "kind", "state", "last new (UTC)", "usually", "7 days", "next poll", "why, or note")
    for one in found:
        vitals = one.state.vitals
        state = Text(one.health.condition, style="" if one.health.sees else "bold red")
        table.add_row(
            one.source.id,
            one.source.kind,
            state,
            _time(vitals.heard_at),
            _length(one.usual_gap),
            week_bar(vitals.diary, now=now),
            _time(one.state.next_due_at),
            plain(one.health.reason["en"] if one.health.troubled else one.state.last_detail),
        )
    screen().print(table)
    for line in _narrow(found):
        screen().print(line, markup=False)
    screen().print("Next: `watcher sources test ID` polls one now, shows what comes, and keeps nothing.")


def _narrow(found: "tuple[SourceHealth, ...]") -> list[str]:
    """Say of sources that could not show every indicator how many they could, and what it is that limits them."""
    lines = []
    for one in (one for one in found if one.not_shown):
        limits = [f"region {', '.join(one.source.region)}"] if one.source.region else []
        limits += [f"lang {one.source.lang}"] if one.source.lang else []
        could = one.indicators - len(one.not_shown)
        missing = f", not {', '.join(one.not_shown)}" if 0 < len(one.not_shown) <= _FEW < could else ""
        told = "; ".join([*limits, f"kind {one.source.kind}"])
        lines.append(f"{one.source.id} could show {could} of {one.indicators} indicators{missing} ({told}).")
    more = len(lines) - MOST_SHOWN
    return [*lines[:MOST_SHOWN], f"… and {more} more: --json lists them"] if more > 0 else lines


def _length(gap: "timedelta | None") -> str:
    if gap is None:
        return ""
    hours = gap.total_seconds() / 3600
    return f"{hours:.0f} h" if hours < 2 * 24 else f"{hours / 24:.0f} d"


def _time(moment: "datetime | None") -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"


@group.command("test")
def try_(
    source: Annotated[str, typer.Argument(metavar="ID", help="The id of a source in the configuration.")],
    *,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Poll one source now, the way the daemon does, show what comes and which rules it fits; nothing is kept.

    It is asked as if for the first time, so everything that it shows comes. With --json: every report with its
    fields, and for each indicator that it fits, why it would not count. Exit code 1 if the poll fails.
    """
    from watcher.clock import utc_now
    from watcher.sourcing.trials import try_source

    settings = settings_or_exit(config)
    wanted = next((one for one in settings.sources if one.id == source), None)
    if wanted is None:
        fail(f"no source {source!r}; known: {', '.join(one.id for one in settings.sources)}", code=USAGE)
    tried = asyncio.run(try_source(settings, wanted, matchers_of(settings)[0], now=utc_now()))
    (print_json(_trial_json(tried)) if as_json else _print_trial(tried))
    if tried.fault:
        raise typer.Exit(FINDING)


def _trial_json(tried: "SourceTrial") -> dict[str, Any]:
    fetched = tried.fetched
    return {
        "source": tried.source,
        "fault": tried.fault or None,
        "partial": fetched.partial if fetched else None,
        "note": (fetched.note or None) if fetched else None,
        "items": [_item_json(item, tried.matches[item.id]) for item in fetched.items] if fetched else [],
    }


def _item_json(item: "Item", matches: "tuple[Match, ...]") -> dict[str, Any]:
    from dataclasses import asdict

    told = [{"indicator": match.indicator, "rejected_by": match.rejected_by or None} for match in matches]
    return asdict(item) | {"indicators": told}


def _print_trial(tried: "SourceTrial") -> None:
    if tried.fetched is None:
        typer.echo(f"{tried.source}: {tried.fault}", err=True)
        return
    fetched, console = tried.fetched, screen()
    table = new_table("when (UTC)", "report", "where", "codes", "rules")
    for item in fetched.items[:MOST_SHOWN]:
        where = (
            item.place
            or tried.places.get(item.id)
            or (f"{item.lat:.2f}, {item.lon:.2f}" if item.lat is not None else "")
        )
        rules = ", ".join(_rule(match) for match in tried.matches[item.id])
        table.add_row(
            _time(item.occurred or item.published),
            *map(plain, (item.title[:_LONGEST], where[:_LONGEST], ", ".join(item.codes[:3]), rules)),
        )
    console.print(table)
    count, fitting = len(fetched.items), sum(any(m.counts for m in found) for found in tried.matches.values())
    more = f", the first {MOST_SHOWN} are shown" if count > MOST_SHOWN else ""
    console.print(f"{count} report(s) came{more}; {fitting} would count for a rule. Nothing was kept.")
    told = "; ".join(part for part in ("cut short" if fetched.partial else "", fetched.note) if part)
    if told:
        console.print(f"note: {told}", markup=False)


def _rule(match: "Match") -> str:
    return match.indicator + ("" if match.counts else f" ({match.rejected_by or match.stance})")


@group.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A list of feeds (OPML), as feed readers export it.")],
    *,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Print the feeds of an OPML list as lines for `sources:` in watcher.yaml; those already there are left out.

    Nothing is changed: look at the lines, add family and grade (without them a source is graded F), and paste them.
    """
    from watcher.sourcing.opml import OpmlError, as_sources, read_opml

    try:
        found, unfit = read_opml(file)
    except OpmlError as error:
        fail(f"{file}: {error}")
    there = settings_or_exit(config).sources if config.is_file() or config != DEFAULT_CONFIG else ()
    lines = as_sources(found, there)
    for line in lines:
        typer.echo(line)
    left = f"; {unfit} address(es) are neither http nor https" if unfit else ""
    typer.echo(f"{len(lines)} of {len(found)} feed(s) are new{left}; paste the lines under sources:", err=True)


@group.command("export")
def export(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Print the feeds of the configuration as an OPML 2.0 list, for feed readers and for `watcher sources import`.

    Addresses stand there as they are written: ${NAME} is not filled in. Other kinds of source are left out.
    """
    from watcher.sourcing.opml import as_opml

    settings = settings_or_exit(config)
    feeds = [source for source in settings.sources if source.kind == "feed"]
    typer.echo(as_opml(feeds, title="Sources of Watcher"), nl=False)
    others = len(settings.sources) - len(feeds)
    if others:
        typer.echo(f"{others} source(s) of other kinds are left out", err=True)

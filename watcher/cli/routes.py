"""``watcher routes``: the tree of routes, and who would hear of what."""

from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import refusing, said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import USAGE, fail, new_table, print_json, screen

if TYPE_CHECKING:
    from datetime import datetime

    from rich.tree import Tree

    from alerts.routes import Route
    from indicators.assessments import Assessment
    from watcher.saying.routing import Hearing
    from watcher.settings import Settings

group = typer.Typer(name="routes", invoke_without_command=True)

_LEVELS = "baseline, watch, advisory, warning or critical"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.add_typer(group)


@group.callback()
def routes(context: typer.Context, *, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show which alerts go to whom, as a tree; or try one alert with `watcher routes test`.

    Sub-routes that carry an alert take it over from the branch they stand in. Their order means nothing.
    """
    if context.invoked_subcommand is not None:
        return
    settings = settings_or_exit(config)
    if as_json:
        print_json(
            {"routes": [r.model_dump(mode="json") for r in settings.routes], "last_resort": settings.last_resort}
        )
        return
    screen().print(_tree(settings))
    screen().print("Next: `watcher routes test --scenario SCENARIO --to warning` shows who would hear of that.")


def _tree(settings: "Settings") -> "Tree":
    from rich.tree import Tree

    tree = Tree("alerts")
    for route in settings.routes:
        _grow(tree, route)
    tree.add(said(f"what no route speaks of -> {settings.last_resort} (last resort)"))
    operators = ", ".join(r.id for r in settings.operators)
    tree.add(said(f"troubles of Watcher itself -> {operators}"))
    return tree


def _grow(tree: "Tree", route: "Route") -> None:
    branch = tree.add(said(_told(route)))
    for below in route.routes:
        _grow(branch, below)


def _told(route: "Route") -> str:
    patterns = {n: getattr(route, n) for n in ("assessment", "scenario", "region")}
    which = ", ".join(f"{n} {v}" for n, v in patterns.items() if v != "*") or "everything"
    kind = "" if route.kind == "move" else f", kind {route.kind}"
    level = "" if route.min_level == "baseline" else f", from {route.min_level} on"
    pace = f", gathered for {route.group}" if route.group else ""
    pace += f", one in {route.cool_down}" if route.cool_down else ""
    return f"{which}{kind}{level}{pace} -> {', '.join(route.to) or 'only the routes below'}"


@group.command("test")
def try_(
    *,
    scenario: Annotated[str, typer.Option("--scenario", help="A line: coup_attempt, blockade_status.continues.")],
    to: Annotated[str, typer.Option("--to", help=f"The level it reaches: {_LEVELS}.")] = "warning",
    since: Annotated[str, typer.Option("--from", help="The level it comes from.")] = "baseline",
    region: Annotated[str, typer.Option("--region", help="A region that the evidence lies in.")] = "",
    at: Annotated[str, typer.Option("--at", help='When, in UTC: "2026-03-01 02:30"; without it now.')] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show who would hear of a move, by which channels, who later and who not, and why. Nothing is sent.

    Silences that are on, quiet hours, digests and what was sent lately are taken into account.
    """
    settings = settings_or_exit(config)
    with refusing():
        found, told = _tried(settings, scenario, (since, to), region=region, at=at)
    if as_json:
        print_json([one.as_json() for one in found])
        return
    table = new_table("recipient", "hears", "by", title=told)
    for one in found:
        table.add_row(one.recipient, said(one.told), ", ".join(one.channels) or "-")
    screen().print(table)


def _tried(
    settings: "Settings", scenario: str, levels: tuple[str, str], *, region: str, at: str
) -> "tuple[tuple[Hearing, ...], str]":
    from alerts.quiet import LEVELS
    from watcher.asking.naming import line_named
    from watcher.clock import utc_now
    from watcher.saying.routing import hearings, imagined
    from watcher.store import past
    from watcher.store.database import Database

    for level in levels:
        if level not in LEVELS:
            fail(f"{level}: one of {_LEVELS}", code=USAGE)
    now = _moment(at) if at else utc_now()
    assessment, key = line_named(_assessments(settings), scenario)
    before, after = (LEVELS[level] for level in levels)
    alert = imagined(assessment, key, before=before, after=after, region=region, now=now)
    told = f"{key}: {levels[0]} -> {levels[1]}, {now:%Y-%m-%d %H:%M} UTC"
    if not past.is_there(settings.database):
        return hearings(settings, alert, None, now=now), told
    with Database(settings.database) as database:
        database.migrate()
        with database.read() as connection:
            return hearings(settings, alert, connection, now=now), told


def _assessments(settings: "Settings") -> "list[Assessment]":
    from watcher.cli.loading import assessment_or_exit

    return [assessment_or_exit(name) for name in settings.assessments]


def _moment(told: str) -> "datetime":
    from alerts.spans import moment_of

    try:
        return moment_of(told, "UTC")
    except ValueError:
        fail(f'--at {told}: write a moment in UTC: "2026-03-01 02:30"', code=USAGE)

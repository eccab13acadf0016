"""``watcher oncall``: who is on call now and in the next two weeks, holes, and changes of single days."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import ByOption, WhyOption, refusing, said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import FINDING, USAGE, fail, new_table, print_json, screen

if TYPE_CHECKING:
    from alerts.rotas import Override
    from watcher.deciding.rostering import Plan

group = typer.Typer(name="oncall", invoke_without_command=True)

RotaArgument = Annotated[str, typer.Argument(help="The rota's id.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.add_typer(group)


@group.callback()
def oncall(context: typer.Context, *, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show who is on call in each rota now and in the next 14 days, with every hole, or change that.

    Exit code 1 if there is a hole: a time in which nobody is on call.
    """
    if context.invoked_subcommand is not None:
        return
    from watcher.clock import utc_now
    from watcher.deciding.rostering import plans

    settings = settings_or_exit(config)
    with refusing():
        found = plans(settings, now=utc_now())
    if as_json:
        print_json([one.as_json() for one in found])
    else:
        _print(found)
    if any(one.holes for one in found):
        raise typer.Exit(FINDING)


def _print(found: "tuple[Plan, ...]") -> None:
    from alerts.spans import local

    for plan in found:
        table = new_table("from", "to", "on call", "why", title=f"Rota {plan.rota} ({plan.zone})")
        for duty in plan.duties:
            begins, ends = (f"{local(m, plan.zone):%a %Y-%m-%d %H:%M}" for m in (duty.start, duty.end))
            why = f"override {duty.override}" if duty.override else "its turn"
            table.add_row(begins, ends, said(duty.person or "NOBODY"), said(duty.hole or why))
        screen().print(table)
    if any(plan.holes for plan in found):
        told = "`watcher oncall override ROTA PERSON --from TIME --to TIME --why TEXT` fills a hole"
        screen().print(f"Next: {told}; until then the last resort is told.")
    else:
        screen().print("No hole. `watcher oncall override` changes single days, `export` makes a calendar.")


@group.command("override")
def override(
    rota: RotaArgument,
    person: Annotated[str, typer.Argument(help="Who is on call instead: a recipient's id; empty for nobody.")],
    *,
    start: Annotated[str, typer.Option("--from", help='On the clocks of the rota: "2026-03-01 18:00".')],
    end: Annotated[str, typer.Option("--to", help='On the clocks of the rota: "2026-03-02 09:00".')],
    why: WhyOption,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Let somebody else be on call for a time: a swap, a holiday, an illness. The last word counts."""
    from alerts.rotas import Override
    from watcher.asking.persons import by_whom
    from watcher.clock import utc_now
    from watcher.deciding.rostering import override as set_override

    settings = settings_or_exit(config)
    zone = next((one.zone for one in settings.rotas if one.id == rota), "UTC")
    begins, ends = _moment(start, zone, "--from"), _moment(end, zone, "--to")
    if ends <= begins:
        fail(f"--to {end}: it must be later than --from", code=USAGE)
    with refusing():
        who, reason = by_whom(by, why)
        wanted = Override(rota=rota, person=person.strip(), start=begins, end=ends, who=who, why=reason)
        (done,) = set_override(settings, wanted, now=utc_now())
    if as_json:
        print_json(_json(done))
        return
    _say(done)
    screen().print(f"To undo: `watcher oncall undo {done.number}`.")


def _say(done: "Override") -> None:
    span = f"{done.start:%Y-%m-%d %H:%M} to {done.end:%Y-%m-%d %H:%M} UTC"
    screen().print(said(f"Override {done.number}: {done.person or 'nobody'} is on call in {done.rota}, {span}."))


@group.command("undo")
def undo(
    number: Annotated[int, typer.Argument(help="The number of an override, as `watcher oncall` shows it.")],
    *,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Take an override back: the rota's own turn, or an earlier override, counts again."""
    from watcher.clock import utc_now
    from watcher.deciding.rostering import undo as take_back

    settings = settings_or_exit(config)
    with refusing():
        done = take_back(settings, number, who=by, now=utc_now())
    screen().print(said(f"Override {done.number} of {done.rota} is undone by {done.undone_by}."))
    screen().print("Next: `watcher oncall` shows who is on now.")


@group.command("export")
def export(
    rota: RotaArgument,
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; without it, the screen.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write who is on call in the next 14 days as a calendar (iCalendar), holes as events of their own."""
    from alerts.calendars import calendar_of
    from watcher.clock import utc_now
    from watcher.deciding.rostering import plans

    settings, now = settings_or_exit(config), utc_now()
    with refusing():
        found = next((plan for plan in plans(settings, now=now) if plan.rota == rota), None)
    if found is None:
        fail(f"no rota {rota!r}: one of {', '.join(one.id for one in settings.rotas)}", code=USAGE)
    text = calendar_of(found.duties, now=now)
    if output is None:
        typer.echo(text, nl=False)
        return
    output.write_text(text, "utf-8", newline="")
    screen().print(said(f"{output}: {len(found.duties)} event(s). Any calendar reads it."))


@group.command("import")
def import_(
    rota: RotaArgument,
    file: Annotated[Path, typer.Argument(help="An iCalendar file; the title of each event is a recipient's id.")],
    *,
    why: WhyOption,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Take the events of a calendar as overrides: all of them, or, where one cannot be, none."""
    from alerts.calendars import CalendarError, overrides_in
    from watcher.asking.persons import by_whom
    from watcher.clock import utc_now
    from watcher.deciding.rostering import override as set_override

    settings, now = settings_or_exit(config), utc_now()
    zone = next((one.zone for one in settings.rotas if one.id == rota), "UTC")
    with refusing():
        who, reason = by_whom(by, why)
        try:
            text = file.read_text("utf-8-sig")
            wanted = overrides_in(text, rota=rota, zone=zone, who=who, why=reason)
        except (OSError, UnicodeDecodeError) as error:
            fail(f"{file}: cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}")
        except CalendarError as error:
            fail(f"{file}: {error}")
        done = set_override(settings, *wanted, now=now)
    for one in done:
        _say(one)
    screen().print("Next: `watcher oncall` shows who is on now; `watcher oncall undo NO.` takes one back.")


def _moment(told: str, zone: str, option: str) -> datetime:
    from alerts.spans import moment_of

    try:
        return moment_of(told, zone)
    except ValueError:
        fail(f'{option} {told}: write a date and a time of day: "2026-03-01 18:00"', code=USAGE)


def _json(done: "Override") -> dict[str, object]:
    return {
        "number": done.number,
        "rota": done.rota,
        "person": done.person or None,
        "start": done.start,
        "end": done.end,
        "who": done.who,
        "why": done.why,
    }

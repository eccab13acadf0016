"""``watcher alerts``, ``ack`` and ``unack``: which warnings stand, who has them, and taking one."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import ByOption, WhyOption, length_or_exit, refusing, said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import FINDING, new_table, print_json, screen

if TYPE_CHECKING:
    from watcher.deciding.acknowledging import OpenAlert, Taken

AlertArgument = Annotated[str, typer.Argument(help="The alert's id (its beginning is enough), or its scenario.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("alerts")(alerts)
    app.command("ack")(ack)
    app.command("unack")(unack)
    app.command("escalate")(escalate)


def alerts(*, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List the warnings that stand, the gravest first: how old, who has each, and which chain runs.

    Exit code 1 if one stands that nobody has, or if an assessment was never judged.
    """
    from watcher.clock import utc_now
    from watcher.deciding.acknowledging import open_alerts
    from watcher.deciding.desk import never_judged

    settings, now = settings_or_exit(config), utc_now()
    with refusing():
        found, unjudged = open_alerts(settings, now=now), never_judged(settings)
    if as_json:
        print_json([one.as_json(now=now) for one in found])
    else:
        _print(found, unjudged, now)
    if unjudged or any(one.acknowledgement is None for one in found):
        raise typer.Exit(FINDING)


def _print(found: "tuple[OpenAlert, ...]", unjudged: tuple[str, ...], now: datetime) -> None:
    if found:
        _print_warnings(found, now)
    elif not unjudged:
        screen().print("No warning stands: every line is at baseline.")
    for name in unjudged:
        screen().print(f"{name} was never judged, so no warning of it can stand.")
    if unjudged:
        screen().print("Next: `watcher once` or `watcher run` judges.")


def _print_warnings(found: "tuple[OpenAlert, ...]", now: datetime) -> None:
    from alerts.alert import Alert

    table = new_table("alert", "level", "warning", "age", "who has it", "held", title=f"Warnings ({len(found)})")
    for one in found:
        has = one.acknowledgement
        told = f"{one.told}, until {has.until:%m-%d %H:%M} UTC" if has is not None else one.told
        held = ", ".join(one.held) or "-"
        level = one.alert.level.name.lower()
        table.add_row(one.alert.id[:8], level, said(one.line), _age(now, one.alert.at), said(told), said(held))
    screen().print(table)
    screen().print("Next: `watcher ack ALERT` takes one.")
    moved = next((one.alert for one in found if isinstance(one.alert, Alert)), None)
    if moved is not None:
        screen().print(said(f"`watcher outlook {moved.scenario}` shows what is behind its figure, and how sure it is."))


def _age(now: datetime, at: datetime) -> str:
    minutes = max(0, int((now - at).total_seconds() // 60))
    if minutes < 120:  # noqa: PLR2004 - two hours in minutes, then hours, then days
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


def ack(
    alert: AlertArgument,
    *,
    note: Annotated[str, typer.Option("--note", help="What you do about it; others read it.")] = "",
    lasts: Annotated[
        str, typer.Option("--for", help="How long you have it: 45m, 4h or 2d; three days at most.")
    ] = "4h",
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Take an alert: its chain stops, and who asks is told that you have it. Nothing is hidden by it.

    A rise, new evidence or the end of the time opens it again. Exit code 1 if it could not be taken.
    """
    from alerts.acknowledgements import Answer
    from watcher.clock import utc_now
    from watcher.deciding.acknowledging import acknowledge

    settings = settings_or_exit(config)
    with refusing():
        done = acknowledge(settings, alert, who=by, note=note, lasts=length_or_exit(lasts), now=utc_now())
    _say(done, as_json=as_json)
    if done.answer not in (Answer.TAKEN, Answer.YOURS):
        raise typer.Exit(FINDING)


def _say(done: "Taken", *, as_json: bool) -> None:
    has = done.acknowledgement
    if as_json:
        owner, until = (has.owner, has.until) if has is not None else (None, None)
        print_json({"answer": done.answer, "alert": done.alert.id, "owner": owner, "until": until})
        return
    screen().print(said(f"Alert {done.alert.id[:8]} about {done.alert.subject_key}: {done.told}."))
    if has is not None:
        screen().print(f"To undo: `watcher unack {done.alert.id[:8]}`; its chain then begins again.")
    else:
        screen().print("Next: `watcher alerts` lists what stands.")


def unack(
    alert: AlertArgument, *, by: ByOption = "", config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False
) -> None:
    """Give an alert back that somebody has taken: it is open again, and its chain begins again at once."""
    from watcher.clock import utc_now
    from watcher.deciding.acknowledging import give_back

    settings = settings_or_exit(config)
    with refusing():
        done = give_back(settings, alert, who=by, now=utc_now())
    if as_json:
        print_json({"alert": done.alert.id, "was": done.acknowledgement.owner if done.acknowledgement else None})
        return
    screen().print(said(f"Alert {done.alert.id[:8]} about {done.alert.subject_key} is open again."))
    screen().print(f"Next: `watcher ack {done.alert.id[:8]}` takes it.")


def escalate(
    alert: AlertArgument,
    *,
    why: WhyOption,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Take the next step of an alert's chain now, without its wait; without a chain that of `escalation` begins.

    Refused where somebody has it: `watcher unack` gives it back, and its chain then begins again at once.
    """
    from watcher.clock import utc_now
    from watcher.saying.escalating import escalate_now

    settings = settings_or_exit(config)
    with refusing():
        done = escalate_now(settings, alert, who=by, why=why, now=utc_now())
    if as_json:
        print_json({"alert": done.alert.id, "reached": list(done.reached)})
        return
    screen().print(said(f"Alert {done.alert.id[:8]} about {done.alert.subject_key}: called {', '.join(done.reached)}."))
    screen().print("Next: `watcher outbox` shows whether it arrived; if nobody answers, the chain goes on by itself.")

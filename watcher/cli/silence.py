"""``watcher silence``: hold messages for a time, with a reason and an end."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from watcher.cli.deciding import ByOption, WhyOption, length_or_exit, refusing, said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import USAGE, fail, new_table, print_json, screen

if TYPE_CHECKING:
    from watcher.deciding.silencing import Silenced

group = typer.Typer(name="silence", no_args_is_help=True)

_LEVELS = "baseline, watch, advisory, warning or critical"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.add_typer(group, help="Hold messages for a time: nothing is dropped, and what was held comes as one digest.")


@group.command("set")
def set_(
    *,
    lasts: Annotated[str, typer.Option("--for", help="How long: 45m, 4h or 2d; a month at most.")],
    why: WhyOption,
    by: ByOption = "",
    scenario: Annotated[
        str, typer.Option("--scenario", help="Only this scenario, or what a trouble is about; * for any letters.")
    ] = "*",
    assessment: Annotated[str, typer.Option("--assessment", "-a", help="Only this assessment.")] = "*",
    recipient: Annotated[str, typer.Option("--recipient", help="Only for this recipient.")] = "*",
    kind: Annotated[str, typer.Option("--kind", help="Only this kind: move, system, notice.")] = "*",
    up_to: Annotated[str, typer.Option("--up-to", help=f"The highest level it hides: {_LEVELS}.")] = "advisory",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Set a silence: alerts that fit are held until it ends.

    A level above --up-to always goes out, and so does the end of a warning that somebody was told of.
    """
    from alerts.quiet import LEVELS
    from alerts.silences import Silence
    from watcher.asking.persons import by_whom
    from watcher.clock import utc_now
    from watcher.deciding.silencing import set_silence

    settings = settings_or_exit(config)
    if up_to not in LEVELS:
        fail(f"--up-to {up_to}: one of {_LEVELS}", code=USAGE)
    now = utc_now()
    with refusing():
        who, reason = by_whom(by, why)
        wanted = Silence(
            who=who,
            why=reason,
            start=now,
            end=now + length_or_exit(lasts),
            assessment=assessment,
            subject=scenario,
            kind=kind,
            recipient=recipient,
            up_to=LEVELS[up_to],
        )
        done = set_silence(settings, wanted, now=now)
    if as_json:
        print_json(_json(done.silence) | {"would_have_held": done.would_have_held, "of": done.of})
        return
    silence, console = done.silence, screen()
    console.print(said(f"Silence {silence.number} until {silence.end:%Y-%m-%d %H:%M} UTC, by {who}: {reason}"))
    console.print(f"Of the {done.of} alert(s) of the last 7 days it would have held {done.would_have_held}.")
    console.print(f"To undo: `watcher silence end {silence.number}`; what it holds then goes out at once.")


@group.command("end")
def end(
    number: Annotated[int, typer.Argument(help="Its number, as `watcher silence list` prints it.")],
    *,
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """End a silence now; what it holds goes out together within seconds, if the daemon runs."""
    from watcher.clock import utc_now
    from watcher.deciding.silencing import end_silence

    settings = settings_or_exit(config)
    with refusing():
        done = end_silence(settings, number, who=by, now=utc_now())
    if as_json:
        print_json(_json(done.silence) | {"let_go": done.holds})
        return
    told = f"{done.holds} held message(s) go out now" if done.holds else "it held nothing"
    screen().print(f"Silence {number} ended {done.silence.end:%Y-%m-%d %H:%M} UTC: {told}.")


@group.command("list")
def list_(
    *,
    every: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List the silences that are on or to come, the first to end first, and what each holds."""
    from watcher.clock import utc_now
    from watcher.deciding.silencing import silences_listed

    settings = settings_or_exit(config)
    with refusing():
        found = silences_listed(settings, now=utc_now(), every=every)
    if as_json:
        print_json([_json(one.silence) | {"holds": one.holds} for one in found])
        return
    _print(found)


def _print(found: "tuple[Silenced, ...]") -> None:
    if not found:
        screen().print("No silence is on. `watcher silence set --for 4h --why TEXT` sets one.")
        return
    table = new_table("no.", "until (UTC)", "hides", "up to", "holds", "by", "why", title=f"Silences ({len(found)})")
    for one in found:
        silence = one.silence
        until = f"{silence.end:%Y-%m-%d %H:%M}" + (f", ended by {silence.ended_by}" if silence.ended_by else "")
        patterns = (silence.assessment, silence.subject, silence.kind, silence.recipient)
        names = ("assessment", "scenario", "kind", "recipient")
        hides = ", ".join(f"{n} {v}" for n, v in zip(names, patterns, strict=True) if v != "*") or "everything"
        level = silence.up_to.name.lower()
        table.add_row(
            str(silence.number), until, said(hides), level, str(one.holds), said(silence.who), said(silence.why)
        )
    screen().print(table)
    screen().print("Next: `watcher silence end NO.`; `watcher outbox` has each message that is held.")


def _json(silence: Any) -> dict[str, Any]:
    return {
        "number": silence.number,
        "start": silence.start,
        "end": silence.end,
        "assessment": silence.assessment,
        "scenario": silence.subject,
        "kind": silence.kind,
        "recipient": silence.recipient,
        "up_to": silence.up_to.name.lower(),
        "who": silence.who,
        "why": silence.why,
        "ended_by": silence.ended_by or None,
    }

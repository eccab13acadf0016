"""``watcher resolve``: a named person marks a scenario against its written rule."""

from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import ByOption, WhyOption, print_foreseen, refusing, said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import USAGE, fail, print_json, screen
from watcher.deciding.verdicts import Verdict

if TYPE_CHECKING:
    from watcher.deciding.resolving import Question


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("resolve")(resolve)


def resolve(
    scenario: Annotated[str, typer.Argument(help="A scenario's id, e.g. coup_attempt or blockade_status.continues.")],
    verdict: Annotated[Verdict, typer.Argument(help="What you rule.")],
    *,
    why: WhyOption,
    by: ByOption = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask again.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Rule on SCENARIO against its written rule, which is printed first.

    occurred and did-not take the model's place; next-period: it did not occur within the horizons that are over, and
    the question goes on with the model; void: nobody can say, and no forecast of it is scored; not-yet: looked at, the
    rule is not met and the question stays open; withdraw: the ruling that stands is taken back.
    """
    from watcher.asking.persons import by_whom
    from watcher.clock import utc_now
    from watcher.deciding.resolving import question
    from watcher.deciding.resolving import resolve as put_on_record

    settings = settings_or_exit(config)
    if as_json and not yes:
        fail("--json asks nothing: add --yes once the rule has been read", code=USAGE)
    with refusing():
        who, reason = by_whom(by, why)
        asked = question(settings, scenario)
        if not as_json:
            _print_rule(asked)
        if not (yes or typer.confirm(f"Put on record '{verdict}', by {who}?", err=True)):
            fail("nothing was put on record")
        done = put_on_record(settings, scenario, verdict, who=who, why=reason, now=utc_now())
    if as_json:
        told = {"scenario": scenario, "verdict": verdict, "who": who, "why": reason, "at": done.ruling.at}
        print_json(told | {"rule": asked.forecast.resolves, "foreseen": done.foreseen.as_json()})
        return
    console = screen()
    console.print(said(f"On record: {scenario} {verdict}, by {who}: {reason}"))
    print_foreseen(done.foreseen)
    if verdict in (Verdict.DID_NOT, Verdict.NEXT_PERIOD):
        console.print(f"It settles figures whose {asked.forecast.horizon_days} days are over; later ones stay open.")
    if verdict in (Verdict.NOT_YET, Verdict.NEXT_PERIOD, Verdict.WITHDRAW):
        console.print("The question is open; the model speaks.")
    if verdict not in (Verdict.NOT_YET, Verdict.WITHDRAW):
        console.print(f"To undo: `watcher resolve {scenario} withdraw --why TEXT`.")


def _print_rule(asked: "Question") -> None:
    console, forecast = screen(), asked.forecast
    name = forecast.name.get("en") or next(iter(forecast.name.values()))
    console.print(said(f"{forecast.key}: {name}"), style="bold")
    console.print(said(f"Resolves when: {forecast.resolves}"))
    if asked.standing is not None:
        from watcher.deciding.resolving import verdict_of

        last = asked.standing
        told = f"Ruled: {verdict_of(last)}, by {last.who}, {last.at:%Y-%m-%d %H:%M} UTC: {last.why}"
        console.print(said(told))

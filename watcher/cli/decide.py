"""``watcher decide``: a named person accepts, amends or rejects a move."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.deciding import ByOption, WhyOption, refusing, said
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit, share_or_exit
from watcher.cli.printing import USAGE, fail, print_json, screen

if TYPE_CHECKING:
    from indicators.outlooks import Sureness

_SHORT = 8
_SAME = 5e-4
"""Probabilities nearer than this are one and the same."""


class Choice(StrEnum):
    """What can be decided about a move."""

    ACCEPT = "accept"
    AMEND = "amend"
    REJECT = "reject"
    WITHDRAW = "withdraw"


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("decide")(decide)


def decide(
    move: Annotated[str, typer.Argument(help="The move's id, which its alert has too; its beginning is enough.")],
    choice: Annotated[Choice, typer.Argument(help="What you decide.")],
    *,
    why: WhyOption,
    p: Annotated[str, typer.Option("--p", help="With amend: the probability that is yours, 20% or 0.2.")] = "",
    confidence: Annotated[
        str, typer.Option(help="With accept and amend: low, moderate or high; the machine never proposes high.")
    ] = "",
    by: ByOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Decide whether a move stands in the analyst's line; the machine's line is never changed.

    accept: its figure is ours. amend: ours is --p. reject: ours stays where it stood. withdraw: what was decided
    last about this move no longer stands.
    """
    from indicators.bands import percent
    from indicators.decisions import MoveDecisionKind
    from watcher.clock import utc_now
    from watcher.deciding.moves import decide_move, decision_json

    settings = settings_or_exit(config)
    figure = share_or_exit("--p", p, one=1.0) if p else None
    sure = _sureness(confidence)
    with refusing():
        done = decide_move(
            settings, move, MoveDecisionKind(choice), who=by, why=why, now=utc_now(), p=figure, confidence=sure
        )
    made = done.decision
    if as_json:
        line = {"before": done.before, "after": done.after}
        print_json(decision_json(made) | {"scenario": made.key, "machine": done.move.after, "analyst": line})
        return
    console = screen()
    console.print(said(f"Decision {made.number}: {made.kind} {made.move[:_SHORT]} by {made.who}: {made.why}"))
    console.print(f"  {made.key}: the machine's move to {percent(done.move.after)} stays as it was", markup=False)
    same = abs(done.before - done.after) < _SAME
    stays = f"stays at {percent(done.after)}" if same else f"{percent(done.before)} -> {percent(done.after)}"
    console.print(f"  {made.key}: the analyst's line {stays}", markup=False)
    undo = f"`watcher decide {made.move[:_SHORT]} withdraw --why TEXT`"
    console.print(f"Next: `watcher history {made.key}` draws both lines. To undo: {undo}.", markup=False)


def _sureness(written: str) -> "Sureness | None":
    from indicators.outlooks import Sureness

    if not written:
        return None
    try:
        return Sureness(written.lower())
    except ValueError:
        fail(f"--confidence: {written!r} is none of {', '.join(Sureness)}", code=USAGE)

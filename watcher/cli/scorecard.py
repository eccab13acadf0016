"""``watcher scorecard``: every probability that was published, resolved or open."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import fail, new_table, print_json, screen

if TYPE_CHECKING:
    from watcher.scoring.scorecards import PublishedFigure, Scorecard

MOST_NEXT = 12
"""Open figures that are shown; with --all every one is."""


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("scorecard")(scorecard)


def scorecard(
    config: ConfigOption = DEFAULT_CONFIG,
    every: Annotated[bool, typer.Option("--all", help="List every published figure, not only what is next.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show how good the published probabilities were: each with its end, what came of it, and its Brier score.

    A figure is published when a version is first judged and with every notice of a move. It is settled by a
    person's ruling alone; until then it is open, and due once its horizon is over. Nothing is ever taken off.
    """
    from watcher.clock import utc_now
    from watcher.scoring.scorecards import scorecard as card_of
    from watcher.store import StoreError, past

    settings = settings_or_exit(config)
    if not past.is_there(settings.database):
        fail("there is no database yet, so nothing was published: run `watcher once`, then look here again")
    try:
        card = card_of(settings, now=utc_now())
    except StoreError as error:
        fail(str(error))
    if as_json:
        print_json(_json(card))
    else:
        _print(card, every=every)


def _print(card: "Scorecard", *, every: bool) -> None:
    from watcher.cli.backtest_page import print_bins
    from watcher.scoring.scorecards import Status

    console = screen()
    if not card.entries:
        console.print(
            "Nothing was published yet. A figure is published when an assessment is first judged and whenever it "
            "moves.\nNext: [bold]watcher once[/bold], then look here again."
        )
        return
    counts = ", ".join(f"{card.count(status)} {status}" for status in Status)
    console.print(f"{len(card.entries)} published figure(s): {counts}.")
    if card.resolved:
        told = f"Mean Brier score {card.brier:.3f} (0 is perfect)" if card.brier is not None else ""
        gain = f", skill against the authors' priors {card.skill:+.2f}" if card.skill is not None else ""
        console.print(
            f"{told}{gain}. Figures of one scenario weeks apart share their days: they are no separate cases."
        )
        print_bins(card.calibration, console, title="Calibration: of all settled figures, how much came true")
        _say_leads(card)
        _table(card.resolved if every else card.resolved[-MOST_NEXT:], "Settled (the last of them)")
    else:
        console.print("None is settled yet: that takes a person's ruling, or the end of a horizon and then a ruling.")
    waiting = card.next
    if waiting:
        _table(waiting if every else waiting[:MOST_NEXT], "What resolves next")
        if len(waiting) > MOST_NEXT and not every:
            console.print(f"… and {len(waiting) - MOST_NEXT} more: --all shows them.")
    due = card.count(Status.DUE)
    if due:
        console.print(f"{due} figure(s) are due: their horizon is over, and a person has to say what came of it.")
    console.print("Next: [bold]watcher outlook SCENARIO[/bold] shows the ledger behind a figure that stands.")


def _say_leads(card: "Scorecard") -> None:
    leads = card.lead_times
    if leads.episodes:
        told = f", {leads.median:.1f} days before (the median)" if leads.median is not None else ""
        screen().print(f"Of {leads.episodes} that came true, {leads.warned} had a warning{told}.")


def _table(entries: "tuple[PublishedFigure, ...]", title: str) -> None:
    from indicators.bands import percent

    table = new_table("published (UTC)", "scenario", "p", "why", "until", "status", "came true", "Brier", title=title)
    for e in entries:
        came = "" if e.happened is None else "yes" if e.happened else "no"
        score = "" if e.brier is None else f"{e.brier:.3f}"
        when = f"{e.at:%Y-%m-%d %H:%M}"
        table.add_row(when, e.key, percent(e.p), e.why, f"{e.end:%Y-%m-%d}", str(e.status), came, score)
    screen().print(table)


def _json(card: "Scorecard") -> dict[str, Any]:
    from watcher.cli.backtest_json import bins_json
    from watcher.scoring.scorecards import Status

    return {
        "at": card.at,
        "assessments": list(card.assessments),
        "counts": {str(status): card.count(status) for status in Status},
        "brier": card.brier,
        "skill_against_priors": card.skill,
        "calibration": bins_json(card.calibration),
        "leads": [
            {"assessment": e.assessment, "scenario": e.key, "ruled_at": e.ruled_at, "days": e.days} for e in card.leads
        ],
        "next": [_entry(e) for e in card.next[:MOST_NEXT]],
        "entries": [_entry(e) for e in card.entries],
    }


def _entry(entry: "PublishedFigure") -> dict[str, Any]:
    return {
        "assessment": entry.assessment,
        "version": entry.version,
        "scenario": entry.key,
        "at": entry.at,
        "p": entry.p,
        "prior": entry.prior,
        "end": entry.end,
        "why": entry.why,
        "status": str(entry.status),
        "happened": entry.happened,
        "brier": entry.brier,
        "ruled_by": entry.ruled_by or None,
    }

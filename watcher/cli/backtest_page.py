"""How ``watcher backtest`` prints its findings: what to doubt first, then scores, then warnings."""

from typing import TYPE_CHECKING

from watcher.cli.printing import new_table

if TYPE_CHECKING:
    from rich.console import Console

    from indicators.backtest.results import Backtest, LineResult
    from indicators.bands import WarningLevel
    from indicators.scoring.bootstrap import Interval
    from indicators.scoring.calibration import Bin
    from indicators.scoring.episodes import Episode
    from watcher.scoring.backtesting import Backtested

MOST_EPISODES = 40
"""Happenings that are listed; --json has all."""


def print_backtest(tested: "Backtested", console: "Console") -> None:
    """Print everything about *tested* that a person reads, on *console*."""
    result = tested.result
    for caution in tested.cautions:
        console.print(f"! {caution}", markup=False, style="bold yellow")
    _print_made_of(tested, console)
    _print_windows(result, console)
    _print_brier(result, console)
    _print_skill(result, console)
    print_bins(result.calibration, console, title="Calibration: of all settled figures, how much came true")
    _print_ranks(result, console)
    _print_warnings(result, console)
    _print_episodes(result, console)
    _print_value(result, console)
    _print_load(result, console)


def _print_made_of(tested: "Backtested", console: "Console") -> None:
    result, frozen = tested.result, tested.frozen
    span = f"{result.first:%Y-%m-%d} to {result.last:%Y-%m-%d}"
    origins = f"{result.origins} origins, one every {result.every} day(s), {span}"
    delay = f"{tested.delay.total_seconds() / 3600:g} h"
    unfetched = f"{tested.unfetched} without a time of receipt, taken as known {delay} after publication"
    sources = ", ".join(s or "nobody named" for s in tested.sources) or "nothing"
    said = [
        f"Rules: {frozen.assessment} version {frozen.version}, sha256 {frozen.sha256[:16]}, code {frozen.code}.",
        f"Asked: {origins}; outcomes known up to {result.until}.",
        f"Judged: {tested.pace.told}.",
        f"Archive: {tested.items} item(s); {unfetched}.",
        f"Outcomes say: {sources}. They must come from elsewhere than our own feed.",
    ]
    if tested.unanswered:
        said.append(f"{tested.unanswered} origin(s) lie before anything was known: nothing was said there.")
    for line in said:
        console.print(line, markup=False, soft_wrap=True)


def _print_windows(result: "Backtest", console: "Console") -> None:
    from indicators.backtest.outcomes import Status

    table = new_table(
        "question", "horizon", "scored", "with event", "episodes", "void", "not over", "unknown", title="Windows"
    )
    for q in result.questions:
        counts = [str(q.count(s)) for s in (Status.VOID, Status.OPEN, Status.UNKNOWN)]
        happened = "-" if q.asked.exclusive else str(q.positive)
        scored = str(q.count(Status.SETTLED))
        table.add_row(q.asked.id, f"{q.asked.horizon_days} d", scored, happened, str(q.episodes), *counts)
    console.print(table)
    console.print("Windows overlap: count the episodes. Void and unfinished windows are not scored.")


def _print_brier(result: "Backtest", console: "Console") -> None:
    from indicators.backtest.methods import Method

    table = new_table("question", *Method, title="Brier score (0 is perfect; lower is better; same windows for all)")
    for q in (q for q in result.questions if q.scores):
        table.add_row(q.asked.id, *(_three(q.scores[m].brier) if m in q.scores else "-" for m in Method))
    console.print(table)
    logs = new_table("question", *Method, title="Log score (surprise in nats, p kept within 0.01 to 0.99)")
    for q in (q for q in result.questions if q.scores):
        logs.add_row(q.asked.id, *(_three(q.scores[m].log) if m in q.scores else "-" for m in Method))
    console.print(logs)
    for q in result.questions:
        ours = q.scores.get(Method.OURS)
        if ours is not None and ours.ranked is not None:
            console.print(f"{q.asked.id}: ranked probability score {ours.ranked:.3f} (states in the file's order).")


def _print_skill(result: "Backtest", console: "Console") -> None:
    from indicators.scoring.bootstrap import FEWEST_BLOCKS

    against = [s.against for s in result.questions[0].skill] if result.questions else []
    title = "Skill of watcher (above 0: better than; in brackets the 90 % range over blocks of one horizon)"
    table = new_table("question", "blocks", *(f"vs {a}" for a in against), title=title)
    for q in result.questions:
        table.add_row(q.asked.id, str(q.blocks), *(_ranged(s.skill, s.interval) for s in q.skill))
    console.print(table)
    if any(0 < q.blocks < FEWEST_BLOCKS for q in result.questions):
        console.print(f"No range where fewer than {FEWEST_BLOCKS} blocks do not overlap: it would mean nothing.")


def print_bins(bins: "tuple[Bin, ...]", console: "Console", *, title: str) -> None:
    """Print a calibration table with its counts."""
    table = new_table("term", "range", "figures", "mean p", "came true", "share", title=title)
    for b in bins:
        share = "-" if b.share is None else f"{100 * b.share:.0f} %"
        mean = "-" if b.mean_p is None else f"{100 * b.mean_p:.0f} %"
        table.add_row(b.term, b.printed, str(b.forecasts), mean, str(b.happened), share)
    console.print(table)


def _print_ranks(result: "Backtest", console: "Console") -> None:
    refused: dict[str, list[str]] = {}
    for line in (line for q in result.questions for line in q.lines):
        found = line.discrimination
        if found.auroc is not None and found.aupr is not None:
            console.print(f"{line.key}: AUROC {found.auroc:.3f}, AUPR {found.aupr:.3f}.", markup=False)
        else:
            refused.setdefault(found.why_not, []).append(line.key)
    for why_not, keys in refused.items():
        console.print(f"No AUROC or AUPR ({why_not}): {', '.join(keys)}.", markup=False)


def _print_warnings(result: "Backtest", console: "Console") -> None:
    columns = (
        "line",
        "level",
        "hits",
        "hit rate",
        "false",
        "false ratio",
        "false/30 d",
        "late",
        "open",
        "lead",
        ">= 7 d",
    )
    title = "Warnings: hit rate and false alarms belong together (lead: median days from the first move)"
    table = new_table(*columns, title=title)
    for line in (line for q in result.questions for line in q.lines):
        for level, a in line.alarms.items():
            if not (a.right or a.false or a.late or a.open or a.void):
                continue
            hits = f"{len(a.leads) - len(a.missed)} of {len(a.leads)}"
            rates = (_share(a.hit_rate), str(a.false), _share(a.false_alarm_ratio), _two(a.false_a_month))
            rest = (str(a.late), str(a.open), _days(a.lead.median), _share(a.lead.share_enough))
            table.add_row(line.key, level.name.lower(), hits, *rates, *rest)
    if table.row_count:
        console.print(table)
    else:
        console.print("Warnings: none was given in the whole span.")


def _print_episodes(result: "Backtest", console: "Console") -> None:
    from indicators.backtest.protocol import WARNED

    rows = [
        (str(episode.first), line.key, *(_lead(line, level, episode) for level in WARNED))
        for q in result.questions
        for line in q.lines
        for episode in line.episodes
    ]
    if not rows:
        console.print("Nothing happened in the span, by the record: hits and lead times cannot be told.")
        return
    table = new_table("began", "line", *(f"{lvl.name.lower()}" for lvl in WARNED), title="Each happening: days of lead")
    for row in sorted(rows)[:MOST_EPISODES]:
        table.add_row(*row)
    console.print(table)
    if len(rows) > MOST_EPISODES:
        console.print(f"… and {len(rows) - MOST_EPISODES} more: --json has all.")


def _lead(line: "LineResult", level: "WarningLevel", episode: "Episode") -> str:
    leads = dict(line.alarms[level].leads)
    if episode not in leads:
        return "not watched"
    lead = leads[episode]
    return "missed" if lead is None else f"{lead:.0f}"


def _print_value(result: "Backtest", console: "Console") -> None:
    lines = [line for q in result.questions for line in q.lines if any(v.value is not None for v in line.value)]
    if not lines:
        console.print("Cost-loss value: none, for where something happened always or never nothing can be gained.")
        return
    title = "Cost-loss value at C/L (1: as knowing the future; 0: as knowing how often; below: worse)"
    table = new_table("line", *(f"{v.ratio:.2f}" for v in lines[0].value), title=title)
    for line in lines:
        table.add_row(line.key, *(_two(v.value) for v in line.value))
    console.print(table)


def _print_load(result: "Backtest", console: "Console") -> None:
    rate = result.alerts_per_analyst_day
    told = "-" if rate is None else f"{rate:.2f} a day for each of {result.analysts} analyst(s)"
    console.print(f"Alerts: {len(result.moves)} in {result.days:.0f} days, {told}.")
    flips = [f"{x.key} {x.flips_a_month:.2f}" for q in result.questions for x in q.lines if x.flips_a_month]
    console.print(f"Settled terms changed (a line and 30 days): {', '.join(flips) or 'never'}.", markup=False)


def _ranged(value: float | None, interval: "Interval | None") -> str:
    if value is None:
        return "-"
    return f"{value:+.2f} [{interval.low:+.2f}, {interval.high:+.2f}]" if interval else f"{value:+.2f}"


def _three(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _two(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.0f} %"


def _days(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"

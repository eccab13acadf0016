"""``watcher outlook``: what stands, how far it can be leaned on, and what would change our mind."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from watcher.cli.deciding import refusing
from watcher.cli.loading import DEFAULT_CONFIG, ConfigOption, JsonOption, settings_or_exit
from watcher.cli.printing import figure, new_table, print_json, screen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicators.levels import Reading
    from indicators.outlooks import Change, Row, Turning
    from watcher.showing.standing import LineStanding


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("outlook")(outlook)


def outlook(
    scenario: Annotated[str, typer.Argument(help="A scenario's key; without it, all of them.")] = "",
    *,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show the outlook of the last judgement; with a scenario, everything behind its figure.

    For one scenario: the ledger in nats and percentage points with the level behind each row, the range under
    other ratings, what would stand without each publisher family, the proposed confidence with its doubts, and
    the smallest sets of indicators that would carry it into its next word, up and down.

    Examples: `watcher outlook`, `watcher outlook coup_attempt`.
    """
    from indicators.baselines import counted_before
    from watcher.asking.naming import line_named
    from watcher.asking.opening import opened
    from watcher.deciding.desk import desks
    from watcher.showing.standing import standing_in_full, standings

    settings = settings_or_exit(config)
    notes: list[str] = []
    with refusing(), opened(settings) as database, database.read() as connection:
        known = desks(connection, settings)
        if not scenario:
            found = [one for desk in known for one in standings(desk)]
            notes = [counted_before(desk.assessment, desk.evaluation.readings) for desk in known]
        else:
            assessment, key = line_named([d.assessment for d in known], scenario)
            desk = next(d for d in known if d.assessment is assessment)
            found = [standing_in_full(desk, key)]
    if as_json:
        print_json([_json(one) for one in found])
    elif scenario:
        _print_line(found[0])
    else:
        _print_all(found, [note for note in notes if note])


def _print_all(found: "list[LineStanding]", notes: "list[str]") -> None:
    from indicators.bands import percent

    console = screen()
    dated = any(one.by_deadline is not None for one in found)
    table = new_table(
        "scenario", "p", "term", "by", "range*", "warning", "confidence", *(["by its last day"] if dated else [])
    )
    for one in found:
        e = one.estimate
        table.add_row(
            e.key,
            figure(e.p, e.happened),
            one.band.spelled(),
            f"{one.forecast.deadline(one.at):%Y-%m-%d}",
            f"{percent(e.low)} to {percent(e.high)}",
            one.level.name.lower() + (" (degraded)" if one.degraded else ""),
            one.confidence.level,
            *([percent(one.by_deadline) if one.by_deadline is not None else ""] if dated else []),
        )
    console.print(table)
    console.print("* with every rating of the indicators halved and raised by half.", markup=False)
    for note in notes:
        console.print(f"note: {note}", markup=False)
    if found:
        console.print(
            f"Judged {found[0].at:%Y-%m-%d %H:%M} UTC; coverage {100 * found[0].coverage:.0f} %.", markup=False
        )
        console.print(f"Next: watcher outlook {found[0].estimate.key}   everything behind one figure", markup=False)


def _print_line(one: "LineStanding") -> None:
    from indicators.bands import percent

    console, e = screen(), one.estimate
    console.print(f"{one.forecast.name.get('en', e.key)}: {one.band.spelled()}, {percent(e.p)}", markup=False)
    console.print(f"within {one.forecast.horizon_days} days of {one.at:%Y-%m-%d %H:%M} UTC", markup=False)
    if one.by_deadline is not None:
        console.print(f"by its last day, {one.forecast.last_day}: {percent(one.by_deadline)}", markup=False)
    elif one.forecast.last_day is not None and e.happened is None:
        console.print(f"its last day, {one.forecast.last_day}, is over: only a ruling counts", markup=False)
    doubts = "; ".join(d.text() for d in one.confidence.doubts)
    sure = one.confidence
    whose = f"set by {sure.set_by} ({sure.because})" if sure.set_by else "proposed"
    console.print(f"Confidence, {whose}: {sure.level}{'; doubts: ' + doubts if doubts else ''}.", markup=False)
    if one.degraded:
        console.print(_degraded(one), markup=False)
    table = new_table("row", "kind", "level", "nats", "odds", "points")
    for row, share in sorted(zip(e.rows, one.points, strict=True), key=lambda pair: -abs(pair[0].nats)):
        told = (f"{row.nats:+.3f}", f"x{row.odds_factor:.2f}", f"{100 * share:+.1f}")
        table.add_row(row.source, row.kind, _level(one, row), *told)
    change = f"{100 * (e.p - e.prior):+.1f}"
    table.add_row(f"from {percent(e.prior)} to {percent(e.p)}", "", "", f"{e.change:+.3f}", "", change)
    console.print(table)
    low, high = percent(e.low), percent(e.high)
    console.print(f"With every rating halved and raised by half: {low} to {high}.", markup=False)
    for family, p in one.without[:5]:
        console.print(f"Without the family {family}: {percent(p)}.", markup=False)
    for turning in one.turning or ():
        _print_turning(turning, one)
    console.print(f"Resolves when: {one.forecast.resolves}", markup=False)
    console.print(f"Next: watcher history {e.key}; watcher events --scenario {e.key}", markup=False)


def _degraded(one: "LineStanding") -> str:
    """Say that it is not lowered, and what cannot be seen."""
    unseen = "; cannot be seen: " + ", ".join(i.id for i in one.unseen) if one.unseen else ""
    share = f"{100 * one.sight.coverage:.0f} %"
    return f"DEGRADED: {share} of what bears on it can be seen; it does not move down{unseen}."


def _level(one: "LineStanding", row: "Row") -> str:
    """Return the level of the indicator behind *row*; nothing for a row that is no indicator's."""
    reading = one.readings.get(row.source)
    if reading is None:
        return ""
    told = reading.level.told(reading.count)
    return f"{told}, fading" if reading.held else told


def _print_turning(turning: "Turning", of: "LineStanding") -> None:
    from indicators.bands import percent

    console = screen()
    way = "up" if turning.rises else "down"
    edge = f" past {percent(turning.edge)}" if turning.edge is not None else ""
    console.print(f"What would change our mind, {way}{edge}:", markup=False)
    for one in turning.ways:
        told = " and ".join(_change(change, of.readings) for change in one.changes)
        console.print(f"  {told} -> {percent(one.p)}", markup=False)
    if turning.note():
        console.print(f"  {turning.note()}", markup=False)


def _change(change: "Change", readings: "Mapping[str, Reading]") -> str:
    if change.before == change.level:
        return f"{change.indicator}: what it showed fades away"
    reading = readings.get(change.indicator)
    before = change.before.told(reading.count) if reading else change.before
    return f"{change.indicator} {before} -> {change.level}"


def _json(one: "LineStanding") -> dict[str, Any]:
    e = one.estimate
    return {
        "assessment": one.assessment,
        "scenario": e.key,
        "name": dict(one.name),
        "at": one.at,
        "p": e.p,
        "term": one.band.terms["en"],
        "range": one.band.printed,
        "horizon_days": one.forecast.horizon_days,
        "prior": e.prior,
        "low": e.low,
        "high": e.high,
        "happened": e.happened,
        "warning_level": one.level.name.lower(),
        "coverage": one.sight.coverage,
        "degraded": one.degraded,
        "unseen": [i.id for i in one.unseen],
        "by_last_day": one.by_deadline,
        "confidence": {
            "level": one.confidence.level,
            "doubts": [d.text() for d in one.confidence.doubts],
            "set_by": one.confidence.set_by,
            "because": one.confidence.because,
        },
        "rows": [
            {
                "kind": r.kind,
                "source": r.source,
                "level": _level(one, r) or None,
                "nats": r.nats,
                "odds_factor": r.odds_factor,
                "points": share,
            }
            for r, share in zip(e.rows, one.points, strict=True)
        ],
        "without": dict(one.without),
        "change_our_mind": {
            "up" if t.rises else "down": {
                "edge": t.edge,
                "ways": [
                    {"p": w.p, "changes": [{"indicator": c.indicator, "to": c.level} for c in w.changes]}
                    for w in t.ways
                ],
                "more": t.more,
                "note": t.note(),
            }
            for t in one.turning or ()
        },
        "resolves": one.forecast.resolves,
    }

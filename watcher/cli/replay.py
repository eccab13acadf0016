"""``watcher replay``: what would have been said, from a file of items or from what this installation has judged."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from watcher.cli.loading import (
    DEFAULT_CONFIG,
    AssessmentOption,
    ConfigOption,
    JsonOption,
    assessment_meant,
    settings_or_exit,
)
from watcher.cli.places import PlacesOption, atlas_or_exit
from watcher.cli.printing import FINDING, USAGE, fail, new_table, note_unlisted, print_json, print_problems, screen
from watcher.cli.progress import with_days

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indicators.assessments import Assessment
    from indicators.levels import Reading
    from indicators.moves import OutlookMove
    from indicators.outlooks import Outlook
    from watcher.judging.remembering import Remembered, ReplayDoubt
    from watcher.judging.replay import Replayed

_DAY = ["%Y-%m-%d"]


def add_to(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("replay")(replay)


def replay(
    *,
    assessment: AssessmentOption = "",
    items: Annotated[
        Path | None, typer.Option("--items", "-i", help="Read this items.jsonl, not what was judged here.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=_DAY, help="Go on to the end of this day (UTC) and no further."),
    ] = None,
    rules: Annotated[
        str, typer.Option(help="Without --items: `then` says again what was said; `now` judges with today's rules.")
    ] = "then",
    backdate: Annotated[
        datetime | None,
        typer.Option(formats=_DAY, help="With --items: read the assessment as if written on this day."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Go on to this moment (UTC)."),
    ] = None,
    places: PlacesOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Say what was known, and what was made of it, on a past day. Nothing is stored or sent.

    Without --items every judgement of this installation is made again from the inputs on record, each in
    the text, with the rules, the sight and the decisions of its day. With `--rules then` the moves are
    compared with those on record; a difference is a finding (exit code 1). With --items the items of a file
    are played in the order they became known. Items dated before the assessment are known to its priors and
    move nothing; --backdate puts its date back.

    Examples: `watcher replay --as-of 2025-11-12`, `watcher replay --as-of 2025-11-12 --rules now`,
    `watcher replay -i items.jsonl --backdate 2025-09-01`.
    """
    end = _end(as_of, until)
    if items is None:
        _from_record(config, assessment, end, rules, as_json=as_json)
        return
    loaded = assessment_meant(assessment, config)
    _from_file(items, loaded, backdate.date() if backdate else None, end, places, as_json=as_json)


def _end(as_of: datetime | None, until: datetime | None) -> datetime | None:
    if until is not None:
        return until.replace(tzinfo=UTC)
    return datetime.combine(as_of.date() + timedelta(days=1), time(), tzinfo=UTC) if as_of else None


def _from_file(
    items: Path,
    loaded: "Assessment",
    backdate: date | None,
    end: datetime | None,
    places: list[str] | None,
    *,
    as_json: bool,
) -> None:
    from watcher.item_files import read_items
    from watcher.judging import replay as replaying
    from watcher.workbench.unlisted import Unlisted

    if backdate is not None:
        loaded = replaying.dated(loaded, backdate)
    read = read_items(items)
    watched = partial(with_days, at=attrgetter("at"))
    done = replaying.replay(loaded, read.items, until=end, atlas=atlas_or_exit(places, loaded), watched=watched)
    bad = print_problems(read.problems)
    unlisted = Unlisted(loaded)
    for item in read.items:
        unlisted.add(item)
    note_unlisted(unlisted.names)
    if as_json:
        print_json(_replay_json(done) | {"unlisted_sources": unlisted.names})
    else:
        _print_replay(done, loaded)
    if bad:
        raise typer.Exit(FINDING)


@dataclass
class _Told:
    """What the judgements on record said, gathered while they pass."""

    judgements: int = 0
    doubts: "dict[ReplayDoubt, list[datetime]]" = field(default_factory=dict)
    version: str = ""
    last: "Remembered | None" = None
    levels: dict[str, str] = field(default_factory=dict)
    readings: "list[Reading]" = field(default_factory=list)
    moves: "list[OutlookMove]" = field(default_factory=list)

    def hear(self, one: "Remembered") -> None:
        """Take in one more judgement."""
        self.judgements += 1
        if one.doubt is not None:
            self.doubts.setdefault(one.doubt, []).append(one.judged.at)
        self.version, self.last = one.version, one
        for reading in one.evaluation.readings:
            if self.levels.get(reading.indicator, "quiet") != reading.level:
                self.readings.append(reading)
            self.levels[reading.indicator] = reading.level
        self.moves += one.evaluation.moves


def _from_record(config: Path, assessment: str, end: datetime | None, rules: str, *, as_json: bool) -> None:
    from watcher.clock import utc_now
    from watcher.judging.remembering import NothingRememberedError, Rules, remembered
    from watcher.store import Database, StoreError, outlooks, past

    if rules not in tuple(Rules):
        fail(f"--rules: {rules!r} is neither then nor now", code=USAGE)
    settings = settings_or_exit(config)
    if not past.is_there(settings.database):
        fail("nothing was judged here yet: run `watcher once`, or give --items items.jsonl")
    named = assessment_meant(assessment, config)
    until = end or utc_now()
    told = _Told()
    try:
        with Database(settings.database) as database, database.read() as connection:
            again = remembered(connection, settings, named.id, until=until, rules=Rules(rules))
            for one in with_days(again, named.start, until, at=lambda one: one.judged.at):
                told.hear(one)
            said = outlooks.said(connection, named.id, until=until)
    except (StoreError, NothingRememberedError) as error:
        fail(str(error))
    differing = _differing(told.moves, said) if rules == Rules.THEN else ()
    if as_json:
        print_json(_told_json(told, differing, rules))
    else:
        _print_told(told, differing, rules, until)
    if differing:
        raise typer.Exit(FINDING)


def _differing(again: "Iterable[OutlookMove]", said: "Iterable[OutlookMove]") -> tuple[str, ...]:
    """Return the moves on which memory and record do not agree to the last bit, by id; no judgement made an end."""
    from indicators.moves import MoveReason

    now = {m.id: (m.at, m.key, m.before, m.after, m.level_after, m.reasons) for m in again}
    judged = (m for m in said if MoveReason.ENDED not in m.reasons)
    then = {m.id: (m.at, m.key, m.before, m.after, m.level_after, m.reasons) for m in judged}
    return tuple(sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name)))


def _told_json(told: _Told, differing: tuple[str, ...], rules: str) -> dict[str, Any]:
    view = told.last.evaluation.outlook if told.last else None
    return {
        "rules": rules,
        "judgements": told.judgements,
        "exact": not told.doubts,
        "doubts": [{"why": why, "judged": times} for why, times in told.doubts.items()],
        "version": told.version,
        "readings": [_reading_json(r) for r in told.readings],
        "moves": [_move_json(m) for m in told.moves],
        "differing_moves": list(differing),
        "outlook": dict(view.figures) if view else {},
    }


def _print_told(told: _Told, differing: tuple[str, ...], rules: str, until: datetime) -> None:
    console = screen()
    _print_readings(told.readings)
    _print_moves(told.moves)
    if told.last is not None:
        _print_ends(told.last.evaluation.outlook, f"on {until:%Y-%m-%d %H:%M}")
    console.print(
        f"{told.judgements} judgement(s) made again with the rules of {rules} (version {told.version}), "
        f"{len(told.readings)} level change(s), {len(told.moves)} move(s)."
    )
    if rules == "then" and differing:
        console.print(f"{len(differing)} move(s) differ from the record: {', '.join(differing)}.")
    elif rules == "then":
        console.print("The moves are those on record, to the last bit.")
    for why, times in told.doubts.items() if rules == "then" else ():
        console.print(
            f"NOT EXACT: {len(times)} of {told.judgements} judgement(s), the first of {times[0]:%Y-%m-%d %H:%M}, the "
            f"last of {times[-1]:%Y-%m-%d %H:%M} UTC: {why}. They were made again with what there is today.",
            markup=False,
        )


def _replay_json(done: "Replayed") -> dict[str, Any]:
    return {
        "items": done.items,
        "matched": done.matched,
        "before_assessment": done.before,
        "readings": [_reading_json(r) for r in done.readings],
        "moves": [_move_json(m) for m in done.moves],
        "alerts": [a.model_dump(mode="json") for a in done.alerts],
        "outlook": dict(done.last.outlook.figures) if done.last else {},
    }


def _reading_json(reading: "Reading") -> dict[str, Any]:
    return {
        "at": reading.at,
        "indicator": reading.indicator,
        "level": reading.level,
        "count": round(reading.count, 6),
        "activation": round(reading.activation, 6),
        "threshold_met": reading.met,
        "threshold_known": reading.known,
        "events": [{"id": e.id, "day": str(e.day), "place": e.place, "grade": str(e.grade)} for e in reading.events],
    }


def _move_json(move: "OutlookMove") -> dict[str, Any]:
    return {
        "id": move.id,
        "at": move.at,
        "scenario": move.key,
        "before": move.before,
        "after": move.after,
        "level_before": move.level_before.name.lower(),
        "level_after": move.level_after.name.lower(),
        "reasons": list(move.reasons),
        "ledger": [{"kind": r.kind, "source": r.source, "nats": r.nats} for r in move.rows],
    }


def _print_replay(done: "Replayed", assessment: "Assessment") -> None:
    console = screen()
    _print_readings(done.readings)
    _print_moves(done.moves)
    console.print(
        f"{done.items} item(s), {done.matched} matched, {len(done.readings)} level change(s), "
        f"{len(done.moves)} move(s), {len(done.alerts)} alert(s)."
    )
    if done.last is not None:
        _print_ends(done.last.outlook, "at the end")
    if done.before:
        day = assessment.as_of
        console.print(f"{done.before} matched item(s) are older than the assessment ({day}): see --backdate.")


def _print_readings(readings: "Iterable[Reading]") -> None:
    levels = new_table("when (UTC)", "indicator", "level", "counted", "threshold")
    for r in readings:
        levels.add_row(f"{r.at:%Y-%m-%d %H:%M}", r.indicator, r.level, f"{r.count:.2f}", _threshold(r))
    screen().print(levels)


def _threshold(reading: "Reading") -> str:
    """Say when the threshold was met, and when that was known, where it was not on the day."""
    if reading.met is None or reading.known is None:
        return ""
    met, known = reading.met.date(), reading.known.date()
    return f"met {met:%d %b}" if met == known else f"met {met:%d %b}, known {known:%d %b}"


def _print_moves(moves: "Iterable[OutlookMove]") -> None:
    from indicators.bands import percent

    table = new_table("when (UTC)", "scenario", "before", "after", "level", "why")
    for m in moves:
        level = m.level_after.name.lower()
        table.add_row(
            f"{m.at:%Y-%m-%d %H:%M}",
            m.key,
            percent(m.before),
            percent(m.after),
            level,
            ", ".join(r.told for r in m.reasons),
        )
    screen().print(table)


def _print_ends(view: "Outlook", when: str) -> None:
    from indicators.bands import percent

    ends = new_table("scenario", "prior", when, "range*")
    for e in view.estimates.values():
        ends.add_row(e.key, percent(e.prior), percent(e.p), f"{percent(e.low)} to {percent(e.high)}")
    screen().print(ends)

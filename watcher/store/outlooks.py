"""What was judged: readings, estimates, what stands published, and the moves."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, insert, select

from indicators.bands import WarningLevel
from indicators.events import Event
from indicators.levels import Level, Reading
from indicators.moves import OutlookMove, Published
from indicators.outlooks import Estimate, Outlook
from watcher.store import tables
from watcher.store.statements import add_missing, next_number, upsert

_READINGS = tables.current_readings
_ESTIMATES = tables.estimates
_SAME = 5e-4
"""Probabilities nearer than this are one and the same."""
_ROWS = 1_000
_FEW = 50
"""Moves fetched at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentReading:
    """An indicator's last reading, without its events."""

    indicator: str
    at: datetime
    level: Level
    count: float
    activation: float
    signal: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSince:
    """An indicator's level from a judgement on, until the next one that found another."""

    at: datetime
    level: Level
    count: float
    activation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEstimate:
    """A line of the outlook as it was kept at a moment, and the version that judged it."""

    at: datetime
    version: str
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFigure:
    """A line's figure as it was kept, without its ledger: a history of them may be longer than memory."""

    at: datetime
    version: str
    prior: float
    p: float
    happened: bool | None


_CALLED_AS_KEPT = ("notice_", "move_")
"""How columns of what stands published begin, and the fields they hold: a move was once called a notice."""


def published(connection: Connection, assessment: str) -> dict[str, Published]:
    """Return what stands published for each line of *assessment*."""
    table = tables.published
    columns = [c.label(c.name.replace(*_CALLED_AS_KEPT)) for c in table.columns if c is not table.c.assessment]
    found = select(*columns).where(table.c.assessment == assessment).order_by(table.c.key)
    rows = connection.execute(found).mappings()
    return {row["key"]: Published(**{**row, "level": WarningLevel(row["level"])}) for row in rows}


def warned(connection: Connection) -> dict[str, int]:
    """Return how many warnings stand published, by assessment, whether it is still in force or not."""
    table = tables.published
    standing = select(table.c.assessment, func.count()).where(table.c.level > int(WarningLevel.BASELINE))
    return {row[0]: row[1] for row in connection.execute(standing.group_by(table.c.assessment))}


def save_published(connection: Connection, assessment: str, stands: Mapping[str, Published]) -> None:
    """Keep what now stands published. A line that is gone from the file keeps its place in the sequence."""
    kept, called = _CALLED_AS_KEPT
    values = ({n.replace(called, kept): v for n, v in _values(line).items()} for line in stands.values())
    rows = [line | {"assessment": assessment, "level": int(line["level"])} for line in values]
    upsert(connection, tables.published, rows)


def save_readings(connection: Connection, assessment: str, readings: Iterable[Reading]) -> None:
    """Keep *readings*, which are all of the assessment's; a change of level is also put on record."""
    own = _READINGS.c.assessment == assessment
    levels = {row.indicator: row.level for row in connection.execute(select(_READINGS).where(own))}
    rows = [_reading_row(reading) | {"assessment": assessment} for reading in readings]
    connection.execute(delete(_READINGS).where(own))
    changed = [row for row in rows if levels.get(row["indicator"]) != row["level"]]
    for table, kept in ((_READINGS, rows), (tables.readings, changed)):
        if kept:
            connection.execute(insert(table), kept)


def last_judged(connection: Connection, assessment: str) -> datetime | None:
    """Return when *assessment* was last judged, or ``None`` if it never was."""
    return connection.execute(select(func.max(_READINGS.c.at)).where(_READINGS.c.assessment == assessment)).scalar()


def current_readings(connection: Connection, assessment: str) -> tuple[CurrentReading, ...]:
    """Return the last reading of every indicator."""
    names = [f.name for f in fields(CurrentReading)]
    found = select(*(_READINGS.c[n] for n in names)).where(_READINGS.c.assessment == assessment)
    rows = connection.execute(found.order_by(_READINGS.c.indicator)).mappings()
    return tuple(CurrentReading(**{**row, "level": Level(row["level"])}) for row in rows)


def levels(
    connection: Connection, assessment: str, indicator: str, *, since: datetime, most: int = _ROWS
) -> tuple[LevelSince, ...]:
    """Return the levels of *indicator* as they were judged, oldest first: what stood at *since*, then each change.

    Of more than *most* changes the newest are returned.
    """
    table = tables.readings
    columns = [table.c[f.name] for f in fields(LevelSince)]
    own = select(*columns).where(table.c.assessment == assessment, table.c.indicator == indicator)
    newest = own.order_by(table.c.at.desc(), table.c.id.desc())
    rows = [*connection.execute(newest.where(table.c.at >= since).limit(most)).mappings()]
    if len(rows) < most:
        rows += connection.execute(newest.where(table.c.at < since).limit(1)).mappings()
    return tuple(LevelSince(**{**row, "level": Level(row["level"])}) for row in reversed(rows))


def save_estimates(connection: Connection, outlook: Outlook, *, moved: Collection[str] = ()) -> None:
    """Append the lines of *outlook* that differ from what was kept last up to its time, and those that *moved*."""
    rows = [
        _values(estimate) | {"assessment": outlook.assessment, "version": outlook.version, "at": outlook.at}
        for key, estimate in outlook.estimates.items()
        if key in moved or _differs(connection, outlook, estimate)
    ]
    upsert(connection, _ESTIMATES, rows)


def latest_estimates(connection: Connection, assessment: str) -> tuple[dict[str, Estimate], datetime | None]:
    """Return the estimate of each line that was kept last, and when the newest of them was.

    What is dated after the last judgement is of a clock that was ahead, and not the last.
    """
    own = select(_ESTIMATES).where(_ESTIMATES.c.assessment == assessment)
    judged = last_judged(connection, assessment)
    own = own if judged is None else own.where(_ESTIMATES.c.at <= judged)
    newest: list[PastEstimate] = []
    for key in _keys(connection, assessment):
        last = own.where(_ESTIMATES.c.key == key).order_by(_ESTIMATES.c.at.desc()).limit(1)
        newest += [_past(row) for row in connection.execute(last).mappings()]
    return {p.estimate.key: p.estimate for p in newest}, max((p.at for p in newest), default=None)


def history(connection: Connection, assessment: str, key: str, *, since: datetime) -> tuple[PastEstimate, ...]:
    """Return the estimates of one line that were kept from *since* on, oldest first."""
    found = (
        select(_ESTIMATES)
        .where(_ESTIMATES.c.assessment == assessment, _ESTIMATES.c.key == key, _ESTIMATES.c.at >= since)
        .order_by(_ESTIMATES.c.at)
    )
    return tuple(_past(row) for row in connection.execute(found).mappings())


def first_kept(connection: Connection, assessment: str, key: str) -> datetime | None:
    """Return when the first figure of one line was kept, or ``None`` if none was."""
    own = select(func.min(_ESTIMATES.c.at)).where(_ESTIMATES.c.assessment == assessment, _ESTIMATES.c.key == key)
    return connection.execute(own).scalar()


def figures(
    connection: Connection, assessment: str, key: str, *, since: datetime | None = None
) -> Iterator[KeptFigure]:
    """Yield the figures of one line that were kept, oldest first, without reading a ledger; *since*: from then on."""
    columns = [_ESTIMATES.c[f.name] for f in fields(KeptFigure)]
    own = select(*columns).where(_ESTIMATES.c.assessment == assessment, _ESTIMATES.c.key == key)
    own = own if since is None else own.where(_ESTIMATES.c.at >= since)
    found = connection.execute(own.order_by(_ESTIMATES.c.at), execution_options={"yield_per": _ROWS})
    return (KeptFigure(**row) for row in found.mappings())


def add_moves(connection: Connection, moves: Iterable[OutlookMove]) -> None:
    """Keep *moves*; one that is there already stays as it was said. Their items lose ``content``."""
    for move in moves:
        number = next_number(connection, tables.moves.c.number)
        row = _move_row(move, sequence=_next_sequence(connection, move)) | {"number": number}
        add_missing(connection, tables.moves, [row])


def moves(connection: Connection, assessment: str, *, limit: int) -> tuple[OutlookMove, ...]:
    """Return the last moves of *assessment*, newest first, in the order in which they were put on record."""
    table = tables.moves
    found = select(table.c.data).where(table.c.assessment == assessment)
    return tuple(connection.execute(found.order_by(table.c.number.desc()).limit(limit)).scalars())


def moves_of(connection: Connection, assessment: str, key: str) -> Iterator[OutlookMove]:
    """Yield every move of one line, oldest first, a few at a time: each has its events with it."""
    table = tables.moves
    own = select(table.c.data).where(table.c.assessment == assessment, table.c.key == key)
    return iter(connection.execute(own.order_by(table.c.sequence), execution_options={"yield_per": _FEW}).scalars())


def said(connection: Connection, assessment: str, *, until: datetime) -> tuple[OutlookMove, ...]:
    """Return every move of *assessment* up to *until*, oldest first, as it was said."""
    table = tables.moves
    found = select(table.c.data).where(table.c.assessment == assessment, table.c.at <= until)
    return tuple(connection.execute(found.order_by(table.c.at, table.c.key)).scalars())


def _values(value: Published | Estimate) -> dict[str, Any]:
    return {f.name: getattr(value, f.name) for f in fields(value)}


def _reading_row(reading: Reading) -> dict[str, Any]:
    return {f.name: getattr(reading, f.name) for f in fields(CurrentReading)}


_LAST = (
    select(_ESTIMATES.c.p, _ESTIMATES.c.happened)
    .where(_ESTIMATES.c.assessment == bindparam("assessment"), _ESTIMATES.c.key == bindparam("line"))
    .where(_ESTIMATES.c.at <= bindparam("until", type_=_ESTIMATES.c.at.type))
    .order_by(_ESTIMATES.c.at.desc())
    .limit(1)
)


def _differs(connection: Connection, outlook: Outlook, estimate: Estimate) -> bool:
    """Whether *estimate* is not what was kept of its line last. Every judgement asks, so its ledger is not read."""
    asked = {"assessment": outlook.assessment, "line": estimate.key, "until": outlook.at}
    last = connection.execute(_LAST, asked).first()
    return last is None or abs(estimate.p - last.p) > _SAME or estimate.happened != last.happened


def _keys(connection: Connection, assessment: str) -> Iterator[str]:
    """Yield the lines that have estimates, jumping from one to the next in the index.

    ``DISTINCT`` would read the whole history, which grows for ever.
    """
    key: str | None = ""
    while key is not None:
        after = select(func.min(_ESTIMATES.c.key)).where(_ESTIMATES.c.assessment == assessment)
        key = connection.execute(after.where(_ESTIMATES.c.key > key)).scalar()
        if key is not None:
            yield key


def _past(row: RowMapping) -> PastEstimate:
    estimate = Estimate(**{f.name: row[f.name] for f in fields(Estimate)})
    return PastEstimate(at=row["at"], version=row["version"], estimate=estimate)


def _next_sequence(connection: Connection, move: OutlookMove) -> int:
    table = tables.moves
    last = select(func.max(table.c.sequence)).where(table.c.assessment == move.assessment, table.c.key == move.key)
    return (connection.execute(last).scalar() or 0) + 1


def _move_row(move: OutlookMove, *, sequence: int) -> dict[str, Any]:
    return {
        "id": move.id,
        "assessment": move.assessment,
        "key": move.key,
        "sequence": sequence,
        "at": move.at,
        "before": move.before,
        "after": move.after,
        "reasons": tuple(move.reasons),
        "data": replace(move, events=tuple(_slim(event) for event in move.events)),
    }


def _slim(event: Event) -> Event:
    reports = tuple(replace(r, item=replace(r.item, content="")) for r in event.reports)
    return replace(event, reports=reports)

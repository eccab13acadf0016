"""Silences that people set. One that was ended early keeps who did it; none is ever removed."""

from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from alerts.silences import Silence
from indicators.bands import WarningLevel
from watcher.store import audit, tables
from watcher.store.errors import StoreError

_SILENCES = tables.silences


def add(connection: Connection, silence: Silence, *, at: datetime) -> Silence:
    """Put *silence* on record and return it with its number."""
    row = {f.name: getattr(silence, f.name) for f in fields(silence) if f.name != "number"}
    number = connection.execute(insert(_SILENCES).values(row).returning(_SILENCES.c.number)).scalar_one()
    audit.write(connection, at=at, who=silence.who, what="set a silence", detail={"number": number, "why": silence.why})
    return replace(silence, number=number)


def end(connection: Connection, number: int, *, who: str, at: datetime) -> Silence:
    """End a silence at *at* instead of when it would, and return it; one that is over stays as it is."""
    silence = get(connection, number)
    if silence.end <= at:
        return silence
    if not who.strip():
        raise StoreError(f"silence {number}: only a named person can end it")
    ended = max(silence.start, at)
    connection.execute(update(_SILENCES).where(_SILENCES.c.number == number).values(end=ended, ended_by=who))
    change = {"before": {"end": silence.end.isoformat()}, "after": {"end": ended.isoformat()}}
    detail = {"number": number, **change}
    audit.write(connection, at=at, who=who, what="ended a silence", detail=detail)
    return get(connection, number)


def get(connection: Connection, number: int) -> Silence:
    """Return one silence."""
    row = connection.execute(select(_SILENCES).where(_SILENCES.c.number == number)).mappings().first()
    if row is None:
        raise StoreError(f"there is no silence {number}; `watcher silence list --all` names them")
    return silence_in(row)


def current(connection: Connection, *, now: datetime) -> tuple[Silence, ...]:
    """Return the silences that are on at *now* or begin later, in the order in which they end."""
    found = select(_SILENCES).where(_SILENCES.c.end > now).order_by(_SILENCES.c.end, _SILENCES.c.number)
    return tuple(silence_in(row) for row in connection.execute(found).mappings())


def every(connection: Connection, *, limit: int | None) -> tuple[Silence, ...]:
    """Return the last silences (``None``: all), newest first."""
    found = select(_SILENCES).order_by(_SILENCES.c.number.desc()).limit(limit)
    return tuple(silence_in(row) for row in connection.execute(found).mappings())


def silence_in(row: RowMapping) -> Silence:
    """Return the silence that a row of the table holds."""
    start, ends = row["start"], row["end"]
    # One that was ended before it began holds nothing; a silence itself always has a length.
    return Silence(**{**row, "up_to": WarningLevel(row["up_to"]), "end": max(ends, start + _INSTANT)})


_INSTANT = datetime.resolution

"""Overrides of rotas that people set. One that was undone keeps who did it; none is ever removed."""

from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from alerts.rotas import Override
from watcher.store import audit
from watcher.store.errors import StoreError
from watcher.store.tables import overrides as _OVERRIDES  # noqa: N812 - a constant, as every table here


def add(connection: Connection, override: Override, *, at: datetime) -> Override:
    """Put *override* on record and return it with its number."""
    row = {f.name: getattr(override, f.name) for f in fields(override) if f.name != "number"}
    number = connection.execute(insert(_OVERRIDES).values(row).returning(_OVERRIDES.c.number)).scalar_one()
    detail = {"number": number, "rota": override.rota, "person": override.person, "why": override.why}
    audit.write(connection, at=at, who=override.who, what="overrode a rota", detail=detail)
    return replace(override, number=number)


def undo(connection: Connection, number: int, *, who: str, at: datetime) -> Override:
    """Let an override count no more, and return it; one that was undone stays as it is."""
    found = _get(connection, number)
    if found.undone_by:
        return found
    connection.execute(update(_OVERRIDES).where(_OVERRIDES.c.number == number).values(undone_by=who))
    detail = {"number": number, "before": {"person": found.person}, "after": {"person": ""}}
    audit.write(connection, at=at, who=who, what="undid an override of a rota", detail=detail)
    return replace(found, undone_by=who)


def current(connection: Connection, *, now: datetime) -> tuple[Override, ...]:
    """Return the overrides that stand at *now* or begin later, in the order in which they were set."""
    standing = (_OVERRIDES.c.end > now) & (_OVERRIDES.c.undone_by == "")
    rows = connection.execute(select(_OVERRIDES).where(standing).order_by(_OVERRIDES.c.number)).mappings()
    return tuple(_override(row) for row in rows)


def _get(connection: Connection, number: int) -> Override:
    row = connection.execute(select(_OVERRIDES).where(_OVERRIDES.c.number == number)).mappings().first()
    if row is None:
        raise StoreError(f"there is no override {number}; `watcher oncall` names those that stand")
    return _override(row)


def _override(row: RowMapping) -> Override:
    return Override(**row)

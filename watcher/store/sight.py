"""When an assessment could not see. The clock that lets signals fade stands still in these spans."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from indicators.levels import Span
from watcher.store import tables

_BLIND = tables.blind_spans


def open_blind(connection: Connection, assessment: str, at: datetime) -> None:
    """Note that *assessment* sees too little from *at* on; while a span is open, nothing changes."""
    if _open_since(connection, assessment) is None:
        connection.execute(insert(_BLIND).values(assessment=assessment, start=at))


def close_blind(connection: Connection, assessment: str, at: datetime) -> None:
    """Note that it sees again from *at* on; never before the span's own start if a clock is set back."""
    since = _open_since(connection, assessment)
    if since is not None:
        connection.execute(update(_BLIND).where(_is_open(assessment)).values(end=max(since, at)))


def add_blind(connection: Connection, assessment: str, span: Span) -> None:
    """Note a whole span afterwards: the daemon itself was not there to open and close it."""
    connection.execute(insert(_BLIND).values(assessment=assessment, start=span.start, end=span.end))


def blind(connection: Connection, assessment: str) -> tuple[Span, ...]:
    """Return every span in which *assessment* saw too little, in order; the last may still be open."""
    found = select(_BLIND.c.start, _BLIND.c.end).where(_BLIND.c.assessment == assessment)
    rows = connection.execute(found.order_by(_BLIND.c.start, _BLIND.c.id))
    return tuple(Span(start=row.start, end=row.end) for row in rows)


def _is_open(assessment: str) -> ColumnElement[bool]:
    return (_BLIND.c.assessment == assessment) & _BLIND.c.end.is_(None)


def _open_since(connection: Connection, assessment: str) -> datetime | None:
    return connection.execute(select(_BLIND.c.start).where(_is_open(assessment))).scalar()

"""When we could not see. The clock that lets signals fade stands still in these spans."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from indicators.levels import Span
from watcher.store import tables

_BLIND = tables.blind_spans


def open_blind(connection: Connection, at: datetime) -> None:
    """Note that we see nothing from *at* on; while a span is open, nothing changes."""
    if _open_since(connection) is None:
        connection.execute(insert(_BLIND).values(start=at))


def close_blind(connection: Connection, at: datetime) -> None:
    """Note that we see again from *at* on; never before the span's own start if a clock is set back."""
    since = _open_since(connection)
    if since is not None:
        connection.execute(update(_BLIND).where(_BLIND.c.end.is_(None)).values(end=max(since, at)))


def blind(connection: Connection) -> tuple[Span, ...]:
    """Return every span in which we saw nothing, in order; the last may still be open."""
    found = select(_BLIND.c.start, _BLIND.c.end).order_by(_BLIND.c.start, _BLIND.c.id)
    return tuple(Span(start=row.start, end=row.end) for row in connection.execute(found))


def _open_since(connection: Connection) -> datetime | None:
    return connection.execute(select(_BLIND.c.start).where(_BLIND.c.end.is_(None))).scalar()

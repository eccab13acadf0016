"""When too little could be seen, by an assessment as a whole or by one of its indicators.

The clock that lets signals fade stands still in these spans.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from indicators.levels import Span
from indicators.sight import EVERYWHERE
from watcher.store import tables

_BLIND = tables.blind_spans


def open_blind(connection: Connection, assessment: str, at: datetime, *, indicator: str = EVERYWHERE) -> None:
    """Note that too little is seen from *at* on; while a span is open, nothing changes."""
    if _open_since(connection, assessment, indicator) is None:
        connection.execute(insert(_BLIND).values(assessment=assessment, indicator=indicator, start=at))


def close_blind(connection: Connection, assessment: str, at: datetime, *, indicator: str = EVERYWHERE) -> None:
    """Note that enough is seen again from *at* on; never before the span's own start if a clock is set back."""
    since = _open_since(connection, assessment, indicator)
    if since is not None:
        ended = update(_BLIND).where(_is_open(assessment, indicator)).values(end=max(since, at))
        connection.execute(ended)


def add_blind(connection: Connection, assessment: str, span: Span, *, indicator: str = EVERYWHERE) -> None:
    """Note a whole span afterwards: the daemon itself was not there to open and close it."""
    values = {"assessment": assessment, "indicator": indicator, "start": span.start, "end": span.end}
    connection.execute(insert(_BLIND).values(values))


def bring_back(connection: Connection, assessment: str, now: datetime) -> None:
    """Let no span reach beyond *now*: what does was noted under a clock that was ahead, and would blind us so long."""
    own = _BLIND.c.assessment == assessment
    connection.execute(update(_BLIND).where(own & (_BLIND.c.start > now)).values(start=now))
    connection.execute(update(_BLIND).where(own & (_BLIND.c.end > now)).values(end=now))


def blind(connection: Connection, assessment: str) -> Mapping[str, tuple[Span, ...]]:
    """Return every span in which too little was seen, in order; the last may still be open.

    Under :data:`~indicators.sight.EVERYWHERE` stand those of the whole assessment, under an indicator's id its own.
    """
    found = select(_BLIND.c.indicator, _BLIND.c.start, _BLIND.c.end).where(_BLIND.c.assessment == assessment)
    spans: dict[str, tuple[Span, ...]] = defaultdict(tuple)
    for row in connection.execute(found.order_by(_BLIND.c.start, _BLIND.c.id)):
        spans[row.indicator] += (Span(start=row.start, end=row.end),)
    return dict(spans)


def _is_open(assessment: str, indicator: str) -> ColumnElement[bool]:
    return (_BLIND.c.assessment == assessment) & (_BLIND.c.indicator == indicator) & _BLIND.c.end.is_(None)


def _open_since(connection: Connection, assessment: str, indicator: str) -> datetime | None:
    return connection.execute(select(_BLIND.c.start).where(_is_open(assessment, indicator))).scalar()

"""Stamp: a short text that changes whenever something that people see did. It looks at the ends of a few indexes."""

from sqlalchemy import Connection, func, select

from watcher.store import tables

_COLUMNS = (
    tables.evaluations.c.number,
    tables.audit.c.id,
    tables.troubles.c.number,
    tables.assessments.c.number,
    tables.alerts.c.at,
)


def card_stamp(connection: Connection) -> str:
    """Return what changes whenever something is published, ruled or taken up: what a scorecard is made of."""
    columns = (tables.moves.c.at, tables.rulings.c.id, tables.assessments.c.number)
    ends = [select(func.max(column)).scalar_subquery() for column in columns]
    return "-".join(str(value) for value in connection.execute(select(*ends)).one())


def stamp(connection: Connection) -> str:
    """Return the stamp of this moment: the last judgement, act, trouble, version and alert."""
    ends = [select(func.max(column)).scalar_subquery() for column in _COLUMNS]
    gone = select(func.max(tables.troubles.c.over_at)).scalar_subquery()
    return "-".join(str(value) for value in connection.execute(select(*ends, gone)).one())


_JUDGED = (
    tables.evaluations.c.number,
    tables.event_decisions.c.number,
    tables.move_decisions.c.number,
    tables.rulings.c.id,
    tables.assessments.c.number,
)


def judged_stamp(connection: Connection) -> str:
    """Return the stamp of the last judgement and of all that people decided since: what a desk is made of."""
    ends = [select(func.max(column)).scalar_subquery() for column in _JUDGED]
    return "-".join(str(value) for value in connection.execute(select(*ends)).one())

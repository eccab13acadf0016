"""Stamp: a short text that changes whenever something that people see did. It looks at the ends of a few indexes."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from watcher.store import tables

_COLUMNS = (
    tables.evaluations.c.number,
    tables.audit.c.id,
    tables.troubles.c.number,
    tables.assessments.c.number,
    tables.alerts.c.number,
)


def card_stamp(connection: Connection) -> str:
    """Return what changes whenever something is published, ruled or taken up: what a scorecard is made of.

    The first figures of a version are published when it first judges, which need not be a move.
    """
    columns = (func.count(tables.moves.c.id), func.max(tables.rulings.c.id), func.max(tables.assessments.c.number))
    ends = connection.execute(select(*(select(column).scalar_subquery() for column in columns))).one()
    return "-".join(str(value) for value in (*ends, *_rules(connection)))


def _rules(connection: Connection) -> Iterator[str | None]:
    """Yield with which rules each assessment was judged last."""
    names = connection.execute(select(tables.assessments.c.id).distinct().order_by(tables.assessments.c.id))
    judged = tables.evaluations.c
    for name in names.scalars().all():
        newest = select(judged.judged_with).where(judged.assessment == name).order_by(judged.number.desc()).limit(1)
        yield connection.execute(newest).scalar()


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

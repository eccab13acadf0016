"""Stamp: a short text that changes whenever something that people see did. It looks at the ends of a few indexes.

What several processes put on record is counted, or read off the head of the audit, which they write one after the
other: of two numbers that a server gives out, the later may be committed first, and the earlier would then not show.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from watcher.store import tables

_ENDS = (
    func.max(tables.evaluations.c.number),
    func.max(tables.audit_head.c.count),
    func.max(tables.troubles.c.number),
    func.count(tables.assessments.c.number),
    func.max(tables.alerts.c.number),
    func.max(tables.restores.c.at),
)


_SCORED = (
    func.count(tables.moves.c.id),
    func.count(tables.rulings.c.id),
    func.count(tables.assessments.c.number),
    func.max(tables.restores.c.at),
)


def card_stamp(connection: Connection) -> str:
    """Return what changes whenever something is published, ruled or taken up: what a scorecard is made of.

    The first figures of a version are published when it first judges, which need not be a move.
    """
    ends = connection.execute(select(*(select(column).scalar_subquery() for column in _SCORED))).one()
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
    ends = [select(end).scalar_subquery() for end in _ENDS]
    gone = select(func.max(tables.troubles.c.over_at)).scalar_subquery()
    return "-".join(str(value) for value in connection.execute(select(*ends, gone)).one())


_JUDGED = (
    func.max(tables.evaluations.c.number),
    func.count(tables.event_decisions.c.number),
    func.count(tables.move_decisions.c.number),
    func.count(tables.rulings.c.id),
    func.count(tables.assessments.c.number),
)


def judged_stamp(connection: Connection) -> str:
    """Return the stamp of the last judgement and of all that people decided since: what a desk is made of."""
    ends = [select(end).scalar_subquery() for end in _JUDGED]
    return "-".join(str(value) for value in connection.execute(select(*ends)).one())

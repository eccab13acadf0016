"""Every assessment file that passed its checks: when a new one does not, the last good one stays in force."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from watcher.store import tables

_ASSESSMENTS = tables.assessments


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodAssessment:
    """The text of one file as it was taken into force. ``file`` is where it is configured to be."""

    file: str
    id: str
    version: str
    sha: str
    text: str
    loaded_at: datetime


def keep_good(connection: Connection, good: GoodAssessment) -> None:
    """Keep a file that passed. The same text again, at the next start, is not a new version."""
    last = last_good(connection, good.file)
    if last is None or last.sha != good.sha:
        connection.execute(insert(_ASSESSMENTS).values({f.name: getattr(good, f.name) for f in fields(good)}))


def last_good(connection: Connection, file: str) -> GoodAssessment | None:
    """Return what is in force for *file*, or ``None`` if nothing there ever passed.

    Asked by file and not by id: a file that cannot be read does not tell its id.
    """
    columns = [_ASSESSMENTS.c[f.name] for f in fields(GoodAssessment)]
    found = select(*columns).where(_ASSESSMENTS.c.file == file).order_by(_ASSESSMENTS.c.number.desc()).limit(1)
    row = connection.execute(found).mappings().first()
    return GoodAssessment(**row) if row else None


def versions(connection: Connection, assessment: str) -> tuple[GoodAssessment, ...]:
    """Return every version of *assessment* that was in force, in the order in which they were taken up."""
    columns = [_ASSESSMENTS.c[f.name] for f in fields(GoodAssessment)]
    found = select(*columns).where(_ASSESSMENTS.c.id == assessment).order_by(_ASSESSMENTS.c.number)
    return tuple(GoodAssessment(**row) for row in connection.execute(found).mappings())


def known(connection: Connection) -> tuple[GoodAssessment, ...]:
    """Return the last version of every assessment that was ever in force, by id."""
    last = select(func.max(_ASSESSMENTS.c.number)).group_by(_ASSESSMENTS.c.id)
    columns = [_ASSESSMENTS.c[f.name] for f in fields(GoodAssessment)]
    found = select(*columns).where(_ASSESSMENTS.c.number.in_(last)).order_by(_ASSESSMENTS.c.id)
    return tuple(GoodAssessment(**row) for row in connection.execute(found).mappings())

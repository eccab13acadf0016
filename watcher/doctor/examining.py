"""Examining: the doctor's look at the database of a configuration, as of one moment."""

from datetime import datetime

from watcher.asking.opening import must_be_there
from watcher.doctor import Examined, examine
from watcher.doctor.finding import Grounds
from watcher.settings import Settings
from watcher.store.database import Database


def examined(settings: Settings, *, now: datetime, deep: bool = False) -> tuple[Examined, ...]:
    """Return how every promise stands at *now*; the tables are left as they are, even those of an older version.

    Raises :class:`DecisionError` where there is no database yet.
    """
    must_be_there(settings)
    with Database(settings.database) as database, database.read() as connection:
        return examine(Grounds(connection=connection, settings=settings, now=now, deep=deep))

"""Trusting a source again: a person has looked at what was odd, and says that it is usual from now on."""

from datetime import datetime
from typing import Any

from watcher.health.vitals import Oddity, trusted
from watcher.settings import Settings
from watcher.store import Connection, audit, sources
from watcher.store.database import Database


def trust(settings: Settings, source: str, *, who: str, why: str, at: datetime) -> Oddity:
    """Take what *source* shows as usual, with *who* and *why* on record; return what was odd (nothing, perhaps).

    Raises :class:`StoreError` if the database cannot be used.
    """
    with Database(settings.database) as database:
        database.migrate()
        with database.write() as connection:
            return trust_again(connection, source, who=who, why=why, at=at)


def trust_again(connection: Connection, source: str, *, who: str, why: str, at: datetime) -> Oddity:
    """Do the same in a transaction of the caller's."""
    vitals = sources.state(connection, source).vitals
    if vitals.odd is not Oddity.NONE:
        sources.keep_vitals(connection, source, trusted(vitals))
        detail: dict[str, Any] = {"source": source, "odd": vitals.odd, "detail": vitals.odd_detail, "why": why}
        detail |= {"before": {"odd": vitals.odd}, "after": {"odd": Oddity.NONE}}
        audit.write(connection, at=at, who=who, what="source trusted again", detail=detail)
    return vitals.odd

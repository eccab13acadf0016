"""Sessions of people who signed in. Only the digest of a session's secret is kept; one that is over is gone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from watcher.store.tables.people import sessions as _SESSIONS  # noqa: N812 - a constant, as every table here


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session as it is kept; it ends at ``until`` whatever happens."""

    digest: str
    account: str
    begun_at: datetime
    seen_at: datetime
    until: datetime


def add(connection: Connection, row: SessionRow) -> None:
    """Keep a new session, and let go of those whose time is over."""
    connection.execute(delete(_SESSIONS).where(_SESSIONS.c.until < row.begun_at))
    connection.execute(
        insert(_SESSIONS).values(
            digest=row.digest, account=row.account, begun_at=row.begun_at, seen_at=row.seen_at, until=row.until
        )
    )


def get(connection: Connection, digest: str) -> SessionRow | None:
    """Return the session with that digest."""
    row = connection.execute(select(_SESSIONS).where(_SESSIONS.c.digest == digest)).mappings().first()
    return SessionRow(**row) if row is not None else None


def see(connection: Connection, digest: str, *, at: datetime) -> None:
    """Note that the session was used."""
    connection.execute(update(_SESSIONS).where(_SESSIONS.c.digest == digest).values(seen_at=at))


def end(connection: Connection, digest: str) -> None:
    """End one session."""
    connection.execute(delete(_SESSIONS).where(_SESSIONS.c.digest == digest))


def end_all(connection: Connection, account: str, *, but: str = "") -> int:
    """End every session of *account* except the one with the digest *but*; return how many."""
    own = (_SESSIONS.c.account == account) & (_SESSIONS.c.digest != but)
    return connection.execute(delete(_SESSIONS).where(own)).rowcount

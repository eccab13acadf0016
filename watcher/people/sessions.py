"""Sessions: a new secret at every sign-in, known by its digest alone; over after a time, or at once."""

from datetime import datetime, timedelta

from watcher.people import accounts
from watcher.people.roles import Person
from watcher.people.secrets import digest_of, new_secret
from watcher.settings import Settings
from watcher.store import Connection, audit
from watcher.store import accounts as account_store
from watcher.store import sessions as session_store
from watcher.store.accounts import AccountRow
from watcher.store.sessions import SessionRow

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a session was last used: a write at every click would be many."""


def begin(connection: Connection, row: AccountRow, *, lasts: timedelta, now: datetime, how: str) -> str:
    """Begin a session and return its secret; whatever secret the browser had before is not taken over."""
    secret = new_secret()
    kept = SessionRow(digest=digest_of(secret), account=row.name, begun_at=now, seen_at=now, until=now + lasts)
    session_store.add(connection, kept)
    audit.write(connection, at=now, who=row.name, what="signed in", detail={"how": how})
    return secret


def holder(
    connection: Connection, secret: str, *, settings: Settings, idle: timedelta, now: datetime
) -> tuple[Person, SessionRow] | None:
    """Return whose session *secret* is, or ``None``: unknown, over, unused for *idle*, or its account opens nothing."""
    found = session_store.get(connection, digest_of(secret)) if secret else None
    if found is None or now >= found.until or now - found.seen_at >= idle:
        return None
    row = account_store.get(connection, found.account)
    who = accounts.person(row, settings) if row is not None else None
    return (who, found) if who is not None else None


def end(connection: Connection, secret: str, *, by: str, now: datetime) -> None:
    """End a session: its secret opens nothing any more."""
    session_store.end(connection, digest_of(secret))
    audit.write(connection, at=now, who=by, what="signed out", detail={})

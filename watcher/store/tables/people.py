"""The tables of people: accounts, their sessions, tokens for programs, and wrong passwords of late."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, UniqueConstraint

from watcher.store.columns import Json, Utc, Words
from watcher.store.shapes import metadata


def _text(name: str) -> Column[str]:
    return Column(name, Words, nullable=False)


accounts = Table(
    "accounts",
    metadata,
    Column("name", Words, primary_key=True),
    *map(_text, ("shown", "role", "client", "recipient", "lang", "zone", "password", "subject")),
    Column("created_at", Utc, nullable=False),
    Column("password_at", Utc, nullable=False),
    Column("disabled_at", Utc),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", Words, primary_key=True),
    Column("account", Words, ForeignKey("accounts.name"), nullable=False),
    Column("begun_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Index(None, "account"),
    Index(None, "until"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Words, primary_key=True),
    *map(_text, ("digest", "name", "role", "client")),
    Column("scopes", Json(tuple[str, ...]), nullable=False),
    _text("made_by"),
    Column("created_at", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("used_at", Utc),
    Column("revoked_at", Utc),
    UniqueConstraint("digest"),
)

login_failures = Table(
    "login_failures",
    metadata,
    Column("key", Words, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Utc, nullable=False),
    Index(None, "last_at"),
)

setup_tokens = Table(
    "setup_tokens",
    metadata,
    Column("digest", Words, primary_key=True),
    Column("until", Utc, nullable=False),
)

"""Tokens for programs. Only the digest of the secret is kept; one that was revoked keeps its row."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from watcher.store.tables.people import api_tokens as _TOKENS  # noqa: N812 - a constant, as every table here


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """A token as it is kept: whom it stands for, what it may do, and until when."""

    id: str
    digest: str
    name: str
    role: str
    client: str
    scopes: tuple[str, ...]
    made_by: str
    created_at: datetime
    until: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


def add(connection: Connection, row: TokenRow) -> None:
    """Keep a new token."""
    connection.execute(insert(_TOKENS).values({f.name: getattr(row, f.name) for f in fields(row)}))


def by_digest(connection: Connection, digest: str) -> TokenRow | None:
    """Return the token with that digest, whether it still counts or not."""
    row = connection.execute(select(_TOKENS).where(_TOKENS.c.digest == digest)).mappings().first()
    return TokenRow(**row) if row is not None else None


def get(connection: Connection, wanted: str) -> TokenRow | None:
    """Return the token with that id."""
    row = connection.execute(select(_TOKENS).where(_TOKENS.c.id == wanted)).mappings().first()
    return TokenRow(**row) if row is not None else None


def every(connection: Connection) -> tuple[TokenRow, ...]:
    """Return all tokens, newest first."""
    rows = connection.execute(select(_TOKENS).order_by(_TOKENS.c.created_at.desc(), _TOKENS.c.id)).mappings()
    return tuple(TokenRow(**row) for row in rows)


def use(connection: Connection, wanted: str, *, at: datetime) -> None:
    """Note that the token was used."""
    connection.execute(update(_TOKENS).where(_TOKENS.c.id == wanted).values(used_at=at))


def revoke(connection: Connection, wanted: str, *, at: datetime) -> None:
    """Let the token count no more."""
    connection.execute(update(_TOKENS).where(_TOKENS.c.id == wanted).values(revoked_at=at))

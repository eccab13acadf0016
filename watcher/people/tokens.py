"""Tokens for programs: shown once, known by their digest, bounded by role, client, scope and time."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.people.roles import PeopleError, Person, Role, Scope
from watcher.people.secrets import digest_of, new_secret
from watcher.settings import Settings
from watcher.store import Connection, api_tokens, audit
from watcher.store.api_tokens import TokenRow

PREFIX = "wt_"
"""What a token begins with, so that whoever finds one knows what it opens."""

LONGEST_LIFE = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """What a token is made from."""

    name: str
    role: Role
    scopes: frozenset[Scope]
    lasts: timedelta
    client: str = ""


def add(connection: Connection, new: NewToken, *, settings: Settings, by: str, now: datetime) -> tuple[TokenRow, str]:
    """Make a token; the second value is its secret, which nobody can show again."""
    name = " ".join(new.name.split())
    if not name:
        raise PeopleError("a token needs a name that says what it is for")
    if not new.scopes:
        raise PeopleError(f"a token needs a scope: {', '.join(Scope)}")
    if not timedelta() < new.lasts <= LONGEST_LIFE:
        raise PeopleError("a token lasts between a moment and a year: 90d")
    if (new.role is Role.CLIENT) != bool(new.client):
        raise PeopleError("a token of the role client belongs to one client, and no other token does")
    if new.client and settings.client(new.client) is None:
        raise PeopleError(f"watcher.yaml has no client {new.client!r}")
    secret = PREFIX + new_secret()
    row = TokenRow(
        id=secrets.token_hex(4),
        digest=digest_of(secret),
        name=name,
        role=new.role.value,
        client=new.client,
        scopes=tuple(sorted(new.scopes)),
        made_by=by,
        created_at=now,
        until=now + new.lasts,
    )
    api_tokens.add(connection, row)
    detail = {"token": row.id, "name": name, "role": row.role, "client": row.client, "scopes": list(row.scopes)}
    audit.write(connection, at=now, who=by, what="token made", detail=detail)
    return row, secret


def revoke(connection: Connection, wanted: str, *, by: str, now: datetime) -> TokenRow:
    """Let a token count no more."""
    row = api_tokens.get(connection, wanted)
    if row is None:
        raise PeopleError(f"there is no token {wanted!r}: `watcher people tokens list` shows them")
    if row.revoked_at is None:
        api_tokens.revoke(connection, row.id, at=now)
        audit.write(connection, at=now, who=by, what="token revoked", detail={"token": row.id, "name": row.name})
    return row


def holder(connection: Connection, secret: str, *, settings: Settings, now: datetime) -> tuple[Person, TokenRow] | None:
    """Return for whom *secret* stands, or ``None``: unknown, expired, revoked, or of a client that is gone."""
    row = api_tokens.by_digest(connection, digest_of(secret)) if secret.startswith(PREFIX) else None
    if row is None or row.revoked_at is not None or now >= row.until:
        return None
    role = Role(row.role)
    if role is Role.CLIENT and settings.client(row.client) is None:
        return None
    who = Person(
        name=f"token {row.id}",
        shown=row.name,
        role=role,
        client=row.client,
        token=row.id,
        scopes=frozenset(map(Scope, row.scopes)),
    )
    return who, row

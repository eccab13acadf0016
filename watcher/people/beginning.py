"""Beginning: the first account, made with a secret that only who runs this machine has seen."""

from datetime import datetime, timedelta

from watcher.people.roles import PeopleError
from watcher.people.secrets import digest_of, new_secret
from watcher.store import Connection, accounts, setup_tokens

LASTS = timedelta(days=1)
"""How long a set-up token counts."""


def is_new(connection: Connection) -> bool:
    """Whether nobody has an account yet: then the desk answers this machine alone."""
    return accounts.count(connection) == 0


def new_setup_token(connection: Connection, *, now: datetime) -> str:
    """Return a token that makes the first account; once there is one, none counts any more."""
    if not is_new(connection):
        raise PeopleError("there are accounts already: `watcher people add` makes another, `password` a new password")
    token = new_secret()
    setup_tokens.add(connection, digest_of(token), now=now, until=now + LASTS)
    return token


def opens(connection: Connection, token: str, *, now: datetime) -> bool:
    """Whether *token* makes the first account."""
    return is_new(connection) and bool(token) and setup_tokens.holds(connection, digest_of(token), now=now)

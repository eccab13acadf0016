"""Passwords: kept as argon2id, checked in the same time whether there is an account or not."""

from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from watcher.people.roles import PeopleError

SHORTEST = 12
"""Characters; long beats strange."""

LONGEST = 256
"""Characters; more would only keep the machine busy."""


def hashed(password: str, *, name: str) -> str:
    """Return what is kept of *password*; refused where it is too easy for the account *name*."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PeopleError(f"a password has {SHORTEST} to {LONGEST} characters: four words that nobody expects do well")
    if len(set(password)) < _FEWEST or name.casefold() in password.casefold():
        raise PeopleError("this password is easy to guess: take one without your name and without repetition")
    return _hasher().hash(password)


def fits(password: str, kept: str) -> bool:
    """Whether *password* is the one *kept*. An empty *kept* fits nothing, and takes as long to say so."""
    try:
        right = _hasher().verify(password[: LONGEST + 1], kept or _decoy())
    except UnknownHashError:
        right = _hasher().verify(password[: LONGEST + 1], _decoy())
        return False
    return right and bool(kept)


_FEWEST = 5
"""Different characters."""


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _decoy() -> str:
    """A hash of no account's password: what a wrong name is checked against."""
    return _hasher().hash("nobody has this one")

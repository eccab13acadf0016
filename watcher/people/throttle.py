"""Throttle: how long the next try to sign in must wait. It slows who guesses, and keeps nobody out for long.

Three counts of wrong passwords in a row, kept in the database: of an account from one address, of an account from
anywhere, of an address for any account. Each try is counted before the password is looked at, so that many at once
gain nothing, and taken off again where it was right. An account that somebody guesses at from elsewhere still opens
from an address where its owner signed in of late.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.store import Connection, login_failures

FORGOTTEN = timedelta(hours=1)
"""After so long without a wrong password one begins anew."""

REMEMBERED = timedelta(days=30)
"""How long an address counts as one where an account signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """One of the counts: how many tries are free, and the longest wait."""

    key: str
    free: int
    longest: timedelta

    def wait(self, failures: int, last: datetime | None, now: datetime) -> timedelta:
        """Return how long the next try must wait at *now*: twice as long after each failure, up to the longest."""
        if last is None or failures < self.free or now - last >= FORGOTTEN:
            return timedelta()
        delay = min(self.longest, timedelta(seconds=2 ** min(failures - self.free, _MOST_DOUBLINGS)))
        return max(timedelta(), last + delay - now)


_MOST_DOUBLINGS = 12


def charge(connection: Connection, account: str, address: str, *, now: datetime) -> timedelta:
    """Count a try, or return how long it must wait; one that must wait is not counted."""
    counts = _counts(connection, account, address)
    stands = [(one, *login_failures.get(connection, one.key)) for one in counts]
    wait = max(one.wait(failures, last, now) for one, failures, last in stands)
    if wait:
        return wait
    for one, failures, last in stands:
        fresh = last is None or now - last >= FORGOTTEN
        login_failures.note(connection, one.key, failures=1 if fresh else failures + 1, at=now, kept=REMEMBERED)
    return timedelta()


def clear(connection: Connection, account: str, address: str, *, now: datetime) -> None:
    """The password was right: the counts of the account begin anew, and its address is remembered."""
    login_failures.forget(connection, _key("account", account))
    login_failures.note(connection, _key("pair", account, address), failures=0, at=now, kept=REMEMBERED)
    login_failures.note(connection, _key("good", account, address), failures=0, at=now, kept=REMEMBERED)
    failures, last = login_failures.get(connection, _key("address", address))
    if failures > 1 and last is not None:  # only its own try: whoever guesses at others has one right account too
        login_failures.note(connection, _key("address", address), failures=failures - 1, at=last, kept=REMEMBERED)
    else:
        login_failures.forget(connection, _key("address", address))


def _counts(connection: Connection, account: str, address: str) -> tuple[_Count, ...]:
    pair = _Count(key=_key("pair", account, address), free=3, longest=timedelta(seconds=60))
    place = _Count(key=_key("address", address), free=20, longest=timedelta(seconds=60))
    anywhere = _Count(key=_key("account", account), free=5, longest=timedelta(seconds=15))
    _, good = login_failures.get(connection, _key("good", account, address))
    return (pair, place) if good is not None else (pair, place, anywhere)


def _key(*parts: str) -> str:
    """Return what a count goes by; neither names nor addresses stand in the table."""
    return f"{parts[0]}:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"

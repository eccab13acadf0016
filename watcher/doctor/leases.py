"""Leases: what is being sent has a sender who still has the time to say how it went."""

from collections.abc import Iterator
from datetime import timedelta

from watcher.doctor.finding import Finding, Grounds, found
from watcher.store import soundness

SLACK = timedelta(minutes=1)


def leases(grounds: Grounds) -> Iterator[Finding]:
    """Find claims that ended, or end too far ahead, and that no sender has taken over."""
    lease = grounds.settings.sending.lease
    yield from found(
        soundness.lost_claims(grounds.connection, before=grounds.now - SLACK, after=grounds.now + 2 * lease),
        "{n} message(s) in the hands of a sender who is gone",
        "start `watcher run`: it takes them over and sends them again, marked as a repeat",
    )

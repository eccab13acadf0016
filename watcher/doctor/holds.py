"""Times and holds: everything that waits has a moment at which it goes out, and a reason that is known."""

from collections.abc import Iterator
from datetime import timedelta

from alerts.deliveries import Delivery, DeliveryState
from alerts.holding import HoldReason
from watcher.doctor.finding import Finding, Grounds, found
from watcher.store import deliveries, silences

LONGEST_WAIT = timedelta(hours=2)
"""No rule lets a message that was tried wait longer than an hour."""

LONGEST_HOLD = timedelta(days=32)
"""A silence lasts a month at most, a weekly digest a week."""

SLACK = timedelta(minutes=5)
"""So long may what is due lie there while the sender works."""


def due(grounds: Grounds) -> Iterator[Finding]:
    """Find what is due too far ahead, and what has been due for longer than a living sender leaves it."""
    owed = deliveries.pending(grounds.connection)
    yield from found(
        (d.key for d in owed if d.due > grounds.now + _longest(d)),
        "{n} message(s) due further ahead than any rule sets",
        "the clock was wrong when they were planned: `watcher outbox send KEY` lets each go now",
    )
    yield from found(
        (d.key for d in owed if d.state is not DeliveryState.SENDING and d.due < grounds.now - _slack(grounds)),
        "{n} message(s) are due and nobody sends them",
        "is `watcher run` running? Its log says what the sender does; `watcher status` what stands",
    )


def _longest(delivery: Delivery) -> timedelta:
    return LONGEST_HOLD if delivery.state is DeliveryState.HELD else LONGEST_WAIT


def _slack(grounds: Grounds) -> timedelta:
    return SLACK + 2 * grounds.settings.sending.look_every


def holds(grounds: Grounds) -> Iterator[Finding]:
    """Find what is held under no name that is known, or longer than the silence that holds it."""
    held = [d for d in deliveries.pending(grounds.connection) if d.state is DeliveryState.HELD]
    ends = {s.name: s.end for s in silences.every(grounds.connection, limit=None)} if held else {}
    known = {reason.value for reason in HoldReason if reason is not HoldReason.SILENCE}
    yield from found(
        (d.key for d in held if d.held not in known and d.held not in ends),
        "{n} message(s) held under a name that does not exist",
        "`watcher outbox send KEY` lets each go now",
    )
    yield from found(
        (d.key for d in held if d.held in ends and d.due > max(ends[d.held], grounds.now)),
        "{n} message(s) held for longer than their silence lasts",
        "`watcher outbox send KEY` lets each go now",
    )

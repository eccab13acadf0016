"""Moves and alerts: whatever was decided was said, and whatever was said has somebody who hears it."""

from collections.abc import Iterator

from alerts.holding import stands_down
from alerts.said import AnyAlert
from watcher.doctor.finding import Finding, Grounds, found
from watcher.saying.planning import UNHEARD, heard_by
from watcher.store import audit, soundness, stories

REFUSED = "alert refused"
"""Under this the judge puts a move on record that it cannot make an alert of."""


def moves(grounds: Grounds) -> Iterator[Finding]:
    """Find moves that nobody was told of and that nobody refused by name."""
    silent = soundness.moves_unsaid(grounds.connection)
    refused = [f"{e.detail.get('move', '')} {e.detail.get('why', '')}" for e in _entries(grounds, REFUSED, silent)]
    yield from found(
        (move for move in silent if not any(move in told for told in refused)),
        "{n} move(s) without an alert, and no refusal on record",
        "tell the desk by hand: `watcher moves` shows them; then report it, with the log of that time",
    )


def alerts(grounds: Grounds) -> Iterator[Finding]:
    """Find alerts that are owed to nobody although nothing on record, and no route, says why."""
    unowed = soundness.alerts_unowed(grounds.connection)
    reasoned = {e.detail.get("alert") for e in _entries(grounds, UNHEARD, unowed)}
    yield from found(
        (a.id for a in unowed if a.id not in reasoned and _has_hearers(grounds, a)),
        "{n} alert(s) that nobody is owed, and no reason on record",
        "tell the desk by hand: `watcher moves` shows what was decided; then report it, with the log of that time",
    )


def _entries(grounds: Grounds, what: str, about: tuple[object, ...]) -> Iterator[audit.AuditEntry]:
    """Yield the record of *what*, which may be long, only if there is anything it could explain."""
    yield from audit.entries(grounds.connection, what) if about else ()


def _has_hearers(grounds: Grounds, alert: AnyAlert) -> bool:
    """Whether the routes as they stand have anybody for it: an older version put no reason on record."""
    if stands_down(alert):
        return bool(stories.told_of(grounds.connection, alert))
    return bool(heard_by(alert, grounds.settings))

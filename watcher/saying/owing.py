"""Owing: every message that is not yet where it belongs, with the reason; and what a person does about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.deliveries import Delivery, DeliveryState
from alerts.messages import subject_lines
from watcher.asking.naming import named
from watcher.asking.opening import opened
from watcher.asking.persons import by_whom
from watcher.settings import Settings
from watcher.store import alerts as alert_store
from watcher.store import deliveries, delivery_acts

SHORT = 8
"""Letters of a delivery's key that are printed; as many as tell it apart may be typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One message that is owed, or was given up, and what it says in a line."""

    delivery: Delivery
    line: str

    @property
    def why(self) -> str:
        """Why it has not arrived yet, in the words that log and page share."""
        if self.delivery.state is DeliveryState.HELD:
            return f"held: {self.delivery.held}"
        return self.delivery.last_detail or "not tried yet"

    def as_json(self) -> dict[str, Any]:
        """Return the message as plain values; no address stands in it."""
        d = self.delivery
        return {
            "key": d.key,
            "alert": d.alert_id,
            "subject": self.line,
            "recipient": d.recipient,
            "channel": d.channel,
            "state": d.state,
            "due": d.due,
            "attempts": d.attempts,
            "held": d.held or None,
            "why": self.why,
        }


def owed_now(settings: Settings, *, dead: bool = False, most: int | None = None) -> tuple[Owed, ...]:
    """Return what is owed, in the order in which it is sent, the first *most*; with *dead* what a person gave up."""
    with opened(settings) as database, database.read() as connection:
        found = (deliveries.dead(connection) if dead else deliveries.pending(connection))[:most]
        lines: dict[str, str] = {}
        for delivery in found:
            if delivery.alert_id not in lines:
                lines[delivery.alert_id] = subject_lines(alert_store.get(connection, delivery.alert_id))["en"]
    return tuple(Owed(delivery=d, line=lines[d.alert_id]) for d in found)


def give_up(settings: Settings, key: str, *, who: str, why: str, now: datetime) -> Delivery:
    """Give a delivery up because a person says so. Raises :class:`DecisionError` for what is not owed."""
    who, why = by_whom(who, why)
    with opened(settings) as database, database.write() as connection:
        whole = named(key, (d.key for d in deliveries.pending(connection)), what="message", elsewhere=_LISTED)
        return delivery_acts.kill(connection, whole, who=who, why=why, at=now)


def revive(settings: Settings, key: str, *, who: str, now: datetime) -> Delivery:
    """Owe again what was given up, at once. Raises :class:`DecisionError` for what was not."""
    who, _ = by_whom(who, "revived")
    with opened(settings) as database, database.write() as connection:
        whole = named(key, (d.key for d in deliveries.dead(connection)), what="message", elsewhere=_LISTED_DEAD)
        return delivery_acts.revive(connection, whole, who=who, at=now)


def send_now(settings: Settings, key: str, *, who: str, now: datetime) -> Delivery:
    """Let a message that is held or waits for its next try go out at once."""
    who, why = by_whom(who, "sent now")
    with opened(settings) as database, database.write() as connection:
        whole = named(key, (d.key for d in deliveries.pending(connection)), what="message", elsewhere=_LISTED)
        return delivery_acts.hurry(connection, whole, who=who, why=why, at=now)


_LISTED = "`watcher outbox` lists them"
_LISTED_DEAD = "`watcher outbox --dead` lists them"

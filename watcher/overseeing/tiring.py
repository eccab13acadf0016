"""Tiring: fatigue read from the database of a configuration."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from alerts.alert import Alert
from watcher.asking.opening import opened
from watcher.assessments import in_force
from watcher.overseeing.fatigue import Burden, Noise, burdens, noises, rejections, verdicts
from watcher.settings import Settings
from watcher.store import acknowledgements, event_decisions, move_decisions
from watcher.store import alerts as alert_store
from watcher.store.loads import loads


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiredness:
    """Who was told how much between *since* and *now*, and what caused it."""

    since: datetime
    now: datetime
    burdens: tuple[Burden, ...]
    noises: tuple[Noise, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "since": self.since,
            "until": self.now,
            "people": [one.as_json() for one in self.burdens],
            "noisiest": [one.as_json() for one in self.noises],
        }


def tiredness(settings: Settings, *, since: datetime, now: datetime) -> Tiredness:
    """Return the fatigue from *since* to *now*. Raises :class:`DecisionError` where there is no database yet."""
    with opened(settings) as database, database.read() as connection:
        told = loads(connection, since=since)
        taken = acknowledgements.taken(connection, since=since)
        said = [alert for alert in alert_store.since(connection, since) if isinstance(alert, Alert)]
        names = [assessment.id for assessment in in_force(connection, settings.assessments)]
        decided = verdicts(d for name in names for d in move_decisions.decisions(connection, name))
        rejected: dict[tuple[str, str], int] = {}
        for name in names:
            rejected |= rejections(name, event_decisions.decisions(connection, name), since=since)
    zones = {
        who: ZoneInfo(recipient.zone)
        for who in {load.recipient for load in told}
        if (recipient := settings.addressee(who)) is not None
    }
    return Tiredness(
        since=since,
        now=now,
        burdens=burdens(told, decided, taken=taken, zones=zones, since=since, now=now),
        noises=noises(said, decided, rejected),
    )

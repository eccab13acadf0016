"""Repeating: after a restore nobody knows what was told since the backup; what may have been says so."""

from dataclasses import replace
from datetime import datetime, timedelta

from alerts.deliveries import Delivery
from alerts.said import AnyAlert
from alerts.system import SystemWarning
from watcher.settings import Settings
from watcher.store import Connection, restores

_SLACK = timedelta(minutes=5)
_LONGEST = timedelta(days=1)


def marked(
    connection: Connection, settings: Settings, alert: AnyAlert, owing: tuple[Delivery, ...], *, now: datetime
) -> tuple[Delivery, ...]:
    """Return what is *owing* of *alert*, marked where it may be a repeat of what was told before a restore."""
    if isinstance(alert, SystemWarning) and alert.passing:  # it happened now
        return owing
    if not restores.may_repeat(connection, alert, now=now, within=_catching_up(settings)):
        return owing
    return tuple(replace(one, may_have_arrived=True) for one in owing)


def _catching_up(settings: Settings) -> timedelta:
    """Return within how long of a start every source was asked and what it said was judged; a day at most."""
    slowest = max((source.every for source in settings.sources), default=timedelta())
    return min(2 * (slowest + settings.judge_every) + _SLACK, _LONGEST)

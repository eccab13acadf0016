"""Own faults: what fails in Watcher itself is told to the operators, once a day as long as it does."""

from datetime import datetime

from alerts.system import Standing, SystemWarning, system_warning_id
from alerts.worded import Names
from indicators.bands import WarningLevel
from watcher.saying import planning
from watcher.settings import Settings
from watcher.store import Connection, installation
from watcher.store import alerts as alert_store


def tell_fault(
    connection: Connection,
    settings: Settings,
    error: Exception,
    *,
    about: str,
    headline: Names,
    meaning: Names,
    next_step: Names,
    now: datetime,
) -> SystemWarning | None:
    """Plan the warning of *error*, and return it; ``None`` if it was told on this day (UTC) already.

    Of the error its kind alone is told: its text may hold what is private.
    """
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    warning_id = system_warning_id(about, Standing.RAISED, today, salt=installation.salt(connection))
    if alert_store.is_there(connection, warning_id):
        return None
    kind = type(error).__name__
    warning = SystemWarning(
        id=warning_id,
        about=about,
        at=now,
        since=now,
        standing=Standing.RAISED,
        passing=True,
        urgency=WarningLevel.CRITICAL,
        headline=headline,
        details=(
            {"en": f"a fault of ours, {kind}; the log has it", "fr": f"une erreur interne, {kind} ; voir le journal"},
        ),
        meaning=meaning,
        next_step=next_step,
    )
    planning.plan(connection, settings, warning, now=now)
    return warning

"""How notices to clients leave, as the operator writes it."""

from datetime import timedelta

from alerts.spans import Duration
from indicators.bands import WarningLevel
from indicators.written import Written


class Patience(Written):
    """A length of time by warning level; ``other`` is for the levels below."""

    critical: Duration
    warning: Duration
    other: Duration

    def at(self, level: WarningLevel) -> timedelta:
        """Return the length for *level*."""
        return {WarningLevel.CRITICAL: self.critical, WarningLevel.WARNING: self.warning}.get(level, self.other)


_MINUTES, _HOURS = timedelta(minutes=1), timedelta(hours=1)


class Notices(Written):
    """How notices to clients leave: who signs, how long a draft may wait, how often one scenario is spoken of."""

    issuer: str = ""
    contact: str = ""
    remind: Patience = Patience(critical=15 * _MINUTES, warning=1 * _HOURS, other=6 * _HOURS)
    """A draft that waits longer is reminded of, again each time as long."""
    next_update: Patience = Patience(critical=6 * _HOURS, warning=24 * _HOURS, other=168 * _HOURS)
    """When a client is told to expect the next notice."""
    at_most_every: Duration = 6 * _HOURS
    """One notice of a scenario to a client in so long, unless its level has risen."""

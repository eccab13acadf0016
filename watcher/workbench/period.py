"""Period: the stretch of the past that a trial reads."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from indicators.items import Item
from watcher.judging.replay import TICK

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_LONGEST = 3650


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The stretch of time that is read, by the date of the reports; both ends belong to it."""

    since: datetime
    until: datetime

    @property
    def days(self) -> tuple[date, ...]:
        """Every day (UTC) of it, the first and last maybe in part."""
        first, last = self.since.astimezone(UTC).date(), self.until.astimezone(UTC).date()
        return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))

    def holds(self, item: Item) -> bool:
        """Whether *item* is dated inside and was known by the end."""
        return self.since <= item.when <= self.until and item.fetched <= self.until


def since_of(told: str, *, until: datetime) -> datetime:
    """Return the moment that *told* names: a length of time before *until* (90d, 12h, 6w) or a day (2025-11-01, UTC).

    A length of a day or more begins at midnight UTC. Raises ``ValueError`` that says what to write.
    """
    number, unit = told[:-1], told[-1:]
    if unit in _UNITS and number.isascii() and number.isdigit() and 0 < int(number) <= _LONGEST:
        moment = until - int(number) * _UNITS[unit]
        whole = int(number) * _UNITS[unit] >= TICK
        return datetime.combine(moment.astimezone(UTC).date(), time(), tzinfo=UTC) if whole else moment
    try:
        moment = datetime.combine(date.fromisoformat(told), time(), tzinfo=UTC)
    except ValueError:
        raise ValueError(f"{told!r} is no stretch of time: write 90d, 12h, 6w, or a day as 2025-11-01") from None
    if moment >= until:
        raise ValueError(f"{told} is not before the end, {until:%Y-%m-%d %H:%M} UTC")
    return moment

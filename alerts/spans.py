"""Lengths of time, times of day and time zones as people write them in a file."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(value: Any) -> Any:
    """Let ``15m``, ``6h`` or ``2d`` stand for a length of time."""
    if isinstance(value, str) and (found := re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd])", value.strip())):
        return timedelta(seconds=float(found[1]) * _UNITS[found[2]])
    if isinstance(value, timedelta):
        return value
    raise ValueError("write a number and a unit: 30s, 15m, 6h or 2d")


def _time_of_day(value: Any) -> Any:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and (found := re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value.strip())):
        return time(int(found[1]), int(found[2]))
    raise ValueError('write a time of day in quotes: "22:00"')


def _zone(value: str) -> str:
    if value == "UTC" or value in available_timezones():
        return value
    raise ValueError("write a zone of the time zone database: Africa/Bamako, Europe/Paris or UTC")


Duration = Annotated[timedelta, BeforeValidator(_duration)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
Zone = Annotated[str, AfterValidator(_zone)]


def at_local(day: datetime, clock: time, zone: str) -> datetime:
    """Return the moment, in UTC, at which the clocks of *zone* show *clock* on the date of *day*.

    Where clocks are put forward over *clock* it is the moment of the change; where they are put back, the
    first of the two.
    """
    local = datetime.combine(day.date(), clock, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def moment_of(text: str, zone: str) -> datetime:
    """Return the moment that *text* writes by ISO 8601, in UTC; it is on the clocks of *zone* unless it names its own.

    ``ValueError`` for what is no moment.
    """
    written = datetime.fromisoformat(text)
    try:
        return (written if written.tzinfo is not None else written.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text} is no moment that a clock shows") from None


def local(moment: datetime, zone: str) -> datetime:
    """Return *moment* on the clocks of *zone*."""
    return moment.astimezone(ZoneInfo(zone))

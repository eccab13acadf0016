"""Digest rhythms: how often a recipient wants what is not pressing, in one message."""

from datetime import datetime, time, timedelta
from typing import Literal

from pydantic import Field, model_validator

from alerts.quiet import LEVEL_PATTERN, LEVELS
from alerts.spans import TimeOfDay, at_local, local
from indicators.bands import WarningLevel
from indicators.written import Written

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class DigestRhythm(Written):
    """Alerts below *below* come together: every full hour, every day *at* a time, or once a week *on* a day."""

    every: Literal["hour", "day", "week"] = "day"
    at: TimeOfDay = time(7, 0)
    on: str = Field(default="monday", pattern=f"^({'|'.join(DAYS)})$")
    below: str = Field(default="warning", pattern=LEVEL_PATTERN)

    @model_validator(mode="after")
    def _something_left(self) -> "DigestRhythm":
        if LEVELS[self.below] is WarningLevel.BASELINE:
            raise ValueError("below: baseline holds nothing; write watch, advisory, warning or critical")
        return self

    def holds(self, urgency: int) -> bool:
        """Whether a message of that urgency waits for the digest."""
        return urgency < LEVELS[self.below]

    def next_after(self, moment: datetime, zone: str) -> datetime:
        """Return the first time after *moment* at which this digest goes out, in UTC."""
        today = local(moment, zone)
        if self.every == "hour":
            return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        for days in range(9):
            day = today + timedelta(days=days)
            due = at_local(day, self.at, zone)
            if due > moment and (self.every == "day" or DAYS[day.weekday()] == self.on):
                return due
        raise AssertionError("a week has each of its days")

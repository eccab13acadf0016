"""Quiet hours: a recipient's own night, in which all but the gravest waits for the morning."""

from datetime import datetime, timedelta

from pydantic import Field

from alerts.spans import TimeOfDay, at_local, local
from indicators.bands import WarningLevel
from indicators.written import Written

LEVELS = {level.name.lower(): level for level in WarningLevel}
LEVEL_PATTERN = "^(baseline|watch|advisory|warning|critical)$"


class QuietHours(Written):
    """From a time of day to another, on the recipient's clocks; *passes* is the level that goes out all the same."""

    start: TimeOfDay = Field(alias="from")
    end: TimeOfDay = Field(alias="to")
    passes: str = Field(default="critical", pattern=LEVEL_PATTERN)

    def end_after(self, moment: datetime, zone: str) -> datetime | None:
        """Return when the quiet hours that *moment* lies in end, in UTC, or ``None`` outside of them."""
        today = local(moment, zone)
        for days in (-1, 0):
            begins = at_local(today + timedelta(days=days), self.start, zone)
            ends = at_local(today + timedelta(days=days + (self.end <= self.start)), self.end, zone)
            if begins <= moment < ends:
                return ends
        return None

    def holds(self, urgency: int) -> bool:
        """Whether a message of that urgency waits for the morning."""
        return urgency < LEVELS[self.passes]

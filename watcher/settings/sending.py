"""How messages leave, as the operator writes it."""

from datetime import timedelta

from pydantic import Field

from alerts.quiet import LEVEL_PATTERN, LEVELS
from alerts.spans import Duration
from indicators.bands import WarningLevel
from indicators.written import Written

NEVER = "never"
LEVEL_OR_NEVER = LEVEL_PATTERN.replace("^(", "^(never|")


class Storm(Written):
    """From *most* messages to one recipient *per* that time on, what follows is gathered into one a minute."""

    most: int = Field(default=20, ge=1)
    per: Duration = timedelta(minutes=10)


class Sending(Written):
    """How messages leave: longest wait for a provider, how long a claim holds, how often to look, what a storm is."""

    deadline: Duration = timedelta(seconds=20)
    lease: Duration = timedelta(minutes=2)
    look_every: Duration = timedelta(seconds=5)
    storm: Storm = Storm()
    say_who_has_it: str = Field(default="never", pattern=LEVEL_OR_NEVER)
    """From which level on the others who were told of an alert hear that somebody has taken it."""

    def says_who_has(self, level: WarningLevel) -> bool:
        """Whether others hear of it when an alert of *level* is taken."""
        return self.say_who_has_it != NEVER and level >= LEVELS[self.say_who_has_it]

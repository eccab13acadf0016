"""How messages leave, as the operator writes it."""

from datetime import timedelta

from pydantic import Field

from alerts.spans import Duration
from indicators.written import Written


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

"""Routes: which recipients hear of which alerts. Nobody is forgotten in silence."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pydantic import Field

from alerts.alert import Alert
from alerts.suppression import Suppression
from indicators.bands import WarningLevel
from indicators.written import Written

LEVELS = {level.name.lower(): level for level in WarningLevel}


class Recipient(Written):
    """A person or team of our own desk: their language and, by channel kind, their address.

    An ``operator`` hears when Watcher itself is in trouble: sources that fall silent, a file that is broken.
    Clients are no recipients: what reaches a client is released by a named person.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    lang: str = Field(default="en", pattern="^(en|fr)$")
    channels: dict[str, str] = Field(min_length=1, repr=False)
    operator: bool = False


class Route(Written):
    """Alerts that fit all three patterns go to these recipients, from *min_level* on.

    A stand-down fits by the level it comes from, so whoever heard the warning hears its end.
    """

    to: tuple[str, ...] = Field(min_length=1)
    assessment: str = "*"
    scenario: str = "*"
    min_level: str = Field(default="baseline", pattern="^(baseline|watch|advisory|warning|critical)$")

    def suppression(self, alert: Alert) -> Suppression:
        """Return why this route does not carry *alert*, or ``NONE``."""
        if not fnmatchcase(alert.assessment, self.assessment) or not fnmatchcase(alert.scenario, self.scenario):
            return Suppression.NO_ROUTE
        if max(alert.level_before, alert.level_after) < LEVELS[self.min_level]:
            return Suppression.BELOW_LEVEL
        return Suppression.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Whether one recipient hears of an alert."""

    recipient: str
    suppression: Suppression


def routes_for(alert: Alert, routes: Iterable[Route], *, last_resort: str) -> tuple[Heard, ...]:
    """Return every recipient that a route names for *alert*, and why some do not hear of it.

    An alert that no route speaks of at all goes to *last_resort*: a hole in the routes must not
    swallow a warning. One that is only too low for every route stays with the board.
    """
    decided: dict[str, Suppression] = {}
    for route in routes:
        why = route.suppression(alert)
        if why is Suppression.NO_ROUTE:
            continue
        for recipient in route.to:
            if decided.get(recipient) is not Suppression.NONE:
                decided[recipient] = why
    if not decided:
        decided[last_resort] = Suppression.NONE
    return tuple(Heard(recipient=r, suppression=s) for r, s in decided.items())

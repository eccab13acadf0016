"""Clients: who outside our desk is told of what, where they are, and who must have read it before it leaves.

Nothing goes to a client by a route. What moved is drafted as a notice for each client whose subscription it fits,
and a named person releases it; :mod:`alerts.notices` has the rest.
"""

import re
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from alerts.alert import Alert
from alerts.markings import Marking
from alerts.quiet import LEVEL_PATTERN, LEVELS
from alerts.routes import Recipient
from indicators.bands import WarningLevel
from indicators.places import Point
from indicators.rules import LocalText
from indicators.written import Written

_SPOT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")
_NORTH, _EAST = 90, 180


class ReleaseRule(StrEnum):
    """Who must have read a notice before it leaves."""

    REVIEWED = "reviewed"  # one named person
    TWO_PERSON = "two-person"  # one who has gone over it, and another who releases it
    AUTOMATIC_FACTS_ONLY = "automatic-facts-only"  # nobody: so it tells what was reported and judges nothing


def position(spot: str) -> Point | None:
    """Return the point that *spot* writes as ``12.65,-8.00`` (degrees north, east); ``None`` for a name.

    Raises ``ValueError`` for a point that does not lie on the globe.
    """
    written = _SPOT.fullmatch(spot)
    if written is None:
        return None
    lat, lon = float(written[1]), float(written[2])
    if abs(lat) > _NORTH or abs(lon) > _EAST:
        raise ValueError("no such point: write degrees north, then degrees east, as 12.65,-8.00")
    return lat, lon


def _spot(value: str) -> str:
    if not value.strip():
        raise ValueError("write the name of a place, or its degrees as 12.65,-8.00")
    position(value)
    return value.strip()


Spot = Annotated[str, AfterValidator(_spot)]
"""A place by the name a gazetteer has it by, or a point as ``12.65,-8.00``."""


class Site(Written):
    """Where a client has people or goods."""

    name: str = Field(min_length=1)
    at: Spot


class Road(Written):
    """A way that a client's people or goods take, along places joined by straight lines."""

    name: str = Field(min_length=1)
    via: tuple[Spot, ...] = Field(min_length=2)


class Contact(Recipient):
    """A person or team of a client, with their own zone and quiet hours.

    Nobody of a client hears of Watcher's own troubles, and what a person released is put into no digest.
    """

    name: str = ""
    operator: Literal[False] = False
    digest: None = None


class Subscription(Written):
    """What a client is told of: scenarios of assessments from a level on, how released, and our standing advice.

    ``advice`` is said apart from the forecast; whoever goes over a notice can change it.
    """

    assessment: str = "*"
    scenarios: tuple[str, ...] = Field(default=("*",), min_length=1)
    min_level: str = Field(default="watch", pattern=LEVEL_PATTERN)
    release: ReleaseRule = ReleaseRule.REVIEWED
    advice: LocalText | None = None

    @property
    def level(self) -> WarningLevel:
        """The warning level from which on it speaks."""
        return LEVELS[self.min_level]

    def fits(self, alert: Alert) -> bool:
        """Whether *alert* is about what this asks for. The end of a warning fits by the level it comes from."""
        return self.speaks_of(alert.assessment, alert.scenario) and alert.urgency >= self.level

    def speaks_of(self, assessment: str, scenario: str) -> bool:
        """Whether that line is one of those this asks for, at whatever level."""
        wanted = any(fnmatchcase(scenario, pattern) for pattern in self.scenarios)
        return wanted and fnmatchcase(assessment, self.assessment)


class Client(Written):
    """One client: contacts, subscriptions, sites and roads, and the strictest marking it may be shown."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)
    name: str = Field(min_length=1)
    contacts: tuple[Contact, ...] = Field(min_length=1)
    subscriptions: tuple[Subscription, ...] = Field(min_length=1)
    sites: tuple[Site, ...] = ()
    roads: tuple[Road, ...] = ()
    ceiling: Marking = "TLP:AMBER"
    brief: bool = False
    """Whether its mails bring the printed brief along."""

    def subscription(self, alert: Alert) -> Subscription | None:
        """Return the first subscription that *alert* fits, if one does."""
        return next((s for s in self.subscriptions if s.fits(alert)), None)

    def subscription_to(self, assessment: str, scenario: str) -> Subscription | None:
        """Return the first subscription that speaks of that line, if one does."""
        return next((s for s in self.subscriptions if s.speaks_of(assessment, scenario)), None)

    def subscription_of(self, assessment: str, scenario: str, level: int) -> Subscription | None:
        """Return the subscription that a notice of that line was drafted for, which speaks from *level* on.

        Where none does any more, the first that speaks of that line.
        """
        speak = [s for s in self.subscriptions if s.speaks_of(assessment, scenario)]
        return next((s for s in speak if s.level == level), speak[0] if speak else None)

    @property
    def addressees(self) -> tuple[Contact, ...]:
        """Its contacts under the names that deliveries know them by: ``acme/bureau``."""
        return tuple(c.model_copy(update={"id": f"{self.id}/{c.id}"}) for c in self.contacts)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages its contacts read."""
        return tuple(sorted({contact.lang for contact in self.contacts}))

"""Routes: which recipients hear of which alerts. Nobody is forgotten in silence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from fnmatch import fnmatchcase

from pydantic import Field, model_validator

from alerts.alert import Alert
from alerts.quiet import LEVEL_PATTERN, LEVELS, QuietHours
from alerts.rhythms import DigestRhythm
from alerts.said import AnyAlert
from alerts.spans import Duration, Zone
from alerts.suppression import Suppression
from indicators.bands import WarningLevel
from indicators.written import Written


class Recipient(Written):
    """A person or team of our own desk: their language and, by channel kind, their address.

    ``quiet`` hours and a ``digest`` are kept on the clocks of their ``zone``: what waits is held, not dropped.
    An ``operator`` hears when Watcher itself is in trouble: sources that fall silent, a file that is broken.
    Clients are no recipients: what reaches a client is released by a named person.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    lang: str = Field(default="en", pattern="^(en|fr)$")
    channels: dict[str, str] = Field(min_length=1, repr=False)
    operator: bool = False
    zone: Zone = "UTC"
    quiet: QuietHours | None = None
    digest: DigestRhythm | None = None


class Route(Written):
    """A branch of the tree: alerts that fit all its patterns go *to* these recipients, from *min_level* on.

    Sub-``routes`` that carry an alert take it over from the branch that they stand in; of several that fit each
    carries it, so their order means nothing and none hides another. A stand-down fits by the level it comes
    from, so whoever heard the warning hears its end. ``group`` gathers what is no rise, ``cool_down`` spaces it.
    """

    to: tuple[str, ...] = ()
    assessment: str = "*"
    scenario: str = "*"
    region: str = "*"
    """A region of the assessment in which an indicator of the evidence is watched."""
    kind: str = Field(default="move", pattern=r"^(move|system|\*)$")
    min_level: str = Field(default="baseline", pattern=LEVEL_PATTERN)
    group: Duration = timedelta(0)
    cool_down: Duration = timedelta(0)
    routes: tuple["Route", ...] = ()

    @model_validator(mode="after")
    def _leads_somewhere(self) -> "Route":
        if not self.to and not self.routes:
            raise ValueError("this route leads to nobody: write `to: [someone]` or routes below it")
        return self

    def suppression(self, alert: AnyAlert) -> Suppression:
        """Return why this route does not carry *alert*, or ``NONE``; what stands below it is not asked."""
        if not self._fits(alert):
            return Suppression.NO_ROUTE
        if alert.urgency < LEVELS[self.min_level]:
            return Suppression.BELOW_LEVEL
        return Suppression.NONE

    def _fits(self, alert: AnyAlert) -> bool:
        regions = alert.regions if isinstance(alert, Alert) else ()
        return (
            fnmatchcase(alert.kind, self.kind)
            and fnmatchcase(alert.assessment, self.assessment)
            and fnmatchcase(alert.subject_key, self.scenario)
            and (self.region == "*" or any(fnmatchcase(region, self.region) for region in regions))
        )

    def named(self) -> Iterator[str]:
        """Yield everybody whom this branch names."""
        yield from self.to
        for route in self.routes:
            yield from route.named()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Whether one recipient hears of an alert, and by which routes' pace."""

    recipient: str
    suppression: Suppression
    group: timedelta = timedelta(0)
    cool_down: timedelta = timedelta(0)


def routes_for(alert: AnyAlert, routes: Iterable[Route], *, last_resort: str) -> tuple[Heard, ...]:
    """Return every recipient that a route names for *alert*, and why some do not hear of it.

    An alert that no route speaks of at all goes to *last_resort*: a hole in the routes must not
    swallow a warning. One that is only too low for every route stays with the board. Whoever is named
    by several routes hears at the quickest of their paces.
    """
    return spoken_for(alert, routes) or (Heard(recipient=last_resort, suppression=Suppression.NONE),)


def spoken_for(alert: AnyAlert, routes: Iterable[Route]) -> tuple[Heard, ...]:
    """Return every recipient that a route names for *alert*; nobody where no route speaks of it."""
    decided: dict[str, Heard] = {}
    for route, why in _carriers(alert, routes):
        for recipient in route.to:
            heard = Heard(recipient=recipient, suppression=why, group=route.group, cool_down=route.cool_down)
            decided[recipient] = _quicker(decided.get(recipient), heard)
    return tuple(decided.values())


def levels_asked(
    name: str, routes: Iterable[Route], *, above: WarningLevel = WarningLevel.BASELINE
) -> Iterator[WarningLevel]:
    """Yield from which warning level on each branch that names *name* tells it; a branch *above* may ask for more."""
    for route in routes:
        level = max(above, LEVELS[route.min_level])
        if name in route.to:
            yield level
        yield from levels_asked(name, route.routes, above=level)


def _carriers(alert: AnyAlert, routes: Iterable[Route]) -> Iterator[tuple[Route, Suppression]]:
    for route in routes:
        why = route.suppression(alert)
        if why is Suppression.NO_ROUTE:
            continue
        below = tuple(_carriers(alert, route.routes)) if why is Suppression.NONE else ()
        if not any(inner is Suppression.NONE for _, inner in below):
            yield route, why
        yield from below


def _quicker(one: Heard | None, other: Heard) -> Heard:
    if one is None or one.suppression is not Suppression.NONE:
        return other
    if other.suppression is not Suppression.NONE:
        return one
    return replace(one, group=min(one.group, other.group), cool_down=min(one.cool_down, other.cool_down))

"""Dead routes: branches and subscriptions that fit nothing any more, so that nobody would hear by them.

A scenario that is renamed, or a name that is misspelt, leaves one behind; the warning then goes to whoever other
routes name, which may be nobody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from alerts.clients import Client, Subscription
from alerts.routes import Route
from indicators.assessments import Assessment, forecasts

Path = tuple[Route, ...]
"""A branch: the routes from the trunk down to it."""

SYSTEM = "system"
"""The kind of what Watcher says about itself, which is of no assessment and of no region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadRoute:
    """A branch that carries nothing, by its number from 1: ``2``, or ``2.1`` for the first below it.

    ``alone`` says whether it fits nothing even by itself; else a route above it carries nothing that it fits.
    """

    number: str
    route: Route
    alone: bool

    @property
    def told(self) -> str:
        """Its number, with what it asks for: ``2 (blockade*)``."""
        asked = (self.route.assessment, self.route.scenario, self.route.region, self.route.kind)
        return f"{self.number} ({', '.join(pattern for pattern in asked if pattern != '*')})"


def dead_routes(routes: Iterable[Route], watched: Iterable[Assessment]) -> Iterator[DeadRoute]:
    """Yield every branch of *routes* that can carry nothing of the assessments *watched*, nor of Watcher's own."""
    known = tuple(watched)
    for number, path in branches(routes):
        if not _carries(path, known):
            yield DeadRoute(number=number, route=path[-1], alone=not _carries(path[-1:], known))


def dead_subscriptions(client: Client, watched: Iterable[Assessment]) -> Iterator[tuple[int, Subscription, str]]:
    """Yield each pattern of *client* that fits no line of the assessments *watched*, with its subscription's number."""
    lines = [(assessment.id, forecast.key) for assessment in watched for forecast in forecasts(assessment)]
    for number, subscription in enumerate(client.subscriptions, 1):
        own = [key for name, key in lines if fnmatchcase(name, subscription.assessment)]
        for pattern in subscription.scenarios:
            if not any(fnmatchcase(key, pattern) for key in own):
                yield number, subscription, pattern


def branches(routes: Iterable[Route], above: tuple[Route, ...] = (), number: str = "") -> Iterator[tuple[str, Path]]:
    """Yield every branch of *routes* with its number."""
    for place, route in enumerate(routes, 1):
        path = (*above, route)
        yield f"{number}{place}", path
        yield from branches(route.routes, path, f"{number}{place}.")


def _carries(path: Path, watched: tuple[Assessment, ...]) -> bool:
    """Whether anything fits all of the routes in *path*."""
    if all(fnmatchcase(SYSTEM, r.kind) and fnmatchcase("", r.assessment) and r.region == "*" for r in path):
        return True
    moves = all(fnmatchcase("move", route.kind) for route in path)
    return moves and any(_carries_of(path, assessment) for assessment in watched)


def _carries_of(path: Path, assessment: Assessment) -> bool:
    regions = {indicator.where.region for indicator in assessment.indicators}
    return any(
        all(
            fnmatchcase(assessment.id, route.assessment)
            and fnmatchcase(forecast.key, route.scenario)
            and (route.region == "*" or any(fnmatchcase(region, route.region) for region in regions))
            for route in path
        )
        for forecast in forecasts(assessment)
    )

"""Checks of clients against the assessments they subscribe to: what would never reach them or be measured to."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.clients import Client
from alerts.dead_routes import dead_subscriptions
from alerts.markings import strictness
from indicators.assessments import Assessment, forecasts
from indicators.checks.references import did_you_mean, near_names
from indicators.errors import Problem, Severity
from indicators.matcher import Matcher
from watcher.assessment_files import matcher_of
from watcher.releasing.placing import placed

if TYPE_CHECKING:
    from watcher.settings import Settings


def client_problems(path: Path, settings: "Settings", loaded: Sequence[Assessment]) -> Iterator[Problem]:
    """Yield what of the clients in the configuration at *path* fits none of the assessments *loaded*."""
    if not settings.clients or not loaded:
        return
    compiled = matcher_of(settings.gazetteers) if any(c.sites or c.roads for c in settings.clients) else Matcher
    matchers = [compiled(assessment) for assessment in loaded]
    for client in settings.clients:
        for what, instead in (*_dead(client, loaded), *_above(client, loaded)):
            yield Problem(where=str(path), what=what, instead=instead)
        yield from _unplaced(path, client, matchers)


def _dead(client: Client, loaded: Sequence[Assessment]) -> Iterator[tuple[str, str]]:
    """A pattern that fits no scenario is a warning that the client would never get."""
    for number, subscription, pattern in dead_subscriptions(client, loaded):
        keys = [f.key for a in loaded if fnmatchcase(a.id, subscription.assessment) for f in forecasts(a)]
        what = f"client {client.id}: its subscription {number} fits no scenario with {pattern!r}"
        known = did_you_mean(near_names(pattern, keys)) or f"known: {', '.join(a.id for a in loaded)}"
        yield what, known


def _above(client: Client, loaded: Sequence[Assessment]) -> Iterator[tuple[str, str]]:
    for assessment in loaded:
        speaks = any(client.subscription_to(assessment.id, f.key) for f in forecasts(assessment))
        if speaks and strictness(assessment.marking) > strictness(client.ceiling):
            marked = f"{assessment.id} is marked {assessment.marking}"
            yield (
                f"client {client.id}: {marked}, above its ceiling {client.ceiling}",
                "nothing of it would reach the client: raise the ceiling, or end the subscription",
            )


def _unplaced(path: Path, client: Client, matchers: Sequence[Matcher]) -> Iterator[Problem]:
    found = [placed(client, matcher.gazetteer) for matcher in matchers]
    for name in found[0].unplaced:
        if all(name in one.unplaced for one in found):
            what = f"client {client.id}: {name} is not measured to: {found[0].unplaced[name]}"
            instead = "`watcher places find NAME` lists the names"
            yield Problem(where=str(path), what=what, instead=instead, severity=Severity.WARNING)

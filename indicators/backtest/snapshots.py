"""Snapshots: what the rules said at an origin, from what was known by then and nothing later."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from indicators.evaluation import Evaluation
from indicators.levels import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The outlook and the readings as they stood at an origin; the readings have left their events behind."""

    at: datetime
    p: Mapping[str, float]
    readings: tuple[Reading, ...]


def snapshots(evaluations: Iterable[Evaluation], origins: Sequence[datetime]) -> Iterator[Snapshot]:
    """Yield what stood at each of *origins* (rising): the last of *evaluations* (rising) not after it.

    Origins before the first evaluation have nothing to say and are left out; those after the last one too, because
    nobody looked then.
    """
    waiting = iter(origins)
    origin = next(waiting, None)
    last: Evaluation | None = None
    for evaluation in evaluations:
        while origin is not None and origin < evaluation.at:
            if last is not None:
                yield snapshot(last, origin)
            origin = next(waiting, None)
        last = evaluation
    if last is not None and origin == last.at:
        yield snapshot(last, origin)


def snapshot(evaluation: Evaluation, at: datetime) -> Snapshot:
    """Return what *evaluation* said, to stand for the origin *at*."""
    return Snapshot(
        at=at,
        p=evaluation.outlook.figures,
        readings=tuple(replace(reading, events=()) for reading in evaluation.readings),
    )

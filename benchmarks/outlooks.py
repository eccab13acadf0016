"""Outlooks: milliseconds to judge an assessment again after one event, beside the plain implementation.

``python -m benchmarks.outlooks`` from a checkout. Nothing is timed before the quick outlook and the plain
one of ``tests/reference_outlook.py`` agree on every figure and row of the same readings.
"""

import argparse
import gc
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from benchmarks.figures import Figure, at_least, at_most
from benchmarks.telling import tell
from indicators.assessments import Assessment
from indicators.evaluation import State, read_all
from indicators.events import Event
from indicators.levels import Clock, Reading, Readings, tracks_of
from indicators.moves import Published, advance
from indicators.outlooks import Outlook, change_our_mind, confidence_of, outlook
from tests import reference_outlook
from tests.builders import an_event, mali

_EQUAL = 1e-12
_RANDOM = 300
"""Sets of made-up signals on which both ways must agree, besides those that are timed."""


class Target:
    """What the project promises, in milliseconds; a figure is judged by it and never asserted."""

    outlook = 0.6
    advance = 0.3
    whole = 2.0
    mind = 200.0
    faster = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many events each indicator has, on which day we look, and how often everything is timed."""

    events: int = 10
    day: float = 20.0
    runs: int = 7
    rounds: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An assessment with its past, and one event more."""

    assessment: Assessment
    events: tuple[Event, ...]
    readings: tuple[Reading, ...]
    view: Outlook
    stands: Mapping[str, Published]

    @classmethod
    def of(cls, sizes: Sizes) -> "Scene":
        """Return the shipped assessment, judged before the last event came and ready to be judged again."""
        assessment = mali()
        now = assessment.start + timedelta(days=sizes.day)
        past = tuple(
            an_event(i.id, assessment.start + timedelta(days=sizes.day * (k + 0.5) / (sizes.events + 1)), place=f"p{k}")
            for i in assessment.indicators
            for k in range(sizes.events)
        )
        before = _judged(assessment, past, now)
        stands, _ = advance(assessment, before[1], Readings(before[0]), {})
        more = (*past, an_event("mutiny_gunfire", now - timedelta(hours=1), place="one more"))
        readings, view = _judged(assessment, more, now)
        return cls(assessment=assessment, events=more, readings=readings, view=view, stands=stands)


def _judged(assessment: Assessment, events: tuple[Event, ...], now: datetime) -> tuple[tuple[Reading, ...], Outlook]:
    readings = read_all(assessment, events, state=State(), now=now)
    return readings, outlook(assessment, readings, now=now)


def agree(scene: Scene) -> int:
    """Hold the quick outlook against the plain one. Return the lines compared; raises ``AssertionError``."""
    dice = random.Random(1)
    drawn = [tuple(_loud(reading, dice.random()) for reading in scene.readings) for _ in range(_RANDOM)]
    return sum(_same(scene.assessment, readings) for readings in (scene.readings, *drawn))


def _loud(reading: Reading, activation: float) -> Reading:
    return Reading(
        indicator=reading.indicator,
        at=reading.at,
        level=reading.level,
        count=reading.count,
        activation=activation,
        baseline=reading.baseline,
    )


def _same(assessment: Assessment, readings: tuple[Reading, ...]) -> int:
    now = readings[0].at
    quick = outlook(assessment, readings, now=now).estimates
    plain = reference_outlook.outlook(assessment, readings, now=now).estimates
    assert list(quick) == list(plain)
    for key, one in quick.items():
        other = plain[key]
        for name in ("prior", "p", "low", "high"):
            assert abs(getattr(one, name) - getattr(other, name)) <= _EQUAL, f"{key}: {name} differs"
        wanted = {row.key: row.nats for row in other.rows}
        found = {row.key: row.nats for row in one.rows}
        assert found.keys() == wanted.keys(), f"{key}: rows differ"
        assert all(abs(found[row] - wanted[row]) <= _EQUAL for row in wanted), f"{key}: a row differs"
    return len(quick)


def _by_indicator(events: tuple[Event, ...]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.indicator, []).append(event)
    return found


def milliseconds(work: Callable[[], object], sizes: Sizes, *, rounds: int | None = None) -> float:
    """Return processor time of one call in milliseconds: the median of several runs."""
    count = rounds or sizes.rounds
    times: list[float] = []
    for _ in range(sizes.runs):
        gc.collect()
        start = time.process_time()
        for _ in range(count):
            work()
        times.append((time.process_time() - start) / count)
    return 1000 * median(times)


def measured(sizes: Sizes) -> list[Figure]:
    """Return all figures. Raises ``AssertionError`` before any is taken if the two ways disagree."""
    scene = Scene.of(sizes)
    lines = agree(scene)
    a, readings, view, now = scene.assessment, scene.readings, scene.view, scene.view.at
    whole = milliseconds(lambda: read_all(a, scene.events, state=State(), now=now), sizes)
    tracks = tracks_of(a, _by_indicator(scene.events[:-1]), clocks=Clock(a.start))
    news = _by_indicator(scene.events)[scene.events[-1].indicator]
    read = milliseconds(lambda: tracks.with_events(news[-1].indicator, news).read(now=now), sizes)
    assert tracks.with_events(news[-1].indicator, news).read(now=now) == readings, "tracks read otherwise"
    quick = milliseconds(lambda: dict(outlook(a, readings, now=now).estimates), sizes)
    plain = milliseconds(lambda: reference_outlook.outlook(a, readings, now=now), sizes)
    moves = milliseconds(lambda: advance(a, view, Readings(readings), scene.stands), sizes)
    first = milliseconds(lambda: advance(a, view, Readings(readings), {}), sizes)
    sure = milliseconds(lambda: [confidence_of(a, view, key, readings) for key in view.estimates], sizes)
    mind = milliseconds(lambda: change_our_mind(a, readings), sizes, rounds=3)
    moved = len(advance(a, view, Readings(readings), scene.stands)[1])
    opened = len(advance(a, view, Readings(readings), {})[1])
    return [
        Figure(name="compared with the plain one", value=lines, unit="lines", target="all equal", passed=True),
        Figure(name="read all anew", value=whole, unit="ms", note=f"{len(scene.events)} events"),
        Figure(name="read after one event", value=read, unit="ms", note="from tracks"),
        at_most(Target.outlook, name="outlook with its range", value=quick, unit="ms"),
        Figure(name="the same, plain", value=plain, unit="ms"),
        at_least(Target.faster, name="faster than plain", value=plain / quick, unit="x"),
        at_most(Target.advance, name="moves after one event", value=moves, unit="ms", note=f"{moved} move(s)"),
        Figure(name="moves of a first judgement", value=first, unit="ms", note=f"{opened} move(s) with their evidence"),
        at_most(Target.whole, name="read, outlook, moves", value=read + quick + moves, unit="ms"),
        Figure(name="confidence of every line", value=sure, unit="ms"),
        at_most(Target.mind, name="what would change our mind", value=mind, unit="ms", note="every line, both ways"),
    ]


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outlooks", description=__doc__)
    for name in ("events", "runs", "rounds"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Sizes(), name), help="default: %(default)s")
    parser.add_argument(
        "--day", type=float, default=Sizes().day, help="days since the assessment; default: %(default)s"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    asked = _asked(arguments)
    sizes = Sizes(events=asked.events, day=asked.day, runs=asked.runs, rounds=asked.rounds)
    about = f"processor time, median of {sizes.runs} runs"
    tell(lambda: measured(sizes), about=about, one_core=True, as_json=asked.json)


if __name__ == "__main__":
    main(sys.argv[1:])

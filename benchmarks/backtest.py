"""Backtest: how long ten years of weekly origins take from reports to scores, matched in one process and on every core.

``python -m benchmarks.backtest`` makes up sixty matching reports a week, and outcomes, by a seed; its seconds are those
that a person waits. With ``--replayed 1`` only the first year is replayed, and its snapshots are scored over and over
as if they were all ten. No figure is given unless both ways of matching said the same.
"""

import argparse
import gc
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.figures import Figure, at_most, table
from indicators.assessments import Assessment
from indicators.backtest.asked import asked_of
from indicators.backtest.outcomes import Outcome
from indicators.items import Item
from indicators.matcher import Matcher
from watcher.assessment_files import read_assessment, shipped_assessments
from watcher.judging.matching import Matching, ahead, cores, here
from watcher.scoring.archives import Archive
from watcher.scoring.backtest_report import backtest_html
from watcher.scoring.backtesting import Plan, SaidOverSpan, ask, backtested, score
from watcher.scoring.outcome_files import ReadOutcomes
from watcher.scoring.pace import Pace

FIRST = date(2016, 1, 1)
A_WEEK = 60
DAY = timedelta(days=1)


def reports(assessment: Assessment, years: float, rng: random.Random) -> Iterator[Item]:
    """Yield reports that match: each is an example of a rule of *assessment*, from one source or another."""
    examples = [one for i in assessment.indicators if i.proof for one in i.proof.must_match]
    sources = [f"source-{n}" for n in range(12)]
    start = datetime(FIRST.year, 1, 1, tzinfo=UTC)
    gap = timedelta(weeks=1) / A_WEEK
    for n in range(round(years * 365.25 / 7 * A_WEEK)):
        moment = start + n * gap
        told = dict(rng.choice(examples))
        source = rng.choice(sources)
        yield Item(id=f"i{n}", source=source, published=moment, fetched=moment + timedelta(hours=1), **told)


def outcomes(assessment: Assessment, years: float, rng: random.Random) -> Iterator[Outcome]:
    """Yield about one happening a year for each line, and a first state for each set."""
    days = round(years * 365.25)
    for asked in asked_of(assessment):
        if asked.exclusive:
            yield Outcome(key=asked.keys[0], day=FIRST, source="made up")
        for key in asked.keys:
            for _ in range(round(years)):
                yield Outcome(key=key, day=FIRST + rng.randrange(days) * DAY, source="made up")


def tiled(said: SaidOverSpan, origins: int) -> SaidOverSpan:
    """Return *said* with its snapshots and moves repeated until there are so many origins."""
    period = len(said.snapshots) * timedelta(weeks=1)
    rounds = -(-origins // len(said.snapshots))
    shots = [replace(s, at=s.at + n * period) for n in range(rounds) for s in said.snapshots][:origins]
    moves = [replace(s, at=s.at + n * period) for n in range(rounds) for s in said.moves]
    kept = tuple(n for n in moves if n.at <= shots[-1].at)
    return replace(said, snapshots=tuple(shots), moves=kept, end=max(said.end, shots[-1].at))


def main() -> None:
    """Time the replay, the scoring, and the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=float, default=10)
    parser.add_argument("--replayed", type=float, help="Years that are replayed; all without it.")
    parser.add_argument("--judged", type=Pace, choices=list(Pace), default=Pace.ARRIVALS, help="As `watcher backtest`.")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    path = shipped_assessments() / "mali-2025-12.yaml"
    assessment, _ = read_assessment(path, proven=False)
    assert assessment is not None
    items = tuple(reports(assessment, given.replayed or given.years, rng))
    known = tuple(outcomes(assessment, given.years, rng))
    plan = Plan(first=FIRST, pace=given.judged)
    gc.collect()
    gc.freeze()  # as `watcher backtest` does with what it has read
    alone, said = _asked(assessment, items, plan, here(Matcher(assessment)))
    shared, same = _asked(assessment, items, plan, ahead(assessment))
    assert same == said, "matched on every core, something else was said"
    said = tiled(said, round(given.years * 365.25 / 7))
    began = time.perf_counter()
    result = score(said, known, plan)
    scoring = time.perf_counter() - began
    print(table(_figures(result.origins, len(items), alone, shared, scoring)))
    _page(assessment, path, items[: 60 * 26], known)


def _asked(
    assessment: Assessment, items: tuple[Item, ...], plan: Plan, matching: Matching
) -> tuple[float, SaidOverSpan]:
    began = time.perf_counter()
    said = ask(assessment, items, plan, matching=matching)
    return time.perf_counter() - began, said


def _figures(origins: int, items: int, alone: float, shared: float, scoring: float) -> list[Figure]:
    return [
        Figure(name="items that match", value=items, unit="items"),
        Figure(name="weekly origins", value=origins, unit="origins"),
        Figure(name="matched and replayed, in one process", value=alone, unit="s"),
        Figure(name="the same, matched on every core", value=shared, unit="s", note=f"{cores()} cores, all equal"),
        Figure(name="sooner", value=alone / shared, unit="x"),
        at_most(10, name="scoring, benchmarks and bootstrap", value=scoring, unit="s"),
    ]


def _page(assessment: Assessment, path: Path, items: tuple[Item, ...], known: tuple[Outcome, ...]) -> None:
    archive = Archive(items=items, unfetched=0, delay=timedelta(), problems=())
    tested = backtested(assessment, path, archive, ReadOutcomes(outcomes=known, problems=()), Plan(first=FIRST))
    began = time.perf_counter()
    page = backtest_html(tested)
    seconds = time.perf_counter() - began
    print(
        table(
            [
                Figure(name="page with charts, half a year", value=seconds, unit="s"),
                Figure(name="its size", value=len(page) / 1000, unit="kB"),
            ]
        )
    )


if __name__ == "__main__":
    main()

"""Replay: items a second through a past, with matching and from matches on, and what one new event costs.

``python -m benchmarks.replay`` from a checkout: sixty days of made-up news, polled every quarter of an hour, through
the shipped Mali assessment. No figure is given unless the replay said what judging everything anew says.
"""

import argparse
import gc
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from multiprocessing import get_context
from statistics import median

from benchmarks import backtest
from benchmarks.figures import Figure, at_least, at_most
from benchmarks.footprint import forget_peak, resident
from benchmarks.news import news
from benchmarks.telling import tell
from indicators.assessments import Assessment
from indicators.backtest.outcomes import Outcome
from indicators.backtest.results import Backtest
from indicators.evaluation import Evaluation, State, judge, read_all
from indicators.events import group_matches
from indicators.items import Item
from indicators.matcher import Match, Matcher
from indicators.moves import OutlookMove
from indicators.outlooks import outlook
from tests.builders import mali
from watcher.judging.matching import Matching, here
from watcher.judging.replay import dated, evaluations
from watcher.scoring.backtesting import Plan, SaidOverSpan, ask, score
from watcher.scoring.pace import Pace

_MB = 1024
_POLL = timedelta(minutes=15)
_POOL = 1_200
_COPIES = 0.4
_SOURCES = 40
_YEARS = (1, 2, 4, 8)
_SAMPLE = 12
"""Evaluations that are held against judging everything anew."""


class Target:
    """What the project promises; a figure is judged by it and never asserted."""

    whole = 4_000  # items a second
    judged = 20_000
    one = 2.0  # milliseconds
    backtest = 10  # seconds
    growth = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many items come in how many days, what share of them match, and how many years are tested back."""

    items: int = 60_000
    days: int = 60
    match: float = 0.065
    years: float = 10
    rounds: int = 300
    seed: int = 1


def read_before(found: Mapping[str, tuple[Match, ...]]) -> Matching:
    """Return a matching of items that were read before: what was *found*, by item."""
    return lambda items: (found.get(item.id, ()) for item in items)


@cache
def matcher() -> Matcher:
    """Return the matcher of the shipped assessment."""
    return Matcher(mali())


def past(sizes: Sizes) -> tuple[Item, ...]:
    """Return the items of a past, in order of arrival; those of one poll arrive together."""
    rng = random.Random(f"replay {sizes.seed}")
    whole = list(news(min(_POOL, sizes.items), seed=sizes.seed))
    silent = [item for item in whole if not matcher().match_item(item)]
    told = _reports(whole, rng)
    start, polls = mali().start, sizes.days * timedelta(days=1) // _POLL
    found = []
    for number, poll in enumerate(sorted(rng.randrange(polls) for _ in range(sizes.items))):
        item = next(told) if rng.random() < sizes.match else rng.choice(silent)
        seen = start + (poll + 1) * _POLL
        published = seen - rng.random() * timedelta(hours=2)
        source = f"source-{rng.randrange(_SOURCES)}"
        found.append(replace(item, id=f"i{number}", source=source, published=published, fetched=seen))
    return tuple(found)


def _reports(whole: Sequence[Item], rng: random.Random) -> Iterator[Item]:
    """Yield reports that match without end: examples of the rules with news below them, or copies of recent ones."""
    examples = [dict(one) for i in mali().indicators if i.proof for one in i.proof.must_match]
    recent: list[Item] = []
    while True:
        if not recent or rng.random() > _COPIES:
            below = rng.choice(whole).summary
            told = rng.choice(examples)
            told = told | {"summary": f"{told['summary']} {below}".strip()}
            recent.append(Item(id="", source="", fetched=mali().start, **told))
        yield rng.choice(recent[-20:])


def measured(sizes: Sizes) -> list[Figure]:
    """Return all figures. Raises ``AssertionError`` before that if the replay said anything else than judging anew."""
    items = past(sizes)
    matching, found = _matched(items)
    matched = sum(any(m.counts for m in f) for f in found.values())
    compared = agree(mali(), items, found)
    whole, later = replayed(items, here(matcher())), replayed(items, read_before(found))
    same(whole, later)
    return [
        Figure(name="items that match", value=100 * matched / len(items), unit="%", note=f"of {len(items):,} items"),
        Figure(
            name="judgements", value=len(later.said), unit="", note=f"{sizes.days} days; those of one poll together"
        ),
        Figure(name="compared with judging anew", value=compared, unit="readings", target="all equal", passed=True),
        Figure(name="matching alone", value=len(items) / matching, unit="items/s"),
        at_least(Target.whole, name="replay with matching", value=len(items) / whole.seconds, unit="items/s"),
        at_least(Target.judged, name="replay from matches on", value=len(items) / later.seconds, unit="items/s"),
        Figure(name="one judgement of it", value=1000 * later.seconds / len(later.said), unit="ms"),
        *_single(later.last, sizes),
        *_memory(sizes, found),
        *(_backtest(sizes) if sizes.years else ()),
    ]


def _matched(items: Sequence[Item]) -> tuple[float, dict[str, tuple[Match, ...]]]:
    start = time.process_time()
    found = {item.id: matches for item in items if (matches := matcher().match_item(item))}
    return time.process_time() - start, found


@dataclass(frozen=True, slots=True)
class Run:
    """A replay: its seconds of processor time, what was said when, and the last judgement."""

    seconds: float
    said: list[tuple[datetime, tuple[OutlookMove, ...]]]
    last: Evaluation


def replayed(items: tuple[Item, ...], matching: Matching) -> Run:
    """Replay *items* and keep nothing but what was said and the last judgement."""
    said, last = [], None
    gc.collect()
    gc.freeze()
    start = time.process_time()
    for evaluation in evaluations(mali(), items, matching=matching):
        last = evaluation
        said.append((evaluation.at, evaluation.moves))
    seconds = time.process_time() - start
    gc.unfreeze()
    assert last is not None, "nothing was judged"
    return Run(seconds, said, last)


def same(one: Run, other: Run) -> None:
    """Raise ``AssertionError`` unless both said the same at the same moments."""
    for ours, theirs in zip(one.said, other.said, strict=False):
        assert ours == theirs, f"matches that were made before were judged otherwise at {ours[0]}"
    assert len(one.said) == len(other.said), f"{len(one.said)} judgements and {len(other.said)}"


def agree(assessment: Assessment, items: tuple[Item, ...], found: Mapping[str, tuple[Match, ...]]) -> int:
    """Hold a sample of the judgements against all reports so far grouped, read and weighed anew.

    Returns how many readings were compared; raises ``AssertionError``.
    """
    indicators = {i.id: i for i in assessment.indicators}
    step = max(1, len(found) // _SAMPLE)
    known: list[Match] = []
    compared = 0
    for number, said in enumerate(evaluations(assessment, items, matching=read_before(found))):
        known += said.matches
        if number % step == 0:
            readings = read_all(assessment, group_matches(known, indicators), state=State(), now=said.at)
            assert readings == said.readings, f"other readings at {said.at}"
            assert outlook(assessment, readings, now=said.at) == said.outlook, f"another outlook at {said.at}"
            compared += len(readings)
    return compared


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Return processor time of one call in milliseconds: the median of so many."""
    times = []
    gc.collect()
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(1000 * (time.process_time() - start))
    return median(times)


def _single(last: Evaluation, sizes: Sizes) -> list[Figure]:
    """Judge one more report, and nothing new, on top of the state that the replay left."""
    casebook, tracks = last.lightened()
    state = State(casebook=casebook, tracks=tracks, published=last.published)
    item = Item(
        id="one more", source="source-1", title="Convoy of tankers attacked near Kolokani", fetched=last.at, lang="en"
    )
    matches = matcher().match_item(item)
    assert any(m.counts for m in matches), "the new report matches nothing"
    now = last.at + timedelta(minutes=1)
    one = milliseconds(lambda: judge(mali(), state, matches, now=now, rejudged=[item.id]), sizes.rounds)
    nothing = milliseconds(lambda: judge(mali(), state, (), now=now), sizes.rounds)
    events = sum(len(docket.events()) for docket in casebook.dockets.values())
    return [
        at_most(Target.one, name="judge one new event", value=one, unit="ms", note=f"on top of {events:,} events"),
        Figure(name="judge nothing new", value=nothing, unit="ms"),
    ]


def _memory(sizes: Sizes, found: Mapping[str, tuple[Match, ...]]) -> list[Figure]:
    peaks = []
    for days in sorted({max(1, sizes.days // share) for share in (4, 2, 1)}):
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as fresh:
            peaks.append((days, fresh.submit(_peak, sizes, days, found).result()))
    (first, low), (last, high) = peaks[0], peaks[-1]
    return [
        *(Figure(name=f"memory at its peak, {days} days", value=peak, unit="MB") for days, peak in peaks),
        Figure(name="of it for each day more", value=1000 * (high - low) / max(1, last - first), unit="kB"),
    ]


def _peak(sizes: Sizes, days: int, found: Mapping[str, tuple[Match, ...]]) -> float:
    """Return the memory that a replay of so many days takes at its peak, above that of the items and matches."""
    return _peak_of(mali(), past(sizes), mali().start + timedelta(days=days), found)


def _peak_of(
    assessment: Assessment, items: tuple[Item, ...], until: datetime, found: Mapping[str, tuple[Match, ...]]
) -> float:
    gc.collect()
    forget_peak()
    before = resident("VmRSS")
    for _ in evaluations(assessment, items, until=until, matching=read_before(found)):
        pass
    return (resident("VmHWM") - before) / _MB


def _years_of_memory(sizes: Sizes, found: Mapping[str, tuple[Match, ...]]) -> list[Figure]:
    """Return what the first years of the backtest take: from some four hundred days on a longer past takes no more."""
    figures = []
    for years in [years for years in _YEARS if years <= sizes.years]:
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as fresh:
            peak = fresh.submit(_peak_of_years, sizes, years, found).result()
        figures.append(Figure(name=f"memory at its peak, {years} years", value=peak, unit="MB"))
    return figures


def _peak_of_years(sizes: Sizes, years: int, found: Mapping[str, tuple[Match, ...]]) -> float:
    assessment = dated(mali(), backtest.FIRST)
    items = tuple(backtest.reports(mali(), sizes.years, random.Random(sizes.seed)))
    return _peak_of(assessment, items, assessment.start + timedelta(days=365 * years), found)


def _backtest(sizes: Sizes) -> list[Figure]:
    """Time ten years of weekly origins, with matching done before."""
    rng = random.Random(sizes.seed)
    items = tuple(backtest.reports(mali(), sizes.years, rng))
    known = tuple(backtest.outcomes(mali(), sizes.years, rng))
    matching, found = _matched(items)
    runs = {pace: _tested(items, known, pace, read_before(found)) for pace in (Pace.ORIGINS, Pace.DAILY, Pace.ARRIVALS)}
    whole = runs[Pace.ARRIVALS]
    for pace, run in runs.items():
        assert run.said.snapshots == whole.said.snapshots, f"judged at {pace}, a figure at an origin was another"
        assert [q.scores for q in run.scored.questions] == [q.scores for q in whole.scored.questions]
    return [
        Figure(
            name="items that match in the backtest",
            value=len(items),
            unit="items",
            note=f"{whole.scored.origins} origins",
        ),
        Figure(name="their matching", value=matching, unit="s"),
        *(
            at_most(
                Target.backtest,
                name=f"backtest of {sizes.years:g} years, judged {pace}",
                value=run.seconds,
                unit="s",
                note=f"{run.replayed:.1f} s replay",
            )
            for pace, run in runs.items()
        ),
        *_years_of_memory(sizes, found),
    ]


@dataclass(frozen=True, slots=True)
class _Tested:
    """A backtest: what was said and how it was scored, and seconds of processor time, those of the replay in them."""

    said: SaidOverSpan
    scored: Backtest
    replayed: float
    seconds: float


def _tested(items: tuple[Item, ...], known: tuple[Outcome, ...], pace: Pace, matching: Matching) -> _Tested:
    plan = Plan(first=backtest.FIRST, pace=pace)
    gc.collect()
    gc.freeze()  # as `watcher backtest` does with what it has read
    start = time.process_time()
    said = ask(dated(mali(), backtest.FIRST), items, plan, matching=matching)
    asked = time.process_time()
    scored = score(said, known, plan)
    seconds = time.process_time() - start
    gc.unfreeze()
    return _Tested(said, scored, asked - start, seconds)


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay", description=__doc__)
    for name in ("items", "days", "rounds", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Sizes(), name), help="default: %(default)s")
    parser.add_argument("--match", type=float, default=Sizes().match, help="share of items; default: %(default)s")
    parser.add_argument("--years", type=float, default=Sizes().years, help="0: no backtest; default: %(default)s")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    asked = _asked(arguments)
    sizes = Sizes(**{name: getattr(asked, name) for name in ("items", "days", "match", "years", "rounds", "seed")})
    tell(lambda: measured(sizes), about=f"processor time; seed {sizes.seed}", one_core=True, as_json=asked.json)


if __name__ == "__main__":
    main(sys.argv[1:])

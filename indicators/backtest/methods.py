"""Methods: the figures set beside each other at every origin, ours and the simpler ones, for one question."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from indicators.assessments import Assessment
from indicators.backtest.autoregression import REFIT_DAYS, Curve, counted, fitted
from indicators.backtest.level_count import LevelCount
from indicators.backtest.outcomes import OutcomeRecord, Status
from indicators.backtest.past import Past
from indicators.backtest.snapshots import Snapshot

Figures = tuple[float, ...]


class Method(StrEnum):
    """A way of giving figures; the value is how tables call it."""

    OURS = "watcher"
    BASE_RATE = "base rate"
    PRIOR = "static prior"
    PERSISTENCE = "persistence"
    LEVEL_COUNT = "level count"
    AUTOREGRESSION = "event count"
    SHUFFLED = "shuffled ratings"


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresSaid:
    """The figures of every method at one origin. A method may say it several times over (shuffles)."""

    at: date
    figures: Mapping[Method, tuple[Figures, ...]]


def said(
    assessment: Assessment,
    record: OutcomeRecord,
    snapshots: Sequence[Snapshot],
    shuffles: Sequence[Sequence[Mapping[str, float]]],
    *,
    base_rate: float | None = None,
    every: int = 7,
) -> tuple[FiguresSaid, ...]:
    """Return what each method said at each of *snapshots* (rising).

    *shuffles* holds, for each shuffle, the probabilities at each snapshot; *base_rate* replaces what the outcomes
    before each origin say (of a yes/no question). *every* is how many days lie between snapshots.
    """
    asked = record.asked
    past, rule = Past(record), LevelCount(assessment, asked)
    regression = _Regression(assessment, record, every=every)
    found = []
    for n, shot in enumerate(snapshots):
        day = shot.at.date()
        given = None if base_rate is None or asked.exclusive else (base_rate, 1 - base_rate)
        base = given or past.base_rate(day)
        figures: dict[Method, tuple[Figures, ...]] = {
            Method.OURS: (asked.figures(shot.p),),
            Method.BASE_RATE: (base,),
            Method.PRIOR: (asked.prior,),
            Method.PERSISTENCE: (past.persistence(day),),
            Method.LEVEL_COUNT: (rule.figures(shot.readings),),
            Method.AUTOREGRESSION: (regression.figures(shot, base),),
        }
        if shuffles:
            figures[Method.SHUFFLED] = tuple(asked.figures(one[n]) for one in shuffles)
        found.append(FiguresSaid(at=day, figures=figures))
    return tuple(found)


class _Regression:
    """The autoregression of one question, refitted as windows end."""

    def __init__(self, assessment: Assessment, record: OutcomeRecord, *, every: int) -> None:
        self._assessment, self._record = assessment, record
        self._weight = min(1.0, every / record.asked.horizon_days)
        self._waiting: deque[tuple[date, float]] = deque()
        self._ended: list[tuple[float, int]] = []
        self._curves: tuple[Curve, ...] = ()
        self._due: date | None = None

    def figures(self, shot: Snapshot, base: Figures) -> Figures:
        asked, day = self._record.asked, shot.at.date()
        count = counted(self._assessment, asked, shot.readings)
        if self._due is None or day >= self._due:
            self._curves = tuple(self._fit(day, base))
            self._due = day + timedelta(days=REFIT_DAYS)
        self._waiting.append((day, count))
        if not asked.exclusive:
            p = self._curves[0].at(count)
            return p, 1 - p
        own = [curve.at(count) for curve in self._curves]
        return tuple(p / sum(own) for p in own)

    def _fit(self, day: date, base: Figures) -> Iterator[Curve]:
        horizon = timedelta(days=self._record.asked.horizon_days)
        while self._waiting and self._waiting[0][0] + horizon <= day:
            begun, count = self._waiting.popleft()
            settled = self._record.settle(begun)
            if settled.status is Status.SETTLED:
                self._ended.append((count, settled.state))
        for state in range(len(self._record.asked.keys)):
            pairs = [(x, outcome == state) for x, outcome in self._ended]
            yield fitted(pairs, base=base[state], weight=self._weight)

"""What a backtest finds: values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from indicators.backtest.asked import AskedQuestion
from indicators.backtest.methods import Method
from indicators.backtest.outcomes import Status
from indicators.bands import WarningLevel
from indicators.scoring.alarms import Alarms
from indicators.scoring.bare_moves import BareMove
from indicators.scoring.bootstrap import Interval
from indicators.scoring.calibration import Bin
from indicators.scoring.cost_loss import Value
from indicators.scoring.discrimination import Discrimination
from indicators.scoring.episodes import Episode


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """The mean scores of one method over the same windows; ``None`` where there was none to score.

    ``brier`` is the half Brier score of all states, which for yes/no is the plain one; ``ranked`` is given for
    exclusive sets only. ``brier_low`` and ``brier_high`` are the best and worst of a method's repetitions.
    """

    brier: float | None
    log: float | None
    ranked: float | None = None
    brier_low: float | None = None
    brier_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """1 - ours / theirs, with the range of a block bootstrap where there are blocks enough."""

    against: Method
    skill: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One origin of one question: our figure for each state, and how it ended."""

    at: datetime
    end: date
    status: Status
    state: int
    p: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineResult:
    """One line of the outlook as a yes/no forecast, and the warnings about it by level."""

    key: str
    name: str
    horizon_days: int
    episodes: tuple[Episode, ...]
    calibration: tuple[Bin, ...]
    discrimination: Discrimination
    value: tuple[Value, ...]
    alarms: Mapping[WarningLevel, Alarms]
    moves: tuple[BareMove, ...]
    flips_a_month: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionResult:
    """One question: its windows, the scores of every method, our skill, and its lines."""

    asked: AskedQuestion
    windows: tuple[Window, ...]
    scores: Mapping[Method, Scores]
    brier_interval: Interval | None
    skill: tuple[Skill, ...]
    blocks: int
    lines: tuple[LineResult, ...]
    settled_by_day: Mapping[date, Mapping[Method, tuple[float, ...]]]
    """What each method said at each settled origin (of several repetitions the first)."""

    def count(self, status: Status) -> int:
        """Return how many windows have that status."""
        return sum(w.status is status for w in self.windows)

    @property
    def positive(self) -> int:
        """Settled windows in which it happened (yes/no questions)."""
        return 0 if self.asked.exclusive else sum(w.status is Status.SETTLED and w.state == 0 for w in self.windows)

    @property
    def episodes(self) -> int:
        """How many separate happenings all of its lines had in the span that was scored."""
        return sum(len(line.episodes) for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """Everything that a backtest found, for tables, JSON and pages."""

    first: datetime
    last: datetime
    until: date
    every: int
    origins: int
    questions: tuple[QuestionResult, ...]
    moves: tuple[BareMove, ...]
    calibration: tuple[Bin, ...]
    days: float
    analysts: int

    @property
    def alerts_per_analyst_day(self) -> float | None:
        """Published changes a day and analyst."""
        return len(self.moves) / self.days / self.analysts if self.days > 0 else None

    @property
    def episodes(self) -> int:
        """Separate happenings of all questions together."""
        return sum(q.episodes for q in self.questions)

    @property
    def settled(self) -> int:
        """Windows that were scored, of all questions together."""
        return sum(q.count(Status.SETTLED) for q in self.questions)

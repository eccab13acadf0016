"""The level-count rule: the same indicators, priors and directions, and no ratings.

Each level that an indicator stands above its baseline multiplies the odds by the cube root of two (three levels double
them), or divides them where its rating speaks against. Does weighing the indicators add anything to counting them?
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import exp, fsum, log

from indicators.assessments import Assessment
from indicators.backtest.asked import AskedQuestion
from indicators.levels import Reading
from indicators.outlooks import log_ratio

STEP_NATS = log(2) / 3
_NOTHING = 1e-9


class LevelCount:
    """The rule for one question of an assessment."""

    def __init__(self, assessment: Assessment, asked: AskedQuestion) -> None:
        self._assessment = assessment
        self._asked = asked

    def figures(self, readings: Sequence[Reading]) -> tuple[float, ...]:
        """Return the probability of each state."""
        gained = {r.indicator: r.level.rank - self._base[r.indicator] for r in readings if r.indicator in self._base}
        own = [self._nats(signs, gained) for signs in self._signs]
        nats = own if self._asked.exclusive else [own[0], 0.0]
        weights = [p * exp(n) for p, n in zip(self._asked.prior, nats, strict=True)]
        total = fsum(weights)
        return tuple(w / total for w in weights)

    def _nats(self, signs: Mapping[str, int], gained: Mapping[str, int]) -> float:
        cap = self._assessment.model.cap_total
        nats = STEP_NATS * sum(sign * gained.get(name, 0) for name, sign in signs.items())
        return min(max(nats, -cap), cap)

    @cached_property
    def _base(self) -> dict[str, int]:
        """The level each indicator stood at on the assessment's date."""
        counts = {i.id: i.count for i in self._assessment.indicators}
        return {name: sum(w <= c.baseline + _NOTHING for w in c.weights) for name, c in counts.items()}

    @cached_property
    def _signs(self) -> list[dict[str, int]]:
        """For each line, the direction in which each indicator speaks."""
        lines = []
        for key in self._asked.keys:
            state = key.partition(".")[2] or None
            speaking = [i for i in self._assessment.indicators if self._asked.id in i.effects]
            ratios = {i.id: log_ratio(self._assessment, i, self._asked.id, state) for i in speaking}
            lines.append({name: (r > _NOTHING) - (r < -_NOTHING) for name, r in ratios.items()})
        return lines

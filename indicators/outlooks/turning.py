"""Turning: which few changes of indicators would carry a line into another word ("what would change our mind").

The search is exhaustive up to three indicators and yet quick, because a bound on what each
change can do to a line leaves most combinations untried: see :mod:`indicators.outlooks.leverage`.
"""

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from indicators.assessments import Assessment
from indicators.bands import band_of
from indicators.levels import Level, Reading
from indicators.outlooks.compiled import arithmetic_of
from indicators.outlooks.leverage import LARGEST, Leverage, leverage_of
from indicators.outlooks.odds import logit
from indicators.outlooks.solution import Solved, signals_of, sums_by_line
from indicators.outlooks.whatif import Option, WhatIf

MOST = 5
"""Sets that are named for each line and direction; the others are counted."""

_SLACK = 1e-9
_LEVELS = (Level.QUIET, Level.LEVEL_1, Level.LEVEL_2, Level.LEVEL_3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One indicator that goes from the level it has to another one.

    From a level to the same one means that what it showed before fades down to what that level supports.
    """

    indicator: str
    before: Level
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Changes that together, and not without any one of them, carry a line over an edge; ``p`` is then its figure."""

    changes: tuple[Change, ...]
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """How a line could leave its word upward or downward.

    ``edge`` is the probability to cross, ``None`` if there is no further word on that side or a person
    has ruled on the line. ``ways`` are the most telling ones, ``more`` counts those not named.
    """

    key: str
    rises: bool
    edge: float | None
    ways: tuple[Way, ...] = ()
    more: int = 0
    ruled: bool = False

    def note(self, lang: str = "en") -> str:
        """Return what must be said beside the ways: that there are more, that there is none, or why not."""
        texts = _NOTES.get(lang, _NOTES["en"])
        if self.ruled:
            return texts["ruled"]
        if self.edge is None:
            return texts["top" if self.rises else "bottom"]
        if not self.ways:
            return texts["none"]
        return texts["more"].format(n=self.more) if self.more else ""


_NOTES = {
    "en": {
        "ruled": "a person has ruled on it",
        "top": "there is no higher term",
        "bottom": "there is no lower term",
        "none": "no set of up to three indicators does",
        "more": "and {n} more",
    },
    "fr": {
        "ruled": "une personne a tranché",
        "top": "il n'y a pas de terme plus élevé",
        "bottom": "il n'y a pas de terme plus bas",
        "none": "aucun ensemble de trois indicateurs au plus n'y suffit",
        "more": "et {n} autres",
    },
}


def change_our_mind(
    assessment: Assessment,
    readings: Iterable[Reading],
    *,
    happened: Mapping[str, bool] | None = None,
    most: int = MOST,
) -> dict[str, tuple[Turning, Turning]]:
    """Return, for each line of the outlook, how it could rise and how it could fall into its next word.

    A way is a smallest set of indicators: nothing that they could show without one of them would do. An
    indicator that can do it alone is in no larger set. Each set is named once, at the levels nearest to
    the present ones that suffice (fewest steps in all, then least change of activation); ways are in
    order of size, then of that nearness. Levels are the model's: an indicator that goes to a level has
    that level's activation, everything else stays. Words are the bare terms of the assessment's scale,
    without the margin and the holds of publication.
    """
    by_name = {r.indicator: r for r in readings}
    signals, rulings = signals_of(by_name.values()), dict(happened or {})
    arithmetic = arithmetic_of(assessment)
    present = Solved.of(arithmetic, sums_by_line(arithmetic, signals), rulings)
    options = list(_options(assessment, by_name))
    whatif = WhatIf(arithmetic, signals, rulings, options)
    leverage = leverage_of(arithmetic, options, signals, rulings)
    scale = assessment.scale
    found: dict[str, tuple[Turning, Turning]] = {}
    for key in arithmetic.lines:
        p = present.p[key]
        band = band_of(p, scale)
        edges = {True: scale[band + 1].low if band + 1 < len(scale) else None, False: scale[band].low or None}
        up, down = (
            Turning(key=key, rises=rises, edge=None, ruled=True)
            if key in rulings
            else _Search(whatif, leverage, key, rises, p).turning(edges[rises], most, by_name)
            for rises in (True, False)
        )
        found[key] = (up, down)
    return found


def with_levels(assessment: Assessment, readings: Iterable[Reading], changes: Iterable[Change]) -> tuple[Reading, ...]:
    """Return *readings* as they would be after *changes*: level and activation are the new level's, the rest stays."""
    wanted = {change.indicator: change.level for change in changes}
    weights = {i.id: (0.0, *i.count.weights) for i in assessment.indicators}
    return tuple(
        replace(r, level=wanted[r.indicator], activation=weights[r.indicator][wanted[r.indicator].rank], held=False)
        if r.indicator in wanted
        else r
        for r in readings
    )


def _options(assessment: Assessment, readings: Mapping[str, Reading]) -> Iterator[Option]:
    """Yield the levels that each indicator could go to; one without a reading goes nowhere."""
    number = 0
    for indicator in assessment.indicators:
        reading = readings.get(indicator.id)
        if reading is None:
            continue
        for level, activation in zip(_LEVELS, (0.0, *indicator.count.weights), strict=True):
            shift = abs(activation - reading.activation)
            same = level.rank == reading.level.rank
            # At its own level only a memory can fade: a count between two thresholds is no other level.
            if shift > _SLACK and (not same or reading.held or level is Level.QUIET):
                yield Option(
                    indicator=indicator.id,
                    level=level,
                    signal=activation - reading.baseline,
                    cost=(abs(level.rank - reading.level.rank), shift),
                    bit=1 << number,
                )
                number += 1


Cost = tuple[int, float]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An indicator that can help: its options nearest first, and the furthest it can carry the line.

    ``tried`` are the options of which one does if any does: the furthest one, if the line follows the
    indicator in one direction only, otherwise all.
    """

    name: str
    options: tuple[tuple[Option, float], ...]
    reach: float
    tried: tuple[tuple[Option, float], ...]


class _Search:
    """The ways of one line over one edge."""

    def __init__(self, whatif: WhatIf, leverage: Leverage, key: str, rises: bool, p: float) -> None:
        self._whatif = whatif
        self._key = key
        self._rises = rises
        self._p = p
        self._edge = 0.0
        self._need = 0.0
        self._candidates = sorted(_candidates(leverage, key, rises), key=lambda c: (-c.reach, c.name))

    def turning(self, edge: float | None, most: int, readings: Mapping[str, Reading]) -> Turning:
        if edge is None:
            return Turning(key=self._key, rises=self._rises, edge=None)
        self._edge = edge
        self._need = abs(logit(edge) - logit(self._p)) - _SLACK
        ways: list[Way] = []
        count = 0
        for sets in self._by_size():
            count += len(sets)
            ways += [self._way(options, readings) for options in self._nearest(sets, most - len(ways))]
        return Turning(key=self._key, rises=self._rises, edge=edge, ways=tuple(ways), more=count - len(ways))

    def _way(self, options: Sequence[Option], readings: Mapping[str, Reading]) -> Way:
        changes = tuple(
            Change(indicator=o.indicator, before=readings[o.indicator].level, level=o.level) for o in options
        )
        return Way(changes=changes, p=self._whatif.p(self._key, sum(o.bit for o in options)))

    def _by_size(self) -> Iterator[list[tuple[_Candidate, ...]]]:
        """Yield the sets of indicators that can do it: single ones, then pairs without those, and so on."""
        left, done = self._candidates, set[frozenset[str]]()
        for size in range(1, LARGEST + 1):
            found = [
                group
                for group in self._within_reach(left, size)
                if not (
                    done and any(frozenset((one.name, other.name)) in done for one, other in combinations(group, 2))
                )
                and self._does(group)
            ]
            done |= {frozenset(c.name for c in group) for group in found}
            if size == 1:
                alone = {group[0].name for group in found}
                left = [c for c in left if c.name not in alone]
            yield found

    def _within_reach(self, left: Sequence[_Candidate], size: int) -> Iterator[tuple[_Candidate, ...]]:
        """Yield the combinations whose reaches add up to what is needed; *left* has the longest reach first."""

        def further(start: int, chosen: tuple[_Candidate, ...], missing: float) -> Iterator[tuple[_Candidate, ...]]:
            places = size - len(chosen)
            for n in range(start, len(left) - places + 1):
                if sum([c.reach for c in left[n : n + places]]) < missing:
                    return  # whoever comes later reaches less far
                if places == 1:
                    yield (*chosen, left[n])
                else:
                    yield from further(n + 1, (*chosen, left[n]), missing - left[n].reach)

        return further(0, (), self._need)

    def _does(self, group: Sequence[_Candidate]) -> bool:
        return any(map(self._carries, product(*[c.tried for c in group])))

    def _carries(self, options: Sequence[tuple[Option, float]]) -> bool:
        reach, bits = 0.0, 0
        for option, far in options:
            reach += far
            bits |= option.bit
        if reach < self._need:
            return False
        p = self._whatif.p(self._key, bits)
        return p >= self._edge if self._rises else p < self._edge

    def _nearest(self, sets: Iterable[tuple[_Candidate, ...]], places: int) -> Iterator[tuple[Option, ...]]:
        """Yield the nearest options that do it for the *places* nearest of *sets*, nearest first."""
        waiting: list[tuple[Cost, tuple[str, ...], int, _Ladder]] = []
        for number, group in enumerate(sets):
            least = _total(c.options[0][0].cost for c in group)
            waiting.append((least, tuple(sorted(c.name for c in group)), number, _Ladder(group)))
        heapq.heapify(waiting)
        while waiting and places > 0:
            _, names, number, ladder = heapq.heappop(waiting)
            options = ladder.take()
            if options is not None and self._carries(options):
                places -= 1
                yield tuple(sorted((option for option, _ in options), key=lambda o: o.indicator))
            elif (cost := ladder.next_cost()) is not None:
                heapq.heappush(waiting, (cost, names, number, ladder))


class _Ladder:
    """The combinations of one set's options, nearest first, put in order only when the first is taken."""

    def __init__(self, group: Sequence[_Candidate]) -> None:
        self._group = group
        self._rungs: list[tuple[Cost, tuple[tuple[Option, float], ...]]] | None = None

    def take(self) -> tuple[tuple[Option, float], ...] | None:
        if self._rungs is None:
            rungs = [(_total(o.cost for o, _ in some), some) for some in product(*(c.options for c in self._group))]
            self._rungs = sorted(rungs, key=lambda rung: rung[0], reverse=True)
        return self._rungs.pop()[1] if self._rungs else None

    def next_cost(self) -> Cost | None:
        return self._rungs[-1][0] if self._rungs else None


def _total(costs: Iterable[Cost]) -> Cost:
    steps, shifts = zip(*costs, strict=True)
    return sum(steps), math.fsum(shifts)


def _candidates(leverage: Leverage, key: str, rises: bool) -> Iterator[_Candidate]:
    for name, options in leverage.options.items():
        reach = [(o, leverage.reach(key, o, rises)) for o in options]
        helpful = sorted(((o, r) for o, r in reach if r > _SLACK), key=lambda pair: pair[0].cost)
        if helpful:
            furthest = max(helpful, key=lambda pair: pair[1])
            tried = (furthest,) if leverage.one_way(key, name) else tuple(helpful)
            yield _Candidate(name, tuple(helpful), furthest[1], tried)

"""Line sight: how much of what bears on one line can be seen, weighed by what it could say."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from indicators.assessments import Assessment
from indicators.kept import once_for_each
from indicators.outlooks.compiled import Arithmetic, States, YesNo, arithmetic_of
from indicators.outlooks.odds import logit
from indicators.sight import EVERYWHERE

_PLACES = 9
"""Decimals of a coverage: shares that stand exactly at the floor must not fall below it by the rounding of a sum."""

Voices = Mapping[str, float]
"""The indicators that bear on a line, each with its part of all that could be said of it; together they give 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSight:
    """What a line is seen by: its ``coverage``, 0 to 1, and the ``floor`` of its assessment.

    ``unseen`` are the ids of the indicators that bear on it, through links too, and whose own coverage is below the
    floor, in the file's order.
    """

    coverage: float
    floor: float
    unseen: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether the line is seen well enough for its quiet to mean anything, and for it to be lowered."""
        return self.coverage >= self.floor


def line_sight(assessment: Assessment, key: str, *, coverage: float, seen: Mapping[str, float]) -> LineSight:
    """Return what line *key* is seen by; raises ``KeyError`` for an unknown line.

    *coverage* is that of the assessment, *seen* that of single indicators where it is another.

    Its coverage is the mean of its indicators', each weighed by the size of its ln LR, as what moved it would be. An
    indicator that reads others is seen no better than they are. A link counts with the most that it could move the
    line, a floor or a ceiling with the most that one indicator may, shared among what its parent is seen by. The states
    of a set are seen alike: what moves one moves all. No line is seen better than the assessment as a whole, and one on
    which nothing bears is seen as that is.
    """
    floor = assessment.model.warn.coverage_floor
    voices, reads = _voices_of(assessment)[key], _reads_of(assessment)
    shares = {name: _share(reads.get(name, ()), coverage, seen) for name in voices}
    found = math.fsum(part * shares[name] for name, part in voices.items())
    return LineSight(
        coverage=min(coverage, round(found, _PLACES)),
        floor=floor,
        unseen=tuple(i.id for i in assessment.indicators if shares.get(i.id, floor) < floor),
    )


def _share(names: tuple[str, ...], coverage: float, seen: Mapping[str, float]) -> float:
    return min((seen.get(name, coverage) for name in names), default=coverage)


@once_for_each
def _reads_of(assessment: Assessment) -> Mapping[str, tuple[str, ...]]:
    """Return each indicator with all that it reads, at whatever remove, itself first."""
    direct = {i.id: i.count.reads for i in assessment.indicators}
    found: dict[str, tuple[str, ...]] = {}
    for name in direct:
        all_of = [name]
        for one in all_of:
            all_of += [other for other in direct.get(one, ()) if other not in all_of]
        found[name] = tuple(all_of)
    return found


@once_for_each
def _voices_of(assessment: Assessment) -> Mapping[str, Voices]:
    arithmetic = arithmetic_of(assessment)
    found: dict[str, Voices] = {}
    for states in arithmetic.sets:
        found |= dict.fromkeys(states.keys, _in_parts(_of_states(arithmetic, states)))
    for question in arithmetic.questions:  # each after its parents
        found[question.key] = _in_parts(_of_question(arithmetic, question, found, assessment.model.cap_indicator))
    return found


def _of_states(arithmetic: Arithmetic, states: States) -> Iterator[tuple[str, float]]:
    for name in arithmetic.ratios[states.keys[0]]:  # each state of a set has all of its indicators
        yield name, max(abs(arithmetic.ratios[key][name]) for key in states.keys)


def _of_question(
    arithmetic: Arithmetic, question: YesNo, parents: Mapping[str, Voices], largest: float
) -> Iterator[tuple[str, float]]:
    yield from ((name, abs(ratio)) for name, ratio in arithmetic.ratios[question.key].items())
    for link in question.links:
        reach = max(abs(logit(p) - question.start) for p in (link.p_if, link.otherwise))
        yield from ((name, part * reach) for name, part in parents[link.parent].items())
    for bound in (*question.floors, *((question.ceiling,) if question.ceiling else ())):
        yield from ((name, part * largest) for name, part in parents[bound].items())


def _in_parts(sizes: Iterator[tuple[str, float]]) -> Voices:
    total: dict[str, float] = defaultdict(float)
    for name, size in sizes:
        total[name] += size
    whole = math.fsum(total.values())
    return {name: size / whole for name, size in total.items() if size} if whole else {EVERYWHERE: 1.0}

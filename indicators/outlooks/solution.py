"""The solution: from signals to probabilities, once for every set of ratings that is tried."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from indicators.errors import OutlookError
from indicators.levels import Reading
from indicators.outlooks.compiled import Arithmetic, YesNo
from indicators.outlooks.evidence import capped, sums_of
from indicators.outlooks.odds import logit, probability
from indicators.outlooks.states import believed, softmax

TINY = 1e-12
"""A signal nearer to nothing than this has no row."""
_CERTAIN = 1e-9
"""A bound by a scenario that was ruled stops this short of 0 and 1."""


def signals_of(readings: Iterable[Reading]) -> dict[str, float]:
    """Return the signals that say anything; raises :class:`OutlookError` for one that is no finite number."""
    return telling({r.indicator: r.activation - r.baseline for r in readings})


def telling(signals: Mapping[str, float]) -> dict[str, float]:
    """Return those of *signals* that say anything; raises :class:`OutlookError` for one that is no finite number."""
    if not math.isfinite(sum(signals.values())):
        for name, signal in signals.items():
            if not math.isfinite(signal):
                raise OutlookError(f"the signal of {name} is {signal}; activation and baseline are 0 to 1")
    return {name: signal for name, signal in signals.items() if not -TINY <= signal <= TINY}


def sums_by_line(arithmetic: Arithmetic, signals: Mapping[str, float]) -> dict[str, list[float]]:
    """Return, for every line, the nats of each group that *signals* give, before any cap."""
    discounts = arithmetic.discounts
    found = {question.key: sums_of(question.groups, signals, discounts) for question in arithmetic.questions}
    for states in arithmetic.sets:
        for key, groups in zip(states.keys, states.groups, strict=True):
            found[key] = sums_of(groups, signals, discounts)
    return found


@dataclass(frozen=True, slots=True)
class Solved:
    """Probabilities by line; ``known`` is what links take them for (a ruling counts), ``links`` their nats."""

    p: dict[str, float] = field(default_factory=dict)
    known: dict[str, float] = field(default_factory=dict)
    links: dict[str, list[float]] = field(default_factory=dict)
    bounds: dict[str, tuple[str, float]] = field(default_factory=dict)
    """By line, what bound it and by how many nats."""

    @classmethod
    def of(
        cls,
        arithmetic: Arithmetic,
        sums: Mapping[str, Sequence[float]],
        rulings: Mapping[str, bool],
        *,
        scale: float = 1.0,
    ) -> "Solved":
        """Solve every line with each ln LR multiplied by *scale*."""
        solved = cls()
        for states in arithmetic.sets:
            ps = softmax(states, [capped(sums[key], arithmetic, scale) for key in states.keys])
            solved.p.update(zip(states.keys, ps, strict=True))
            solved.known.update(zip(states.keys, believed(states, ps, rulings), strict=True))
        for question in arithmetic.questions:
            key = question.key
            solved.links[key] = links = link_nats(question, solved.known)
            p, bound = solve_question(question, capped(sums[key], arithmetic, scale), links, solved.known)
            solved.p[key] = p
            solved.known[key] = float(rulings[key]) if key in rulings else p
            if bound is not None:
                solved.bounds[key] = bound
        return solved


def link_nats(question: YesNo, known: Mapping[str, float]) -> list[float]:
    """Return what each link adds: log-odds by Jeffrey's rule at what is believed of the parent, less the prior's."""
    found: list[float] = []
    for link in question.links:
        parent = known[link.parent]
        found.append(logit(parent * link.p_if + (1 - parent) * link.otherwise) - question.start)
    return found


def solve_question(
    question: YesNo, evidence: float, links: Sequence[float], known: Mapping[str, float]
) -> tuple[float, tuple[str, float] | None]:
    """Return p, and by whom and by how many nats it was bound, if it was."""
    p = probability(question.start + math.fsum([evidence, *links]))
    if not question.floors and not question.ceiling:
        return p, None
    bound = _bound(question, p, known)
    if bound is None:
        return p, None
    return bound[1], (bound[0], logit(bound[1]) - logit(p))


def _bound(question: YesNo, p: float, known: Mapping[str, float]) -> tuple[str, float] | None:
    """Return what binds, if it does: "any" is at least each kind, a success at most its attempt.

    Where both would bind against each other the ceiling wins: nothing is likelier than what it needs.
    """
    ceiling = _inside(known[question.ceiling]) if question.ceiling else 1.0
    if question.floors:
        part = max(question.floors, key=lambda name: (_inside(known[name]), name))
        floor = _inside(known[part])
        if p < floor <= ceiling:
            return part, floor
    if p > ceiling or (question.floors and p < ceiling < floor):
        return question.ceiling, ceiling
    return None


def _inside(p: float) -> float:
    return min(max(p, _CERTAIN), 1 - _CERTAIN)

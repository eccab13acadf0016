"""The solution: from signals to probabilities, once for every set of ratings that is tried."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from indicators.assessments import Assessment
from indicators.errors import OutlookError
from indicators.levels import Reading
from indicators.outlooks.compiled import Arithmetic, YesNo, arithmetic_of
from indicators.outlooks.evidence import Weighed, capped, shares, sums_of, weighed
from indicators.outlooks.ledger import Estimate, Outlook, Row, RowKind
from indicators.outlooks.odds import logit, probability
from indicators.outlooks.states import believed, rows_of, softmax

SENSITIVITY = (0.5, 1.5)
"""All ln LR are halved and raised by half to show how far the outlook rests on the ratings."""

TINY = 1e-12
"""A signal nearer to nothing than this has no row."""
_CERTAIN = 1e-9
"""A bound by a scenario that was ruled stops this short of 0 and 1."""


def outlook(
    assessment: Assessment,
    readings: Iterable[Reading],
    *,
    now: datetime,
    happened: Mapping[str, bool] | None = None,
    coverage: float = 1.0,
) -> Outlook:
    """Return the outlook of *assessment* given its *readings* and what a person ruled *happened*.

    Raises :class:`OutlookError` for a signal or a coverage that is no finite number, and for an
    assessment whose numbers contradict one another.
    """
    if not math.isfinite(coverage):
        raise OutlookError(f"coverage is {coverage}; it must be a share of the sources, 0 to 1")
    arithmetic, signals, rulings = arithmetic_of(assessment), signals_of(readings), dict(happened or {})
    weights = Weights.of(arithmetic, signals)
    central = Solved.of(arithmetic, weights.sums, rulings)
    lower, upper = (Solved.of(arithmetic, weights.sums, rulings, scale=scale).p for scale in SENSITIVITY)
    rows = dict(_state_rows(arithmetic, weights, central))
    found: dict[str, Estimate] = {}
    for question in arithmetic.questions:
        rows[question.key] = question.prior, _question_rows(arithmetic, weights, central, question)
    for key in arithmetic.lines:
        prior, ledger = rows[key]
        p, one, other = central.p[key], lower[key], upper[key]
        found[key] = Estimate(
            key=key,
            prior=prior,
            p=p,
            low=min(p, one, other),
            high=max(p, one, other),
            rows=ledger,
            happened=rulings.get(key),
        )
    return Outlook(assessment=assessment.id, version=assessment.version, at=now, estimates=found, coverage=coverage)


def signals_of(readings: Iterable[Reading]) -> dict[str, float]:
    """Return the signals that say anything; raises :class:`OutlookError` for one that is no finite number."""
    found: dict[str, float] = {}
    for reading in readings:
        signal = reading.activation - reading.baseline
        if not math.isfinite(signal):
            raise OutlookError(f"the signal of {reading.indicator} is {signal}; activation and baseline are 0 to 1")
        found[reading.indicator] = signal
    return {name: signal for name, signal in found.items() if abs(signal) > TINY}


@dataclass(frozen=True, slots=True)
class Weights:
    """The evidence for every line before its caps, by line; ``sums`` are the nats of each group."""

    weighed: Mapping[str, Weighed]
    sums: Mapping[str, list[float]]

    @classmethod
    def of(cls, arithmetic: Arithmetic, signals: Mapping[str, float]) -> "Weights":
        """Weigh *signals* for every line."""
        found: dict[str, Weighed] = {}
        for states in arithmetic.sets:
            for key, groups in zip(states.keys, states.groups, strict=True):
                found[key] = weighed(groups, signals, arithmetic.discounts)
        for question in arithmetic.questions:
            found[question.key] = weighed(question.groups, signals, arithmetic.discounts)
        return cls(found, {key: sums_of(groups) for key, groups in found.items()})


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


def _question_rows(arithmetic: Arithmetic, weights: Weights, solved: Solved, question: YesNo) -> tuple[Row, ...]:
    key = question.key
    rows = [
        Row(kind=RowKind.INDICATOR, source=name, nats=nats)
        for name, nats in shares(weights.weighed[key], weights.sums[key], arithmetic)
    ]
    for link, nats in zip(question.links, solved.links[key], strict=True):
        rows.append(Row(kind=RowKind.LINK, source=link.parent, nats=nats))
    if key in solved.bounds:
        source, nats = solved.bounds[key]
        rows.append(Row(kind=RowKind.COHERENCE, source=source, nats=nats))
    return tuple(rows)


def _state_rows(
    arithmetic: Arithmetic, weights: Weights, solved: Solved
) -> Iterable[tuple[str, tuple[float, tuple[Row, ...]]]]:
    for states in arithmetic.sets:
        nats = [dict(shares(weights.weighed[key], weights.sums[key], arithmetic)) for key in states.keys]
        changes = [logit(solved.p[key]) - logit(prior) for key, prior in zip(states.keys, states.priors, strict=True)]
        ledgers = rows_of(states, nats, changes)
        yield from ((key, (prior, rows)) for key, prior, rows in zip(states.keys, states.priors, ledgers, strict=True))

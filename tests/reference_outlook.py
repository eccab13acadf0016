"""The outlook as its definition reads, straight from the written assessment: slow, and what the quick one must equal.

log-odds(scenario) = log-odds(prior) + evidence + links, where evidence is the capped, discounted
sum of ``signal x ln LR`` over the indicators, and a link carries a parent's change to its child by
Jeffrey's rule with one number from the analyst. Exclusive states share one softmax. Every term is
a :class:`Row`; the rows of a line add up to its change, so the ledger can be checked by hand.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from graphlib import TopologicalSorter

from indicators.assessments import Assessment, ExclusiveSet, Model, Question, forecasts
from indicators.levels import Reading
from indicators.outlooks import (
    SENSITIVITY,
    Estimate,
    Outlook,
    Row,
    RowKind,
    log_ratio,
    logit,
    p_otherwise,
    probability,
)

_TINY = 1e-12


def outlook(
    assessment: Assessment,
    readings: Iterable[Reading],
    *,
    now: datetime,
    happened: Mapping[str, bool] | None = None,
    coverage: float = 1.0,
) -> Outlook:
    """Return the outlook of *assessment* given its *readings* and what a person ruled *happened*."""
    signals = {r.indicator: r.signal for r in readings}
    rulings = dict(happened or {})
    central = _solve(assessment, signals, rulings, scale=1.0)
    others = [_solve(assessment, signals, rulings, scale=s) for s in SENSITIVITY]
    estimates = {
        key: replace(
            estimate,
            low=min(estimate.p, *(o[key].p for o in others)),
            high=max(estimate.p, *(o[key].p for o in others)),
        )
        for key, estimate in central.items()
    }
    ordered = {f.key: estimates[f.key] for f in forecasts(assessment)}
    return Outlook(assessment=assessment.id, version=assessment.version, at=now, estimates=ordered, coverage=coverage)


def _solve(
    assessment: Assessment, signals: Mapping[str, float], rulings: Mapping[str, bool], *, scale: float
) -> dict[str, Estimate]:
    priors = {f.key: f.prior.p for f in forecasts(assessment)}
    solved: dict[str, Estimate] = {}
    for members in assessment.sets:
        solved |= _solve_set(assessment, members, signals, rulings, scale)
    questions = {q.id: q for q in assessment.questions}
    graph = {q.id: [p for p in q.parents if p in questions] for q in questions.values()}
    for name in TopologicalSorter(graph).static_order():
        known = _believed(assessment, solved)
        solved[name] = _solve_question(assessment, questions[name], signals, priors, known, scale)
        if name in rulings:
            solved[name] = replace(solved[name], happened=rulings[name])
    return solved


def _believed(assessment: Assessment, solved: Mapping[str, Estimate]) -> dict[str, float]:
    """Return what is believed of each solved line: a ruling where there is one, and what follows for its set."""
    known = {key: e.p if e.happened is None else float(e.happened) for key, e in solved.items()}
    for members in assessment.sets:
        keys = [f"{members.id}.{state.id}" for state in members.states]
        if any(solved[key].happened for key in keys):
            known |= {key: float(solved[key].happened or False) for key in keys}
        elif rest := math.fsum(known[key] for key in keys):
            known |= {key: known[key] / rest for key in keys}
    return known


def _solve_question(
    assessment: Assessment,
    question: Question,
    signals: Mapping[str, float],
    priors: Mapping[str, float],
    known: Mapping[str, float],
    scale: float,
) -> Estimate:
    start = logit(question.prior.p)
    rows = list(_evidence(assessment, question.id, None, signals, scale))
    for link in question.links:
        other = p_otherwise(question.prior.p, priors[link.parent], link.p_if)
        parent = known[link.parent]
        nats = logit(parent * link.p_if + (1 - parent) * other) - start
        rows.append(Row(kind=RowKind.LINK, source=link.parent, nats=nats))
    p = probability(start + math.fsum(r.nats for r in rows))
    bound = _bound(question, p, known)
    if bound is not None:
        rows.append(Row(kind=RowKind.COHERENCE, source=bound[0], nats=logit(bound[1]) - logit(p)))
        p = bound[1]
    return Estimate(key=question.id, prior=question.prior.p, p=p, low=p, high=p, rows=tuple(rows))


def _bound(question: Question, p: float, known: Mapping[str, float]) -> tuple[str, float] | None:
    """Return what binds, if it does: "any" is at least each kind, a success at most its attempt."""
    inside = {part: min(max(known[part], 1e-9), 1 - 1e-9) for part in question.at_least_max_of}
    if inside:
        part = max(inside, key=lambda name: (inside[name], name))
        if p < inside[part]:
            return part, inside[part]
    if question.at_most:
        ceiling = min(max(known[question.at_most], 1e-9), 1 - 1e-9)
        if p > ceiling:
            return question.at_most, ceiling
    return None


def _solve_set(
    assessment: Assessment,
    members: ExclusiveSet,
    signals: Mapping[str, float],
    rulings: Mapping[str, bool],
    scale: float,
) -> dict[str, Estimate]:
    rows = {
        s.id: {r.source: r.nats for r in _evidence(assessment, members.id, s.id, signals, scale)}
        for s in members.states
    }
    priors = {s.id: s.prior.p for s in members.states}
    weights = {s: priors[s] * math.exp(math.fsum(rows[s].values())) for s in priors}
    total = math.fsum(weights.values())
    solved: dict[str, Estimate] = {}
    for state in members.states:
        key, p = f"{members.id}.{state.id}", weights[state.id] / total
        solved[key] = Estimate(
            key=key,
            prior=state.prior.p,
            p=p,
            low=p,
            high=p,
            rows=_set_rows(state.id, priors, rows, change=logit(p) - logit(state.prior.p)),
            happened=rulings.get(key),
        )
    return solved


# Eight-point Gauss-Legendre rule on [0, 1]: (node, weight), both halves.
_NODES = tuple(
    (0.5 + side * x / 2, w / 2)
    for x, w in (
        (0.1834346424956498, 0.3626837833783620),
        (0.5255324099163290, 0.3137066458778873),
        (0.7966664774136267, 0.2223810344533745),
        (0.9602898564975363, 0.1012285362903763),
    )
    for side in (-1, 1)
)


def _set_rows(
    state: str, priors: Mapping[str, float], rows: Mapping[str, Mapping[str, float]], *, change: float
) -> tuple[Row, ...]:
    """Say what each indicator did to the log-odds of *state* against all the other states together.

    With two states it is the plain difference of their rows. With more, the others' share is taken
    along the straight path from no evidence to all of it (integrated gradients, Sundararajan et al.
    2017), which is the only split of that kind whose parts add up to the whole. What the numerical
    integral leaves (at most some 1e-6) goes to the largest row, so that the ledger adds up exactly.
    """
    others = [s for s in priors if s != state]
    names = sorted({name for own in rows.values() for name in own})
    parts = dict.fromkeys(names, 0.0)
    for node, weight in _NODES:
        pull = {s: priors[s] * math.exp(node * math.fsum(rows[s].values())) for s in others}
        total = math.fsum(pull.values())
        for name in names:
            against = math.fsum(pull[s] * rows[s].get(name, 0.0) for s in others) / total
            parts[name] += weight * (rows[state].get(name, 0.0) - against)
    if names:
        largest = max(names, key=lambda name: (round(abs(parts[name]), 12), name))
        parts[largest] += change - math.fsum(parts.values())
    return tuple(Row(kind=RowKind.INDICATOR, source=name, nats=nats) for name, nats in parts.items())


def _evidence(
    assessment: Assessment, scenario: str, state: str | None, signals: Mapping[str, float], scale: float
) -> Iterable[Row]:
    """Weigh each indicator, discount inside groups, cap group and total."""
    model = assessment.model
    groups: dict[str, dict[str, float]] = defaultdict(dict)
    for indicator in assessment.indicators:
        signal = signals.get(indicator.id, 0.0)
        if scenario in indicator.effects and abs(signal) > _TINY:
            weight = log_ratio(assessment, indicator, scenario, state)
            groups[indicator.group][indicator.id] = signal * weight * scale
    weighed: dict[str, float] = {}
    for group in groups.values():
        weighed |= _capped(_discounted(group, model), model.cap_group)
    return tuple(
        Row(kind=RowKind.INDICATOR, source=name, nats=nats) for name, nats in _capped(weighed, model.cap_total).items()
    )


def _discounted(group: Mapping[str, float], model: Model) -> dict[str, float]:
    """The strongest counts in full, the next one half, then a quarter …, each direction for itself."""
    kept: dict[str, float] = {}
    for sign in (1, -1):
        same = sorted((n for n in group.items() if n[1] * sign > 0), key=lambda n: (-abs(n[1]), n[0]))
        kept |= {name: nats * model.group_factor**place for place, (name, nats) in enumerate(same)}
    return kept


def _capped(weighed: Mapping[str, float], cap: float) -> dict[str, float]:
    total = abs(math.fsum(weighed.values()))
    shrink = cap / total if total > cap else 1.0
    return {name: nats * shrink for name, nats in weighed.items()}

"""States of one exclusive scenario: they share one softmax, and each is explained against all the others."""

import math
from collections.abc import Mapping, Sequence

from indicators.outlooks.compiled import States
from indicators.outlooks.ledger import Row, RowKind

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
_ALIKE = 12
"""Digits to which two parts are compared, so that noise does not choose between equal ones."""


def softmax(states: States, evidence: Sequence[float]) -> list[float]:
    """Return the probability of each state from its evidence in nats."""
    pulls = [prior * math.exp(nats) for prior, nats in zip(states.priors, evidence, strict=True)]
    total = math.fsum(pulls)
    return [pull / total for pull in pulls]


def believed(states: States, ps: Sequence[float], rulings: Mapping[str, bool]) -> list[float]:
    """Return what links may take each state for: what was ruled, and what follows from it for the others."""
    if any(rulings.get(key) for key in states.keys):
        return [float(rulings.get(key, False)) for key in states.keys]
    known = [0.0 if key in rulings else p for key, p in zip(states.keys, ps, strict=True)]
    rest = math.fsum(known)
    return [p / rest for p in known] if rest else known


def rows_of(
    states: States,
    nats: Sequence[Mapping[str, float]],
    changes: Sequence[float],
) -> list[tuple[Row, ...]]:
    """Say what each indicator did to the log-odds of each state against all the other states together.

    With two states it is the plain difference of their nats. With more, the others' share is taken
    along the straight path from no evidence to all of it (integrated gradients, Sundararajan et al.
    2017), which is the only split of that kind whose parts add up to the whole. What the numerical
    integral leaves (at most some 1e-6) goes to the largest row, so that each ledger adds up to its
    part of *changes* exactly.
    """
    names = sorted({name for own in nats for name in own})
    if not names:
        return [()] * len(states.keys)
    against = _average_shares(states.priors, [math.fsum(own.values()) for own in nats])
    found: list[tuple[Row, ...]] = []
    for number, own in enumerate(nats):
        others = [(share, nats[t]) for t, share in enumerate(against[number]) if t != number]
        parts = [
            own.get(name, 0.0) - math.fsum([share * other.get(name, 0.0) for share, other in others]) for name in names
        ]
        largest = max(range(len(names)), key=lambda n: (round(abs(parts[n]), _ALIKE), names[n]))
        parts[largest] += changes[number] - math.fsum(parts)
        found.append(
            tuple(Row(kind=RowKind.INDICATOR, source=name, nats=part) for name, part in zip(names, parts, strict=True))
        )
    return found


def _average_shares(priors: Sequence[float], evidence: Sequence[float]) -> list[list[float]]:
    """Return, for each state, the share of each other one among the others, averaged along the path."""
    count = len(priors)
    shares = [[0.0] * count for _ in range(count)]
    for node, weight in _NODES:
        pulls = [prior * math.exp(node * nats) for prior, nats in zip(priors, evidence, strict=True)]
        for own, row in enumerate(shares):
            total = math.fsum([pull for other, pull in enumerate(pulls) if other != own])
            for other, pull in enumerate(pulls):
                row[other] += weight * pull / total
    return shares

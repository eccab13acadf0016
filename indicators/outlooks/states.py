"""States of one exclusive scenario: they share one softmax, and each is explained against all the others."""

import math
from collections.abc import Iterable, Mapping, Sequence

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
_LEFT = 1e-4
"""In nats, far more than the numerical integral leaves."""
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


def rows_of(states: States, nats: Sequence[Mapping[str, float]], number: int, *, change: float) -> tuple[Row, ...]:
    """Say what each indicator did to the log-odds of the state of that *number* against all the other states together.

    *nats* are what the indicators say for each state. With two states it is the plain difference of their
    nats. With more, the others' share is taken along the straight path from no evidence to all of it
    (integrated gradients, Sundararajan et al. 2017), which is the only split of that kind whose parts add up
    to the whole. What the numerical integral leaves (at most some 1e-6) goes to the largest row, so that the
    ledger adds up to *change* exactly.
    """
    names = sorted({name for own in nats for name in own})
    if not names:
        return ()
    against = average_shares(states, nats, number)
    parts = [_part(nats, number, against, name) for name in names]
    largest = max(range(len(names)), key=lambda n: (round(abs(parts[n]), _ALIKE), names[n]))
    parts[largest] += change - math.fsum(parts)
    return tuple([Row(kind=RowKind.INDICATOR, source=name, nats=part) for name, part in zip(names, parts, strict=True)])


def raised_by(states: States, nats: Sequence[Mapping[str, float]], number: int, names: Iterable[str]) -> bool | None:
    """Whether one of *names* has a row above 0 for the state of that *number*; ``None`` where only its rows can tell.

    What speaks for a state more than for every other raises it, whatever their shares. A part nearer to 0 than
    what the numerical integral leaves is in doubt.
    """
    between: list[str] = []
    for name in names:
        said = [own.get(name, 0.0) for own in nats]
        own = said.pop(number)
        if own > max(said) + _LEFT:
            return True
        if own >= min(said) - _LEFT:
            between.append(name)
    if not between:
        return False
    against = average_shares(states, nats, number)
    parts = [_part(nats, number, against, name) for name in between]
    if max(parts) > _LEFT:
        return True
    return None if max(parts) >= -_LEFT else False


def _part(nats: Sequence[Mapping[str, float]], number: int, against: Sequence[float], name: str) -> float:
    others = [
        share * other.get(name, 0.0) for t, (share, other) in enumerate(zip(against, nats, strict=True)) if t != number
    ]
    return nats[number].get(name, 0.0) - math.fsum(others)


def average_shares(states: States, nats: Sequence[Mapping[str, float]], number: int) -> list[float]:
    """Return the share of each other state among the others of that *number*, averaged along the path; its own is 0."""
    evidence = [math.fsum(own.values()) for own in nats]
    shares = [0.0] * len(evidence)
    for node, weight in _NODES:
        pulls = [prior * math.exp(node * one) for prior, one in zip(states.priors, evidence, strict=True)]
        pulls[number] = 0.0
        total = math.fsum(pulls)
        for other, pull in enumerate(pulls):
            shares[other] += weight * pull / total
    return shares

"""Evidence: signals times ratings, discounted inside a group, capped by group and in all."""

import math
from collections.abc import Mapping, Sequence
from operator import mul

from indicators.outlooks.compiled import Arithmetic, Group

Weighed = list[list[tuple[str, float]]]
"""For each group that says anything, its indicators with their nats after the discount, before any cap."""


def weighed(groups: Sequence[Group], signals: Mapping[str, float], discounts: Sequence[float]) -> Weighed:
    """Weigh each indicator: the strongest of a group in full, the next by one factor, each direction for itself.

    Of two that are exactly as strong the first by name counts in full.
    """
    found: Weighed = []
    for group in groups:
        said = [(signals[name] * ratio, name) for name, ratio in group if name in signals]
        up = [(-nats, name) for nats, name in said if nats > 0]
        down = [(nats, name) for nats, name in said if nats < 0] if len(up) < len(said) else []
        if up or down:
            up.sort()
            down.sort()
            members = [(name, -nats * share) for (nats, name), share in zip(up, discounts, strict=False)]
            if down:
                members += [(name, nats * share) for (nats, name), share in zip(down, discounts, strict=False)]
            found.append(members)
    return found


def sums_of(groups: Sequence[Group], signals: Mapping[str, float], discounts: Sequence[float]) -> list[float]:
    """Return the nats of each group that says anything, before its cap: what :func:`weighed` gives, added up.

    Who says what is not asked: figures in order are enough, and a sum that is rounded once has no order.
    """
    found: list[float] = []
    for group in groups:
        nats = [signals[name] * ratio for name, ratio in group if name in signals]
        if len(nats) > 1:
            nats.sort()
            if nats[0] < 0 < nats[-1]:
                up, down = [n for n in reversed(nats) if n > 0], [n for n in nats if n < 0]
                found.append(math.fsum([*map(mul, up, discounts), *map(mul, down, discounts)]))
                continue
            if nats[-1] > 0:
                nats.reverse()  # the strongest first
            if nats[0]:
                found.append(math.fsum(map(mul, nats, discounts)))
        elif nats and nats[0]:
            found += nats
    return found


def capped(sums: Sequence[float], arithmetic: Arithmetic, scale: float) -> float:
    """Return the evidence in nats when every ln LR is multiplied by *scale*."""
    cap, most = arithmetic.cap_group, arithmetic.cap_total
    scaled = sums if scale == 1 else [nats * scale for nats in sums]
    # Compared and not clamped: this is asked for every line of every judgement, and hardly any nats reach their cap.
    total = math.fsum([nats if -cap <= nats <= cap else math.copysign(cap, nats) for nats in scaled])
    return total if -most <= total <= most else math.copysign(most, total)


def shares(
    groups: Sequence[Group], signals: Mapping[str, float], sums: Sequence[float], arithmetic: Arithmetic
) -> list[tuple[str, float]]:
    """Return each indicator's nats after both caps: they add up to :func:`capped` of *sums*, those of the *groups*."""
    found = weighed(groups, signals, arithmetic.discounts)
    cap = arithmetic.cap_group
    if all(-cap <= nats <= cap for nats in sums) and abs(math.fsum(sums)) <= arithmetic.cap_total:
        return [said for group in found for said in group]
    shrinks = [cap / abs(nats) if abs(nats) > cap else 1.0 for nats in sums]
    total = abs(math.fsum([nats * shrink for nats, shrink in zip(sums, shrinks, strict=True)]))
    whole = arithmetic.cap_total / total if total > arithmetic.cap_total else 1.0
    return [(name, nats * shrink * whole) for group, shrink in zip(found, shrinks, strict=True) for name, nats in group]

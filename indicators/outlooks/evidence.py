"""Evidence: signals times ratings, discounted inside a group, capped by group and in all."""

import math
from collections.abc import Mapping, Sequence

from indicators.outlooks.compiled import Arithmetic, Group

Weighed = list[list[tuple[str, float]]]
"""For each group that says anything, its indicators with their nats after the discount, before any cap."""


def weighed(groups: Sequence[Group], signals: Mapping[str, float], discounts: Sequence[float]) -> Weighed:
    """Weigh each indicator: the strongest of a group in full, the next by one factor, each direction for itself.

    Of two that are exactly as strong the first by name counts in full.
    """
    found: Weighed = []
    for group in groups:
        up: list[tuple[float, str]] = []
        down: list[tuple[float, str]] = []
        for name, ratio in group:
            if name in signals:
                nats = signals[name] * ratio
                if nats > 0:
                    up.append((-nats, name))
                elif nats < 0:
                    down.append((nats, name))
        if up or down:
            up.sort()
            down.sort()
            members = [(name, -nats * share) for (nats, name), share in zip(up, discounts, strict=False)]
            members += [(name, nats * share) for (nats, name), share in zip(down, discounts, strict=False)]
            found.append(members)
    return found


def sums_of(found: Weighed) -> list[float]:
    """Return the nats of each group before its cap."""
    return [members[0][1] if len(members) == 1 else math.fsum([nats for _, nats in members]) for members in found]


def capped(sums: Sequence[float], arithmetic: Arithmetic, scale: float) -> float:
    """Return the evidence in nats when every ln LR is multiplied by *scale*."""
    cap, most = arithmetic.cap_group, arithmetic.cap_total
    total = math.fsum([min(max(nats * scale, -cap), cap) for nats in sums])
    return min(max(total, -most), most)


def shares(found: Weighed, sums: Sequence[float], arithmetic: Arithmetic) -> list[tuple[str, float]]:
    """Return each indicator's nats after both caps: they add up to :func:`capped` of the same groups."""
    cap = arithmetic.cap_group
    shrinks = [cap / abs(nats) if abs(nats) > cap else 1.0 for nats in sums]
    total = abs(math.fsum([nats * shrink for nats, shrink in zip(sums, shrinks, strict=True)]))
    whole = arithmetic.cap_total / total if total > arithmetic.cap_total else 1.0
    return [(name, nats * shrink * whole) for group, shrink in zip(found, shrinks, strict=True) for name, nats in group]

"""Cost-loss value: what acting on the figures is worth to somebody who can protect (Richardson 2000).

To act costs C whatever happens; not to act when it happens loses L. Who acts when the probability is C/L or more spends
what is computed here, between what one spends knowing only how often it happens (value 0) and knowing the
future (value 1). Below 0 the figures are worse than knowing how often it happens.
"""

from collections.abc import Sequence
from dataclasses import dataclass

RATIOS = tuple(round(0.05 * n, 2) for n in range(1, 11))
"""C/L from 0.05 to 0.50: protection that costs a twentieth to a half of the loss."""

_NOTHING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The value at one ratio; ``None`` where it happened always or never, so that nothing can be gained."""

    ratio: float
    value: float | None


def cost_loss(forecasts: Sequence[tuple[float, bool]]) -> tuple[Value, ...]:
    """Return the value of pairs of a probability and whether it came true, at each of :data:`RATIOS` (C/L)."""
    return tuple(Value(ratio=ratio, value=_value(forecasts, ratio)) for ratio in RATIOS)


def _value(forecasts: Sequence[tuple[float, bool]], ratio: float) -> float | None:
    if not forecasts:
        return None
    n = len(forecasts)
    often = sum(h for _, h in forecasts) / n
    acted = sum(p >= ratio for p, _ in forecasts) / n
    missed = sum(h and p < ratio for p, h in forecasts) / n
    knowing_how_often, knowing_all = min(ratio, often), often * ratio
    if knowing_how_often - knowing_all < _NOTHING:
        return None
    return (knowing_how_often - (acted * ratio + missed)) / (knowing_how_often - knowing_all)

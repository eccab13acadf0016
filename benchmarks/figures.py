"""Figures: what was measured, set beside what the project promises."""

from collections.abc import Iterable
from dataclasses import dataclass

_WHOLE = 100  # from here on nobody reads the digits behind the point


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table. ``target`` says in words what ``passed`` was judged by."""

    name: str
    value: float
    unit: str
    target: str = ""
    passed: bool | None = None
    note: str = ""


def at_least(target: float, *, name: str, value: float, unit: str, note: str = "") -> Figure:
    """Return a figure that passes from *target* on."""
    return Figure(name=name, value=value, unit=unit, target=f">= {target:,}", passed=value >= target, note=note)


def at_most(target: float, *, name: str, value: float, unit: str, note: str = "") -> Figure:
    """Return a figure that passes up to *target*."""
    return Figure(name=name, value=value, unit=unit, target=f"<= {target:,}", passed=value <= target, note=note)


def table(figures: Iterable[Figure]) -> str:
    """Return *figures* as lines for people."""
    verdicts = {True: "pass", False: "FAIL", None: ""}
    lines = [f"{'':36} {'figure':>12} {'':10} {'target':>10}"]
    for f in figures:
        value = f"{f.value:,.0f}" if f.value >= _WHOLE else f"{f.value:,.2f}"
        lines.append(f"{f.name:36} {value:>12} {f.unit:10} {f.target:>10} {verdicts[f.passed]:5} {f.note}".rstrip())
    return "\n".join(lines)

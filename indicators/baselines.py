"""Baselines: which levels say nothing new, because the priors already knew so much activity."""

from collections.abc import Iterable
from typing import Protocol

from indicators.assessments import Assessment
from indicators.levels import Level

_NOTHING = 1e-9


class Stands(Protocol):
    """A reading of an indicator: its level, and its activation less the baseline."""

    @property
    def indicator(self) -> str:
        """Its id."""

    @property
    def level(self) -> Level:
        """Where it stands."""

    @property
    def signal(self) -> float:
        """What moves the outlook, -1 to 1."""


def counted_before(assessment: Assessment, readings: Iterable[Stands]) -> str:
    """Say in one sentence which of *readings* stand at a level and raise nothing; empty if none does."""
    held = [f"{r.indicator} ({r.level})" for r in readings if r.level.rank and r.signal <= _NOTHING]
    if not held:
        return ""
    return (
        f"{', '.join(held)}: at a level and moving nothing, because the assessment of {assessment.as_of} already "
        "counted as much (the indicator's baseline); only what goes beyond it moves the outlook"
    )

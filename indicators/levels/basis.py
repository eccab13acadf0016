"""What a kind of count stands on: its own facts, the courses of others, and where it may begin anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from indicators.levels.clock import Clock
from indicators.levels.course import Course, Piece, Shape, Stretch
from indicators.levels.facts import Fact
from indicators.rules import Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another indicator that a count reads; ``due`` is the observed day of its clock from which it is looked for."""

    shape: Shape
    clock: Clock
    course: Course
    facts: tuple[Fact, ...]
    due: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Everything a kind needs to say where its count changes.

    ``facts`` are its own standing events, by time; those before the assessment have ``at`` below 0.
    ``due`` is the observed day from which it is looked for. ``first`` is the piece in which all before
    it was collapsed: a kind says only what changes after it. ``kept`` are stretches of others, in days
    of its own clock, that ended before and still matter.
    """

    count: Count
    clock: Clock
    facts: tuple[Fact, ...] = ()
    others: Mapping[str, Other] = field(default_factory=dict)
    due: float = 0.0
    first: Piece | None = None
    kept: Mapping[str, tuple[Stretch, ...]] = field(default_factory=dict)

    @property
    def after(self) -> float:
        """Observed day after which changes are wanted; below 0 if all are."""
        return -1.0 if self.first is None else self.first.at

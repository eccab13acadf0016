"""Event: one happening that an indicator counts, with every report of it."""

from dataclasses import dataclass
from datetime import date, datetime

from indicators.events.decisions import EventDecision
from indicators.matcher import Match
from indicators.publishers import Grade

ANNOUNCEMENT_VALUE = 0.5
"""A ceremony or a statement counts half of the movement it speaks of."""

IMPROBABLE = 5
"""The Admiralty digit of what has turned out not to be so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One happening: its place, its day (UTC), its grade, and every report of it, oldest first.

    ``when`` is the time of the happening as far as the reports tell; ``against`` are the reports that deny it
    or take it back, and ``decision`` is what a person last ruled about it.
    """

    id: str
    indicator: str
    place: str
    day: date
    when: datetime
    reports: tuple[Match, ...]
    grade: Grade
    announcement: bool = False
    against: tuple[Match, ...] = ()
    decision: EventDecision | None = None

    @property
    def value(self) -> float:
        """How much it counts, 0 to 1: its grade's value, half of it for an announcement."""
        return self.grade.value * (ANNOUNCEMENT_VALUE if self.announcement else 1.0)

    @property
    def families(self) -> frozenset[str]:
        """The publisher families that reported it."""
        return frozenset(r.publisher.family for r in self.reports)

    @property
    def known(self) -> datetime:
        """When we first knew of it: the first of its reports to be judged (or received, where none was yet)."""
        return min((known_at(r) for r in self.reports), default=self.when)

    @property
    def refuted(self) -> bool:
        """Whether it has turned out not to have happened: it stays on record and counts nothing."""
        return self.grade.credibility == IMPROBABLE

    @property
    def dated(self) -> bool:
        """Whether any report's own date can be believed; otherwise the day is that of our receipt."""
        return any(r.dated for r in self.reports)


def known_at(report: Match) -> datetime:
    """Return when we knew of *report*: when it was first judged, or received where it has not been."""
    return report.known or report.item.fetched

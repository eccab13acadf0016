"""Trial: what one rule would have found, and what it would have moved, in a stretch of the past.

Nothing is stored or sent. A trial reads the assessment as if it had been written on the first day of
the stretch, with its own priors and baselines, and takes every source to have been watched all the time.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from indicators.assessments import Assessment
from indicators.levels import Level, Reading
from indicators.matcher import Match
from indicators.outlooks import Outlook
from watcher.workbench.excerpts import Excerpt
from watcher.workbench.period import Period

MOVED = 5e-4
"""Probabilities nearer than this are one and the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day: the items that are dated so, and those of them that the rule counts.

    With no item at all nothing is known of the day: that is not the same as calm.
    """

    day: date
    items: int
    counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundItem:
    """An item that fits the rule, refused or not, and where its words stand. Its long text is left out."""

    match: Match
    excerpts: tuple[Excerpt, ...]

    @property
    def counts(self) -> bool:
        """Whether it was not refused."""
        return not self.match.rejected_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One moment of a version: the rule's reading, the outlook, and the outlook had there been no such rule."""

    at: datetime
    reading: Reading
    outlook: Outlook
    without: Outlook


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What one version of the rule found and said.

    ``changes`` are its readings at the end of each day on which its level changed, and the first one;
    ``peak`` is the first day on which it was most active; ``one_more`` is the end with one more event of full value.
    """

    assessment: Assessment
    found: tuple[FoundItem, ...]
    levels: tuple[Reading, ...]
    changes: tuple[Reading, ...]
    peak: Moment
    end: Moment
    one_more: Moment

    @property
    def counted(self) -> tuple[FoundItem, ...]:
        """What was not refused."""
        return tuple(f for f in self.found if f.counts)

    @property
    def watched(self) -> tuple[FoundItem, ...]:
        """What does not count and is kept for a person to look at."""
        return tuple(f for f in self.found if f.match.watched)

    @property
    def refusals(self) -> Counter[str]:
        """How many were refused, by reason."""
        return Counter(f.match.rejected_by for f in self.found if not f.counts)


class Against(StrEnum):
    """What the changed version could be compared with."""

    NOTHING = "nothing"  # no version in force was given
    ITSELF = "itself"  # the file is what is in force
    NEW = "new"  # the version in force has no such rule
    TODAY = "today"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One rule over a stretch of the past, and the difference from the version of it that is in force.

    ``oldest`` is the first date of any item read; ``gained`` counts now and not today, ``lost`` the
    other way round, each as the version sees it that counts it. ``watch_gained`` is kept for a person to look
    at now, and today neither counted nor kept; ``watch_lost`` the other way round. ``unlisted`` are the
    sources of the items read that nobody stands for.
    """

    rule: str
    period: Period
    items: int
    oldest: datetime | None
    days: tuple[Day, ...]
    changed: Version
    against: Against
    today: Version | None = None
    outlook_today: Outlook | None = None
    gained: tuple[FoundItem, ...] = ()
    lost: tuple[FoundItem, ...] = ()
    watch_gained: tuple[FoundItem, ...] = ()
    watch_lost: tuple[FoundItem, ...] = ()
    unlisted: tuple[str, ...] = ()

    @property
    def has_history(self) -> bool:
        """Whether anything counted."""
        return bool(self.changed.counted)

    def refusal(self, item: str, version: Version) -> str:
        """Return why *version* does not count the item with that id."""
        found = next((f for f in version.found if f.match.item.id == item), None)
        return found.match.rejected_by if found else "its words are not all there"


def moved_lines(before: Outlook, after: Outlook, *, by: float = MOVED) -> tuple[str, ...]:
    """Return the lines whose probability differs by *by* or more between two outlooks, in the order of *after*."""
    known = before.estimates
    return tuple(key for key, e in after.estimates.items() if key in known and abs(e.p - known[key].p) >= by)


def level_days(one: Version, other: Version) -> tuple[tuple[date, Level, Level], ...]:
    """Return the days at whose end the two versions stand at different levels: day, level of one, of the other."""
    return tuple(
        ((a.at - timedelta(microseconds=1)).date(), a.level, b.level)
        for a, b in zip(one.levels, other.levels, strict=True)
        if a.level is not b.level
    )

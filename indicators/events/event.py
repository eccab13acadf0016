"""Events: many reports, one happening. Reports only regrade an event, they never multiply it."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from indicators.matcher import Match
from indicators.publishers import Grade, grade_of
from indicators.rules import CountKind, Indicator

ANNOUNCEMENT_VALUE = 0.5
"""A ceremony or a statement counts half of the movement it speaks of."""

MOST_PLACES = 3
"""Places that one report can be a state of: a list of towns is one article, not a country on fire."""

_COUNTRY_CODE = 2
_IMPROBABLE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One happening that an indicator counts: its place, its day, and every report of it."""

    id: str
    indicator: str
    place: str
    day: date
    when: datetime
    reports: tuple[Match, ...]
    grade: Grade
    announcement: bool = False

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
        return min(r.known or r.item.fetched for r in self.reports)

    @property
    def refuted(self) -> bool:
        """Whether it has turned out not to have happened: it stays on record and counts nothing."""
        return self.grade.credibility == _IMPROBABLE

    @property
    def dated(self) -> bool:
        """Whether any report's own date can be believed; otherwise the day is that of our receipt."""
        return any(r.item.dated for r in self.reports)


def group_matches(matches: Iterable[Match], indicators: Mapping[str, Indicator]) -> tuple[Event, ...]:
    """Group counting matches into events by indicator, place and day (UTC).

    A state (``place_day``) is one event for each place it names. An incident is one event at its
    first place; a report that names only the country joins the located event of that day, if
    there is one. The result does not depend on the order in which reports came in.
    """
    groups: dict[tuple[str, date, str], dict[str, Match]] = defaultdict(dict)
    for match in matches:
        indicator = indicators.get(match.indicator)
        if indicator is None or match.rejected_by:
            continue
        for place in _places(match, indicator):
            groups[match.indicator, match.item.when.astimezone(UTC).date(), place][match.item.id] = match
    _join_unlocated(groups, indicators)
    events = (_event(key, tuple(reports.values())) for key, reports in groups.items())
    return tuple(sorted(events, key=lambda e: (e.when, e.id)))


def _places(match: Match, indicator: Indicator) -> tuple[str, ...]:
    if indicator.count.of is CountKind.PLACE_DAY:
        return match.places[:MOST_PLACES] or ("",)
    return match.places[:1] or ("",)


def _vague(place: str) -> bool:
    return not place or (len(place) == _COUNTRY_CODE and place.isupper())


def _join_unlocated(groups: dict[tuple[str, date, str], dict[str, Match]], indicators: Mapping[str, Indicator]) -> None:
    for key in sorted(groups):
        name, day, place = key
        if not _vague(place) or indicators[name].count.of is CountKind.PLACE_DAY:
            continue
        located = sorted(k for k in groups if k[:2] == (name, day) and not _vague(k[2]))
        if located:
            groups[located[0]].update(groups.pop(key))


def _event(key: tuple[str, date, str], reports: tuple[Match, ...]) -> Event:
    indicator, day, place = key
    ordered = tuple(sorted(reports, key=lambda r: (r.item.when, r.item.id)))
    return Event(
        id=hashlib.sha256(f"{indicator}\0{place}\0{day}".encode()).hexdigest()[:16],
        indicator=indicator,
        place=place,
        day=day,
        when=ordered[0].item.when,
        reports=ordered,
        grade=grade_of(r.publisher for r in ordered),
        announcement=all(r.announcement for r in ordered),
    )

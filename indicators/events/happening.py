"""Happening: reports that were put together, on the way to an event."""

import hashlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache

from indicators.codes import names_its_day
from indicators.events.account import Account
from indicators.events.decisions import EventDecision
from indicators.events.event import Event
from indicators.events.grading import graded
from indicators.events.texts import ALIKE, SAME_TEXT, Texts, day_of
from indicators.matcher import Match
from indicators.places import Point, distance_km

SAME_PLACE_KM = 25.0
"""Two named towns nearer than this are one place for reports of one day."""

_COUNTRY_CODE = 2
_FIRST = datetime.min.replace(tzinfo=UTC)

Key = tuple[int, int, datetime, str]
"""What puts reports in order: the day, those that name a point first and denials last, the time, the id."""


def vague(place: str) -> bool:
    """Whether *place* is no point: nothing, or a whole country."""
    return not place or (len(place) == _COUNTRY_CODE and place.isupper())


def key_of(report: Match) -> Key:
    """Return the key of *report*."""
    when = report.when
    rank = 2 if report.contrary else int(vague(first_place(report)))
    return day_of(when), rank, when, report.item.id


def edge_of(day: int) -> Key:
    """Return what comes before the key of every report of the day of that number, and after those of the day before."""
    return day, 0, _FIRST, ""


@lru_cache(maxsize=65_536)
def _near(one: Point, other: Point) -> bool:
    """Whether two points are one place; the same places are asked about all the time."""
    return distance_km(one, other) <= SAME_PLACE_KM


@dataclass(frozen=True, slots=True)
class Anchor:
    """A day and a place by which later reports find a happening."""

    day: int
    place: str
    spot: Point | None

    def at(self, place: str, spot: Point | None) -> bool:
        """Whether *place* is the same, by its name or within :data:`SAME_PLACE_KM`."""
        if self.place == place:
            return True
        return self.spot is not None and spot is not None and _near(self.spot, spot)


@dataclass(eq=False, kw_only=True)
class Happening:
    """Reports put together, in the order of their keys. ``forced`` is the decision that grouped it, if one did.

    It is never changed, only made anew: so what was worked out of it (its event, its texts) can be kept, and
    brought up to date for the one that follows.
    """

    indicator: str
    anchors: tuple[Anchor, ...]
    reports: tuple[Match, ...]
    against: tuple[Match, ...] = ()
    forced: int = 0
    state: bool = False
    """A place-day: it is found by its place and day alone."""

    @property
    def day(self) -> int:
        """The number of the day on which it opened."""
        return self.anchors[0].day

    @property
    def located(self) -> bool:
        """Whether any of its reports names a point."""
        # The first anchor nearly always decides, and this is asked more often than anything else.
        return not vague(self.anchors[0].place) or any(not vague(anchor.place) for anchor in self.anchors[1:])

    @cached_property
    def texts(self) -> Texts:
        """The texts in which it was told."""
        return Texts.of(self.reports)

    @cached_property
    def last(self) -> Key:
        """The key of what came last to it."""
        last = key_of(self.reports[-1])
        return max(last, key_of(self.against[-1])) if self.against else last

    def holds_text_of(self, report: Match, anchor: Anchor, pieces: frozenset[str]) -> bool:
        """Whether *report*, whose signature has these *pieces*, copies or rewrites one of the reports."""
        texts = self.texts
        if not pieces or texts.pieces.isdisjoint(pieces):
            return False
        return texts.hold(report, pieces, ALIKE if self._may_be_at(anchor) else SAME_TEXT)

    def _may_be_at(self, anchor: Anchor) -> bool:
        return vague(anchor.place) or not self.located or any(a.at(anchor.place, anchor.spot) for a in self.anchors)

    def is_at(self, place: str, spot: Point | None) -> bool:
        """Whether it is at that place; one that names no point is nowhere, and so is a place that is none."""
        return not vague(place) and any(a.at(place, spot) and not vague(a.place) for a in self.anchors)

    @cached_property
    def recorded(self) -> Mapping[str, frozenset[int]]:
        """The days that the records of each publisher family say it was."""
        found: dict[str, set[int]] = defaultdict(set)
        for one in self.reports:
            if (day := recorded_day(one)) is not None:
                found[one.publisher.family].add(day)
        return {family: frozenset(days) for family, days in found.items()}

    def of_another_day(self, report: Match) -> bool:
        """Whether *report* is a record, and those that its family has of this one say other days.

        A data set has one record, or several of one day, for one incident: what it dates apart is apart.
        """
        day = recorded_day(report)
        if day is None:
            return False
        days = self.recorded.get(report.publisher.family)
        return days is not None and day not in days

    def apart(self, report: Match) -> bool:
        """Whether records keep *report* apart: by their days, or by naming nobody who took part in both."""
        if self.of_another_day(report):
            return True
        named, opened = report.item.actors, self.reports[0].item.actors
        return bool(named and opened) and {a.casefold() for a in named}.isdisjoint(a.casefold() for a in opened)

    def joined(self, report: Match, anchor: Anchor | None = None) -> "Happening":
        """Return it with one more *report*, the last by its key, by whose *anchor* others may find it."""
        anchors = (*self.anchors, anchor) if anchor else self.anchors
        found = self._with(reports=(*self.reports, report), against=self.against, anchors=anchors)
        if "texts" in self.__dict__:
            found.texts = self.texts.and_of(report)
        if "account" in self.__dict__:
            found.account = self.account.and_of(report)
        return found

    def opposed(self, report: Match) -> "Happening":
        """Return it with one more report against it, put in its place."""
        found = self._with(reports=self.reports, against=put_among(self.against, report), anchors=self.anchors)
        for name in ("texts", "account"):
            if name in self.__dict__:
                found.__dict__[name] = self.__dict__[name]
        return found

    def among(self, report: Match) -> "Happening":
        """Return it with one more *report* put in its place, which is not the first; what it is found by stays."""
        found = self._with(reports=put_among(self.reports, report), against=self.against, anchors=self.anchors)
        if "texts" in self.__dict__ and self.texts.same_with(report):
            found.texts = self.texts
        if "account" in self.__dict__:
            found.account = self.account.and_of(report)
        return found

    def same_as(self, other: "Happening") -> bool:
        """Whether *other* holds the same reports, for and against, and is found by the same."""
        mine, its = (self.reports, self.against, self.anchors), (other.reports, other.against, other.anchors)
        return self is other or mine == its

    def until(self, key: Key) -> "Happening | None":
        """Return it as it was before the report of that *key*; ``None`` if it had not opened."""
        if self.last < key:
            return self
        reports = self.reports[: before(self.reports, key)]
        if not reports:
            return None
        anchors = self.anchors if self.state else anchors_of(reports)
        return self._with(reports=reports, against=self.against[: before(self.against, key)], anchors=anchors)

    def _with(
        self, *, reports: tuple[Match, ...], against: tuple[Match, ...], anchors: tuple[Anchor, ...]
    ) -> "Happening":
        return Happening(
            indicator=self.indicator,
            anchors=anchors,
            reports=reports,
            against=against,
            forced=self.forced,
            state=self.state,
        )

    @cached_property
    def account(self) -> Account:
        """What its reports tell together."""
        return Account.of(self.reports)

    def event(self, about: Mapping[str, EventDecision]) -> Event:
        """Return it as an event; *about* are the decisions by the report that each was made on."""
        ruled = [about[r.item.id] for r in self.reports if r.item.id in about] if about else []
        decision = max(ruled, key=lambda d: d.number, default=None)
        cached: tuple[EventDecision | None, Event] | None = self.__dict__.get("event_made")
        if cached is None or cached[0] != decision:
            cached = self.__dict__["event_made"] = (decision, self._event(decision))
        return cached[1]

    def _event(self, decision: EventDecision | None) -> Event:
        account = self.account
        place = next((a.place for a in self.anchors if not vague(a.place)), self.anchors[0].place)
        day = date.fromordinal(self.day)
        return Event(
            id=self._identity(day),
            indicator=self.indicator,
            place=place,
            day=day,
            when=account.when,
            reports=account.reports,
            grade=graded(account.publishers, self.against, decision),
            announcement=account.announcement,
            against=self.against,
            decision=decision,
        )

    def _identity(self, day: date) -> str:
        """A name that stays the same when other reports join: of the report we knew first, or of the place-day."""
        if self.state:
            told = f"{self.indicator}\0{self.anchors[0].place}\0{day}"
        else:
            told = f"{self.indicator}\0{self.account.first[1]}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def recorded_day(report: Match) -> int | None:
    """Return the number of the day that *report* says it was, if it is a record that can be held to its day."""
    occurred = report.item.occurred
    return day_of(occurred) if occurred is not None and names_its_day(report.item.codes) else None


def first_place(report: Match) -> str:
    """Return the place that *report* is about, empty if it names none."""
    return report.places[0] if report.places else ""


def anchor_of(report: Match) -> Anchor:
    """Return the day and the place that *report* speaks of."""
    return Anchor(day_of(report.when), first_place(report), report.spot)


def anchors_of(reports: Sequence[Match]) -> tuple[Anchor, ...]:
    """Return what a happening of these *reports* is found by: its first one, and the first that names a point."""
    first = anchor_of(reports[0])
    if not vague(first.place):
        return (first,)
    placed = next((r for r in reports if not vague(first_place(r))), None)
    return (first, anchor_of(placed)) if placed is not None else (first,)


def before(reports: Sequence[Match], key: Key) -> int:
    """Return how many of *reports*, which are in the order of their keys, come before that *key*."""
    return bisect_left(reports, key, key=key_of)


def put_among(reports: tuple[Match, ...], report: Match) -> tuple[Match, ...]:
    """Return *reports*, which are in the order of their keys, with one more in its place."""
    at = before(reports, key_of(report))
    return (*reports[:at], report, *reports[at:])

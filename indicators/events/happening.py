"""Happening: reports that were put together, on the way to an event."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property

from indicators.events.decisions import EventDecision
from indicators.events.event import Event, known_at
from indicators.events.grading import graded
from indicators.likeness import bands, likeness
from indicators.matcher import Match
from indicators.places import Point, distance_km

SAME_PLACE_KM = 25.0
"""Two named towns nearer than this are one place for reports of one day."""

ALIKE = 0.65
"""Share of three-word runs from which a text is taken for a copy or a rewrite of another. Not lower: agencies
end each new story with the paragraphs of the last one."""

SAME_TEXT = 0.85
"""The share that is asked where two reports name different places: then it is one text, read differently."""

_TEXTS = 40
"""Different texts of one happening that a later one is compared with."""

_COUNTRY_CODE = 2


def day_of(moment: datetime) -> int:
    """Return the number of the day (UTC) of *moment*."""
    return moment.astimezone(UTC).toordinal()


def vague(place: str) -> bool:
    """Whether *place* is no point: nothing, or a whole country."""
    return not place or (len(place) == _COUNTRY_CODE and place.isupper())


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
        return self.spot is not None and spot is not None and distance_km(self.spot, spot) <= SAME_PLACE_KM


@dataclass(eq=False, kw_only=True)
class Happening:
    """Reports put together, in the order of their keys. ``forced`` is the decision that grouped it, if one did.

    It is never changed, only made anew: so what was worked out of it (its event, its texts) can be kept.
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
        return any(not vague(anchor.place) for anchor in self.anchors)

    @cached_property
    def _texts(self) -> tuple[frozenset[str], tuple[Match, ...]]:
        texts = {r.signature: r for r in self.reports if r.signature}
        kept = tuple(texts.values())[:_TEXTS]
        return frozenset(piece for r in kept for piece in bands(r.signature)), kept

    def holds_text_of(self, report: Match, anchor: Anchor, pieces: frozenset[str]) -> bool:
        """Whether *report*, whose signature has these *pieces*, copies or rewrites one of the reports."""
        known, texts = self._texts
        if not pieces or known.isdisjoint(pieces):
            return False
        least = ALIKE if self._may_be_at(anchor) else SAME_TEXT
        return any(_one_text(r, report, least) for r in texts)

    def _may_be_at(self, anchor: Anchor) -> bool:
        return vague(anchor.place) or not self.located or any(a.at(anchor.place, anchor.spot) for a in self.anchors)

    def apart(self, report: Match) -> bool:
        """Whether the records name who took part and nobody did so in both."""
        named, opened = report.item.actors, self.reports[0].item.actors
        return bool(named and opened) and {a.casefold() for a in named}.isdisjoint(a.casefold() for a in opened)

    def joined(self, report: Match, anchor: Anchor | None = None) -> "Happening":
        """Return it with one more *report*, by whose *anchor* others may find it."""
        return replace(
            self, reports=(*self.reports, report), anchors=(*self.anchors, anchor) if anchor else self.anchors
        )

    def opposed(self, report: Match) -> "Happening":
        """Return it with one more report against it."""
        return replace(self, against=(*self.against, report))

    def before(self, reports: Iterable[Match], against: Iterable[Match]) -> "Happening":
        """Return it as it was when it held only these *reports*, the first of its own."""
        kept = tuple(reports)
        anchors = self.anchors if self.state else anchors_of(kept)
        return replace(self, reports=kept, against=tuple(against), anchors=anchors)

    def event(self, about: dict[str, EventDecision]) -> Event:
        """Return it as an event; *about* are the decisions by the report that each was made on."""
        ruled = [about[r.item.id] for r in self.reports if r.item.id in about]
        decision = max(ruled, key=lambda d: d.number, default=None)
        cached: tuple[EventDecision | None, Event] | None = self.__dict__.get("event_made")
        if cached is None or cached[0] != decision:
            cached = self.__dict__["event_made"] = (decision, self._event(decision))
        return cached[1]

    def _event(self, decision: EventDecision | None) -> Event:
        ordered = tuple(sorted(self.reports, key=lambda r: (r.item.when, r.item.id)))
        when = min((r.item.when for r in ordered if r.item.dated), default=ordered[0].item.when)
        place = next((a.place for a in self.anchors if not vague(a.place)), self.anchors[0].place)
        day = date.fromordinal(self.day)
        return Event(
            id=self._identity(day),
            indicator=self.indicator,
            place=place,
            day=day,
            when=when,
            reports=ordered,
            grade=graded(ordered, self.against, decision),
            announcement=all(r.announcement for r in ordered),
            against=self.against,
            decision=decision,
        )

    def _identity(self, day: date) -> str:
        """A name that stays the same when other reports join: of the report we knew first, or of the place-day."""
        if self.state:
            told = f"{self.indicator}\0{self.anchors[0].place}\0{day}"
        else:
            told = f"{self.indicator}\0{min(self.reports, key=lambda r: (known_at(r), r.item.id)).item.id}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def first_place(report: Match) -> str:
    """Return the place that *report* is about, empty if it names none."""
    return report.places[0] if report.places else ""


def anchor_of(report: Match) -> Anchor:
    """Return the day and the place that *report* speaks of."""
    return Anchor(day_of(report.item.when), first_place(report), report.spot)


def anchors_of(reports: Iterable[Match]) -> tuple[Anchor, ...]:
    """Return what a happening of these *reports* is found by: its first one, and the first that names a point."""
    found: tuple[Anchor, ...] = ()
    for report in reports:
        anchor = anchor_of(report)
        if not found:
            found = (anchor,)
        elif vague(found[0].place) and not vague(anchor.place):
            return (*found, anchor)
    return found


def _one_text(one: Match, other: Match, least: float) -> bool:
    """Whether two reports are one text. Records of two days are two, however alike their wording."""
    told = one.item.occurred, other.item.occurred
    if told[0] and told[1] and abs(day_of(told[0]) - day_of(told[1])) > 1:
        return False
    return one.signature == other.signature or likeness(one.signature, other.signature) >= least

"""Fold: happenings while reports are put to them, each to the one it belongs to or to a new one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from indicators.events.decisions import Decided
from indicators.events.happening import Anchor, Happening, anchor_of, vague
from indicators.events.texts import pieces_of
from indicators.matcher import Match
from indicators.places import distance_km
from indicators.stances import Stance

COPY_DAYS = 7
"""A copy or rewrite this many days after a happening is still of that happening, not of a new one."""

REACH_DAYS = COPY_DAYS + 1
"""Nothing can be put to a happening so many days and more after it opened, but by a person's decision: a copy may
come after a week, and what is told of its place on the next day joins it.
"""

DENIAL_DAYS = 3
"""A denial speaks of what happened at its place at most this many days before."""

MOST_PLACES = 3
"""Places that one report can be a state of: a list of towns is one article, not a country on fire."""


class Fold:
    """Put reports in the order of their keys. *opened* are happenings as they were before the first of them.

    ``happenings`` are those of today: at the places of *opened* what became of them, then what was opened since.
    """

    def __init__(self, indicator: str, state: bool, decided: Decided, *, opened: Iterable[Happening] = ()) -> None:
        self._indicator, self._state, self._decided = indicator, state, decided
        self.happenings: list[Happening] = []
        self._opening: dict[int, list[int]] = defaultdict(list)
        self._anchored: dict[int, list[int]] = defaultdict(list)
        self._pieces: dict[int, set[str]] = {}
        self._forced: dict[int, int] = {}
        for happening in opened:
            self._enter(happening)

    def by_opening(self) -> dict[int, tuple[Happening, ...]]:
        """Return all happenings by the number of the day on which they opened, in order."""
        return {day: tuple(self.happenings[n] for n in self._opening[day]) for day in sorted(self._opening)}

    def put(self, report: Match) -> None:
        """Put *report* to the happening that it is of, or against the one that it denies, or open a new one."""
        anchor = anchor_of(report)
        pieces = pieces_of(report)
        if report.contrary:
            self._oppose(report, anchor, pieces)
        elif self._state:
            self._put_state(report, anchor, pieces)
        else:
            self._put_incident(report, anchor, pieces)

    def _put_incident(self, report: Match, anchor: Anchor, pieces: frozenset[str]) -> None:
        forced = self._decided.together.get(report.item.id, 0)
        home = self._forced.get(forced) if forced else self._home(report, anchor, pieces)
        if home is None:
            self._enter(Happening(indicator=self._indicator, anchors=(anchor,), reports=(report,), forced=forced))
            return
        found = self.happenings[home]
        places_it = not found.located and not vague(anchor.place)
        self._join(home, report, pieces, anchor if forced or places_it else None)
        if forced or places_it:
            self._anchored[anchor.day].append(home)

    def _put_state(self, report: Match, anchor: Anchor, pieces: frozenset[str]) -> None:
        """Put *report* to the happening of each of its places; a copy speaks of the day of what it copies."""
        day = next((self.happenings[n].day for n in self._copied(report, anchor, pieces)), anchor.day)
        for place in report.places[:MOST_PLACES] or ("",):
            spot = report.spot if place == anchor.place else None
            home = next((n for n in self._opening[day] if self.happenings[n].anchors[0].place == place), None)
            if home is None:
                own = Anchor(day, place, spot)
                self._enter(Happening(indicator=self._indicator, anchors=(own,), reports=(report,), state=True))
            else:
                self._join(home, report, pieces)

    def _oppose(self, report: Match, anchor: Anchor, pieces: frozenset[str]) -> None:
        """Put *report* against what it speaks of: the last such happening. Nothing is opened by a denial."""
        if report.stance is Stance.RETRACTS:
            own = report.publisher.family
            recent = self._opened(anchor.day - COPY_DAYS, anchor.day)
            spoken = [n for n in recent if own in _families(self.happenings[n])]
            like = (
                n for n in spoken if self.happenings[n].holds_text_of(report, anchor, pieces) or self._at(n, anchor)
            )
        else:
            like = (n for n in self._opened(anchor.day - DENIAL_DAYS, anchor.day) if self._at(n, anchor))
        for number in reversed(list(like)):
            self.happenings[number] = self.happenings[number].opposed(report)
            break

    def _home(self, report: Match, anchor: Anchor, pieces: frozenset[str]) -> int | None:
        """Return the happening that *report* is of: one with its text, else one at its place and of its day."""
        copied = next(self._copied(report, anchor, pieces), None)
        if copied is not None:
            return copied
        near = [n for d in (anchor.day, anchor.day - 1) for n in sorted(self._anchored.get(d, ()))]
        near = [n for n in dict.fromkeys(near) if not self.happenings[n].apart(report)]
        if not vague(anchor.place):
            there = [(self._distance(n, anchor), n) for n in near if self._at(n, anchor)]
            unplaced = (n for n in near if not self.happenings[n].located)
            return min(there)[1] if there else next(unplaced, None)
        placed = [n for n in near if self.happenings[n].located]
        return min(placed, key=lambda n: self._first(n, anchor.day), default=next(iter(near), None))

    def _copied(self, report: Match, anchor: Anchor, pieces: frozenset[str]) -> Iterator[int]:
        """Yield the happenings whose text *report* has, those that opened first before the others.

        Data sets word their records alike: one that is dated otherwise copies nothing.
        """
        if not pieces:
            return
        for day in range(anchor.day - COPY_DAYS, anchor.day + 1):
            if day in self._opening and not pieces.isdisjoint(self._pieces_of(day)):
                alike = (n for n in self._opening[day] if self.happenings[n].holds_text_of(report, anchor, pieces))
                yield from (n for n in alike if not self.happenings[n].of_another_day(report))

    def _pieces_of(self, day: int) -> set[str]:
        """Return the pieces of all texts of the happenings that opened on that day."""
        known = self._pieces.get(day)
        if known is None:
            texts = (self.happenings[n].texts for n in self._opening.get(day, ()))
            known = self._pieces[day] = {piece for told in texts for piece in told.pieces}
        return known

    def _opened(self, first: int, last: int) -> Iterator[int]:
        for day in range(first, last + 1):
            yield from self._opening.get(day, ())

    def _at(self, number: int, anchor: Anchor) -> bool:
        return self.happenings[number].is_at(anchor.place, anchor.spot)

    def _distance(self, number: int, anchor: Anchor) -> tuple[bool, int, float]:
        """How far a happening at the same place is from *anchor*: another name, days, kilometres."""
        return min(
            (
                a.place != anchor.place,
                abs(a.day - anchor.day),
                distance_km(a.spot, anchor.spot) if a.spot and anchor.spot else 0.0,
            )
            for a in self.happenings[number].anchors
            if a.at(anchor.place, anchor.spot)
        )

    def _first(self, number: int, day: int) -> tuple[int, str]:
        anchors = (a for a in self.happenings[number].anchors if not vague(a.place))
        return min((abs(a.day - day), a.place) for a in anchors)

    def _enter(self, happening: Happening) -> None:
        number = len(self.happenings)
        self.happenings.append(happening)
        self._opening[happening.day].append(number)
        for day in dict.fromkeys(anchor.day for anchor in happening.anchors):
            self._anchored[day].append(number)
        if happening.forced:
            self._forced[happening.forced] = number
        if happening.day in self._pieces:
            self._pieces[happening.day] |= happening.texts.pieces

    def _join(self, number: int, report: Match, pieces: frozenset[str], anchor: Anchor | None = None) -> None:
        found = self.happenings[number] = self.happenings[number].joined(report, anchor)
        if found.day in self._pieces:
            self._pieces[found.day] |= pieces


def _families(happening: Happening) -> set[str]:
    return {r.publisher.family for r in happening.reports}

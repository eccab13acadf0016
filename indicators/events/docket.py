"""Docket: the happenings of one indicator, kept up to date report by report.

Reports are put in one fixed order, whatever the order in which they came: by day, those that name a
point before those that do not, denials last, then by time and id. A report that comes late is put in
its place, and what comes after it is gone through again until nothing is other than it was. So the
happenings depend on the set of reports and on nothing else.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain, count

from indicators.events.decisions import Decided, EventDecision
from indicators.events.event import Event
from indicators.events.fold import REACH_DAYS, Fold
from indicators.events.happening import Anchor, Happening, Key, before, edge_of, key_of, put_among
from indicators.events.insertion import Days, inserted
from indicators.events.known import KnownMatches
from indicators.events.settling import Unlike
from indicators.matcher import Match

_FEW = 4
"""So many new reports are put in one by one; of more, all that comes after the first is gone through at once."""

_SOON = (1, 2, 3, 4, 6)
"""Days after which most of what was moved is told of no more."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What was last asked for: the events of the happenings of some *days*, in order, under decisions *about* them.

    ``unlike`` are the days on which those of a docket are others by now; ``None`` where that was not kept.
    """

    days: Days = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    unlike: frozenset[int] | None = None
    about: Mapping[str, EventDecision] = field(default_factory=dict)

    def and_unlike(self, days: Iterable[int]) -> "_Shown":
        """Return the same for a docket with other happenings on those *days*."""
        return replace(self, unlike=None if self.unlike is None else self.unlike.union(days))


@dataclass(frozen=True, slots=True)
class Docket:
    """Happenings of one indicator by the number of the day on which they opened, and denials, placed or not, in order.

    ``state`` says that place-days are counted: then each place of a report is a happening of its own.
    """

    indicator: str
    state: bool = False
    days: Days = field(default_factory=dict)
    denials: tuple[Match, ...] = ()
    decided: Decided = field(default_factory=lambda: Decided({}, ()))
    known: KnownMatches = field(default_factory=KnownMatches)
    """Every report, denials included, by its item."""
    _shown: list[_Shown] = field(default_factory=lambda: [_Shown()], repr=False, compare=False)

    def events(self) -> tuple[Event, ...]:
        """Return all events, oldest first."""
        (shown,) = self._shown
        if shown.days is not self.days:
            about = {anchor: d for d in self.decided.gradings if (anchor := self._anchor(d))}
            if about != shown.about:
                shown = _Shown()
            other = self._other_than(shown.days) if shown.unlike is None else shown.unlike
            gone, new = (self._events(days, other, about) for days in (shown.days, self.days))
            shown = _Shown(self.days, _exchanged(shown.events, gone, new), frozenset(), about)
            self._shown[:] = [shown]  # at once: another thread may be asking too
        return shown.events

    def _other_than(self, days: Days) -> list[int]:
        return [day for day in days.keys() | self.days.keys() if days.get(day) is not self.days.get(day)]

    def _events(self, days: Days, some: Iterable[int], about: Mapping[str, EventDecision]) -> list[Event]:
        return [happening.event(about) for day in some for happening in days.get(day, ())]

    def _anchor(self, decision: EventDecision) -> str:
        """Return the report by which *decision* finds its event: the first it named that still reports anything.

        What a person said stands though that report is edited and says no such thing any more; of what an edit said
        later they said nothing. A report that tells of several places is in the events of all of them: for a
        place-day it takes the place of no other.
        """
        for name in decision.reports:
            report = self.known.get(name)
            if report is None or report.contrary or (report.since is not None and report.since > decision.at):
                continue
            if not self.state or name == decision.reports[0] or len(report.places) <= 1:
                return name
        return ""

    def reports(self) -> Iterator[Match]:
        """Yield every report once, denials included, in no order."""
        yield from self.known.values()

    def changed(self, added: Iterable[Match], *, without: frozenset[str] = frozenset()) -> "Docket":
        """Return the docket with the reports *added* and those of the items *without* taken out.

        A report of an item that is already here takes its place.
        """
        coming = {r.item.id: r for r in added}
        gone = {name for name in (*without, *coming) if name in self.known}
        if not coming and not gone:
            return self
        if gone or len(coming) > _FEW or self.decided.together:
            return self._again(gone, coming)
        docket = self
        for name, report in coming.items():
            docket = docket._with(report) or docket._again(set(), {name: report})
        return docket

    def _with(self, report: Match) -> "Docket | None":
        """Return the docket with one more *report* if nothing that came after it is moved by it."""
        changed = inserted(report, self.days, self.denials, indicator=self.indicator, state=self.state)
        if changed is None:
            return None
        return Docket(
            self.indicator,
            self.state,
            {**self.days, **changed} if changed else self.days,
            put_among(self.denials, report) if report.contrary else self.denials,
            self.decided,
            self.known.and_of(report),
            [self._shown[0].and_unlike(changed)],
        )

    def _again(self, gone: set[str], coming: Mapping[str, Match]) -> "Docket":
        """Return the docket less what is *gone*, and with what is *coming*: all after the first of them put again."""
        keys = [key_of(r) for r in (*(self.known[name] for name in gone), *coming.values())]
        start, last = min(keys), max(keys)[0]
        if self.decided.together:  # what a person grouped may lie days apart: everything is gone through again
            start, last = edge_of(0), date.max.toordinal()
        days = self._folded(start, last, gone, coming.values())
        stay = (report for name, report in self.known.items() if name not in gone) if gone else None
        known = KnownMatches.of((*stay, *coming.values())) if stay else self.known.and_all(coming.values())
        denials = (*(r for r in self.denials if r.item.id not in gone), *(r for r in coming.values() if r.contrary))
        shown = replace(self._shown[0], unlike=None)
        return replace(self, days=days, denials=tuple(sorted(denials, key=key_of)), known=known, _shown=[shown])

    def _folded(self, start: Key, last: int, gone: set[str], coming: Iterable[Match]) -> Days:
        """Return the happenings when all from *start* on is put again, up to where nothing more is moved.

        That can be as soon as all that is other than it was, up to the day *last*, is out of later reports' reach.
        """
        first = start[0] - REACH_DAYS
        opened = [cut for h in self._opened(first, start[0] + 1) if (cut := h.until(start)) is not None]
        fold = Fold(self.indicator, self.state, self.decided, opened=opened)
        anew: Days | None = None
        for wait in self._waits():
            edge = edge_of(last + 1 + wait)
            again = [r for r in self._between(start, edge) if r.item.id not in gone]
            for report in sorted((*again, *coming), key=key_of):
                fold.put(report)
            start, coming = edge, ()
            anew = self._settled(fold, edge) if self._goes_on(edge) else fold.by_opening()
            if anew is not None:
                break
        before_it = {day: found for day, found in self.days.items() if day < first}
        return before_it | dict(anew or {}) | {day: found for day, found in self.days.items() if day >= start[0]}

    def _waits(self) -> Iterator[int]:
        """Yield after how many more days it is worth a look whether anything is still moved.

        A place-day is found by a text of another one: there only a whole reach without a change is the end.
        """
        if not self.state:
            yield from _SOON
        yield from count(REACH_DAYS, REACH_DAYS)

    def _settled(self, fold: Fold, edge: Key) -> Days | None:
        """Return the happenings of *fold*, with what came to them later; ``None`` if that may be put otherwise now."""
        anew = fold.by_opening()
        first = edge[0] - REACH_DAYS  # what opened before that is whole
        stood = {_mark(cut): (h, cut) for h in self._opened(first, edge[0]) if (cut := h.until(edge)) is not None}
        whole: dict[int, Happening] = {}
        for one in (h for day, found in anew.items() if day >= first for h in found):
            was, cut = stood.get(_mark(one), (None, None))
            if was is not None and cut is not None and cut.same_as(one):
                whole[id(one)] = was
                del stood[_mark(one)]
        are = tuple(h for day, found in anew.items() if day >= first for h in found if id(h) not in whole)
        unlike = Unlike(edge, tuple(h for h, _ in stood.values()), are)
        if not unlike.were and not unlike.are:
            as_before = {day: found for day, found in self.days.items() if first <= day < edge[0]}
            return {day: found for day, found in anew.items() if day < first} | as_before
        if self.state or self._moved_by(unlike):
            return None
        return {day: tuple(whole.get(id(h), h) for h in found) for day, found in anew.items()}

    def _moved_by(self, unlike: Unlike) -> bool:
        """Whether anything that came later may be put otherwise for what is *unlike*."""
        edge = unlike.edge
        later = (h for h in self._opened(edge[0] - REACH_DAYS, edge[0] + REACH_DAYS) if h.last >= edge)
        denials = self.denials[before(self.denials, edge) : before(self.denials, edge_of(edge[0] + REACH_DAYS))]
        return unlike.moves(later, denials)

    def _opened(self, first: int, until: int) -> Iterator[Happening]:
        """Yield the happenings that opened on the day *first* or later and before the day *until*, in order."""
        if until - first < len(self.days):
            days: Iterable[int] = range(first, until)
        else:
            days = sorted(day for day in self.days if first <= day < until)
        for day in days:
            yield from self.days.get(day, ())

    def _between(self, start: Key, end: Key) -> Iterable[Match]:
        """Return the reports and denials whose keys are not before *start* and before *end*, in no order."""
        found: dict[str, Match] = {}
        for happening in self._opened(start[0] - REACH_DAYS, end[0]):
            if happening.last >= start:
                reports = happening.reports
                found |= {r.item.id: r for r in reports[before(reports, start) : before(reports, end)]}
        denials = self.denials[before(self.denials, start) : before(self.denials, end)]
        found |= {r.item.id: r for r in denials}
        return found.values()

    def _goes_on(self, edge: Key) -> bool:
        """Whether anything is known from *edge* on."""
        later = self._opened(edge[0] - REACH_DAYS, date.max.toordinal())
        return before(self.denials, edge) < len(self.denials) or any(h.last >= edge for h in later)

    def ruled(self, decided: Decided) -> "Docket":
        """Return the docket under other decisions."""
        if decided.together == self.decided.together:
            return self if decided == self.decided else replace(self, decided=decided, _shown=[_Shown()])
        return Docket(self.indicator, self.state, decided=decided).changed(self.reports())

    def pruned(self, first: int) -> "Docket":
        """Return the docket without happenings that opened before the day of that number."""
        if all(day >= first for day in self.days):
            return self
        days = {day: found for day, found in self.days.items() if day >= first}
        denials = self.denials[before(self.denials, edge_of(first)) :]
        known = KnownMatches.of(chain((r for found in days.values() for h in found for r in h.reports), denials))
        shown = self._shown[0].and_unlike(day for day in self.days if day < first)
        docket = replace(self, days=days, denials=denials, known=known, _shown=[shown])
        docket.events()  # lets go of what is no longer shown
        return docket


def _exchanged(events: tuple[Event, ...], gone: Sequence[Event], new: Sequence[Event]) -> tuple[Event, ...]:
    """Return *events*, which are in order, without those that are *gone* and with the *new* ones, oldest first."""
    found = list(events)
    if len(gone) + len(new) > len(events) // _FEW:
        left = {id(event) for event in gone}
        return tuple(sorted([*(event for event in found if id(event) not in left), *new], key=_age))
    for event in gone:
        at = bisect_left(found, _age(event), key=_age)
        del found[found.index(event, at)]
    for event in new:
        insort(found, event, key=_age)
    return tuple(found)


def _age(event: Event) -> tuple[datetime, str]:
    return event.when, event.id


def _mark(happening: Happening) -> tuple[str, Anchor]:
    """Return what tells *happening* from every other of its docket: its first report, and of a state its place."""
    return happening.reports[0].item.id, happening.anchors[0]

"""Docket: the happenings of one indicator, kept up to date report by report.

Reports are put in one fixed order, whatever the order in which they came: by day, those that name a
point before those that do not, denials last, then by time and id. A report that comes late is put in
its place, and what comes after it is gone through again until nothing is other than it was. So the
happenings depend on the set of reports and on nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from indicators.events.decisions import Decided
from indicators.events.event import Event
from indicators.events.fold import REACH_DAYS, Fold
from indicators.events.happening import Happening, Key, before, edge_of, key_of
from indicators.events.insertion import Days, inserted
from indicators.events.texts import day_of
from indicators.matcher import Match

_FEW = 4
"""So many new reports are put in one by one; of more, all that comes after the first is gone through at once."""


@dataclass(frozen=True, slots=True)
class Docket:
    """Happenings of one indicator by the number of the day on which they opened, and every denial, placed or not.

    ``state`` says that place-days are counted: then each place of a report is a happening of its own.
    """

    indicator: str
    state: bool = False
    days: Days = field(default_factory=dict)
    denials: Mapping[str, Match] = field(default_factory=dict)
    decided: Decided = field(default_factory=lambda: Decided({}, {}))
    known: Mapping[str, Match] = field(default_factory=dict)
    """Every report, denials included, by its item."""

    def events(self) -> tuple[Event, ...]:
        """Return all events, oldest first."""
        about = self.decided.about
        made = [happening.event(about) for day in self.days.values() for happening in day]
        made.sort(key=lambda e: (e.when, e.id))
        return tuple(made)

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
        days = inserted(report, self.days, self.denials.values(), indicator=self.indicator, state=self.state)
        if days is None:
            return None
        denials = {**self.denials, report.item.id: report} if report.contrary else self.denials
        return replace(self, days=days, denials=denials, known={**self.known, report.item.id: report})

    def _again(self, gone: set[str], coming: Mapping[str, Match]) -> "Docket":
        """Return the docket less what is *gone*, and with what is *coming*: all after the first of them put again."""
        keys = [key_of(r) for r in (*(self.known[name] for name in gone), *coming.values())]
        start, last = min(keys), max(keys)[0]
        if self.decided.together:  # what a person grouped may lie days apart: everything is gone through again
            start, last = edge_of(0), date.max.toordinal()
        kept = {name: r for name, r in self.known.items() if name not in gone} | coming
        denials = {name: r for name, r in self.denials.items() if name not in gone}
        denials |= {name: r for name, r in coming.items() if r.contrary}
        return replace(self, days=self._folded(start, last, gone, coming.values()), denials=denials, known=kept)

    def _folded(self, start: Key, last: int, gone: set[str], coming: Iterable[Match]) -> Days:
        """Return the happenings when all from *start* on is put again, up to where nothing is other than it was.

        That can be as soon as what stood on the day *last* is out of every later report's reach.
        """
        first, until = start[0] - REACH_DAYS, last + 1
        opened = [cut for h in self._opened(first, start[0] + 1) if (cut := h.until(start)) is not None]
        fold = Fold(self.indicator, self.state, self.decided, opened=opened)
        goes_on = same = False
        while not same:
            until += REACH_DAYS
            again = [r for r in self._between(start, edge_of(until)) if r.item.id not in gone]
            for report in sorted((*again, *coming), key=key_of):
                fold.put(report)
            start, coming = edge_of(until), ()
            goes_on = self._goes_on(start)
            same = not goes_on or self._as_it_was(fold, until - REACH_DAYS, start)
        taken_up = until - REACH_DAYS if goes_on else date.max.toordinal()
        before_it = {day: found for day, found in self.days.items() if day < first}
        anew = {day: found for day, found in fold.by_opening().items() if day < taken_up}
        return before_it | anew | {day: found for day, found in self.days.items() if day >= max(taken_up, first)}

    def _opened(self, first: int, until: int) -> Iterator[Happening]:
        """Yield the happenings that opened on the day *first* or later and before the day *until*, in order."""
        for day in sorted(day for day in self.days if first <= day < until):
            yield from self.days[day]

    def _between(self, start: Key, end: Key) -> Iterable[Match]:
        """Return the reports and denials whose keys are not before *start* and before *end*, in no order."""
        found: dict[str, Match] = {}
        for happening in self._opened(start[0] - REACH_DAYS, end[0]):
            if happening.last >= start:
                reports = happening.reports
                found |= {r.item.id: r for r in reports[before(reports, start) : before(reports, end)]}
        found |= {name: r for name, r in self.denials.items() if start <= key_of(r) < end}
        return found.values()

    def _goes_on(self, edge: Key) -> bool:
        """Whether anything is known from *edge* on."""
        later = self._opened(edge[0] - REACH_DAYS, date.max.toordinal())
        return any(h.last >= edge for h in later) or any(key_of(r) >= edge for r in self.denials.values())

    def _as_it_was(self, fold: Fold, first: int, edge: Key) -> bool:
        """Whether *fold* holds of what opened since the day *first* exactly what stood here at *edge*."""
        stood = [cut for h in self._opened(first, edge[0]) if (cut := h.until(edge)) is not None]
        stands = [h for day, found in fold.by_opening().items() if day >= first for h in found]
        return len(stood) == len(stands) and all(map(Happening.same_as, stood, stands))

    def ruled(self, decided: Decided) -> "Docket":
        """Return the docket under other decisions."""
        if decided.together == self.decided.together:
            return self if decided == self.decided else replace(self, decided=decided)
        return Docket(self.indicator, self.state, decided=decided).changed(self.reports())

    def pruned(self, before: int) -> "Docket":
        """Return the docket without happenings that opened before the day of that number."""
        if all(day >= before for day in self.days):
            return self
        days = {day: found for day, found in self.days.items() if day >= before}
        denials = {name: r for name, r in self.denials.items() if day_of(r.item.when) >= before}
        known = {r.item.id: r for found in days.values() for h in found for r in h.reports} | denials
        return replace(self, days=days, denials=denials, known=known)

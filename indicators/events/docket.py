"""Docket: the happenings of one indicator, kept up to date report by report.

Reports are put in one fixed order, whatever the order in which they came: by day, those that name a
point before those that do not, denials last, then by time and id. A report that comes late is put in
its place, and only what comes after it is gone through again. So the happenings depend on the set of
reports and on nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from indicators.events.decisions import Decided
from indicators.events.event import Event
from indicators.events.fold import COPY_DAYS, Fold
from indicators.events.happening import Happening, day_of, first_place, vague
from indicators.matcher import Match

_Key = tuple[int, int, str, str]


def _key(report: Match) -> _Key:
    when = report.item.when
    rank = 2 if report.contrary else int(vague(first_place(report)))
    return day_of(when), rank, when.isoformat(), report.item.id


@dataclass(frozen=True, slots=True)
class Docket:
    """Happenings of one indicator by the number of the day on which they opened, and every denial, placed or not.

    ``state`` says that place-days are counted: then each place of a report is a happening of its own.
    """

    indicator: str
    state: bool = False
    days: Mapping[int, tuple[Happening, ...]] = field(default_factory=dict)
    denials: Mapping[str, Match] = field(default_factory=dict)
    decided: Decided = field(default_factory=lambda: Decided({}, {}))

    def events(self) -> tuple[Event, ...]:
        """Return all events, oldest first."""
        made = (happening.event(self.decided.about) for day in self.days.values() for happening in day)
        return tuple(sorted(made, key=lambda e: (e.when, e.id)))

    def reports(self) -> Iterator[Match]:
        """Yield every report once, denials included, in no order."""
        yield from {r.item.id: r for day in self.days.values() for h in day for r in h.reports}.values()
        yield from self.denials.values()

    def changed(self, added: Iterable[Match], *, without: frozenset[str] = frozenset()) -> "Docket":
        """Return the docket with the reports *added* and those of the items *without* taken out.

        A report of an item that is already here takes its place.
        """
        coming = {r.item.id: r for r in added}
        gone = without | coming.keys()
        start = min((*map(_key, coming.values()), *self._keys_of(gone)), default=None)
        if start is None:
            return self
        if self.decided.together:  # what a person grouped may lie days apart: everything is gone through again
            start = (min(self.days, default=start[0]), 0, "", "")
        return self._from(start, gone, coming)

    def _keys_of(self, items: frozenset[str]) -> Iterator[_Key]:
        if items:
            yield from (_key(r) for r in self.reports() if r.item.id in items)

    def _from(self, start: _Key, gone: frozenset[str], coming: Mapping[str, Match]) -> "Docket":
        """Return the docket with all from the key *start* on put again, less what is *gone*, and what is *coming*."""
        first = start[0] - COPY_DAYS
        near = [h for day in sorted(day for day in self.days if day >= first) for h in self.days[day]]
        known = {r.item.id: r for h in near for r in h.reports} | dict(self.denials)
        again = [r for name, r in known.items() if name not in gone and _key(r) >= start]
        fold = Fold(self.indicator, self.state, self.decided, opened=_cut(near, start))
        for report in sorted((*again, *coming.values()), key=_key):
            fold.put(report)
        days = {day: found for day, found in self.days.items() if day < first} | fold.by_opening()
        denials = {name: r for name, r in self.denials.items() if name not in gone}
        return replace(self, days=days, denials=denials | {n: r for n, r in coming.items() if r.contrary})

    def ruled(self, decided: Decided) -> "Docket":
        """Return the docket under other decisions."""
        if decided.together == self.decided.together:
            return self if decided == self.decided else replace(self, decided=decided)
        return Docket(self.indicator, self.state, decided=decided).changed(self.reports())

    def pruned(self, before: int) -> "Docket":
        """Return the docket without happenings that opened before the day of that number."""
        if all(day >= before for day in self.days):
            return self
        denials = {name: r for name, r in self.denials.items() if day_of(r.item.when) >= before}
        return replace(self, days={day: found for day, found in self.days.items() if day >= before}, denials=denials)


def _cut(near: Iterable[Happening], start: _Key) -> Iterator[Happening]:
    """Yield happenings as they were before the report with the key *start*."""
    for happening in near:
        reports = [r for r in happening.reports if _key(r) < start]
        against = [r for r in happening.against if _key(r) < start]
        if len(reports) == len(happening.reports) and len(against) == len(happening.against):
            yield happening
        elif reports:
            yield happening.before(reports, against)

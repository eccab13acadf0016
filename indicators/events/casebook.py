"""Casebook: every report that counts, put together into events, indicator by indicator."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from indicators.events.decisions import Decided, EventDecision
from indicators.events.docket import Docket
from indicators.events.event import Event, known_at
from indicators.events.texts import day_of
from indicators.matcher import Match
from indicators.rules import CountKind, Indicator

LATEST = timedelta(days=400)
"""What becomes known this long after it happened no longer counts: nothing older need be kept at hand."""

_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Casebook:
    """The dockets of an assessment's indicators. It is never changed: a change is another casebook."""

    indicators: Mapping[str, Indicator]
    begun: datetime = _EVER
    """The assessment's date: nothing is older that could matter."""
    dockets: Mapping[str, Docket] = field(default_factory=dict)
    decisions: tuple[EventDecision, ...] = ()

    def with_matches(self, matches: Iterable[Match], *, rejudged: Iterable[str] = ()) -> "Casebook":
        """Return the casebook with *matches* in place of all that it had of the items *rejudged* and of their own.

        Matches that neither report nor deny anything are left out, and so are those of indicators that are
        not the assessment's and those that came :data:`LATEST` or more after their day.
        """
        coming: dict[str, list[Match]] = defaultdict(list)
        for match in matches:
            if match.indicator in self.indicators and _useful(match):
                coming[match.indicator].append(match)
        again = frozenset(rejudged)
        if not coming and not again:
            return self
        touched = {*self.dockets, *coming} if again else coming
        dockets = dict(self.dockets)
        for name in touched:
            before = self._docket(name)
            after = before.changed(coming.get(name, ()), without=again)
            if after is not before:
                dockets[name] = after
        return Casebook(self.indicators, self.begun, dockets, self.decisions)

    def decided(self, decisions: Iterable[EventDecision]) -> "Casebook":
        """Return the casebook under all of these *decisions* and no other."""
        now = tuple(sorted(decisions, key=lambda d: d.number))
        if now == self.decisions:
            return self
        names = {d.indicator for d in (*self.decisions, *now)} & self.indicators.keys()
        ruled = {name: self._docket(name).ruled(Decided.of(now, name)) for name in names}
        return replace(self, dockets={**self.dockets, **ruled}, decisions=now)

    def pruned(self, *, now: datetime) -> "Casebook":
        """Return the casebook without what is too old to matter at *now*."""
        before = day_of(now - LATEST)
        return replace(self, dockets={name: docket.pruned(before) for name, docket in self.dockets.items()})

    def reports(self) -> Iterator[Match]:
        """Yield every report and denial that is held, in no order."""
        for docket in self.dockets.values():
            yield from docket.reports()

    def events_of(self, indicator: str) -> tuple[Event, ...]:
        """Return the events of one indicator, oldest first."""
        docket = self.dockets.get(indicator)
        return docket.events() if docket is not None else ()

    def events(self) -> tuple[Event, ...]:
        """Return all events, oldest first."""
        found = (event for docket in self.dockets.values() for event in docket.events())
        return tuple(sorted(found, key=lambda e: (e.when, e.id)))

    def _docket(self, name: str) -> Docket:
        found = self.dockets.get(name)
        if found is not None:
            return found
        state = self.indicators[name].count.of is CountKind.PLACE_DAY
        return Docket(name, state, decided=Decided.of(self.decisions, name))


def _useful(match: Match) -> bool:
    return (match.counts or match.contrary) and known_at(match) - match.when < LATEST


def group_matches(
    matches: Iterable[Match], indicators: Mapping[str, Indicator], decisions: Iterable[EventDecision] = ()
) -> tuple[Event, ...]:
    """Group counting matches into events; the result does not depend on the order in which they came."""
    return Casebook(indicators).decided(decisions).with_matches(matches).events()

"""Tracks: what was worked out of every indicator's events, so that a new moment costs a look and no more."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from graphlib import TopologicalSorter

from indicators.assessments import Assessment
from indicators.events import Event
from indicators.levels.basis import Other
from indicators.levels.clock import Clock
from indicators.levels.facts import Fact, facts_of
from indicators.levels.reading import Reading, ReadingError
from indicators.levels.readings import Looks, Observable
from indicators.levels.track import Plan, Track, laid, plan_of, pruned
from indicators.rules import CountKind, Indicator

Clocks = Mapping[str, Clock] | Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracks:
    """Every indicator of an assessment with what was worked out of its events. A change is a new value.

    Begin with :func:`tracks_of`. An indicator that counts the days of another runs on that one's clock.
    """

    indicators: tuple[Indicator, ...]
    """Each after those that its count reads."""
    names: tuple[str, ...]
    """Their ids in the file's order."""
    reads: Mapping[str, tuple[str, ...]]
    by_name: Mapping[str, Track]
    reading: tuple[str, ...] = ()
    """Those that read others, each after those that it reads."""
    latest: datetime | None = None
    """The time of the newest event."""
    oldest: datetime | None = None
    """Before it everything was pruned; ``None`` if nothing was."""
    clocks: Clocks | None = field(default=None, repr=False, compare=False)
    """Those that were last given."""
    let_go: Mapping[str, tuple[Event, ...]] = field(default_factory=dict, repr=False, compare=False)
    """The events before ``oldest`` that still matter, by indicator: whoever gives all events may have let them go."""
    _cut: list["Tracks"] = field(default_factory=list, repr=False, compare=False)
    """What a read before the newest event was last answered from."""

    def with_events(self, indicator: str, events: Iterable[Event]) -> "Tracks":
        """Return these tracks with *events* as all the events of *indicator*, instead of those it had.

        In any order; what was pruned needs no repeating, and does no harm. Raises ``KeyError`` for an
        unknown indicator and :class:`ReadingError` for an event that cannot be counted.
        """
        return self.with_changed({indicator: events})

    def with_changed(self, events: Mapping[str, Iterable[Event]]) -> "Tracks":
        """Return these tracks with :meth:`with_events` done for each indicator of *events*."""
        if not events:
            return self
        tracks = [(name, self.by_name[name], found) for name, found in events.items()]
        return _laid(self, {n: facts_of(n, found, t.plan.clock, was=t.facts) for n, t, found in tracks})

    def with_clocks(self, clocks: Clocks) -> "Tracks":
        """Return these tracks on other *clocks*, of which only those that differ cost anything.

        Raises :class:`ReadingError` if a clock differs in what was pruned, and ``KeyError`` if one is missing.
        """
        if clocks == self.clocks:
            return self
        plans: dict[str, Plan] = {}
        facts: dict[str, tuple[Fact, ...]] = {}
        for indicator in self.indicators:
            track, clock = self.by_name[indicator.id], _clock(clocks, self.indicators, indicator)
            if clock == track.plan.clock:
                continue
            if self.oldest is not None and clock.days(self.oldest) != track.plan.clock.days(self.oldest):
                raise ReadingError(f"the clock of {indicator.id} differs before {self.oldest}, which was pruned")
            plans[indicator.id] = plan_of(indicator, clock)
            facts[indicator.id] = facts_of(indicator.id, (f.event for f in track.facts), clock)
        return replace(_laid(self, facts, plans), clocks=clocks)

    def events(self, indicator: str) -> tuple[Event, ...]:
        """Return the events of *indicator* that still matter, oldest first."""
        return tuple(f.event for f in self.by_name[indicator].facts)

    def pruned(self, before: datetime) -> "Tracks":
        """Return tracks that read the same from *before* on, with all that is older collapsed.

        They cannot be read at an earlier moment, and what happened before and comes in later changes
        only what still stands in a window.
        """
        after = max(before, self.oldest) if self.oldest is not None else before
        firm = _firm(self.by_name, self.reads, after)
        shorter = {
            name: pruned(track, _others(self.reads[name], self.by_name), firm[name])
            for name, track in self.by_name.items()
        }
        let_go = {name: tuple(_until(track, after)) for name, track in shorter.items()}
        return replace(self, by_name=shorter, latest=_latest(shorter), oldest=after, let_go=let_go, _cut=[])

    def read(self, *, now: datetime, observable: Observable = True) -> tuple[Reading, ...]:
        """Return the reading of every indicator at *now*, in the file's order; raises what :meth:`at` raises."""
        readings = self.at(now=now, observable=observable)
        return tuple([readings[name] for name in self.names])

    def at(self, *, now: datetime, observable: Observable = True) -> Looks:
        """Return the readings at *now*, each to be worked out when it is asked for; later events are not known yet.

        *observable* says of each whether anything that could report it is up. Raises
        :class:`ReadingError` for a *now* without a zone or before what was pruned.
        """
        if now.tzinfo is None:
            raise ReadingError("a reading needs a moment with a time zone: write e.g. 2026-01-01T00:00Z")
        if self.oldest is not None and now < self.oldest:
            raise ReadingError(f"what was before {self.oldest} has been pruned and cannot be read at {now}")
        if self.latest is not None and self.latest > now:
            return self._until(now).at(now=now, observable=observable)
        return Looks(self.by_name, self.reads, now=now, observable=observable)

    def _until(self, now: datetime) -> "Tracks":
        """Return the tracks of the events up to *now*, from those of the last such look where that helps."""
        base = self._cut[0] if self._cut else self
        fewer: dict[str, tuple[Fact, ...]] = {}
        for name, track in self.by_name.items():
            known = bisect_right(track.facts, now, key=_when)
            if known != len(base.by_name[name].facts):
                fewer[name] = track.facts[:known]
        found = _laid(base, fewer) if fewer else base
        self._cut[:] = [found]
        return found


def _laid(tracks: Tracks, facts: Mapping[str, tuple[Fact, ...]], plans: Mapping[str, Plan] | None = None) -> Tracks:
    """Lay anew the tracks of those named in *facts*, maybe on new *plans*, and of all that read them."""
    found = dict(tracks.by_name)
    changed = [name for name in facts if not tracks.reads[name]]
    for name in (*changed, *tracks.reading):
        if name not in facts and not any(other in changed for other in tracks.reads[name]):
            continue
        if tracks.reads[name]:
            changed.append(name)
        track = found[name]
        plan = plans[name] if plans and name in plans else track.plan
        found[name] = laid(
            plan,
            facts.get(name, track.facts),
            _others(tracks.reads[name], found),
            first=track.first,
            first_rumour=track.first_rumour,
            kept=track.kept,
            was=track if plan is track.plan else None,
            read_before=_others(tracks.reads[name], tracks.by_name) if plan is track.plan else None,
        )
    latest = _latest_since(tracks, [(tracks.by_name[name].latest, found[name].latest) for name in changed])
    return replace(tracks, by_name=found, latest=latest if latest is not None else _latest(found), _cut=[])


def _latest_since(tracks: Tracks, changed: Iterable[tuple[datetime | None, datetime | None]]) -> datetime | None:
    """Return the time of the newest event from what it *changed* from and to; ``None`` where only all can tell."""
    latest = tracks.latest
    for before, after in changed:
        if before == tracks.latest and (after is None or before is None or after < before):
            return None
        if after is not None and (latest is None or after > latest):
            latest = after
    return latest


def _others(names: Iterable[str], tracks: Mapping[str, Track]) -> dict[str, Other]:
    return {name: tracks[name].as_other() for name in names}


def _firm(tracks: Mapping[str, Track], reads: Mapping[str, Iterable[str]], before: datetime) -> Mapping[str, datetime]:
    """Return by indicator until when it can be collapsed: *before*, or when one that it is read with went blind.

    While a clock stands still, what happens changes what began when it stopped; for a reader on another
    clock that is days ago. So all that are read together are cut at a moment at which no clock among them stood.
    """
    found = dict.fromkeys(tracks, before)
    while True:
        last = dict(found)
        for name in tracks:
            family = (name, *reads[name])
            found |= dict.fromkeys(family, min(_stopped(tracks[n].plan.clock, found[n]) for n in family))
        if found == last:
            return found


def _stopped(clock: Clock, moment: datetime) -> datetime:
    """Return when *clock* stopped if it stands still at *moment*, which is returned otherwise."""
    return min(moment, clock.moment(clock.days(moment)))


def _until(track: Track, moment: datetime) -> Iterator[Event]:
    """Yield the events of *track* that are of a day before that (UTC) of *moment*."""
    first = moment.astimezone(UTC).date()
    yield from (fact.event for fact in track.facts if fact.event.day < first)


def _latest(tracks: Mapping[str, Track]) -> datetime | None:
    return max((t.latest for t in tracks.values() if t.latest is not None), default=None)


def tracks_of(
    indicators: Assessment | Sequence[Indicator],
    events: Mapping[str, Iterable[Event]] | None = None,
    *,
    clocks: Clocks,
) -> Tracks:
    """Return the tracks of *indicators* with *events* by indicator.

    *clocks* is one for all, or one for each id. Raises ``KeyError`` if an indicator reads one that is not there.
    """
    given = indicators.indicators if isinstance(indicators, Assessment) else tuple(indicators)
    known = {i.id: i for i in given}
    reads = {i.id: i.count.reads for i in given}
    ordered = tuple(known[name] for name in TopologicalSorter(reads).static_order())
    by_name: dict[str, Track] = {}
    for indicator in ordered:
        plan = plan_of(indicator, _clock(clocks, ordered, indicator))
        facts = facts_of(indicator.id, (events or {}).get(indicator.id, ()), plan.clock)
        by_name[indicator.id] = laid(plan, facts, {o: by_name[o].as_other() for o in reads[indicator.id]})
    return Tracks(
        indicators=ordered,
        names=tuple(known),
        reads=reads,
        by_name=by_name,
        reading=tuple(i.id for i in ordered if reads[i.id]),
        latest=_latest(by_name),
        clocks=clocks,
    )


def read_all(
    assessment: Assessment,
    events: Mapping[str, Sequence[Event]],
    *,
    clocks: Clocks,
    observable: Observable = True,
    now: datetime,
) -> tuple[Reading, ...]:
    """Read every indicator of *assessment* at *now*, in the file's order, from its *events* by indicator.

    *clocks* and *observable* are one for all or one for each id. Raises what :meth:`Tracks.read` raises.
    """
    return tracks_of(assessment, events, clocks=clocks).read(now=now, observable=observable)


def read_indicator(
    indicator: Indicator, events: Iterable[Event], *, clock: Clock, now: datetime, observable: bool = True
) -> Reading:
    """Return the reading of *indicator*, whose count reads no other; *events* of others among its own are left out."""
    (reading,) = tracks_of([indicator], {indicator.id: events}, clocks=clock).read(now=now, observable=observable)
    return reading


def _when(fact: Fact) -> datetime:
    return fact.when


def _clock(clocks: Clocks, indicators: Sequence[Indicator], indicator: Indicator) -> Clock:
    """Return the clock of *indicator*; one that counts the days of another runs on that one's."""
    if isinstance(clocks, Clock):
        return clocks
    while indicator.count.of in (CountKind.DURATION, CountKind.SILENCE) and indicator.count.reads:
        watched = indicator.count.reads[0]
        indicator = next(i for i in indicators if i.id == watched)
    return clocks[indicator.id]

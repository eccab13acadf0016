"""Everything this package judges, in one pure call: items in, readings, outlook and moves out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain

from indicators.assessments import Assessment
from indicators.editions import Edition, with_since
from indicators.events import LATEST, Casebook, Event, EventDecision
from indicators.items import Item
from indicators.levels import Clock, Looks, Reading, ReadingError, Tracks, tracks_of
from indicators.levels import read_all as read_levels
from indicators.matcher import Match, Matcher
from indicators.moves import OutlookMove, Published, advance, withdraw
from indicators.outlooks import Outlook, outlook_of
from indicators.publishers import Publisher
from indicators.sight import EVERYWHERE, Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What was known before: the casebook, what stands published, a person's rulings, what can be seen.

    ``sight`` holds, under :data:`~indicators.sight.EVERYWHERE`, what the assessment sees, and under the id of
    an indicator what that one does where it is not the same. ``casebook`` is ``None`` before anything is known.
    """

    casebook: Casebook | None = None
    tracks: Tracks | None = None
    """What was worked out of the casebook's events; worked out anew where it is not given."""
    published: Mapping[str, Published] = field(default_factory=dict)
    happened: Mapping[str, bool] = field(default_factory=dict)
    sight: Mapping[str, Sight] = field(default_factory=dict)
    salt: str = ""

    def seen(self, indicator: str = EVERYWHERE) -> Sight:
        """Return what *indicator*, or else the assessment as a whole, sees."""
        whole = self.sight.get(EVERYWHERE, _ALL)
        own = self.sight.get(indicator)
        if own is None or own is whole:
            return whole
        return Sight(coverage=own.coverage, blind=(*whole.blind, *own.blind))


_ALL = Sight()
_OFTEN = timedelta(days=30)
"""What is too old to matter is let go of once in so many days."""


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """One judgement. ``matches`` are those of the new items, refused ones included."""

    at: datetime
    matches: tuple[Match, ...]
    casebook: Casebook
    tracks: Tracks
    read: Looks
    """The readings by indicator, each worked out when it is asked for."""
    outlook: Outlook
    published: Mapping[str, Published]
    moves: tuple[OutlookMove, ...]

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The reading of every indicator, in the file's order."""
        return tuple(self.read[name] for name in self.tracks.names)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """All events that are known, oldest first."""
        return self.casebook.events()

    def lightened(self) -> tuple[Casebook, Tracks]:
        """Return casebook and tracks for the next judgement, without what is too old to matter: memory stays flat."""
        before = self.at - LATEST
        if self.tracks.oldest is None and before <= self.casebook.begun:
            return self.casebook, self.tracks
        if self.tracks.oldest is not None and before - self.tracks.oldest < _OFTEN:
            return self.casebook, self.tracks
        return self.casebook.pruned(now=self.at), self.tracks.pruned(before)


def evaluate(
    assessment: Assessment,
    matcher: Matcher,
    state: State,
    new_items: Iterable[Item],
    *,
    now: datetime,
    publishers: Mapping[str, Publisher] | None = None,
    decisions: Iterable[EventDecision] | None = None,
    first_known: Mapping[tuple[str, str], datetime] | None = None,
    editions: Mapping[str, Sequence[Edition]] | None = None,
) -> Evaluation:
    """Judge *new_items* on top of *state* at *now*. Touches nothing; the same input gives the same answer.

    An item that was judged before is judged anew. *publishers* names the publisher of a source where the
    operator configured one; otherwise the assessment's own table decides. *decisions* are all that people
    have decided about events, where that is not what the state holds. *first_known* says, by item and
    indicator, when a match was first made: judging again makes old news no newer. *editions* are the earlier
    texts of edited items: what only the edit says counts from the edit on, and was not known before it.
    """
    known, first, earlier = publishers or {}, first_known or {}, editions or {}
    items = tuple(new_items)

    def read(item: Item) -> tuple[Match, ...]:
        return matcher.match_item(item, publisher=known.get(item.source))

    found = chain.from_iterable(with_since(read(item), earlier.get(item.id, ()), read) for item in items)
    matched = tuple(replace(m, known=_known(m, first.get((m.item.id, m.indicator)), now)) for m in found)
    return judge(
        assessment,
        state,
        matched,
        now=now,
        rejudged=[item.id for item in items],
        decisions=decisions,
    )


def _known(match: Match, first: datetime | None, now: datetime) -> datetime:
    """Return since when we know of *match*; *first* is when we made it, maybe of an earlier text that was refused."""
    return now if first is None or (match.since is not None and first < match.since) else first


def judge(
    assessment: Assessment,
    state: State,
    matches: tuple[Match, ...],
    *,
    now: datetime,
    rejudged: Iterable[str] = (),
    decisions: Iterable[EventDecision] | None = None,
) -> Evaluation:
    """Judge *matches* on top of *state* at *now*: events, readings, outlook, moves.

    They take the place of all that was known of the items *rejudged*.
    """
    matches = tuple(replace(m, known=now) if m.known is None else m for m in matches)
    before = state.casebook or Casebook({i.id: i for i in assessment.indicators}, begun=assessment.start)
    casebook = before.decided(decisions) if decisions is not None else before
    casebook = casebook.with_matches(matches, rejudged=rejudged)
    tracks = _tracks(assessment, state, before, casebook)
    readings = tracks.at(now=now, observable=_observable(assessment, state, now))
    whole = state.seen()
    seen = {name: own.coverage for name, own in state.sight.items() if name != EVERYWHERE}
    view = outlook_of(
        assessment, readings.signals, now=now, happened=state.happened, coverage=whole.coverage, seen=seen
    )
    published, moves = advance(assessment, view, readings, state.published, sight=state.sight, salt=state.salt)
    gone, last = withdraw(assessment, state.published, at=now, coverage=whole.coverage, salt=state.salt)
    published |= {key: line for key, line in state.published.items() if key not in published} | gone
    moves += last
    return Evaluation(
        at=now,
        matches=matches,
        casebook=casebook,
        tracks=tracks,
        read=readings,
        outlook=view,
        published=published,
        moves=moves,
    )


def read_all(assessment: Assessment, events: Iterable[Event], *, state: State, now: datetime) -> tuple[Reading, ...]:
    """Read every indicator of *assessment* from *events*, in the file's order, with the sight of *state*."""
    found: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        found[event.indicator].append(event)
    seen = _observable(assessment, state, now)
    return read_levels(assessment, found, clocks=_clocks(assessment, state), observable=seen, now=now)


def _tracks(assessment: Assessment, state: State, before: Casebook, casebook: Casebook) -> Tracks:
    """Bring the tracks up to date with what changed from one casebook to the next, and with what could be seen."""
    clocks = _clocks(assessment, state)
    if state.tracks is not None:
        try:
            tracks = state.tracks.with_clocks(clocks)
        except ReadingError:  # what was pruned turns out to have been blind: only what is left can tell
            tracks = None
        if tracks is not None:
            changed = ((n, d) for n, d in casebook.dockets.items() if d is not before.dockets.get(n))
            return tracks.with_changed({n: (*tracks.let_go.get(n, ()), *d.events()) for n, d in changed})
    return tracks_of(assessment, {name: docket.events() for name, docket in casebook.dockets.items()}, clocks=clocks)


def _clocks(assessment: Assessment, state: State) -> Mapping[str, Clock] | Clock:
    whole = Clock(assessment.start, state.seen().blind)
    if state.sight.keys() <= {EVERYWHERE}:
        return whole
    own = {i.id: state.seen(i.id) for i in assessment.indicators}
    return {
        name: whole if sight.blind == whole.blind else Clock(assessment.start, sight.blind)
        for name, sight in own.items()
    }


def _observable(assessment: Assessment, state: State, now: datetime) -> Mapping[str, bool] | bool:
    """Say of each indicator whether anything that could report it is up."""
    if state.sight.keys() <= {EVERYWHERE}:
        return _sees(state.seen(), now)
    return {i.id: _sees(state.seen(i.id), now) for i in assessment.indicators}


def _sees(sight: Sight, now: datetime) -> bool:
    return sight.coverage > 0 and not any(span.has(now) for span in sight.blind)

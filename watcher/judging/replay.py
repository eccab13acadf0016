"""Replay: what would these rules have said, knowing on each day only what was known then."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain, groupby
from operator import attrgetter

from alerts.alert import Alert, alert_for
from indicators.assessments import Assessment
from indicators.evaluation import Evaluation, State, judge
from indicators.items import Item
from indicators.levels import Level, Reading
from indicators.matcher import Match, Matcher
from indicators.moves import OutlookMove
from indicators.places import NO_ATLAS, Atlas
from watcher.item_files import by_arrival
from watcher.judging.matching import Matching, ahead, here

_fetched = attrgetter("fetched")

TICK = timedelta(days=1)
"""How often time alone is judged, when nothing came in."""

Watched = Callable[[Iterable[Evaluation], datetime, datetime], Iterable[Evaluation]]
"""Passes evaluations on while it shows how far they are between two moments."""


def unwatched(found: Iterable[Evaluation], begin: datetime, end: datetime) -> Iterable[Evaluation]:
    """Pass evaluations on and show nothing."""
    del begin, end
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A past as it would have been reported: level changes, moves and alerts, in order of time."""

    items: int
    matched: int
    before: int
    """Matched items dated before the assessment: its priors know them already."""
    readings: tuple[Reading, ...]
    moves: tuple[OutlookMove, ...]
    alerts: tuple[Alert, ...]
    last: Evaluation | None


def dated(assessment: Assessment, as_of: date) -> Assessment:
    """Return *assessment* as if it had been written on *as_of*, with the same priors and baselines."""
    shift = assessment.review_by - assessment.as_of
    return assessment.model_copy(update={"as_of": as_of, "review_by": as_of + shift})


def replay(
    assessment: Assessment,
    items: Iterable[Item],
    *,
    until: datetime | None = None,
    atlas: Atlas = NO_ATLAS,
    watched: Watched = unwatched,
) -> Replayed:
    """Judge *items* in the order they became known, and time itself once a day, up to *until*.

    *until* is the last arrival where it is not given, and *atlas* adds places to the assessment's own.
    Every source is taken to have been watched all the time.
    """
    ordered = by_arrival(items)
    readings: list[Reading] = []
    moves: list[OutlookMove] = []
    alerts: list[Alert] = []
    matched: set[str] = set()
    before: set[str] = set()
    levels: dict[str, Level] = {}
    last: Evaluation | None = None
    judged = evaluations(assessment, ordered, until=until, matching=ahead(assessment, atlas=atlas))
    for last in watched(judged, assessment.start, until or (ordered[-1].fetched if ordered else assessment.start)):
        matched |= {m.item.id for m in last.matches if not m.rejected_by}
        before |= {m.item.id for m in last.matches if not m.rejected_by and m.item.when < assessment.start}
        changed = [r for r in last.readings if levels.get(r.indicator, Level.QUIET) is not r.level]
        levels |= {r.indicator: r.level for r in changed}
        readings += changed
        moves += last.moves
        by_name = {r.indicator: r for r in last.readings}
        alerts += [alert_for(move, assessment, by_name) for move in last.moves]
    return Replayed(
        items=len(ordered),
        matched=len(matched),
        before=len(before),
        readings=tuple(readings),
        moves=tuple(moves),
        alerts=tuple(alerts),
        last=last,
    )


def evaluations(
    assessment: Assessment,
    ordered: tuple[Item, ...],
    *,
    until: datetime | None = None,
    matching: Matching | None = None,
    only_at: Sequence[datetime] | None = None,
) -> Iterator[Evaluation]:
    """Yield the evaluation at each arrival that matched something, and at each day's end between them.

    Items that arrived at one moment are judged together, as the daemon judges what one poll brought. *matching* is
    by the assessment's own rules, without an atlas, where none is given. *only_at*: judge at these moments (rising)
    and no oftener. What is said then is the same, because when each report became known stays what it was; but moves
    come late, and what rose and fell between two of the moments is not seen.
    """
    if not ordered and until is None:
        return
    state = State()
    # A report from before the assessment is looked at again on its date, and what is said then is of that moment.
    known = bool(ordered) and ordered[0].fetched < assessment.start
    first = assessment.start if known else assessment.start + TICK
    arrivals = _arrivals(ordered, matching or here(Matcher(assessment)), until=until)
    for now, matches in _ticking(arrivals, first) if only_at is None else _gathered(arrivals, only_at, first):
        evaluation = judge(assessment, state, matches, now=now)
        state = _carried(evaluation)
        yield evaluation


_Arrivals = Iterator[tuple[datetime, tuple[Match, ...]]]
"""Moments (rising) with the matches of what arrived, or became known, by then."""


def _arrivals(ordered: tuple[Item, ...], matching: Matching, *, until: datetime | None) -> _Arrivals:
    """Yield each arrival that says something to some rule; the end of the time is an arrival of nothing."""
    known = ordered if until is None else ordered[: bisect_right(ordered, until, key=_fetched)]
    with closing(matching(known)) as found:
        for now, arrived in groupby(zip(known, found, strict=True), key=lambda one: one[0].fetched):
            if matches := tuple(chain.from_iterable(matched for _, matched in arrived)):
                yield now, matches
    yield until or ordered[-1].fetched, ()


def _ticking(arrivals: _Arrivals, tick: datetime) -> _Arrivals:
    """Yield *arrivals*, and between them, from *tick* on, each day at which nothing came."""
    for now, matches in arrivals:
        while tick < now:
            yield tick, ()
            tick += TICK
        yield now, matches
        if tick == now:
            tick += TICK


def _gathered(arrivals: _Arrivals, moments: Sequence[datetime], first: datetime) -> _Arrivals:
    """Yield each of *moments* with all that arrived since the one before; when it became known stays.

    One before *first* is left out where nothing came: nobody would have judged by then.
    """
    coming = next(arrivals, None)
    for moment in moments:
        gathered: list[Match] = []
        while coming is not None and coming[0] <= moment:
            known, matches = coming
            gathered += (replace(match, known=known) for match in matches)
            coming = next(arrivals, None)
        if gathered or moment >= first:
            yield moment, tuple(gathered)


def _carried(evaluation: Evaluation) -> State:
    casebook, tracks = evaluation.lightened()
    return State(casebook=casebook, tracks=tracks, published=evaluation.published)

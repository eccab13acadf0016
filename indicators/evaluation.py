"""Everything this package judges, in one pure call: items in, readings, outlook and moves out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import chain

from indicators.assessments import Assessment
from indicators.events import Casebook, Event, EventDecision
from indicators.items import Item
from indicators.levels import Clock, Reading, read_duration, read_indicator
from indicators.matcher import Match, Matcher
from indicators.moves import OutlookMove, Published, advance
from indicators.outlooks import Outlook, outlook
from indicators.publishers import Publisher
from indicators.sight import EVERYWHERE, Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What was known before: the casebook, what stands published, a person's rulings, what can be seen.

    ``sight`` holds, under :data:`~indicators.sight.EVERYWHERE`, what the assessment sees, and under the id of
    an indicator what that one does where it is not the same. ``casebook`` is ``None`` before anything is known.
    """

    casebook: Casebook | None = None
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


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """One judgement. ``matches`` are those of the new items, refused ones included."""

    at: datetime
    matches: tuple[Match, ...]
    casebook: Casebook
    readings: tuple[Reading, ...]
    outlook: Outlook
    published: Mapping[str, Published]
    moves: tuple[OutlookMove, ...]

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """All events that are known, oldest first."""
        return self.casebook.events()


def evaluate(
    assessment: Assessment,
    matcher: Matcher,
    state: State,
    new_items: Iterable[Item],
    *,
    now: datetime,
    publishers: Mapping[str, Publisher] | None = None,
    decisions: Iterable[EventDecision] | None = None,
) -> Evaluation:
    """Judge *new_items* on top of *state* at *now*. Touches nothing; the same input gives the same answer.

    An item that was judged before is judged anew. *publishers* names the publisher of a source where the
    operator configured one; otherwise the assessment's own table decides. *decisions* are all that people
    have decided about events, where that is not what the state holds.
    """
    known = publishers or {}
    items = tuple(new_items)
    matched = (matcher.match_item(item, publisher=known.get(item.source)) for item in items)
    return judge(
        assessment,
        state,
        tuple(chain.from_iterable(matched)),
        now=now,
        rejudged=[item.id for item in items],
        decisions=decisions,
    )


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
    casebook = state.casebook or Casebook({i.id: i for i in assessment.indicators})
    if decisions is not None:
        casebook = casebook.decided(decisions)
    casebook = casebook.with_matches(matches, rejudged=rejudged)
    readings = read_all(assessment, casebook.events(), state=state, now=now)
    whole = state.seen()
    view = outlook(assessment, readings, now=now, happened=state.happened, coverage=whole.coverage)
    published, moves = advance(assessment, view, readings, state.published, salt=state.salt)
    return Evaluation(
        at=now,
        matches=matches,
        casebook=casebook,
        readings=readings,
        outlook=view,
        published=published,
        moves=moves,
    )


def read_all(assessment: Assessment, events: Iterable[Event], *, state: State, now: datetime) -> tuple[Reading, ...]:
    """Read every indicator of *assessment*, in the file's order."""
    found: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        found[event.indicator].append(event)
    readings: list[Reading] = []
    for indicator in assessment.indicators:
        sight = state.seen(indicator.id)
        clock = Clock(assessment.start, sight.blind)
        observable = sight.coverage > 0 and not clock.is_blind(now)
        watched = indicator.count.while_
        if watched is None:
            own = found[indicator.id]
            readings.append(read_indicator(indicator, own, clock=clock, now=now, observable=observable))
        else:
            other = found[watched.indicator]
            readings.append(
                read_duration(
                    indicator,
                    assessment.indicator(watched.indicator),
                    other,
                    clock=clock,
                    now=now,
                    observable=observable,
                )
            )
    return tuple(readings)

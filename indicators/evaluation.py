"""Everything this package judges, in one pure call: items in, readings, outlook and moves out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from indicators.assessments import Assessment
from indicators.events import Event, group_matches
from indicators.items import Item
from indicators.levels import Clock, Reading, Span, read_duration, read_indicator
from indicators.matcher import Match, Matcher
from indicators.moves import OutlookMove, Published, advance
from indicators.outlooks import Outlook, outlook
from indicators.publishers import Publisher


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What was known before: counting matches, what stands published, a person's rulings, our sight."""

    matches: tuple[Match, ...] = ()
    published: Mapping[str, Published] = field(default_factory=dict)
    happened: Mapping[str, bool] = field(default_factory=dict)
    blind: tuple[Span, ...] = ()
    coverage: float = 1.0
    salt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One judgement. ``matches`` are those of the new items, refused ones included."""

    at: datetime
    matches: tuple[Match, ...]
    events: tuple[Event, ...]
    readings: tuple[Reading, ...]
    outlook: Outlook
    published: Mapping[str, Published]
    moves: tuple[OutlookMove, ...]


def evaluate(
    assessment: Assessment,
    matcher: Matcher,
    state: State,
    new_items: Iterable[Item],
    *,
    now: datetime,
    publishers: Mapping[str, Publisher] | None = None,
) -> Evaluation:
    """Judge *new_items* on top of *state* at *now*. Touches nothing; the same input gives the same answer.

    *publishers* names the publisher of a source where the operator configured one; otherwise the
    assessment's own table decides.
    """
    known = publishers or {}
    matched = (matcher.match_item(item, publisher=known.get(item.source)) for item in new_items)
    return judge(assessment, state, tuple(chain.from_iterable(matched)), now=now)


def judge(assessment: Assessment, state: State, matches: tuple[Match, ...], *, now: datetime) -> Evaluation:
    """Judge *matches* on top of *state* at *now*: events, readings, outlook, moves."""
    matches = tuple(replace(m, known=now) if m.known is None else m for m in matches)
    indicators = {i.id: i for i in assessment.indicators}
    events = group_matches((*state.matches, *matches), indicators)
    readings = read_all(assessment, events, state=state, now=now)
    view = outlook(assessment, readings, now=now, happened=state.happened, coverage=state.coverage)
    published, moves = advance(assessment, view, readings, state.published, salt=state.salt)
    return Evaluation(
        at=now,
        matches=matches,
        events=events,
        readings=readings,
        outlook=view,
        published=published,
        moves=moves,
    )


def read_all(assessment: Assessment, events: tuple[Event, ...], *, state: State, now: datetime) -> tuple[Reading, ...]:
    """Read every indicator of *assessment*, in the file's order."""
    clock = Clock(assessment.start, state.blind)
    observable = state.coverage > 0 and not clock.is_blind(now)
    by_indicator: dict[str, list[Event]] = {}
    for event in events:
        by_indicator.setdefault(event.indicator, []).append(event)
    readings: list[Reading] = []
    for indicator in assessment.indicators:
        watched = indicator.count.while_
        if watched is None:
            own = by_indicator.get(indicator.id, [])
            readings.append(read_indicator(indicator, own, clock=clock, now=now, observable=observable))
        else:
            other = by_indicator.get(watched.indicator, [])
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

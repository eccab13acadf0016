"""Events as a stream: those that are asked for, the newest first, a page at a time."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from indicators.events import DecisionKind
from indicators.events.grading import DOUBTFUL
from watcher.deciding.desk import Desk
from watcher.deciding.events import FoundEvent, events_of
from watcher.workbench.looking import PATIENCE
from watcher.workbench.searching import Hit, Searcher


class RuledOn(StrEnum):
    """What a person has said about an event so far."""

    ANY = ""
    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    DOUBTFUL = "doubtful"  # graded so low, or denied, that somebody should look


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsAsked:
    """Which events are asked for. A *searcher* reads headline and summary of each report."""

    since: datetime
    indicator: str = ""
    scenario: str = ""
    family: str = ""
    ruled: RuledOn = RuledOn.ANY
    searcher: Searcher | None = None


@dataclass(frozen=True, slots=True, order=True)
class EventSpot:
    """A place in the stream: behind the event of that time and id."""

    when: datetime
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One event of the stream; ``hits`` are the reports that a query held for, with their words."""

    found: FoundEvent
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """A page of events, and where the next begins (``None``: nowhere).

    ``total`` is how many there are but for the query, ``looked`` through how many of them the query was asked here.
    """

    shown: tuple[Shown, ...]
    behind: EventSpot | None
    total: int
    looked: int = 0


def event_page(
    known: Sequence[Desk],
    asked: EventsAsked,
    *,
    behind: EventSpot | None = None,
    most: int = 50,
    patience: float = PATIENCE,
    clock: Callable[[], float] = time.monotonic,
) -> EventPage:
    """Return *most* of the events *asked* for that lie behind a place. Refused for names that nothing has.

    A query is asked for *patience* seconds, and of one event at least: then the page ends with what it has.
    """
    every = events_of(known, since=asked.since, indicator=asked.indicator, scenario=asked.scenario)
    fitting = sorted((found for found in every if _fits(found, asked)), key=_spot, reverse=True)
    end = clock() + patience
    shown: list[Shown] = []
    last, looked = behind, 0
    for found in fitting:
        if behind is not None and not _spot(found) < behind:
            continue
        if len(shown) == most or (looked and asked.searcher is not None and clock() > end):
            return EventPage(shown=tuple(shown), behind=last, total=len(fitting), looked=looked)
        last, looked = _spot(found), looked + 1
        one = _shown(found, asked.searcher)
        shown += [one] if one is not None else []
    return EventPage(shown=tuple(shown), behind=None, total=len(fitting), looked=looked)


def families_of(known: Iterable[Desk]) -> tuple[str, ...]:
    """Return every publisher family that reported an event."""
    return tuple(sorted({family for desk in known for event in desk.events for family in event.families}))


def _spot(found: FoundEvent) -> EventSpot:
    return EventSpot(found.event.when, found.event.id)


def _fits(found: FoundEvent, asked: EventsAsked) -> bool:
    return (not asked.family or asked.family in found.event.families) and _is_ruled(found, asked.ruled)


def _shown(found: FoundEvent, searcher: Searcher | None) -> Shown | None:
    if searcher is None:
        return Shown(found=found)
    hits = tuple(searcher.search(report.item for report in found.event.reports))
    return Shown(found=found, hits=hits) if hits else None


def _is_ruled(found: FoundEvent, ruled: RuledOn) -> bool:
    event = found.event
    last = event.decision.kind if event.decision is not None else None
    if ruled is RuledOn.OPEN:
        return last is None
    if ruled is RuledOn.CONFIRMED:
        return last is DecisionKind.CONFIRM
    if ruled is RuledOn.REJECTED:
        return last is DecisionKind.REJECT
    if ruled is RuledOn.DOUBTFUL:
        return last is None and (bool(event.against) or event.grade.credibility == DOUBTFUL)
    return True

"""Events as a stream: those that are asked for, the newest first, a page at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from indicators.events import DecisionKind
from indicators.events.grading import DOUBTFUL
from watcher.deciding.desk import Desk
from watcher.deciding.events import Found, events_of
from watcher.workbench.searching import Hit, Searcher


class RuledOn(StrEnum):
    """What a person has said about an event so far."""

    ANY = ""
    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    DOUBTFUL = "doubtful"  # graded so low, or denied, that somebody should look


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
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

    found: Found
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """A page of events, where the next begins (``None``: nowhere), and how many there are in all."""

    shown: tuple[Shown, ...]
    behind: EventSpot | None
    total: int


def event_page(known: Sequence[Desk], asked: Asked, *, behind: EventSpot | None = None, most: int = 50) -> EventPage:
    """Return *most* of the events *asked* for that lie behind a place. Refused for names that nothing has."""
    every = events_of(known, since=asked.since, indicator=asked.indicator, scenario=asked.scenario)
    fitting = [shown for found in every if (shown := _shown(found, asked)) is not None]
    fitting.sort(key=_spot, reverse=True)
    rest = [shown for shown in fitting if behind is None or _spot(shown) < behind]
    page = tuple(rest[:most])
    return EventPage(shown=page, behind=_spot(page[-1]) if len(rest) > most else None, total=len(fitting))


def families_of(known: Iterable[Desk]) -> tuple[str, ...]:
    """Return every publisher family that reported an event."""
    return tuple(sorted({family for desk in known for event in desk.events for family in event.families}))


def _spot(shown: Shown) -> EventSpot:
    return EventSpot(shown.found.event.when, shown.found.event.id)


def _shown(found: Found, asked: Asked) -> Shown | None:
    event = found.event
    if asked.family and asked.family not in event.families:
        return None
    if not _is_ruled(found, asked.ruled):
        return None
    if asked.searcher is None:
        return Shown(found=found)
    hits = tuple(asked.searcher.search(report.item for report in event.reports))
    return Shown(found=found, hits=hits) if hits else None


def _is_ruled(found: Found, ruled: RuledOn) -> bool:
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

"""The stream of events: read on from any place without a gap, and a query that never looks for long."""

from types import SimpleNamespace
from typing import cast

from indicators.parsing import parse_assessment
from tests.builders import NOON, an_event, days, small
from watcher.deciding.desk import Desk
from watcher.showing.event_stream import EventsAsked, EventSpot, RuledOn, event_page
from watcher.workbench.searching import Searcher


def _desk(number: int) -> Desk:
    """Return what the stream reads of a desk: an assessment, and so many events of its rule, one a day."""
    assessment = parse_assessment(small(), name="small")[0]
    events = [an_event("convoy_attack", NOON - days(n), id=f"{n:02}", place=f"place {n}") for n in range(number)]
    return cast("Desk", SimpleNamespace(assessment=assessment, events=events))


def test_pages_follow_one_another() -> None:
    """The newest first; each page begins behind the last event of the one before, and the last one says so."""
    known, asked = (_desk(7),), EventsAsked(since=NOON - days(100))
    seen: list[str] = []
    behind: EventSpot | None = None
    while True:
        page = event_page(known, asked, behind=behind, most=3)
        seen += [one.found.event.id for one in page.shown]
        assert page.total == 7
        behind = page.behind
        if behind is None:
            break
    assert seen == [f"{n:02}" for n in range(7)]
    assert event_page(known, EventsAsked(since=NOON - days(2.5)), most=10).total == 3
    assert event_page(known, EventsAsked(since=NOON - days(100), family="nobody"), most=10).total == 0
    assert event_page(known, EventsAsked(since=NOON - days(100), ruled=RuledOn.CONFIRMED), most=10).total == 0


def test_a_query_is_asked_for_a_while_and_then_says_where_to_go_on() -> None:
    """Of one event at least, so that going on comes to an end; what fits is found all the same."""
    known, asked = (_desk(9),), EventsAsked(since=NOON - days(100), searcher=Searcher('"place 8"'))
    looked, behind = [], None
    while True:
        page = event_page(known, asked, behind=behind, most=3, patience=-1, clock=lambda: 0.0)
        looked.append((page.looked, len(page.shown)))
        behind = page.behind
        if behind is None:
            break
    assert looked == [*[(1, 0)] * 8, (1, 1)]
    whole = event_page(known, asked, most=3, clock=lambda: 0.0)
    assert ([one.found.event.id for one in whole.shown], whole.looked, whole.behind) == (["08"], 9, None)

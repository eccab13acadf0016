"""``/api/v1/events``: happenings, each once, however many reports tell of it."""

from bisect import bisect_left
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field

from indicators.events import Event
from indicators.matcher import Match
from watcher.deciding.desk import Desk
from watcher.web.api.assessments import desks_in
from watcher.web.api.cursors import Cursor
from watcher.web.api.documents import Document, Page, Share, Span, page_of
from watcher.web.api.routes import routes_of
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Reading

MOST_REPORTS = 20


class EventQuery(Span):
    """Which events are wanted, by when they happened."""

    assessment: str = Field("", max_length=200, description="Only those of this assessment.")
    indicator: str = Field("", max_length=200, description="Only those that this indicator counts.")


class ReportDocument(Document):
    """One report of an event."""

    item: str = Field(description="The id of the report: `/api/v1/items/{item}` has its text.")
    source: str
    family: str = Field(description="The publisher family; two of one family are one voice.")
    reliability: str = Field(description="Admiralty grade of the source, A to F.")
    title: str
    url: str
    when: datetime = Field(description="UTC.")


class DecisionDocument(Document):
    """What a person ruled about the event."""

    kind: str = Field(examples=["confirm", "reject", "regrade"])
    who: str
    why: str
    at: datetime = Field(description="UTC.")


class EventDocument(Document):
    """One happening: where, when, how far it can be believed, and who told of it."""

    id: str
    assessment: str
    indicator: str
    place: str = Field(description="The id of the place; empty where no report names one.")
    place_name: str
    lat: float | None = Field(description="Degrees north of the first place named; null where it is not known.")
    lon: float | None = Field(description="Degrees east.")
    day: date = Field(description="UTC.")
    when: datetime = Field(description="UTC, as far as the reports tell.")
    dated: bool = Field(description="Whether a report's own date can be believed; else it is the day of our receipt.")
    known: datetime = Field(description="When we first knew of it, UTC.")
    grade: str = Field(description="Admiralty grade: source A to F, information 1 to 6.", examples=["B2"])
    value: Share = Field(description="How much it counts.")
    announcement: bool = Field(description="Whether it was only announced: then it counts half.")
    refuted: bool = Field(description="Whether it turned out not to have happened: it stays, and counts nothing.")
    families: tuple[str, ...]
    reports: tuple[ReportDocument, ...] = Field(description=f"The first {MOST_REPORTS}, oldest first.")
    reports_in_all: int
    against: tuple[ReportDocument, ...] = Field(description="Reports that deny it or take it back.")
    decision: DecisionDocument | None


Told = tuple[Desk, Event]


def router(site: Site) -> APIRouter:
    """Return the routes, over the events of *site*'s plant."""
    del site
    routes = routes_of("events")

    @routes.get("/events", summary="List the events, the latest first")
    async def list_events(visit: Reading, asked: Annotated[EventQuery, Query()]) -> Page[EventDocument]:
        cursor = Cursor("events", asked)
        rows = await events(visit.request, asked, cursor.moment_and_key())
        return page_of(rows, asked.limit, document, lambda told: cursor.at(told[1].when, key_of(told)))

    @routes.get("/events/{event}", summary="Show one event")
    async def get_event(visit: Reading, event: Annotated[str, Path(max_length=200)]) -> EventDocument:
        for desk in await desks_in(visit.request):
            for one in desk.events:
                if one.id == event:
                    return document((desk, one))
        raise RefusedError(NO_SUCH_PAGE)

    return routes


async def events(request: Request, asked: EventQuery, after: tuple[datetime, str] | None) -> tuple[Told, ...]:
    """Return the rows of a page of *asked*, the latest first, and one more where there is one."""
    found: list[Told] = []
    for desk in await desks_in(request, asked.assessment):
        found += _page(desk, asked, after)
    return tuple(sorted(found, key=_order, reverse=True)[: asked.limit + 1])


def key_of(told: Told) -> str:
    """Return the name of an event among those of every assessment."""
    return f"{told[0].assessment.id} {told[1].id}"


def _order(told: Told) -> tuple[datetime, str]:
    return told[1].when, key_of(told)


def _page(desk: Desk, asked: EventQuery, after: tuple[datetime, str] | None) -> list[Told]:
    """Return the last rows of one desk before the position; its events are in the order of time already."""
    known = desk.events
    end = len(known)
    if asked.until is not None:
        end = bisect_left(known, asked.until, key=_when)
    found: list[Told] = []
    for number in range(end - 1, -1, -1):
        told = (desk, known[number])
        if len(found) > asked.limit and found[-1][1].when != told[1].when:
            break
        if asked.since is not None and told[1].when < asked.since:
            break
        if (not asked.indicator or told[1].indicator == asked.indicator) and (after is None or _order(told) < after):
            found.append(told)
    return found


def _when(event: Event) -> datetime:
    return event.when


def document(told: Told) -> EventDocument:
    """Return an event as it is sent."""
    desk, event = told
    spot = next((report.spot for report in event.reports if report.spot is not None), None)
    last = event.decision
    return EventDocument(
        id=event.id,
        assessment=desk.assessment.id,
        indicator=event.indicator,
        place=event.place,
        place_name=desk.place(event.place),
        lat=spot[0] if spot is not None else None,
        lon=spot[1] if spot is not None else None,
        day=event.day,
        when=event.when,
        dated=event.dated,
        known=event.known,
        grade=str(event.grade),
        value=event.value,
        announcement=event.announcement,
        refuted=event.refuted,
        families=tuple(sorted(event.families)),
        reports=tuple(map(_report, event.reports[:MOST_REPORTS])),
        reports_in_all=len(event.reports),
        against=tuple(map(_report, event.against[:MOST_REPORTS])),
        decision=DecisionDocument(kind=last.kind, who=last.who, why=last.why, at=last.at) if last is not None else None,
    )


def _report(report: Match) -> ReportDocument:
    return ReportDocument(
        item=report.item.id,
        source=report.item.source,
        family=report.publisher.family,
        reliability=report.publisher.reliability,
        title=report.item.title,
        url=report.item.url,
        when=report.when,
    )

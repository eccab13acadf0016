"""``/api/v1/client``: what one client sees, which is what was released to it. All of it comes out of one view."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from watcher.assessments import in_force
from watcher.people.roles import Role, Scope
from watcher.releasing.for_clients import ClientView, SeenLine, SeenNotice, for_client
from watcher.settings import Settings
from watcher.store import Connection
from watcher.web.api.cursors import Cursor
from watcher.web.api.documents import Document, Listing, Names, Page, Share, page_of
from watcher.web.api.routes import routes_of
from watcher.web.api.scenarios import Term
from watcher.web.api.told_notices import ToldNotice, as_told
from watcher.web.permissions import Permission
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Needs, OfAClient, Visit

_T = TypeVar("_T")

Confirming = Annotated[Visit, Depends(Needs(Permission(roles=frozenset({Role.CLIENT}), scope=Scope.ACT)))]
"""A client that confirms a receipt: with a token, its scope has to allow that."""

NoticeId = Annotated[str, Path(max_length=200, description="The whole id of a notice.")]


class ToldLine(Document):
    """One line that you are told of, as you were told last and may still rely on; all null before the first notice.

    Where events alone are told there is never a figure.
    """

    assessment: str
    title: Names
    scenario: str
    name: Names
    facts_only: bool
    notice: str | None = Field(description="The notice that told it.")
    at: datetime | None = Field(description="When it was released, UTC.")
    marking: str | None = Field(examples=["TLP:AMBER"])
    probability: Share | None = Field(description="By the horizon.")
    term: Term | None
    horizon: datetime | None = Field(description="The end of the time that the probability speaks of, UTC.")
    level_number: int | None = Field(ge=0, le=4)
    confidence: str | None = Field(examples=["moderate"])
    coverage: Share | None
    degraded: bool | None = Field(description="Whether too little could be seen to trust quiet.")
    next_update: datetime | None = Field(description="By when you are told again, UTC.")


class ToldOutlook(Document):
    """The lines that your subscriptions speak of."""

    data: tuple[ToldLine, ...]


class ReleasedNotice(Document):
    """One notice that was released to you, and what it told."""

    id: str
    at: datetime = Field(description="When it was released, UTC.")
    withdrawn: bool
    corrected_by: str | None = Field(description="The correction that takes its place.")
    received_at: datetime | None = Field(description="When this account or token said that it has it, UTC.")
    notice: ToldNotice


class Receipt(Document):
    """That a notice has arrived stands in the record."""

    notice: str
    received: bool


def router(site: Site) -> APIRouter:
    """Return the routes, over what *site*'s plant released."""
    routes = routes_of("client")

    @routes.get("/client/outlook", summary="Show your outlook as you were told it last")
    async def get_told_outlook(visit: OfAClient) -> ToldOutlook:
        lines = await ask(site, visit, lambda view, c: view.outlook(in_force(c, site.plant.settings.assessments)))
        return ToldOutlook(data=tuple(map(_line, lines)))

    @routes.get("/client/notices", summary="List your notices, the newest first")
    async def list_released_notices(visit: OfAClient, asked: Annotated[Listing, Query()]) -> Page[ReleasedNotice]:
        cursor = Cursor(f"client {visit.person.client}", asked)
        _, before = cursor.moment_and_key() or (None, "")
        rows = await ask(site, visit, lambda view, _: view.notices(limit=asked.limit + 1, before=before))
        return page_of(
            rows, asked.limit, lambda row: _notice(row, visit), lambda r: cursor.at(r.notice.at, r.notice.id)
        )

    @routes.get("/client/notices/{notice}", summary="Show one of your notices")
    async def get_released_notice(visit: OfAClient, notice: NoticeId) -> ReleasedNotice:
        found = await ask(site, visit, lambda view, _: view.notice(notice))
        if found is None:
            raise RefusedError(NO_SUCH_PAGE)
        return _notice(found, visit)

    @routes.post("/client/notices/{notice}/receipt", summary="Say that you have it", status_code=HTTPStatus.OK)
    async def confirm_receipt(visit: Confirming, notice: NoticeId) -> Receipt:
        account, now = visit.person.name, visit.now
        done = await site.write(
            _viewed, visit, site.plant.settings, lambda view, _: view.acknowledge(notice, account=account, now=now)
        )
        if not done:
            raise RefusedError(NO_SUCH_PAGE)
        return Receipt(notice=notice, received=True)

    return routes


async def ask(site: Site, visit: Visit, wanted: Callable[[ClientView, Connection], _T]) -> _T:
    """Return what *wanted* makes of all that this visitor's client may see."""
    return await site.read(_viewed, visit, site.plant.settings, wanted)


def _viewed(
    connection: Connection, visit: Visit, settings: Settings, wanted: Callable[[ClientView, Connection], _T]
) -> _T:
    """Return what *wanted* makes of the one view that this visitor has."""
    view = for_client(connection, settings, visit.person.client)
    if view is None:
        raise RefusedError(NO_SUCH_PAGE)
    return wanted(view, connection)


def _notice(seen: SeenNotice, visit: Visit) -> ReleasedNotice:
    receipt = seen.received_by(visit.person.name)
    return ReleasedNotice(
        id=seen.notice.id,
        at=seen.at,
        withdrawn=seen.withdrawn,
        corrected_by=seen.corrected_by or None,
        received_at=receipt.at if receipt is not None else None,
        notice=as_told(seen.notice),
    )


def _line(line: SeenLine) -> ToldLine:
    seen = line.last
    told = seen.notice if seen is not None else None
    figure = told is not None and not told.facts_only and not line.facts_only and not told.judgement.gone
    band = told.judgement.band if told is not None and figure else None
    return ToldLine(
        assessment=line.assessment.id,
        title=dict(line.assessment.title),
        scenario=line.forecast.key,
        name=dict(line.forecast.name),
        facts_only=line.facts_only,
        notice=told.id if told is not None else None,
        at=seen.at if seen is not None else None,
        marking=told.marking if told is not None else None,
        probability=told.judgement.p if told is not None and figure else None,
        term=Term(words=band.terms, low=band.low, high=band.high, printed=band.printed) if band is not None else None,
        horizon=told.judgement.deadline if told is not None and figure else None,
        level_number=told.judgement.level if told is not None and figure else None,
        confidence=told.reliance.level if told is not None and figure else None,
        coverage=told.reliance.coverage if told is not None else None,
        degraded=told.reliance.degraded if told is not None else None,
        next_update=told.next_update if told is not None else None,
    )

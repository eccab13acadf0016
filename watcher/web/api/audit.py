"""``/api/v1/audit``: who did what, when, and why."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from watcher.store import Connection, listings
from watcher.store.listings import Act, Between
from watcher.web.api.cursors import Cursor
from watcher.web.api.documents import Document, Page, Span, page_of
from watcher.web.api.routes import routes_of
from watcher.web.site import Site
from watcher.web.visits import Reading


class ActDocument(Document):
    """One act of a person, of a program with a token, or of the service itself."""

    number: int = Field(description="Its number in the record, from 1.")
    at: datetime = Field(description="UTC.")
    who: str = Field(examples=["awa"])
    what: str = Field(examples=["acknowledged an alert"])
    detail: dict[str, Any] = Field(description="What it was done to, and why.")


def router(site: Site) -> APIRouter:
    """Return the route, over the record of *site*'s plant."""
    routes = routes_of("audit")

    @routes.get("/audit", summary="List what was done, the newest first")
    async def list_acts(visit: Reading, asked: Annotated[Span, Query()]) -> Page[ActDocument]:
        del visit
        cursor = Cursor("audit", asked)
        rows = await site.read(acts, asked, cursor.moment_and_number())
        return page_of(rows, asked.limit, document, lambda act: cursor.at(act.at, act.number))

    return routes


def acts(connection: Connection, asked: Span, after: tuple[datetime, int] | None) -> tuple[Act, ...]:
    """Return the rows of a page of *asked*, and one more where there is one."""
    between = Between(since=asked.since, until=asked.until)
    return listings.acts(connection, limit=asked.limit + 1, after=after, between=between)


def document(act: Act) -> ActDocument:
    """Return *act* as it is sent."""
    return ActDocument(number=act.number, at=act.at, who=act.who, what=act.what, detail=act.detail)

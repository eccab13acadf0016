"""``/api/v1/deliveries``: each message to each recipient, and what became of it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from alerts.deliveries import DeliveryState
from watcher.store import Connection, listings
from watcher.store.deliveries import Recorded
from watcher.store.listings import After, Between
from watcher.web.api.cursors import Cursor
from watcher.web.api.documents import Document, Page, Span, page_of
from watcher.web.api.routes import routes_of
from watcher.web.site import Site
from watcher.web.visits import Reading


class DeliveryQuery(Span):
    """Which messages are wanted, by when they were owed."""

    state: DeliveryState | None = Field(None, description="Only those in this state.")
    recipient: str = Field("", max_length=200, description="Only those to this recipient.")
    alert: str = Field("", max_length=200, description="Only those of this alert.")


class DeliveryDocument(Document):
    """One message owed to one recipient on one channel. It ends accepted, told in a digest, or given up by a person."""

    key: str
    alert: str
    recipient: str
    channel: str
    level_number: int = Field(ge=0, le=4)
    state: DeliveryState
    due: datetime = Field(description="When it is tried next, or was last, UTC.")
    attempts: int = Field(description="Tries begun.")
    answer: str | None = Field(description="What the channel answered last.")
    detail: str
    held: str = Field(description="The name of the hold that it waits or waited under.", examples=["quiet hours"])
    may_have_arrived: bool = Field(description="A try ended without an answer: a repeat says that it may be one.")
    step: str = Field(description="`first`, or the step of a chain or the reminder that it is owed for.")
    owed_at: datetime = Field(description="UTC.")
    over_at: datetime | None = Field(description="UTC.")


def router(site: Site) -> APIRouter:
    """Return the route, over the outbox of *site*'s plant."""
    routes = routes_of("deliveries")

    @routes.get("/deliveries", summary="List messages, those owed last first")
    async def list_deliveries(visit: Reading, asked: Annotated[DeliveryQuery, Query()]) -> Page[DeliveryDocument]:
        del visit
        cursor = Cursor("deliveries", asked)
        rows = await site.read(_rows, asked, cursor.moment_and_key())
        return page_of(rows, asked.limit, _document, lambda row: cursor.at(row.created_at, row.delivery.key))

    return routes


def _rows(connection: Connection, asked: DeliveryQuery, after: After | None) -> tuple[Recorded, ...]:
    return listings.deliveries(
        connection,
        limit=asked.limit + 1,
        after=after,
        between=Between(since=asked.since, until=asked.until),
        state=asked.state,
        recipient=asked.recipient,
        alert=asked.alert,
    )


def _document(row: Recorded) -> DeliveryDocument:
    one = row.delivery
    return DeliveryDocument(
        key=one.key,
        alert=one.alert_id,
        recipient=one.recipient,
        channel=one.channel,
        level_number=one.level,
        state=one.state,
        due=one.due,
        attempts=one.attempts,
        answer=one.last_answer.value if one.last_answer is not None else None,
        detail=one.last_detail,
        held=one.held,
        may_have_arrived=one.may_have_arrived,
        step=one.step,
        owed_at=row.created_at,
        over_at=row.finished_at,
    )

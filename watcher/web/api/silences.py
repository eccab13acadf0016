"""``/api/v1/silences``: what is held for a time, by whom, why, and until when. Held is not dropped."""

from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from alerts.quiet import LEVELS
from alerts.silences import Silence
from watcher.asking.refusal import DecisionError
from watcher.deciding.silencing import LONGEST, end_silence, set_silence
from watcher.store import Connection, StoreError, listings
from watcher.web.api.cursors import Cursor
from watcher.web.api.documents import Document, Listing, Page, Wanted, page_of
from watcher.web.api.routes import routes_of
from watcher.web.refusals import NO_SUCH_PAGE, Refusal, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Acting, Reading, Visit

_HOURS = LONGEST / timedelta(hours=1)


class UpTo(StrEnum):
    """The highest level that a silence holds."""

    BASELINE = "baseline"
    WATCH = "watch"
    ADVISORY = "advisory"
    WARNING = "warning"
    CRITICAL = "critical"


class SilenceQuery(Listing):
    """Which silences are wanted."""

    every: bool = Field(False, description="Those that are over as well.")


class SilenceDocument(Document):
    """Holds alerts that fit all its patterns, up to a level and no higher, until it ends."""

    number: int
    who: str
    why: str
    start: datetime = Field(description="UTC.")
    end: datetime = Field(description="UTC.")
    assessment: str = Field(description="A pattern with `*`.")
    subject: str = Field(description="A pattern of scenario keys; for system warnings, of what they are about.")
    kind: str
    recipient: str
    up_to: str = Field(description="What is graver than this always goes out.", examples=["advisory"])
    ended_by: str | None = Field(description="Who ended it before its time.")


class SilenceWanted(Wanted):
    """A silence from now on. Who sets it says the session or the token."""

    why: str = Field(min_length=1, max_length=500, pattern=r"\S", description="The reason; it stands in the record.")
    hours: float = Field(gt=0, le=_HOURS, description="How long; a month at most.")
    assessment: str = Field("*", min_length=1, max_length=200)
    subject: str = Field("*", min_length=1, max_length=200)
    kind: str = Field("*", min_length=1, max_length=40)
    recipient: str = Field("*", min_length=1, max_length=200)
    up_to: UpTo = Field(UpTo.ADVISORY, description="The highest level that it holds.")


class SilenceSet(Document):
    """The silence that was set, and what of the last seven days it would have held."""

    silence: SilenceDocument
    would_have_held: int
    of: int = Field(description="Alerts of the last seven days.")


class SilenceEnded(Document):
    """The silence that was ended; what it held goes out together at once."""

    silence: SilenceDocument
    released: int = Field(description="Messages that it held.")


def router(site: Site) -> APIRouter:
    """Return the routes, over the silences of *site*'s plant."""
    routes = routes_of("silences")

    @routes.get("/silences", summary="List silences, the last set first")
    async def list_silences(visit: Reading, asked: Annotated[SilenceQuery, Query()]) -> Page[SilenceDocument]:
        cursor = Cursor("silences", asked)
        rows = await site.read(_rows, asked, cursor.number(), visit.now)
        return page_of(rows, asked.limit, _document, lambda silence: cursor.at(silence.number))

    @routes.post("/silences", summary="Hold alerts for a time", status_code=HTTPStatus.CREATED)
    async def create_silence(visit: Acting, wanted: SilenceWanted) -> SilenceSet:
        try:
            done = await site.act(set_silence, _silence(wanted, visit), now=visit.now)
        except DecisionError as error:
            raise RefusedError(_refused(error)) from None
        site.judge_soon()
        return SilenceSet(silence=_document(done.silence), would_have_held=done.would_have_held, of=done.of)

    @routes.post("/silences/{number}/end", summary="End a silence now")
    async def end_one_silence(visit: Acting, number: Annotated[int, Path(ge=1, lt=2**31)]) -> SilenceEnded:
        try:
            done = await site.act(end_silence, number, who=visit.person.who, now=visit.now)
        except StoreError:
            raise RefusedError(NO_SUCH_PAGE) from None
        site.judge_soon()
        return SilenceEnded(silence=_document(done.silence), released=done.holds)

    return routes


def _silence(wanted: SilenceWanted, visit: Visit) -> Silence:
    return Silence(
        who=visit.person.who,
        why=wanted.why.strip(),
        start=visit.now,
        end=visit.now + max(timedelta(hours=wanted.hours), datetime.resolution),
        assessment=wanted.assessment,
        subject=wanted.subject,
        kind=wanted.kind,
        recipient=wanted.recipient,
        up_to=LEVELS[wanted.up_to],
    )


def _refused(error: DecisionError) -> Refusal:
    return Refusal(status=HTTPStatus.UNPROCESSABLE_ENTITY, kind="not-valid", what=str(error))


def _rows(connection: Connection, asked: SilenceQuery, after: int | None, now: datetime) -> tuple[Silence, ...]:
    return listings.silences(connection, limit=asked.limit + 1, after=after, on_at=None if asked.every else now)


def _document(silence: Silence) -> SilenceDocument:
    return SilenceDocument(
        number=silence.number,
        who=silence.who,
        why=silence.why,
        start=silence.start,
        end=silence.end,
        assessment=silence.assessment,
        subject=silence.subject,
        kind=silence.kind,
        recipient=silence.recipient,
        up_to=silence.up_to.name.lower(),
        ended_by=silence.ended_by or None,
    )

"""``/api/v1/alerts``: what was said, as it was worded, who has it, and taking it."""

from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from alerts.acknowledgements import Acknowledgement, Answer
from alerts.messages import subject_lines
from alerts.said import AnyAlert
from watcher.deciding.acknowledging import LONGEST_NOTE, Taken, take
from watcher.store import Connection, acknowledgements, listings
from watcher.store import alerts as alert_store
from watcher.store.listings import After, Between
from watcher.web.api.cursors import Cursor
from watcher.web.api.documents import Document, Names, Page, Span, Wanted, page_of
from watcher.web.api.routes import routes_of
from watcher.web.refusals import NO_SUCH_PAGE, Refusal, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Acting, Reading, Visit

AlertId = Annotated[str, Path(max_length=200, description="The alert's whole id.")]


class Kind(StrEnum):
    """What an alert is about."""

    MOVE = "move"  # a line of an outlook moved
    SYSTEM = "system"  # Watcher itself is in trouble, or no more
    DIGEST = "digest"  # what was held for one recipient
    NOTICE = "notice"  # what was released to a client
    ACKNOWLEDGED = "acknowledged"  # word to the others that somebody has an alert


class AlertQuery(Span):
    """Which alerts are wanted, by when they were made."""

    kind: Kind | None = Field(None, description="Only this kind.")
    assessment: str = Field("", max_length=200, description="Only those of this assessment.")


class AlertDocument(Document):
    """One alert: what it says in a line, how grave, how soon it must be heard."""

    id: str
    kind: Kind
    assessment: str = Field(description="Empty where it is about no assessment.")
    subject: str = Field(description="What it is about: a scenario's key, or the trouble.")
    at: datetime = Field(description="UTC.")
    level: str = Field(description="The warning level that stood then.", examples=["warning"])
    level_number: int = Field(ge=0, le=4)
    urgency: str = Field(description="How soon it must be heard: the end of a warning is as urgent as the warning was.")
    marking: str = Field(description="Traffic Light Protocol 2.0.", examples=["TLP:AMBER"])
    line: Names = Field(description="What it says, in a line.")


class OwnerDocument(Document):
    """Who has taken an alert."""

    owner: str
    note: str
    at: datetime = Field(description="UTC.")
    until: datetime = Field(description="When it opens again by itself, UTC.")


class WholeAlert(AlertDocument):
    """One alert exactly as it was worded, with where it stands now."""

    owner: OwnerDocument | None = Field(description="Who has its subject now; null: nobody.")
    newer: str | None = Field(description="The id of what was said last of the same subject, if that is another.")
    said: AnyAlert = Field(description="The alert as it was kept, whole; what it says is never changed.")


class AcknowledgementWanted(Wanted):
    """That somebody takes an alert. Who that is says the session or the token, and nothing else."""

    note: str = Field("", max_length=LONGEST_NOTE, description="What you do about it; others read it.")
    hours: float = Field(4, gt=0, le=72, description="How long you have it; then it opens again.")


class AcknowledgementDocument(Document):
    """What became of it. `overtaken` and the like are a 409."""

    alert: str = Field(description="The alert that is taken: the newest about its subject.")
    answer: str = Field(examples=["taken", "you have it already"])
    owner: OwnerDocument


def router(site: Site) -> APIRouter:
    """Return the routes, over the alerts of *site*'s plant."""
    routes = routes_of("alerts")

    @routes.get("/alerts", summary="List what was said, the newest first")
    async def list_alerts(visit: Reading, asked: Annotated[AlertQuery, Query()]) -> Page[AlertDocument]:
        del visit
        cursor = Cursor("alerts", asked)
        rows = await site.read(alerts, asked, cursor.moment_and_key())
        return page_of(rows, asked.limit, document, lambda alert: cursor.at(alert.at, alert.id))

    @routes.get("/alerts/{alert}", summary="Show one alert as it was worded")
    async def get_alert(visit: Reading, alert: AlertId) -> WholeAlert:
        return await site.read(_whole, alert, visit.now)

    @routes.post(
        "/alerts/{alert}/acknowledge",
        summary="Take an alert",
        description="Its chain stops, and who asks is told that you have it. A rise, new evidence or the end of the "
        "time opens it again. Sent twice it is as once. A program takes it under the name of its token.",
        responses={HTTPStatus.CONFLICT: {"description": "Somebody has it, or it has moved on since."}},
    )
    async def acknowledge_alert(
        visit: Acting, alert: AlertId, wanted: AcknowledgementWanted
    ) -> AcknowledgementDocument:
        done = await site.write(_take, alert, wanted, visit)
        if done.acknowledgement is None or done.answer not in (Answer.TAKEN, Answer.YOURS):
            raise RefusedError(_not_taken(done))
        return AcknowledgementDocument(alert=done.alert.id, answer=done.answer, owner=_owner(done.acknowledgement))

    return routes


def alerts(connection: Connection, asked: AlertQuery, after: After | None) -> tuple[AnyAlert, ...]:
    """Return the rows of a page of *asked*, and one more where there is one."""
    return listings.alerts(
        connection,
        limit=asked.limit + 1,
        after=after,
        between=Between(since=asked.since, until=asked.until),
        kinds=(asked.kind,) if asked.kind is not None else tuple(Kind),
        assessment=asked.assessment,
    )


def document(alert: AnyAlert) -> AlertDocument:
    """Return *alert* as it is listed."""
    return AlertDocument(
        id=alert.id,
        kind=Kind(alert.kind),
        assessment=alert.assessment,
        subject=alert.subject_key,
        at=alert.at,
        level=alert.level.name.lower(),
        level_number=int(alert.level),
        urgency=alert.urgency.name.lower(),
        marking=alert.marking,
        line=dict(subject_lines(alert)),
    )


def found_alert(connection: Connection, wanted: str) -> AnyAlert:
    """Return the alert of that id; refused where there is none."""
    alert = alert_store.find(connection, wanted)
    if alert is None or alert.kind not in tuple(Kind):
        raise RefusedError(NO_SUCH_PAGE)
    return alert


def _whole(connection: Connection, wanted: str, now: datetime) -> WholeAlert:
    alert = found_alert(connection, wanted)
    later = acknowledgements.later(connection, alert)
    newest = later[-1] if later else alert
    standing = acknowledgements.standing(connection, newest)
    return WholeAlert(
        **document(alert).model_dump(),
        owner=_owner(standing) if standing is not None and standing.stands(now) else None,
        newer=newest.id if newest.id != alert.id else None,
        said=alert,
    )


def _take(connection: Connection, wanted: str, how: AcknowledgementWanted, visit: Visit) -> Taken:
    alert = found_alert(connection, wanted)
    if alert.kind not in (Kind.MOVE, Kind.SYSTEM):
        raise RefusedError(_NOTHING_TO_TAKE)
    return take(
        connection,
        visit.site.plant.settings,
        alert,
        owner=visit.person.who,
        note=how.note,
        lasts=timedelta(hours=how.hours),
        by="api",
        now=visit.now,
    )


def _owner(has: Acknowledgement) -> OwnerDocument:
    return OwnerDocument(owner=has.owner, note=has.note, at=has.at, until=has.until)


def _not_taken(done: Taken) -> Refusal:
    return Refusal(
        status=HTTPStatus.CONFLICT,
        kind="not-taken",
        what=done.told,
        instead=f"/api/v1/alerts/{done.alert.id} is the newest about its subject",
    )


_NOTHING_TO_TAKE = Refusal(
    status=HTTPStatus.CONFLICT,
    kind="nothing-to-take",
    what="a digest or a notice is about other alerts, and nobody takes it",
    instead="take the alert that it is about",
)

"""``/api/v1/feeds`` and calendars: alerts as Atom and CAP, and the days that somebody has to keep as iCalendar."""

from http import HTTPStatus
from typing import Annotated, Any, Literal
from xml.etree.ElementTree import Element

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.responses import Response

from alerts.alert import Alert
from alerts.calendars import Day, calendar_of_days
from alerts.markings import Marking, strictness
from alerts.messages import subject_lines
from alerts.said import AnyAlert
from indicators.bands import percent
from watcher.deciding.desk import Desk
from watcher.showing.standing import standings
from watcher.store import Connection, installation, listings
from watcher.web.api.alerts import AlertId, AlertQuery, Kind, alerts, found_alert
from watcher.web.api.assessments import desks_in
from watcher.web.api.atom import Entry, feed
from watcher.web.api.cap import message, written
from watcher.web.api.cap_of_alerts import linked, said_by_alert
from watcher.web.api.documents import MOST_ROWS, USUAL_ROWS, Moment, Wanted
from watcher.web.api.routes import PREFIX, routes_of
from watcher.web.api.stix import MissingStixError, bundle
from watcher.web.refusals import NO_SUCH_PAGE, Refusal, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Reading


class Atom(Response):
    """A feed."""

    media_type = "application/atom+xml"


class Cap(Response):
    """One message of the Common Alerting Protocol."""

    media_type = "application/cap+xml"


class Stix(JSONResponse):
    """A bundle."""

    media_type = "application/stix+json"


class Calendar(Response):
    """Days to keep."""

    media_type = "text/calendar"


class FeedQuery(Wanted):
    """Which alerts a feed has, the newest first."""

    limit: int = Field(USUAL_ROWS, ge=1, le=MOST_ROWS, description="Entries of the feed.")
    assessment: str = Field("", max_length=200, description="Only those of this assessment.")
    since: Moment | None = Field(None, description="Only what is from this moment or later; with a zone.")
    ceiling: Marking | None = Field(None, description="Leave out what is marked more strictly than this.")
    lang: Literal["en", "fr"] = Field("en", description="The language of titles.")


class CalendarQuery(Wanted):
    """Whose days."""

    assessment: str = Field("", max_length=200, description="Only those of this assessment.")
    lang: Literal["en", "fr"] = "en"


def router(site: Site) -> APIRouter:
    """Return the routes, over the alerts and the assessments of *site*'s plant."""
    routes = routes_of("feeds")

    @routes.get("/feeds/alerts.atom", summary="Alerts as Atom 1.0", response_class=Atom)
    async def get_atom_feed(visit: Reading, asked: Annotated[FeedQuery, Query()]) -> Atom:
        del visit
        entries = [_entry(alert, asked.lang) for alert in await site.read(_alerts, asked, None)]
        return Atom(_feed(site, entries, asked, "alerts.atom"))

    @routes.get("/feeds/alerts.cap.atom", summary="Alerts about moves as CAP 1.2 in Atom", response_class=Atom)
    async def get_cap_feed(visit: Reading, asked: Annotated[FeedQuery, Query()]) -> Atom:
        del visit
        entries = await site.read(_messages, asked, site.web.base_url)
        return Atom(_feed(site, entries, asked, "alerts.cap.atom"))

    @routes.get("/alerts/{alert}/cap", summary="One alert about a move as CAP 1.2", response_class=Cap)
    async def get_cap_message(visit: Reading, alert: AlertId) -> Cap:
        del visit
        return Cap(written(await site.read(_message_of, alert, site.web.base_url)))

    @routes.get("/feeds/alerts.stix.json", summary="Alerts about moves as STIX 2.1", response_class=Stix)
    async def get_stix_bundle(visit: Reading, asked: Annotated[FeedQuery, Query()]) -> Stix:
        del visit
        try:
            return Stix(await site.read(_bundle, asked))
        except MissingStixError:
            raise RefusedError(_NO_STIX) from None

    @routes.get("/calendars/dates.ics", summary="Days of review and ends of horizons", response_class=Calendar)
    async def get_calendar(visit: Reading, asked: Annotated[CalendarQuery, Query()]) -> Calendar:
        desks = await desks_in(visit.request, asked.assessment)
        at = max((desk.at for desk in desks), default=visit.now)
        return Calendar(calendar_of_days([day for desk in desks for day in _days(desk, asked.lang)], now=at))

    return routes


def _alerts(connection: Connection, asked: FeedQuery, kind: Kind | None) -> tuple[AnyAlert, ...]:
    wanted = AlertQuery(
        limit=MOST_ROWS, cursor="", kind=kind, assessment=asked.assessment, since=asked.since, until=None
    )
    found = alerts(connection, wanted, None)
    shown = [a for a in found if asked.ceiling is None or strictness(a.marking) <= strictness(asked.ceiling)]
    return tuple(shown[: asked.limit])


def _entry(alert: AnyAlert, lang: str, message: Element | None = None) -> Entry:
    line = subject_lines(alert)[lang]
    return Entry(
        id=f"urn:watcher:alert:{alert.id}",
        at=alert.at,
        line=line,
        text=line,
        kind=alert.kind,
        level=alert.level,
        marking=alert.marking,
        path=f"/alerts/{alert.id}",
        message=message,
    )


def _messages(connection: Connection, asked: FeedQuery, base: str) -> list[Entry]:
    found = _alerts(connection, asked, Kind.MOVE)
    return [_entry(one, asked.lang, _message(connection, one, base)) for one in found if isinstance(one, Alert)]


def _message_of(connection: Connection, wanted: str, base: str) -> Element:
    alert = found_alert(connection, wanted)
    if not isinstance(alert, Alert):
        raise RefusedError(NO_SUCH_PAGE)
    return _message(connection, alert, base)


def _message(connection: Connection, alert: Alert, base: str) -> Element:
    said = said_by_alert(linked(alert, listings.story(connection, alert)))
    return message(said, sender=sender_of(connection), base=base)


def sender_of(connection: Connection) -> str:
    """Return how this desk is called in messages, the same for ever."""
    return f"watcher-{installation.name(connection)}"


def _feed(site: Site, entries: list[Entry], asked: FeedQuery, name: str) -> bytes:
    title = "Watcher : alertes" if asked.lang == "fr" else "Watcher: alerts"
    return feed(entries, title=title, base=site.web.base_url, path=f"{PREFIX}/feeds/{name}", lang=asked.lang)


def _bundle(connection: Connection, asked: FeedQuery) -> dict[str, Any]:
    moves = [alert for alert in _alerts(connection, asked, Kind.MOVE) if isinstance(alert, Alert)]
    return bundle(moves, issuer=installation.name(connection))


_NO_STIX = Refusal(
    status=HTTPStatus.NOT_IMPLEMENTED,
    kind="no-stix",
    what="the package that knows STIX is not installed here",
    instead="install iw-watcher[stix]; alerts.cap.atom has the same alerts",
)

_REVIEW = {"en": "Review due: {name}", "fr": "Révision due : {name}"}
_HORIZON = {"en": "Horizon ends: {name}", "fr": "Fin de l'horizon : {name}"}
_LAST_DAY = {"en": "Last day: {name}", "fr": "Dernier jour : {name}"}


def _days(desk: Desk, lang: str) -> list[Day]:
    assessment = desk.assessment
    title = assessment.title.get(lang) or next(iter(assessment.title.values()))
    found = [
        Day(
            key=f"review-{assessment.id}",
            day=assessment.review_by,
            title=_REVIEW[lang].format(name=title),
            detail=f"{assessment.id} {assessment.version}, {assessment.marking}",
        )
    ]
    for line in standings(desk):
        forecast = line.forecast
        name = forecast.name.get(lang) or next(iter(forecast.name.values()))
        detail = f"{percent(line.estimate.p, lang)}, {line.band.spelled(lang)}. {forecast.resolves}"
        key = f"{assessment.id}-{forecast.key}"
        ends = forecast.deadline(line.at).date()
        found.append(Day(key=f"horizon-{key}", day=ends, title=_HORIZON[lang].format(name=name), detail=detail))
        if forecast.last_day is not None:
            told = _LAST_DAY[lang].format(name=name)
            found.append(Day(key=f"last-{key}", day=forecast.last_day, title=told, detail=detail))
    return found

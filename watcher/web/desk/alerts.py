"""``/alerts``: what stands, who has it, what waits to be sent; and each alert as one opens it at night, on a phone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from math import exp

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from alerts.alert import SEEN, Alert
from alerts.messages import render, subject_lines
from alerts.ping import ALIVE, FAILING
from alerts.rotas import Duty
from alerts.said import AnyAlert
from indicators.bands import Band, band_of
from indicators.events import Event
from watcher.deciding.acknowledging import OpenAlert, open_alerts
from watcher.deciding.desk import Desk, never_judged
from watcher.deciding.rostering import plans
from watcher.deciding.silencing import Silenced, silences_listed
from watcher.saying.owing import Owed, owed_now
from watcher.settings import Settings
from watcher.showing.alert_in_full import AlertInFull, alert_in_full
from watcher.showing.standing import LineStanding, standing_of
from watcher.web.forms import Form
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.visits import ACTING, Reading, Visit

MOST_OWED = 100
"""Messages that are listed; the outbox of the command line has all."""

HOURS = (1, 4, 12, 24, 72)
"""For how long an alert can be taken, or held by a silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What has become of a move since it was told, as of the last judgement: its line, and its evidence by event id.

    ``line`` is None where the assessment has the line no more; an event that was merged into another is not here.
    """

    line: LineStanding | None = None
    events: Mapping[str, Event] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything on the list: open alerts, silences, what is owed or given up, and who is on call now.

    ``unjudged`` are the assessments that were never judged: that none of theirs is open says nothing.
    """

    open: tuple[OpenAlert, ...]
    unjudged: tuple[str, ...]
    silences: tuple[Silenced, ...]
    owed: tuple[Owed, ...]
    dead: tuple[Owed, ...]
    on_call: tuple[Duty, ...]
    holes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Factors:
    """What all causes multiplied the odds by, and those that are not named, ``None`` if they did nothing."""

    others: float | None
    all: float

    @classmethod
    def of(cls, move: Alert) -> "_Factors":
        """Return the factors of *move*, which multiply to the change of its odds."""
        named = sum(cause.nats for cause in move.causes)
        return cls(
            others=exp(move.other_nats) if abs(move.other_nats) >= SEEN else None, all=exp(named + move.other_nats)
        )


def router(site: Site) -> APIRouter:
    """Return the routes that only show."""
    routes = APIRouter()

    @routes.get("/alerts")
    async def show(visit: Reading) -> HTMLResponse:
        return await overview_page(visit)

    @routes.get("/alerts/{key}")
    async def one(key: str, visit: Reading) -> HTMLResponse:
        return await alert_page(visit, await alert_or_refuse(site, key, visit.now))

    return routes


async def alert_or_refuse(site: Site, key: str, now: datetime) -> AlertInFull:
    """Return the alert of that id, or refuse."""
    found = await site.ask(alert_in_full, key, now=now)
    if found is None:
        raise RefusedError(NO_SUCH_PAGE)
    return found


async def overview_page(visit: Visit, *, wrong: str = "") -> HTMLResponse:
    """Return the list, with what is *wrong* above it."""
    found = await visit.site.ask(_overview, visit.now)
    return visit.page(
        "alerts.html.j2",
        block="list" if visit.is_partial else "",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        all=found,
        line=lambda one: _line(visit, one.alert),
        wrong=wrong,
        most=MOST_OWED,
        may_act=may_act(visit),
    )


async def alert_page(visit: Visit, found: AlertInFull, *, wrong: str = "", typed: Form | None = None) -> HTMLResponse:
    """Return one alert, with what is *wrong* with what was *typed* above it."""
    alert = found.alert
    move = alert if isinstance(alert, Alert) else None
    plain = render(alert, lang=visit.language.code, own=visit.site.plant.layouts).text
    return visit.page(
        "alert.html.j2",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        found=found,
        alert=alert,
        move=move,
        bands=_bands(move) if move is not None else {},
        factors=_Factors.of(move) if move is not None else None,
        present=_present(await visit.desks_of_all(), move) if move is not None else Present(),
        line=lambda one: _line(visit, one),
        plain=plain,
        wrong=wrong,
        typed=typed or Form(fields={}),
        hours=HOURS,
        may_act=may_act(visit),
        who=visit.person.who,
    )


def number_of(written: str) -> int:
    """Return the number in an address, or refuse what is none."""
    if not written.isascii() or not written.isdecimal() or len(written) > _LONGEST_NUMBER:
        raise RefusedError(NO_SUCH_PAGE)
    return int(written)


_LONGEST_NUMBER = 9


def may_act(visit: Visit) -> bool:
    """Whether buttons are shown: a token for reading and a reader have none."""
    return ACTING.allows(visit.person.role) and ACTING.scope in visit.person.scopes


def _overview(settings: Settings, now: datetime) -> Overview:
    rotas = plans(settings, now=now) if settings.rotas else ()
    machines = (ALIVE, FAILING)
    owed = owed_now(settings, most=MOST_OWED)
    return Overview(
        open=open_alerts(settings, now=now),
        unjudged=never_judged(settings),
        silences=silences_listed(settings, now=now),
        owed=tuple(one for one in owed if one.delivery.recipient not in machines),
        dead=owed_now(settings, dead=True, most=MOST_OWED),
        on_call=tuple(plan.duties[0] for plan in rotas if plan.duties),
        holes=sum(len(plan.holes) for plan in rotas),
    )


def _line(visit: Visit, alert: AnyAlert) -> str:
    return subject_lines(alert)[visit.language.code]


def _present(desks: Iterable[Desk], move: Alert) -> Present:
    desk = next((one for one in desks if one.assessment.id == move.assessment), None)
    if desk is None:
        return Present()
    told = {one.event for one in move.evidence}
    known = move.scenario in desk.evaluation.published and move.scenario in desk.evaluation.outlook.estimates
    return Present(
        line=standing_of(desk, move.scenario) if known else None,
        events={event.id: event for event in desk.events if event.id in told},
    )


def _bands(move: Alert) -> Mapping[str, Band]:
    """Return the terms before and after, in the scale in which the assessment spoke then."""
    scale = move.estimative.scale
    return {"before": scale[band_of(move.line.before, scale)], "after": scale[band_of(move.line.after, scale)]}

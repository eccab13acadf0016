"""``/oncall``: who is on call now and in the next 14 days, where nobody is, and changes of single days."""

from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from alerts.rotas import Override
from alerts.spans import moment_of
from watcher.asking.refusal import DecisionError
from watcher.deciding.rostering import Plan, override, plans, undo
from watcher.settings import Settings
from watcher.store import StoreError
from watcher.web.desk.alerts import number_of
from watcher.web.forms import Form
from watcher.web.languages import language, words
from watcher.web.site import Site
from watcher.web.visits import ACTING, Acting, Reading, Visit


def router(site: Site) -> APIRouter:
    """Return the routes, over the rotas of *site*'s settings."""
    routes = APIRouter()

    @routes.get("/oncall")
    async def show(visit: Reading) -> HTMLResponse:
        return await _page(visit)

    @routes.post("/oncall")
    async def stand_in(visit: Acting) -> Response:
        form = await visit.form()
        try:
            (done,) = await site.act(override, _wanted(visit, form), now=visit.now)
        except (DecisionError, StoreError, ValueError) as error:
            return await _page(visit, wrong=str(error), typed=form)
        said = words("%(person)s is on call in %(rota)s from %(start)s to %(end)s. The line below takes it back.")
        lang = visit.language
        start, end = lang.moment(done.start), lang.moment(done.end)
        return visit.go("/oncall", said=said, person=done.person or "–", rota=done.rota, start=start, end=end)

    @routes.post("/oncall/{number}/undo")
    async def take_back(number: str, visit: Acting) -> Response:
        try:
            await site.act(undo, number_of(number), who=visit.person.who, now=visit.now)
        except (DecisionError, StoreError) as error:
            return await _page(visit, wrong=str(error))
        return visit.go("/oncall", said=words("The change is taken back: the rota's own turn counts again."))

    return routes


async def _page(visit: Visit, *, wrong: str = "", typed: Form | None = None) -> HTMLResponse:
    settings = visit.site.plant.settings
    return visit.page(
        "oncall.html.j2",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        plans=await visit.site.ask(_plans, visit.now),
        recipients=settings.recipients,
        chains=settings.chains,
        on_clock=lambda moment, zone: language(visit.language.code, zone).moment(moment),
        wrong=wrong,
        typed=typed or Form(fields={}),
        may_act=ACTING.allows(visit.person.role),
    )


def _plans(settings: Settings, now: datetime) -> tuple[Plan, ...]:
    return plans(settings, now=now) if settings.rotas else ()


def _wanted(visit: Visit, form: Form) -> Override:
    rota = next((one for one in visit.site.plant.settings.rotas if one.id == form.text("rota")), None)
    if rota is None:
        raise DecisionError(words("There is no such rota."))
    if not form.text("why"):
        raise DecisionError(words("A change of the rota needs its reason in a sentence."))
    return Override(
        rota=rota.id,
        person=form.text("person"),
        start=_moment(form.text("start"), rota.zone),
        end=_moment(form.text("end"), rota.zone),
        who=visit.person.who,
        why=form.text("why"),
    )


def _moment(written: str, zone: str) -> datetime:
    try:
        return moment_of(written, zone)
    except ValueError:
        raise DecisionError(words("Write a day and a time, such as 2026-03-01 18:00.")) from None

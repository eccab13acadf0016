"""``/events/{id}``: one event with every report of it, and what a person rules about it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from indicators.assessments import forecasts
from indicators.events import DecisionKind, Event
from indicators.rules import Indicator
from watcher.asking.refusal import DecisionError
from watcher.deciding.events import (
    FoundEvent,
    Ruled,
    event_of,
    judge_event,
    merge_events,
    split_event,
    withdraw_decision,
)
from watcher.people.roles import JUDGES
from watcher.store import Connection
from watcher.web.change_terms import WHY
from watcher.web.forms import Form
from watcher.web.grades import grade_words
from watcher.web.languages import words
from watcher.web.origins import own_path
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Judging, Reading, Visit
from watcher.workbench.excerpts import excerpts_of

ACTS = ("confirm", "reject", "regrade", "split")
NEAR = 12
"""Other events of the indicator that are offered for a merge, the nearest in time."""

MOST_TOLD = 4
"""Figures that a message names; the pages show the others."""

_DONE = words("On record (decision %(number)s). %(effect)s")
_TWO = 2
_NO_ACT = words("This page does not know how to do that.")


def router(site: Site) -> APIRouter:
    """Return the routes."""
    routes = APIRouter()

    @routes.get("/events/merge")
    async def ask(visit: Reading) -> HTMLResponse:
        return await _merge_page(visit, visit.request.query_params.getlist("event"))

    @routes.post("/events/merge")
    async def merge(visit: Judging) -> Response:
        form = await visit.form()
        wanted = form.every("event")
        try:
            done = await site.write(_merge, visit, wanted, form)
        except DecisionError as error:
            return await _merge_page(visit, list(wanted), wrong=str(error), why=form.text("why"))
        return _after(visit, done, form)

    @routes.post("/events/decisions/{number}/withdraw")
    async def withdraw(number: str, visit: Judging) -> Response:
        if not number.isascii() or not number.isdigit() or len(number) > len("123456789"):
            raise RefusedError(NO_SUCH_PAGE)
        form = await visit.form()
        try:
            done = await site.write(_withdraw, visit, int(number), form)
        except DecisionError as error:
            return visit.go(own_path(form.raw("next")) if "next" in form else "/events", said=str(error))
        return _after(visit, done, form)

    @routes.get("/events/{wanted}")
    async def show(wanted: str, visit: Reading) -> HTMLResponse:
        return await _page(visit, wanted)

    @routes.post("/events/{wanted}")
    async def rule(wanted: str, visit: Judging) -> Response:
        await _found(visit, wanted)
        form = await visit.form()
        try:
            done = await site.write(_rule, visit, wanted, form)
        except DecisionError as error:
            return await _page(visit, wanted, wrong=str(error), typed=form)
        return _after(visit, done, form)

    return routes


async def _found(visit: Visit, wanted: str) -> FoundEvent:
    try:
        return event_of(await visit.desks_of_all(), wanted)
    except DecisionError:
        raise RefusedError(NO_SUCH_PAGE) from None


def _rule(connection: Connection, visit: Visit, wanted: str, form: Form) -> Ruled:
    act = form.text("act")
    common = _common(connection, visit, form)
    if act == "split":
        return split_event(visit.site.plant.settings, wanted, form.every("item"), **common)
    if act not in ACTS:
        raise DecisionError(_NO_ACT)
    return judge_event(visit.site.plant.settings, wanted, DecisionKind(act), grade=form.text("grade"), **common)


def _merge(connection: Connection, visit: Visit, wanted: tuple[str, ...], form: Form) -> Ruled:
    return merge_events(visit.site.plant.settings, wanted, **_common(connection, visit, form))


def _withdraw(connection: Connection, visit: Visit, number: int, form: Form) -> Ruled:
    return withdraw_decision(visit.site.plant.settings, number, **_common(connection, visit, form))


def _common(connection: Connection, visit: Visit, form: Form) -> dict[str, Any]:
    why = form.text("why", most=2_000)
    if not why:
        raise DecisionError(WHY)
    return {"who": visit.person.who, "why": why, "now": visit.now, "within": connection}


def _after(visit: Visit, done: Ruled, form: Form) -> Response:
    """Lead on with what the ruling does; it counts at the next judgement, which begins at once."""
    visit.site.judge_soon()
    path = own_path(form.raw("next")) if form.raw("next") else _path(done)
    return visit.go(path, said=_DONE, number=done.decisions[0].number, effect=effect_told(visit, done))


def _path(done: Ruled) -> str:
    """Return the path of the event that now holds the first report that was ruled on."""
    report = done.decisions[0].reports[0] if done.decisions[0].reports else ""
    holds: Callable[[Event], bool] = lambda event: any(r.item.id == report for r in event.reports)  # noqa: E731 - used once
    now = next((c.after for c in done.foreseen.events if c.after is not None and holds(c.after)), None)
    return f"/events/{quote(now.id)}" if now is not None else "/events"


def effect_told(visit: Visit, done: Ruled) -> str:
    """Say what a ruling changes, in a sentence or two."""
    if done.foreseen.nothing and not done.foreseen.warned:
        return visit.says(words("No level and no figure changes by it."))
    lang, names = visit.language, _names(visit, done.assessment)
    figures = [(names.get(key, key), lang.percent(p), lang.percent(q)) for key, p, q in done.foreseen.lines]
    told = [f"{names.get(name, name)}: {before} → {after}" for name, before, after in done.foreseen.levels]
    told += [f"{name}: {before} → {after}" for name, before, after in figures if before != after][:MOST_TOLD]
    warned = ", ".join(names.get(key, key) for key in done.foreseen.warned)
    alert = visit.says(words("An alert goes out about %(lines)s."), lines=warned) if warned else ""
    return " ".join(filter(None, (f"{'; '.join(told)}." if told else "", alert)))


def _names(visit: Visit, assessment: str) -> dict[str, str]:
    """Return how the lines and indicators of an assessment are called in the visitor's language."""
    live = next((one.assessment for one in visit.site.plant.library.live if one.assessment.id == assessment), None)
    if live is None:
        return {}
    lines = {f.key: visit.language.name(f.name) for f in forecasts(live)}
    return lines | {i.id: visit.language.name(i.name) for i in live.indicators}


async def _page(visit: Visit, wanted: str, *, wrong: str = "", typed: Form | None = None) -> HTMLResponse:
    found = await _found(visit, wanted)
    act = typed.text("act") if typed is not None else visit.request.query_params.get("act", "")
    return visit.page(
        "event.html.j2",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        found=found,
        event=found.event,
        grade_words=grade_words,
        may_judge=visit.person.role in JUDGES,
        lines=[f for f in forecasts(found.desk.assessment) if f.scenario in _indicator(found).effects],
        indicator=_indicator(found),
        place=found.desk.place(found.event.place),
        stands={d.number for d in found.standing},
        near=_near(found),
        quotes=excerpts_of,
        act=act if act in (*ACTS, "merge") else "",
        wrong=wrong,
        typed=typed or Form(fields={}),
        next=own_path(visit.request.query_params.get("next", "")) if "next" in visit.request.query_params else "",
    )


def _indicator(found: FoundEvent) -> Indicator:
    return found.desk.assessment.indicator(found.event.indicator)


def _near(found: FoundEvent) -> tuple[Event, ...]:
    """Return events that this one could be one happening with."""
    others = [e for e in found.desk.events if e.indicator == found.event.indicator and e.id != found.event.id]
    nearest = sorted(others, key=lambda e: (abs(e.when - found.event.when), e.id))
    return tuple(nearest[:NEAR])


async def _merge_page(visit: Visit, wanted: list[str], *, wrong: str = "", why: str = "") -> HTMLResponse:
    desks = await visit.desks_of_all()
    found: list[FoundEvent] = []
    for name in dict.fromkeys(wanted[:100]):
        try:
            found.append(event_of(desks, name))
        except DecisionError as error:
            wrong = wrong or str(error)
    if len(found) < _TWO:
        wrong = wrong or words("A merge needs two events or more: tick them in the list.")
    return visit.page(
        "events_merge.html.j2",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        found=found,
        may_judge=visit.person.role in JUDGES,
        wrong=wrong,
        why=why,
    )

"""``/scenarios/{assessment}/{key}``: one line of an outlook, what moves it, and what people decide about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from indicators.assessments import Assessment, forecasts
from indicators.decisions import MoveDecisionKind
from indicators.outlooks import Sureness
from watcher.asking.refusal import DecisionError
from watcher.deciding.desk import Desk
from watcher.deciding.moves import MoveDecided, decide_on
from watcher.deciding.resolving import Resolved, rule_on
from watcher.deciding.verdicts import Verdict
from watcher.people.roles import JUDGES, Scope
from watcher.showing.board import thinned
from watcher.showing.line_dossier import LineDossier, line_dossier
from watcher.store import Connection
from watcher.web.charts.drawing import Drawing
from watcher.web.charts.stacked import stacked
from watcher.web.charts.tie_graph import NARROW as NARROW_GRAPH
from watcher.web.charts.tie_graph import WIDE as WIDE_GRAPH
from watcher.web.charts.tie_graph import Node, nodes_of, tie_graph
from watcher.web.charts.timeline import NARROW, WIDE, timeline
from watcher.web.charts.waterfall import waterfall
from watcher.web.desk.scenario_forms import Decided, Ruled, UnfitError, decided, ruled
from watcher.web.forms import Form
from watcher.web.judged import JudgedDesks
from watcher.web.languages import words
from watcher.web.refusals import Refusal, RefusedError
from watcher.web.site import Site
from watcher.web.terms import DECIDED, STATES, VERDICTS
from watcher.web.visits import Judging, Reading, Visit

SPANS = {"30": timedelta(days=30), "90": timedelta(days=90), "365": timedelta(days=365)}
"""How far back the lines are drawn, by what stands in the address; anything else is since the assessment."""

POINTS = 400
"""Points of the drawn line: more would not be seen."""

_NONE = Refusal(status=HTTPStatus.NOT_FOUND, kind="not-found", what=words("there is no such scenario"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """What somebody sent that was refused, and why: shown again beside the form it belongs to."""

    form: Form
    wrong: str
    about: str


def router(site: Site) -> APIRouter:
    """Return the routes."""
    del site
    routes = APIRouter()

    @routes.get("/scenarios/{key}")
    async def find(key: str, visit: Reading) -> Response:
        known = _judged(visit).assessments
        among = sorted(known, key=lambda a: a.id != visit.assessment)
        found = next((a for a in among if any(f.key == key for f in forecasts(a))), None)
        if found is None:
            raise RefusedError(_NONE)
        return RedirectResponse(path_of(found.id, key), HTTPStatus.SEE_OTHER)

    @routes.get("/scenarios/{assessment}/{key}")
    async def show(assessment: str, key: str, visit: Reading) -> HTMLResponse:
        return await _page(visit, assessment, key)

    @routes.post("/scenarios/{assessment}/{key}/decide")
    async def decide(assessment: str, key: str, visit: Judging) -> Response:
        desk, form = await _desk(visit, assessment, key), await visit.form()
        try:
            asked = decided(form)
            done = await visit.site.write(_decide, desk.assessment, key, asked, visit.person.who, visit.now)
        except (UnfitError, DecisionError) as error:
            return await _page(visit, assessment, key, _Typed(form=form, wrong=str(error), about=form.text("move")))
        return _said_about_move(visit, assessment, key, done)

    @routes.post("/scenarios/{assessment}/{key}/resolve")
    async def resolve(assessment: str, key: str, visit: Judging) -> Response:
        desk, form = await _desk(visit, assessment, key), await visit.form()
        try:
            asked = ruled(form)
            await visit.site.write(_rule, desk.assessment, key, asked, visit.person.who, visit.now)
        except (UnfitError, DecisionError) as error:
            return await _page(visit, assessment, key, _Typed(form=form, wrong=str(error), about="resolve"))
        visit.site.judge_soon()
        said = words("On record: %(verdict)s. It is applied at the next judgement; the form below takes it back.")
        return visit.go(path_of(assessment, key) + "#rule", said=said, verdict=visit.says(VERDICTS[asked.verdict]))

    return routes


def path_of(assessment: str, key: str) -> str:
    """Return the address of a scenario's page."""
    return f"/scenarios/{quote(assessment)}/{quote(key)}"


def _judged(visit: Visit) -> JudgedDesks:
    found: JudgedDesks = visit.request.app.state.judged
    return found


async def _desk(visit: Visit, assessment: str, key: str) -> Desk:
    desk = await _judged(visit).desk(assessment)
    if desk is None or key not in desk.evaluation.outlook.estimates:
        raise RefusedError(_NONE)
    return desk


def _decide(
    connection: Connection, assessment: Assessment, key: str, asked: Decided, who: str, now: datetime
) -> MoveDecided:
    return decide_on(
        connection,
        (assessment,),
        asked.move,
        asked.kind,
        who=who,
        why=asked.why,
        now=now,
        p=asked.p,
        confidence=asked.confidence,
        key=key,
    )


def _rule(connection: Connection, assessment: Assessment, key: str, asked: Ruled, who: str, now: datetime) -> Resolved:
    return rule_on(connection, (assessment,), key, asked.verdict, who=who, why=asked.why, now=now)


def _said_about_move(visit: Visit, assessment: str, key: str, done: MoveDecided) -> Response:
    lang = visit.language
    said = words(
        "%(done)s. The analyst's line: %(before)s → %(after)s; the machine's stays. “Take back” at the move undoes it."
    )
    return visit.go(
        path_of(assessment, key) + "#moves",
        said=said,
        done=lang.says(DECIDED[done.decision.kind]).capitalize(),
        before=lang.percent(done.before),
        after=lang.percent(done.after),
    )


async def _page(visit: Visit, assessment: str, key: str, typed: _Typed | None = None) -> HTMLResponse:
    desk = await _desk(visit, assessment, key)
    asked = visit.request.query_params
    span = asked.get("since", "90")
    begin = desk.assessment.start
    since = max(begin, visit.now - SPANS[span]) if span in SPANS else begin
    since = min(since, desk.at)
    patient = visit.is_partial or "depths" in asked
    depths = await _judged(visit).depths(desk, patient=patient)

    def look(connection: Connection) -> LineDossier:
        return line_dossier(connection, desk, key, since=since, now=visit.now, depths=depths)

    dossier = await visit.site.read(look)
    return visit.page(
        "scenario.html.j2",
        block="depths" if visit.is_partial and asked.get("part") == "depths" else "",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if typed is not None else HTTPStatus.OK,
        **_context(visit, desk, dossier),
        has_depths=depths is not None,
        span=span if span in SPANS else "all",
        typed=typed,
    )


def _context(visit: Visit, desk: Desk, dossier: LineDossier) -> dict[str, Any]:
    lang, assessment = visit.language, desk.assessment
    standing, history = dossier.standing, dossier.history.with_machine(thinned(dossier.history.machine, POINTS))
    names = {i.id: lang.name(i.name) for i in assessment.indicators}
    names |= {f.key: lang.name(f.name) for f in forecasts(assessment)}
    readings = {r.indicator: r for r in desk.evaluation.readings}
    bearing = [i for i in assessment.indicators if standing.forecast.scenario in i.effects]
    may = visit.person.role in JUDGES and Scope.ACT in visit.person.scopes
    return {
        "assessment": assessment,
        "d": dossier,
        "s": standing,
        "e": standing.estimate,
        "path": path_of(assessment.id, standing.estimate.key),
        "wide": timeline(history, WIDE, names=standing.name, lang=lang),
        "narrow": timeline(history, NARROW, names=standing.name, lang=lang),
        "fall": waterfall(standing.estimate, standing.points),
        "graphs": _graphs(visit, dossier, assessment.id),
        "bar": stacked([(lang.name(name), p) for _, name, p in dossier.siblings], lang=lang),
        "names": names,
        "keys": {f.key for f in forecasts(assessment)},
        "indicators": sorted(bearing, key=lambda i: (-readings[i.id].level.rank, -abs(readings[i.id].signal), i.id)),
        "readings": readings,
        "may": may,
        "states": STATES,
        "decided": DECIDED,
        "verdicts": VERDICTS,
        "choices": tuple(MoveDecisionKind),
        "sureness": tuple(Sureness),
        "withdraw": Verdict.WITHDRAW,
    }


def _graphs(visit: Visit, dossier: LineDossier, assessment: str) -> tuple[Drawing, Drawing]:
    """Return the line among those it hangs together with, for a wide page and for a phone."""
    lang, standing = visit.language, dossier.standing
    here = Node(name=lang.name(standing.name), figure=lang.percent(standing.estimate.p))
    leads_to = partial(path_of, assessment)
    ends = [nodes_of(ties, leads_to=leads_to, lang=lang) for ties in (dossier.above, dossier.below)]
    wide, narrow = (tie_graph(here, *ends, width=width, lang=lang) for width in (WIDE_GRAPH, NARROW_GRAPH))
    return wide, narrow

"""``/``: the board. Every scenario of every assessment as it stands; ``/live`` says when it is another one."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from alerts.messages import subject_lines
from watcher.deciding.acknowledging import open_alerts
from watcher.showing.board import SHOWN, AssessmentBoard, Board, Card, Group
from watcher.web.charts.drawing import Drawing
from watcher.web.charts.sparkline import sparkline
from watcher.web.charts.stacked import stacked
from watcher.web.live import Live
from watcher.web.site import Site
from watcher.web.visits import Reading, Visit

MOST_FREE = 3
"""Alerts that nobody has taken, of which the board shows the line: those about scenarios, then Watcher's own."""


def router(site: Site) -> APIRouter:
    """Return the routes."""
    del site
    routes = APIRouter()

    @routes.get("/")
    async def show(visit: Reading) -> HTMLResponse:
        return await _page(visit)

    @routes.get("/live", response_class=EventSourceResponse)
    async def live(visit: Reading) -> AsyncIterator[ServerSentEvent]:
        news: Live = visit.request.app.state.live
        async for stamp in news.stamps():
            yield ServerSentEvent(event="changed", raw_data=stamp)

    return routes


async def _page(visit: Visit) -> HTMLResponse:
    news: Live = visit.request.app.state.live
    stands = await news.board()
    found = await visit.site.ask(open_alerts, now=visit.now)
    free = sorted((one.alert for one in found if one.acknowledgement is None), key=lambda alert: alert.kind != "move")
    return visit.page(
        "board.html.j2",
        block="cards" if visit.is_partial else "",
        board=stands,
        free=free[:MOST_FREE],
        waiting=len(free),
        line=lambda alert: subject_lines(alert)[visit.language.code],
        shown=_chosen(stands, visit.assessment),
        spark=lambda card: _spark(visit, card),
        bar=lambda group: _bar(visit, group),
    )


def _chosen(stands: Board, assessment: str) -> tuple[AssessmentBoard, ...]:
    """Return the chosen assessment, or all of them, the gravest first."""
    found = tuple(one for one in stands.assessments if one.id == assessment)
    return found or tuple(sorted(stands.assessments, key=lambda one: -one.gravest))


def _spark(visit: Visit, card: Card) -> Drawing:
    now = max(visit.now, card.standing.at)
    p = card.standing.estimate.p
    return sparkline(card.figures, p, scale=card.scale, since=now - SHOWN, now=now, lang=visit.language)


def _bar(visit: Visit, group: Group) -> Drawing:
    lang = visit.language
    return stacked([(lang.name(card.standing.name), card.standing.estimate.p) for card in group.cards], lang=lang)

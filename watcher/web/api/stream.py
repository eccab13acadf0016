"""``/api/v1/stream``: server-sent events that say when something changed; what it is, the other addresses tell."""

from collections.abc import AsyncIterator
from http import HTTPStatus

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent

from watcher.web.api.routes import routes_of
from watcher.web.live import MOST_VIEWERS, Live
from watcher.web.refusals import Refusal, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Reading

FULL = Refusal(
    status=HTTPStatus.SERVICE_UNAVAILABLE,
    kind="busy",
    what=f"{MOST_VIEWERS} listen already",
    instead="ask every minute with If-None-Match",
    headers={"Retry-After": "60"},
)


def router(site: Site) -> APIRouter:
    """Return the route, over the news that all pages share."""
    del site
    routes = routes_of("stream")

    async def room(visit: Reading) -> Live:
        news: Live = visit.request.app.state.live
        if news.viewers >= MOST_VIEWERS:
            raise RefusedError(FULL)
        return news

    @routes.get(
        "/stream",
        summary="Hear when something changed",
        response_class=EventSourceResponse,
        description="An event `changed` at once and at every change: its data is a stamp that is another one each "
        "time. Ask again for what you show. It ends after 15 minutes; connect again.",
    )
    async def listen(visit: Reading, news: Live = Depends(room)) -> AsyncIterator[ServerSentEvent]:  # noqa: B008 - how FastAPI is told
        del visit
        async for stamp in news.stamps():
            yield ServerSentEvent(event="changed", raw_data=stamp)

    return routes

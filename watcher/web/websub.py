"""``/websub/{token}``: a hub asks whether it was we who subscribed, and sends a feed's news."""

from http import HTTPStatus

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from watcher.collecting import subscribing
from watcher.sources import SourceError
from watcher.sources.hubs import is_signed
from watcher.web.permissions import Open, open_to_all
from watcher.web.refusals import Refusal, RefusedError
from watcher.web.site import Site

log = structlog.get_logger(__name__)

LONGEST_CHALLENGE = 1_000

_NOT_OURS = Refusal(status=HTTPStatus.NOT_FOUND, kind="not-subscribed", what="there is no such subscription")


def router(site: Site) -> APIRouter:
    """Return the two routes, for the subscriptions of *site*'s plant."""
    routes = APIRouter()

    @routes.get("/websub/{token}", dependencies=open_to_all(Open.SIGNED))
    async def confirm(token: str, request: Request) -> PlainTextResponse:
        plant = site.plant
        challenge = await subscribing.confirm(plant, token, request.query_params, now=plant.now())
        if challenge is None or len(challenge) > LONGEST_CHALLENGE:
            raise RefusedError(_NOT_OURS)
        return PlainTextResponse(challenge)

    @routes.post("/websub/{token}", status_code=HTTPStatus.ACCEPTED, dependencies=open_to_all(Open.SIGNED))
    async def receive(token: str, request: Request) -> PlainTextResponse:
        known = await subscribing.known(site.plant, token)
        if known is None:
            raise RefusedError(_NOT_OURS)
        source, subscription = known
        body = await request.body()
        if not is_signed(body, request.headers.get("X-Hub-Signature", ""), secret=subscription.secret):
            # The standard has us say yes all the same: who guesses at signatures learns nothing.
            log.warning("push of a hub dropped", source=source.id, why="not signed with our secret")
            return _taken()
        content_type, now = request.headers.get("Content-Type", ""), site.plant.now()
        try:
            received = await subscribing.receive_pushed(site.plant, source, body, content_type=content_type, now=now)
        except SourceError:
            return _taken()  # it stands beside the source; sent again it would be no better
        if received is not None and received.new:
            site.judge_soon()
        return _taken()

    return routes


def _taken() -> PlainTextResponse:
    return PlainTextResponse("", HTTPStatus.ACCEPTED.value)

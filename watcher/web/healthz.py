"""``GET /healthz``: 200 while each stage of the watch comes round in its time, else 503 and which does not."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from watcher.health.heartbeats import Stage, patience
from watcher.web.permissions import Open, open_to_all
from watcher.web.site import Site


def router(site: Site) -> APIRouter:
    """Return the route, over the heartbeats of *site*'s plant."""
    routes = APIRouter()

    @routes.api_route("/healthz", methods=["GET", "HEAD"], dependencies=open_to_all(Open.NOTHING_PRIVATE))
    async def healthz() -> JSONResponse:
        told = state_of(site)
        status = HTTPStatus.SERVICE_UNAVAILABLE if told["late"] else HTTPStatus.OK
        return JSONResponse(told, status.value)

    return routes


def state_of(site: Site) -> dict[str, Any]:
    """Return when each stage last finished (UTC, or nothing since the start) and which of them are late."""
    plant = site.plant
    late = plant.heartbeats.late(patience(plant.settings), now=plant.now())
    last = {stage: plant.heartbeats.last(stage) for stage in Stage}
    return {
        "status": "late" if late else "ok",
        "late": [stage.value for stage in late],
        "last_finished": {stage.value: moment.isoformat() if moment else None for stage, moment in last.items()},
    }

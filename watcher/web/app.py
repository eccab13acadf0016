"""The web application, made from a plant: a table of routers behind the same guards."""

from collections.abc import Callable

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig

from watcher.web import acknowledge, healthz, ingest, slack, websub
from watcher.web.guards import Bounds, Faults, SafeHeaders
from watcher.web.refusals import refuse_in_json
from watcher.web.site import Site

ROUTERS: tuple[Callable[[Site], APIRouter], ...] = (
    healthz.router,
    acknowledge.router,
    ingest.router,
    websub.router,
    slack.router,
)
"""One file each; a new page is a row here."""


def make_app(site: Site) -> FastAPI:
    """Return the application that serves *site*: no page of the framework's own, nothing told to anybody else."""
    quiet = TelemetryConfig(tracing=False, metrics=False, logs=False)
    app = FastAPI(title="Watcher", docs_url=None, redoc_url=None, openapi_url=None, telemetry=quiet)
    for router in ROUTERS:
        app.include_router(router(site))
    refuse_in_json(app)
    # The last one added stands outermost.
    app.add_middleware(Bounds)
    app.add_middleware(Faults)
    app.add_middleware(SafeHeaders)
    return app

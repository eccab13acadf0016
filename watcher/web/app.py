"""The web application, made from a plant: a table of routers behind the same guards."""

import time
from collections.abc import Callable

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig

from watcher.web import acknowledge, healthz, ingest, slack, static_files, websub
from watcher.web.api.budgets import Budget
from watcher.web.api.nouns import NOUNS
from watcher.web.desk.pages import PAGES
from watcher.web.error_pages import refuse
from watcher.web.guards import Bounds, Faults, SafeHeaders
from watcher.web.judged import JudgedDesks
from watcher.web.kept_card import KeptCard
from watcher.web.kept_desks import KeptDesks
from watcher.web.live import Live
from watcher.web.origins import SameSite
from watcher.web.permissions import check_declared
from watcher.web.site import Site
from watcher.web.tries import Tries

ROUTERS: tuple[Callable[[Site], APIRouter], ...] = (
    healthz.router,
    acknowledge.router,
    ingest.router,
    websub.router,
    slack.router,
    static_files.router,
    *NOUNS,
    *(page.router for page in PAGES),
)
"""One file each: a page of the desk is a row of ``PAGES``, a noun of the API one of ``NOUNS``, the rest stand here."""


def make_app(site: Site) -> FastAPI:
    """Return the application that serves *site*: no page of the framework's own, nothing told to anybody else."""
    quiet = TelemetryConfig(tracing=False, metrics=False, logs=False)
    app = FastAPI(
        title="Watcher", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, telemetry=quiet
    )
    app.state.site = site
    app.state.desks = KeptDesks(site)
    app.state.live = Live(site, app.state.desks)
    app.state.tries = Tries()
    app.state.scorecard = KeptCard(site)
    app.state.budget = Budget(time.monotonic)
    app.state.judged = JudgedDesks(site, app.state.desks)
    app.state.menu = tuple(page.menu for page in PAGES if page.menu is not None)
    for router in ROUTERS:
        made = router(site)
        check_declared(made.routes)
        app.include_router(made)
    refuse(app)
    # The last one added stands outermost.
    app.add_middleware(Bounds)
    app.add_middleware(SameSite, web=site.web)
    app.add_middleware(Faults)
    app.add_middleware(SafeHeaders)
    return app
